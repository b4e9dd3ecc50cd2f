"""How the states of a chain are linked, and what happens when they fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.interpreter import StateError
from mlmax_pipelines.steps.registry import find
from tests.unit.compiler.projects import compiled, execute, problems

THROTTLED = StateError("SageMaker.AmazonSageMakerException", "rate exceeded")
BROKEN = StateError("SageMaker.JobFailed", "the script ended with 1")


def states(pipeline):
    return pipeline.definition["States"]


def test_a_step_goes_to_the_one_below_it_and_the_last_one_ends(tmp_path: Path) -> None:
    steps = "  A: {module: fit, inputs: {rows: 's3://b/r'}}\n  B: {type: pass}\n"
    found = states(compiled(tmp_path, steps))
    assert found["A"]["Next"] == "B"
    assert found["B"]["End"] is True and "Next" not in found["B"]


def test_next_and_end_are_followed(tmp_path: Path) -> None:
    steps = """
  A: {type: pass, next: C}
  B: {type: pass, end: true}
  C: {type: wait, seconds: 1, next: B}
"""
    ran = execute(compiled(tmp_path, steps))
    found = states(compiled(tmp_path, steps))
    assert ran.status == "SUCCEEDED"
    assert (found["A"]["Next"], found["C"]["Next"]) == ("C", "B")
    assert found["B"]["End"] is True


def test_the_states_of_one_step_are_linked_before_the_next_step(tmp_path: Path) -> None:
    steps = "  A: {module: copy}\n  B: {type: succeed}\n"
    found = states(compiled(tmp_path, steps))
    assert found["A"]["Next"] == "A quality"
    assert found["A quality"]["Next"] == "A loose"
    assert found["A loose"]["Next"] == "B"


def test_choices_go_where_they_say_and_else_to_the_default(tmp_path: Path) -> None:
    steps = """
  Gate:
    type: choice
    choices:
      - {when: {value: "${parameters.n}", greater_than: 5}, next: Many}
      - {when: {value: "${parameters.n}", equals: 5}, next: Five}
    default: Few
  Few: {type: fail, error: Few}
  Many: {type: fail, error: Many}
  Five: {type: fail, error: Five}
"""
    pipeline = compiled(tmp_path, steps, parameters="{n: {type: integer}}")
    found = {n: execute(pipeline, {"parameters": {}, "n": n}).error for n in (9, 5, 1)}
    assert found == {9: "Many", 5: "Five", 1: "Few"}


def test_the_default_of_a_choice_may_be_its_next(tmp_path: Path) -> None:
    steps = """
  Gate:
    type: choice
    next: Few
    choices: [{when: {value: "${parameters.n}", greater_than: 5}, next: Many}]
  Few: {type: succeed}
  Many: {type: succeed}
"""
    pipeline = compiled(tmp_path, steps, parameters="{n: {type: integer, default: 1}}")
    assert states(pipeline)["Gate"]["Default"] == "Few"


def test_infrastructure_errors_are_retried_by_default(tmp_path: Path) -> None:
    steps = "  A: {module: fit, inputs: {rows: 's3://b/r'}}\n"
    pipeline = compiled(tmp_path, steps)
    ran = execute(pipeline, answers={"A": [THROTTLED, THROTTLED]})
    assert ran.status == "SUCCEEDED"
    assert len(ran.calls) == 3
    for retry in states(pipeline)["A"]["Retry"]:
        assert retry["JitterStrategy"] == "FULL"
        assert retry["MaxDelaySeconds"] in (120, 900)


def test_what_a_script_does_wrong_is_not_retried(tmp_path: Path) -> None:
    steps = "  A: {module: fit, inputs: {rows: 's3://b/r'}}\n"
    ran = execute(compiled(tmp_path, steps), answers={"A": BROKEN})
    assert (ran.status, ran.error) == ("FAILED", "SageMaker.JobFailed")
    assert ran.cause == "the script ended with 1"
    assert len(ran.calls) == 1


def test_the_retries_of_a_step_replace_the_default_ones(tmp_path: Path) -> None:
    steps = """
  A:
    module: fit
    inputs: {rows: "s3://b/r"}
    retry:
      - {errors: [SageMaker.JobFailed], max_attempts: 1, interval_seconds: 3,
         backoff_rate: 1.5, max_delay_seconds: 9, jitter: true}
