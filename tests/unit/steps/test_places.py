"""What a job may read follows the value, however it came there."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.steps import places
from tests.unit.compiler.projects import CALL, MODULES, compiled

ARTIFACTS = "arn:${AWS::Partition}:s3:::${ArtifactBucket}/"
OF_A = "p/*/A/rows/*"
FIRST = "  A: {module: copy}\n"
NEWEST = """
name: newest
type: latest_model
interface:
  outputs: {transformer: {type: s3}}
implementation: {group: g}
"""


def reads(root: Path, steps: str, state: str = "T", **more: object) -> dict[str, str]:
    """Keys of the artifact bucket that a state's job reads -> why."""
    pipeline = compiled(root, steps, modules={**MODULES, "newest": NEWEST}, **more)
    (found,) = (one for one in pipeline.states if one.name == state)
    return {
        resource.removeprefix(ARTIFACTS): statement.reason
        for statement in found.job_role
        if statement.actions == ("s3:GetObject",)
        for resource in statement.resources
        if resource.startswith(ARTIFACTS)
    }


def fit(reference: str) -> str:
    return f'  T: {{module: fit, inputs: {{rows: "${{{reference}}}"}}}}\n'


DIRECT = FIRST + fit("steps.A.outputs.rows")
PASSED = (
    FIRST
    + '  P: {type: pass, result: {x: "${steps.A.outputs.rows}", n: 1}}\n'
    + fit("steps.P.outputs.x")
)
PASSED_TWICE = (
    FIRST
    + '  P: {type: pass, result: {deep: {x: "${steps.A.outputs.rows}"}}}\n'
    + '  Q: {type: pass, result: {y: "${steps.P.outputs.deep.x}"}}\n'
    + fit("steps.Q.outputs.y")
)
CHOSEN = (
    PASSED.replace(fit("steps.P.outputs.x"), "")
    + "  C:\n    type: choice\n    choices:\n"
    + '      - {when: {value: "${steps.P.outputs.n}", equals: 1}, next: T}\n'
    + "    default: T\n"
    + fit("steps.P.outputs.x")
)
PARALLEL = (
    "  B:\n    type: parallel\n    branches:\n"
    + "      - steps:\n          A: {module: copy}\n"
    + fit("steps.A.outputs.rows")
)


@pytest.mark.parametrize("steps", [DIRECT, PASSED, PASSED_TWICE, CHOSEN, PARALLEL])
def test_an_output_is_read_from_its_folder_alone(tmp_path: Path, steps: str) -> None:
    assert reads(tmp_path, steps) == {OF_A: places.OUTPUTS}


def test_a_text_around_an_output_stays_in_its_folder(tmp_path: Path) -> None:
    steps = FIRST + '  T: {module: fit, inputs: {rows: "${steps.A.outputs.rows}x/"}}\n'
    assert reads(tmp_path, steps) == {OF_A: places.OUTPUTS}


def test_a_place_of_the_pipeline_is_read_as_it_is_written(tmp_path: Path) -> None:
    assert reads(tmp_path, fit("pipeline.base_location").replace("}", "}/in", 1)) == {
        "p/*/in*": places.OUTPUTS
    }


def test_a_map_reads_what_its_items_name(tmp_path: Path) -> None:
    steps = (
        FIRST
        + '  P: {type: pass, result: {all: ["${steps.A.outputs.rows}", "s3://b/k"]}}\n'
        + "  M:\n    type: map\n    items: ${steps.P.outputs.all}\n    steps:\n"
        + "    "
        + fit("item")
    )
    assert reads(tmp_path, steps) == {OF_A: places.OUTPUTS}


def test_what_a_map_has_put_out_is_read_of_all_its_items(tmp_path: Path) -> None:
    steps = (
        "  M:\n    type: map\n    items: ${parameters.files}\n    steps:\n"
        "      A: {module: copy}\n" + fit("steps.M.output.items[0].A.outputs.rows")
    )
    files = "{files: {type: list}}"
    found = reads(tmp_path, steps, parameters=files)
    assert "p/*/A/rows/*" in found
    assert all(key.startswith("p/*/A/") for key in found)


def test_the_inside_of_a_map_reads_its_own_item(tmp_path: Path) -> None:
    steps = (
        "  M:\n    type: map\n    items: ${parameters.files}\n    steps:\n"
        "      A: {module: copy}\n    " + fit("steps.A.outputs.rows")
    )
    files = "{files: {type: list}}"
    assert reads(tmp_path, steps, parameters=files) == {"p/*/A/rows/*": places.OUTPUTS}


def test_a_parameter_may_name_what_its_pipeline_wrote(tmp_path: Path) -> None:
    rows = "{rows: {type: s3, default: s3://b/k}}"
    assert reads(tmp_path, fit("parameters.rows"), parameters=rows) == {
        "p/*": places.PARAMETERS
    }


def test_a_registered_model_may_be_any_pipelines(tmp_path: Path) -> None:
    steps = "  N: {module: newest}\n" + fit("steps.N.outputs.transformer")
    assert reads(tmp_path, steps) == {"*": places.REGISTRY}


def test_a_function_may_name_anything(tmp_path: Path) -> None:
    assert "call" in CALL
    steps = "  F: {module: call}\n" + fit("steps.F.output.Payload.place")
    assert reads(tmp_path, steps) == {"*": places.ANYWHERE}


def test_a_loop_ends(tmp_path: Path) -> None:
    steps = (
        FIRST
        + '  P: {type: pass, result: {x: "${steps.A.outputs.rows}"}}\n'
        + fit("steps.P.outputs.x")
        + "  C:\n    type: choice\n    choices:\n"
        + '      - {when: {value: "${steps.P.outputs.x}", is_present: true}, next: P}\n'
        + "    default: End\n  End: {type: succeed}\n"
    )
    assert reads(tmp_path, steps) == {OF_A: places.OUTPUTS}


def test_a_bucket_of_the_spec_is_read_and_listed(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, "  T: {module: fit, inputs: {rows: 's3://b/k/'}}\n")
    (found,) = (one for one in pipeline.states if one.name == "T")
    named = {
        (statement.actions[0], resource)
        for statement in found.job_role
        for resource in statement.resources
        if ":::b" in resource
    }
    assert named == {
        ("s3:GetObject", "arn:${AWS::Partition}:s3:::b/k/*"),
        ("s3:ListBucket", "arn:${AWS::Partition}:s3:::b"),
    }
