"""What a module declares of its metrics is checked where the file is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.compiled import CompiledPipeline
from tests.unit.compiler.projects import MODULES, compiled, execute

MODULE = """
name: judge
type: processing
interface: {outputs: {marks: {type: metrics, file: marks.json, values: %s}}}
implementation: {image: {framework: sklearn, version: 1.4-2}, entry_point: src/copy.py}
"""
STEP = "  A: {module: judge%s}\n  B: {type: pass}\n  C: {type: succeed}\n"
CATCH = ", catch: [{errors: [Metrics.Invalid], next: C}]"
CAUSE = "step 'A' must write 'marks.json' to its output 'marks': a JSON object"


def judged(tmp_path: Path, values: str, step: str = "") -> CompiledPipeline:
    modules = {**MODULES, "judge": MODULE % values}
    return compiled(tmp_path, STEP % step, modules=modules)


def run(pipeline: CompiledPipeline, body: str) -> Any:
    return execute(pipeline, answers={"A marks file": {"Body": body}})


def holds(value: Any) -> str:
    return json.dumps({"v": value})


@pytest.mark.parametrize(
    ("type", "good", "bad"),
    [
        ("number", [0, -1.5, 1e300], ["0.1", True, None, [1], {"a": 1}]),
        ("integer", [3, -2, 3.0, 10**15, 1e20], [3.5, "3", True, 1.25]),
        ("boolean", [True, False], ["true", 1, None]),
        ("string", ["", "0.1"], [0.1, None, ["a"]]),
        ("s3", ["s3://b/k"], ["/k", 3]),
        ("list", [[], [1]], [3, "a", True, None]),
        ("object", [{}, {"a": 1}], [3, "a", False, None]),
    ],
)
def test_a_value_is_of_its_declared_type(
    tmp_path: Path, type: str, good: list[Any], bad: list[Any]
) -> None:
    pipeline = judged(tmp_path, f"{{v: {type}}}")
    for value in good:
        ran = run(pipeline, holds(value))
        assert ran.status == "SUCCEEDED", (value, ran.cause)
        values = ran.output["steps"]["A"]["outputs"]["marks"]["values"]
        assert values == {"v": value}
    for value in bad:
        ran = run(pipeline, holds(value))
        assert (ran.status, ran.error) == ("FAILED", "Metrics.Invalid"), value
        assert ran.cause == f"{CAUSE} with 'v' ({type})"


@pytest.mark.parametrize(
    "body", ["", "{", '{"v": NaN}', '{"v": Infinity}', "\ufeff{}", "{}", "[]", "3"]
)
def test_a_file_that_cannot_be_used_is_one_error(tmp_path: Path, body: str) -> None:
    ran = run(judged(tmp_path, "{v: number}"), body)
    assert (ran.error, ran.cause) == ("Metrics.Invalid", f"{CAUSE} with 'v' (number)")


@pytest.mark.parametrize(
    ("error", "found"),
    [
        ("S3.NoSuchKeyException", "Metrics.Invalid"),
        ("States.DataLimitExceeded", "Metrics.Invalid"),
        ("S3.S3Exception", "S3.S3Exception"),
    ],
)
def test_a_missing_file_is_told_from_one_that_may_not_be_read(
    tmp_path: Path, error: str, found: str
) -> None:
    pipeline = judged(tmp_path, "{v: number}", ", retry: []")
    answers = {"A marks file": StateError(error, "")}
    assert execute(pipeline, answers=answers).error == found


def test_the_steps_catch_receives_it(tmp_path: Path) -> None:
    ran = run(judged(tmp_path, "{v: number}", CATCH), holds("0.1"))
    assert ran.status == "SUCCEEDED"
    error = {"Error": "Metrics.Invalid", "Cause": f"{CAUSE} with 'v' (number)"}
    assert ran.output["steps"]["A"]["error"] == error


def test_without_declared_values_any_json_will_do(tmp_path: Path) -> None:
    pipeline = judged(tmp_path, "{}")
    assert run(pipeline, '{"x": "y"}').status == "SUCCEEDED"
    ran = run(pipeline, "{")
    assert (ran.error, ran.cause) == ("Metrics.Invalid", CAUSE)


def test_reading_metrics_is_allowed_for_that_file_alone(tmp_path: Path) -> None:
    pipeline = judged(tmp_path, "{v: number}")
    (state,) = (one for one in pipeline.states if one.name == "A marks file")
    reads, lists = state.execution_role
    assert reads.actions == ("s3:GetObject",)
    assert [r.partition(":::")[2] for r in reads.resources] == [
        "${ArtifactBucket}/p/*/A/marks/marks.json"
    ]
    # Without it S3 answers 403 for a key that is not there.
    assert lists.actions == ("s3:ListBucket",)


def test_every_state_belongs_to_the_step(tmp_path: Path) -> None:
    pipeline = judged(tmp_path, "{v: integer}")
    found = [state.name for state in pipeline.states if state.step == "A"]
    words = ("", " file", " check", " texts", " whole", " valid", " invalid")
    assert found == ["A", *(f"A marks{word}" for word in words)]


def test_a_long_name_leaves_room_for_further_states(tmp_path: Path) -> None:
    long = "A" * 70
    modules = {**MODULES, "judge": MODULE % "{v: integer}"}
    pipeline = compiled(tmp_path, f"  {long}: {{module: judge}}\n", modules=modules)
    names = [state.name for state in pipeline.states]
    assert max(map(len, names)) == 80
    assert len(set(names)) == len(names)
