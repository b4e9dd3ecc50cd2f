"""Environments, made wrong at random: planned, or refused with what is wrong."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmax_pipelines import environment
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.compiler.entry import compile_project
from mlmax_pipelines.local import plan
from mlmax_pipelines.project.deployment import Deployment
from tests.fuzz import mutations, projects
from tests.unit.small_project import make

AWS = {
    "backend": "stepfunctions",
    "region": "eu-west-1",
    "stack": "ml-dev",
    "tags": {"team": "ml"},
    "schedule": {"small": False},
    "alert_email": "ml@example.com",
    "log_retention_days": 30,
    "data_buckets": ["raw-data"],
    "permissions_boundary": "arn:aws:iam::123456789012:policy/bounds",
    "vpc": {"subnets": ["subnet-0a"], "security_groups": ["sg-0b"]},
    "kms_key": "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c",
    "steps": {
        "small": {"First": {"instance_type": "ml.m5.large", "instance_count": 2}}
    },
    "parameters": {"small": {"data": "data/in.txt", "text": "bye", "seconds": 2}},
    "values": {"team": "ml", "rows": 3, "on": True},
}
TEXT = projects.text(AWS)
WRONG = st.one_of(mutations.mutated(AWS).map(projects.text), mutations.text(TEXT))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("environments"))


class Pipelines(list[CompiledPipeline]):
    """Compiled pipelines, of which nobody wants to see the whole in a failure."""

    def __repr__(self) -> str:
        return f"{len(self)} pipelines"


@pytest.fixture(scope="module")
def compiled(project: Path) -> Pipelines:
    return Pipelines(compile_project(project))


def test_what_is_made_wrong_is_right(project: Path, compiled: Pipelines) -> None:
    made = write(project, "dev", TEXT)
    assert deployment(project, made, compiled).plan(None).parameters
    home = project / ".mlmax" / "dev"
    assert plan.make(project, home, made, compiled[0]).definition


def write(project: Path, name: str, text: str) -> environment.Environment:
    file = project / "envs" / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return environment.load(project, name)


@pytest.mark.proof("fuzz")
@given(text=WRONG)
def test_on_aws(project: Path, compiled: Pipelines, text: str) -> None:
    made = projects.survives(partial(write, project, "dev", text))
    if made is not None and made.backend == "stepfunctions":
        projects.survives(lambda: deployment(project, made, compiled).plan(None))
        projects.survives(lambda: deployment(project, made, compiled).policies("code"))


def deployment(root: Path, made: Any, compiled: Pipelines) -> Deployment:
    found = Deployment(root, made, "code-bucket")
    found.__dict__["pipelines"] = tuple(compiled)
    return found


@pytest.mark.proof("fuzz")
@given(text=WRONG)
def test_here(project: Path, compiled: Pipelines, text: str) -> None:
    text = text.replace("backend: stepfunctions", "backend: local")
    made = projects.survives(partial(write, project, "here", text))
    if made is not None and made.backend == "local":
        home = project / ".mlmax" / "here"
        projects.survives(lambda: plan.make(project, home, made, compiled[0]))
