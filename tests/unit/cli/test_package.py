"""`pipeline package`: what is where afterwards."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.cli.conftest import Pipeline
from tests.unit.project.deployments import Recorded


def test_the_places_are_printed(
    project: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: Any = Recorded(keys=[])
    made = SimpleNamespace(bucket="mine", code={"src": "code/1234"})
    plan = SimpleNamespace(package=made, template_url="https://s3/master.json")
    recorded.plan = lambda stack: plan
    place = "mlmax_pipelines.project.deployment.Deployment"
    monkeypatch.setattr(place, lambda *words, **more: recorded)
    ended = pipeline(project, "package", "-e", "dev", "--bucket", "mine")
    assert ended.out.splitlines() == [
        "code      s3://mine/code/1234/src/",
        "template  build/dev/master.json",
        "          https://s3/master.json",
    ]
    assert ended.err == "nothing to upload: everything is in the bucket already\n"
