"""A resolved pipeline is handed over whole: definition, limits, digest."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from mlmax_pipelines.asl import mark
from mlmax_pipelines.asl.canonical import canonical_json, digest, json_text
from mlmax_pipelines.base.limits import DEFINITION
from tests.unit.compiler.projects import MODULES, compiled, execute, problems

MARKED = "  A: {type: pass}\n  B: {type: wait, seconds: 1}\n"
HYPHENS = """
name: look
type: processing
interface:
  inputs: {min-rows: {type: integer}}
  outputs:
    a-file: {type: s3}
    its-score: {type: metrics, values: {roc-auc: number}}
implementation: {image: {framework: sklearn, version: 1.4-2}, entry_point: src/copy.py}
"""
HYPHENS_STEPS = """
  A: {module: look, inputs: {min-rows: "${parameters.min-rows}"}}
  B:
    type: choice
    choices:
      - when: {value: "${steps.A.outputs.its-score.roc-auc}", greater_than: 0.5}
        next: C
    default: C
  C: {module: call, inputs: {the-file: "${steps.A.outputs.a-file}"}}
  D: {type: pass, result: {an-answer: "${steps.C.outputs.the-file}"}}
"""
STEPS = "  A: {module: copy}\n  B: {type: succeed}\n"


def test_a_state_the_compiler_adds_does_not_meet_one_of_the_user(
    tmp_path: Path,
) -> None:
    steps = "  A: {module: copy}\n  A quality: {type: pass}\n  Defaults: {type: pass}\n"
    found = problems(tmp_path, steps)
    assert (
        "needs a state 'A quality', which is taken | by A: rename the step" in found[0]
    )
    assert "needs a state 'Defaults', which is taken | by every pipeline" in found[1]


def test_a_state_of_the_compilers_own_is_no_step(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "  Parameters: {type: succeed}\n")
    assert "step 'Parameters' needs a state 'Parameters', which is taken" in found
    assert "by every pipeline: rename the step" in found


def test_a_pipeline_says_what_it_is_and_how_long_it_may_take(tmp_path: Path) -> None:
    head = {"description": "Copies rows.", "timeout_seconds": "60"}
    found = compiled(tmp_path, STEPS, **head).definition
    assert list(found) == ["Comment", "TimeoutSeconds", "StartAt", "States"]
    assert mark.removed(found)["Comment"] == "Copies rows."
    assert found["TimeoutSeconds"] == 60
    other = compiled(tmp_path / "other", STEPS).definition
    assert list(other) == ["Comment", "TimeoutSeconds", "StartAt", "States"]
    assert mark.removed(other)["Comment"] == "p"
    assert other["TimeoutSeconds"] > 2 * 3600


def test_equal_specs_give_equal_objects_anywhere(tmp_path: Path) -> None:
    one, other = (compiled(tmp_path / name, STEPS) for name in "ab")
    assert (one, one.digest) == (other, other.digest)
    changed = compiled(tmp_path / "c", STEPS.replace("B:", "C:"))
    assert changed.digest != one.digest
    with pytest.raises(FrozenInstanceError):
        one.name = "q"  # type: ignore[misc]


def test_the_limits_of_the_definition_are_told(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, STEPS)
    size, events = pipeline.limits
    assert (size.name, size.allowed) == ("definition bytes", DEFINITION)
    assert size.used == len(json_text(pipeline.definition).encode())
    # A task of six events, metrics of ten and, checked, of fourteen, a state of two;
    # opening, start and end are eight.
    assert (events.name, events.used) == ("history events without retries", 40)


def test_what_is_shipped_and_read_is_named(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, STEPS)
    assert pipeline.code == ("src",)
    assert pipeline.sources == ("pipelines/p.yaml", "modules/copy.yaml")
    assert list(pipeline.substitutions) == sorted(pipeline.substitutions)


def test_the_definition_carries_the_digest_of_all_but_the_digest(
    tmp_path: Path,
) -> None:
    pipeline = compiled(tmp_path, MARKED)
    assert mark.carries(pipeline.definition, pipeline.digest)
    assert pipeline.digest == digest([mark.removed(pipeline.definition)])


def test_equal_specs_have_equal_digests_and_others_have_not(tmp_path: Path) -> None:
    first, again = compiled(tmp_path, MARKED), compiled(tmp_path, MARKED)
    assert first.digest == again.digest
    other = compiled(tmp_path, MARKED.replace("1", "2"))
    assert not mark.carries(other.definition, first.digest)


def test_the_size_shown_is_that_of_the_definition_with_its_digest(
    tmp_path: Path,
) -> None:
    pipeline = compiled(tmp_path, MARKED)
    (size, _) = pipeline.limits
    assert size.used == len(canonical_json(pipeline.definition))


def test_names_may_have_hyphens_wherever_they_are_read(tmp_path: Path) -> None:
    modules = {**MODULES, "look": HYPHENS}
    parameters = "{min-rows: {type: integer}}"
    pipeline = compiled(tmp_path, HYPHENS_STEPS, modules=modules, parameters=parameters)
    body = {"A its-score file": {"Body": '{"roc-auc": 0.9}'}}
    ran = execute(pipeline, {"min-rows": 3}, body)
    app = ran.arguments("A")["AppSpecification"]
    assert app["ContainerArguments"] == ["--min-rows", "3"]
    file = "s3://artifacts/p/a-run/A/a-file/"
    assert ran.arguments("C")["Payload"] == {"the-file": file}
    assert ran.output["steps"]["D"]["outputs"] == {"an-answer": file}
    assert execute(pipeline).error == "MissingParameter"