"""
    pipeline = compiled(tmp_path, steps)
    assert states(pipeline)["A"]["Retry"] == [
        {
            "ErrorEquals": ["SageMaker.JobFailed"],
            "IntervalSeconds": 3,
            "MaxAttempts": 1,
            "BackoffRate": 1.5,
            "MaxDelaySeconds": 9,
            "JitterStrategy": "FULL",
        }
    ]
    assert len(execute(pipeline, answers={"A": [BROKEN, BROKEN]}).calls) == 2


def test_an_empty_list_of_retries_means_none(tmp_path: Path) -> None:
    steps = "  A: {module: fit, inputs: {rows: 's3://b/r'}, retry: []}\n"
    assert "Retry" not in states(compiled(tmp_path, steps))["A"]


def test_a_caught_error_is_kept_and_leads_to_its_step(tmp_path: Path) -> None:
    steps = """
  A:
    module: copy
    catch: [{errors: [SageMaker.JobFailed], next: Handle}]
  B: {type: fail, error: NotHandled}
  Handle: {type: succeed}
"""
    pipeline = compiled(tmp_path, steps)
    ran = execute(pipeline, answers={"A": BROKEN})
    assert ran.status == "SUCCEEDED"
    error = {"Error": "SageMaker.JobFailed", "Cause": "the script ended with 1"}
    assert ran.output["steps"]["A"]["error"] == error
    read = {"A quality file": StateError("SageMaker.JobFailed", "")}
    assert execute(pipeline, answers=read).status == "SUCCEEDED"
    assert execute(pipeline).error == "NotHandled"


def test_a_description_is_the_comment_of_the_steps_own_state(tmp_path: Path) -> None:
    steps = "  A: {module: copy, description: Copies it.}\n"
    found = states(compiled(tmp_path, steps))
    assert found["A"]["Comment"] == "Copies it."
    assert "Comment" not in found["A quality"]


def test_a_limit_of_time_is_one_of_every_task_of_the_step(tmp_path: Path) -> None:
    steps = "  A: {module: copy, timeout_seconds: 60}\n"
    found = states(compiled(tmp_path, steps))
    assert found["A"]["TimeoutSeconds"] == 60
    (branch,) = found["A quality"]["Branches"]
    assert branch["States"]["A quality file"]["TimeoutSeconds"] == 60


@pytest.mark.parametrize("kind", ["parallel", "map", "wait", "pass", "choice"])
def test_only_jobs_have_a_limit_of_time(tmp_path: Path, kind: str) -> None:
    own = {
        "parallel": "branches: [{steps: {B: {type: pass}}}]",
        "map": 'items: "${parameters.n}", steps: {B: {type: pass}}',
        "wait": "seconds: 3",
        "pass": "result: {a: 1}",
        "choice": "choices: [{when: {value: '${parameters.n}', equals: 1}, next: C}], "
        "default: C",
    }[kind]
    steps = (
        f"  A: {{type: {kind}, timeout_seconds: 60, {own}}}\n  C: {{type: succeed}}\n"
    )
    (found,) = problems(tmp_path, steps, parameters="{n: {type: list, default: []}}")
    assert found.startswith("pipelines/p.yaml:4:")
    assert f"{kind} step 'A' has 'timeout_seconds', which a job can have only" in found


@pytest.mark.parametrize(
    "own", ["type: pass", "type: wait, seconds: 1", "type: succeed", "type: fail"]
)
def test_steps_that_are_no_jobs_take_no_inputs(tmp_path: Path, own: str) -> None:
    steps = f"  A: {{{own}, inputs: {{rows: 3}}}}\n"
    (found,) = problems(tmp_path, steps)
    assert "step 'A' has no input 'rows' | it takes none" in found


def test_a_type_starts_only_what_it_declares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step_type = find("processing")
    assert step_type is not None
    monkeypatch.setattr(step_type, "jobs", ())
    told = "type 'processing' starts 'sagemaker:createProcessingJob.sync' undeclared"
    with pytest.raises(PipelineError, match=told):
        compiled(tmp_path, "  A: {module: copy}\n")
