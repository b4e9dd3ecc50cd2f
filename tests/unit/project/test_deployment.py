"""An environment on AWS: what is asked of its stack, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from mlmax_pipelines.aws import stacks
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.project import Project
from mlmax_pipelines.project.deployment import Deployment
from tests.unit.project.deployments import DEPLOYED


@pytest.fixture
def dev(project: Project) -> Deployment:
    env = project.environment("dev")
    return Deployment(project.root, env, "mine", sleep=lambda seconds: None)


def answer(monkeypatch: pytest.MonkeyPatch, *found: Stack | None) -> None:
    """CloudFormation describes the stack so, one answer after the other."""
    answers = iter(found)
    monkeypatch.setattr(stacks, "describe", lambda session, name: next(answers))


def test_an_environment_of_this_machine_cannot_be_deployed(project: Project) -> None:
    with pytest.raises(UsageError, match="there is nothing to deploy"):
        Deployment(project.root, project.environment("local"))


def test_another_environments_stack_is_left_alone(
    dev: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(DEPLOYED, parameters={"Environment": "prod"})
    own = replace(DEPLOYED, parameters={"Environment": "dev"})
    reviewed = replace(other, status="REVIEW_IN_PROGRESS")
    answer(monkeypatch, other, own, reviewed, None)
    with pytest.raises(AwsError, match="is environment 'prod', not 'dev'"):
        dev.stack()
    assert dev.stack() == own
    assert dev.stack() == reviewed
    assert dev.stack() is None


def test_a_plan_goes_to_the_deployed_stacks_bucket_unless_told(
    project: Project,
) -> None:
    env = project.environment("dev")
    known = replace(DEPLOYED, parameters={"CodeBucket": "theirs"})
    assert Deployment(project.root, env, "mine").plan(known).package.bucket == "mine"
    plan = Deployment(project.root, env).plan(known)
    assert plan.package.bucket == "theirs"
    assert (project.root / "build/dev/master.json").is_file()
    with pytest.raises(UsageError, match="say which bucket"):
        Deployment(project.root, env).plan(None)


def test_a_stack_is_deployed_when_nothing_differs(
    dev: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = dev.plan(None)
    same = replace(DEPLOYED, parameters=dict(plan.effective))
    root = plan.package.root
    monkeypatch.setattr(stacks, "template", lambda session, stack: root)
    assert dev.is_deployed(same, plan)
    assert not dev.is_deployed(None, plan)
    for change in (
        {"status": "UPDATE_IN_PROGRESS"},
        {"status": "REVIEW_IN_PROGRESS"},
        {"tags": {"team": "ml"}},
        {"parameters": {**plan.effective, "SmallCodeOfSrc": "older"}},
    ):
        assert not dev.is_deployed(replace(same, **change), plan)  # type: ignore[arg-type]


def test_the_template_is_compared_too(
    dev: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = dev.plan(None)
    same = replace(DEPLOYED, parameters=dict(plan.effective))
    monkeypatch.setattr(stacks, "template", lambda session, stack: {"Resources": {}})
    assert not dev.is_deployed(same, plan)


def test_the_policy_allows_the_bucket_and_the_stack(dev: Deployment) -> None:
    text = str(dev.policies("mine"))
    assert "arn:aws:s3:::mine" in text and "stack/ml-small" in text


def test_a_busy_stack_is_waited_for_until_it_is_done_or_gone(
    dev: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = replace(DEPLOYED, status="UPDATE_IN_PROGRESS")
    answer(monkeypatch, busy, DEPLOYED)
    assert dev.wait(busy) == DEPLOYED
    answer(monkeypatch, busy, None)
    assert dev.wait(busy) is None


def test_what_its_templates_retain_stays(
    dev: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources = {
        "Bucket": {"DeletionPolicy": "RetainExceptOnCreate"},
        "Role": {},
    }
    found = [
        {
            "LogicalResourceId": name,
            "ResourceType": f"AWS::X::{name}",
            "PhysicalResourceId": f"ml-{name}",
        }
        for name in resources
    ]

    class Session:
        def pages(self, *words: str, **more: str) -> Iterator[Any]:
            yield {"StackResourceSummaries": found}

    dev.session = Session()  # type: ignore[assignment]
    monkeypatch.setattr(stacks, "nested_ids", lambda session, stack: {"Shared": "arn"})
    template = {"Resources": resources}
    monkeypatch.setattr(stacks, "template", lambda session, stack: template)
    assert dev.retained(DEPLOYED) == [("AWS::X::Bucket", "ml-Bucket", "Bucket")]


def test_what_an_environment_names_and_nothing_allows_is_told_with_the_plan(
    project: Project,
) -> None:
    text = "parameters: {small: {data: 's3://lake/x'}}\n"
    with (project.root / "envs/dev.yaml").open("a") as file:
        file.write(text)
    heard: list[str] = []
    env = project.environment("dev")
    Deployment(project.root, env, "mine", tell=heard.append).plan(None)
    (warning,) = heard
    assert warning.startswith("warning: envs/dev.yaml:3:")
