"""fail: with an error and a cause, written or put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlmax_pipelines.interpreter import StateError
from mlmax_pipelines.observe.failure import failure
from mlmax_pipelines.observe.timeline import read
from tests.unit.compiler.projects import compiled, execute


def test_a_cause_is_put_together_of_values(tmp_path: Path) -> None:
    steps = """
  F: {type: fail, error: Few, cause: "only ${parameters.n} of ${pipeline.name}"}
"""
    parameters = "{n: {type: integer, default: 3}}"
    ran = execute(compiled(tmp_path, steps, parameters=parameters))
    assert (ran.status, ran.error, ran.cause) == ("FAILED", "Few", "only 3 of p")


def test_an_error_has_a_name_though_nobody_gave_one(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, "  F: {type: fail}\n"))
    assert (ran.error, ran.cause) == ("Failed", None)


ALL = "catch: [{errors: [States.ALL], next: F}]"
BROKEN = StateError("SageMaker.Broken", "no rows")


def ended(tmp_path: Path, steps: str, **answers: Any) -> tuple[Any, Any, str]:
    """Error and cause of the execution, and the step that failed."""
    pipeline = compiled(tmp_path, steps, parameters="{n: {type: integer, default: 3}}")
    ran = execute(pipeline, answers=answers)
    found = failure(read(ran.events, pipeline.states))
    assert found is not None
    return ran.error, ran.cause, found.step


def test_a_fail_that_a_catch_leads_to_keeps_the_error(tmp_path: Path) -> None:
    steps = f"""
  A: {{module: call, {ALL}}}
  B: {{module: call, {ALL}}}
  Done: {{type: succeed}}
  F: {{type: fail}}
"""
    for step in "AB":
        found = ended(tmp_path, steps, **{step: BROKEN})
        assert found == ("SageMaker.Broken", "no rows", step)
    # Not every error has a cause.
    bare = StateError("States.Timeout", None)
    assert ended(tmp_path, steps, B=bare) == ("States.Timeout", None, "B")


def test_it_keeps_it_after_other_steps_as_well(tmp_path: Path) -> None:
    steps = f"""
  A: {{module: call, catch: [{{errors: [States.ALL], next: Tell}}]}}
  Done: {{type: succeed}}
  Tell: {{module: call, {ALL}}}
  F: {{type: fail}}
"""
    assert ended(tmp_path, steps, A=BROKEN) == ("SageMaker.Broken", "no rows", "A")
    later = StateError("Sns.Down", "")
    assert ended(tmp_path, steps, A=BROKEN, Tell=later)[:2] == ("Sns.Down", "")


def test_what_no_catch_led_to_is_an_error_of_its_own(tmp_path: Path) -> None:
    rule = "{when: {value: '${parameters.n}', equals: 3}, next: F}"
    steps = f"""
  A: {{module: call, {ALL}}}
  Gate: {{type: choice, choices: [{rule}], default: Done}}
  Done: {{type: succeed}}
  F: {{type: fail}}
"""
    assert ended(tmp_path, steps, A=BROKEN)[:2] == ("SageMaker.Broken", "no rows")
    assert ended(tmp_path, steps) == ("Failed", None, "F")


def test_one_that_says_why_says_just_that(tmp_path: Path) -> None:
    steps = f"""
  A: {{module: call, {ALL}}}
  Done: {{type: succeed}}
  F: {{type: fail, cause: "${{steps.A.error}} it was"}}
"""
    found = ended(tmp_path, steps, A=BROKEN)
    assert found[:2] == ("Failed", "SageMaker.Broken it was")
    pipeline = compiled(tmp_path, steps)
    assert [s.name for s in pipeline.states if s.step == "F"] == ["F"]
