"""Templates of a stack and a plan beside each other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from mlmax_pipelines.project.comparing import Views
from tests.unit.project.deployments import DEPLOYED


class Asked:
    """A session that has one template, and counts how often it is asked for."""

    def __init__(self, template: dict[str, Any]) -> None:
        self.template, self.times = template, 0

    def call(self, *args: Any, **given: Any) -> dict[str, Any]:
        self.times += 1
        return {"TemplateBody": self.template}


def bucket(status: str) -> dict[str, Any]:
    properties = {"VersioningConfiguration": {"Status": status}}
    return {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": properties}}}


def test_a_deployed_template_is_asked_for_once() -> None:
    session: Any = Asked(bucket("Suspended"))
    views = Views(session, dict)
    package = SimpleNamespace(root=bucket("Enabled"), nested={}, objects={})
    plan: Any = SimpleNamespace(package=package, parameters={})
    assert views.root(DEPLOYED) == session.template
    (change,) = views.review(DEPLOYED, plan).resources
    assert (change.kind, str(change.name)) == ("changed", "B")
    (made,) = views.review(None, plan).resources
    assert made.kind == "added"
    assert session.times == 1
