"""What an environment says that would fail in every execution."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.project import Project, unfit
from mlmax_pipelines.yaml.document import load
from tests.unit.compiler.projects import MODULES, write
from tests.unit.compiler.test_requests import KEEP

HEAD = """{
  a: {type: string, default: Approved}, n: {type: integer, default: 1},
  b: {type: string, default: x, enum: [x, y]}, f: {type: s3, default: data/rows.csv}}
"""
STEPS = """
  K: {module: keep, inputs: {model_data: 's3://b/m', approval: "${parameters.a}"}}
  A: {module: copy, inputs: {word: "${parameters.a}", rows: "${parameters.f}"}}
  B: {type: pass, result: {x: "${env.team}", n: "${parameters.n}"}}
"""
OF_ENV = """
  K: {module: keep, inputs: {model_data: 's3://b/m', approval: "${env.state}"}}
"""


def found(root: Path, text: str, steps: str = STEPS) -> list[str]:
    project = Project(
        write(root, steps, modules={**MODULES, "keep": KEEP}, parameters=HEAD)
    )
    (root / "envs").mkdir(exist_ok=True)
    (root / "envs/dev.yaml").write_text(text)
    document = load(root / "envs/dev.yaml", "envs/dev.yaml")
    env, pipelines = project.environment("dev"), project.compile()
    return [
        f"{one.where}: {one.message} | {one.hint}"
        for one in unfit.problems(document, env, pipelines)
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "steps: {p: {A: {instance_type: ml.m5.larg}}}",
            "1:32: 'instance_type' is 'ml.m5.larg', which is no ProcessingResources."
            "ClusterConfig.InstanceType of CreateProcessingJob | did you mean",
        ),
        (
            "parameters: {p: {a: approved}}",
            "1:21: 'a' is 'approved', which is no ModelApprovalStatus of "
            "CreateModelPackage | did you mean 'Approved'?",
        ),
        (
            "parameters: {p: {b: [approved]}}",
            "1:21: input 'b' is '[\"approved\"]', must be text",
        ),
        ("parameters: {p: {n: many}}", "1:21: input 'n' is 'many', must be a whole"),
        ("parameters: {p: {n: null}}", "1:21: input 'n' is 'null', must be a whole"),
    ],
)
def test_a_value_that_does_not_fit(tmp_path: Path, text: str, fault: str) -> None:
    (one,) = found(tmp_path, f"{text}\nvalues: {{team: a}}\n")
    assert one.startswith(f"envs/dev.yaml:{fault}")


def test_a_value_that_is_missing(tmp_path: Path) -> None:
    (one,) = found(tmp_path, "values: {other: a}\n")
    assert "no value 'team', which pipeline 'p' reads | values: {team: ...}" in one


def test_what_fits_is_fine(tmp_path: Path) -> None:
    text = """
values: {team: a}
steps: {p: {A: {instance_type: ml.m5.4xlarge, instance_count: 2}}}
parameters: {p: {a: PendingManualApproval, n: -1, f: data/rows.csv}}
"""
    assert found(tmp_path, text) == []


def test_what_a_spec_takes_of_the_environment_is_judged_there(tmp_path: Path) -> None:
    assert found(tmp_path, "values: {state: Approved}\n", OF_ENV) == []
    (one,) = found(tmp_path, "values: {state: approved}\n", OF_ENV)
    assert one.startswith(
        "envs/dev.yaml:1:17: 'state' is 'approved', which is no Model"
    )
