"""What failed, and why, in a sentence."""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines.compiled import METRICS_INVALID
from mlmax_pipelines.interpreter import StateError
from mlmax_pipelines.observe.failure import failure
from mlmax_pipelines.observe.timeline import read
from tests.unit.compiler.projects import compiled, execute
from tests.unit.observe.histories import JOB, MAP, fails, scores


def test_a_caught_failure_is_what_failed_and_the_fail_state_where_it_ended(
    training, history
):
    timeline = read(history(training, fails("Train", "States.TaskFailed", JOB)))
    statuses = {row.name: row.status for row in timeline.rows}
    assert (statuses["Train"], statuses["Failed"]) == ("CAUGHT", "FAILED")
    failed = failure(timeline)
    assert (failed.step, failed.ended_in) == ("Train", "Failed")
    assert failed.cause == "no column 'radius'"
    assert str(failed) == ("step 'Train' failed: States.TaskFailed: no column 'radius'")


def test_a_rejected_model_is_not_blamed_on_an_earlier_step(training, history):
    failed = failure(read(history(training, scores(0.5))))
    assert (failed.step, failed.error, failed.cause) == (
        "Rejected",
        "ModelRejected",
        "too low",
    )


def test_attempts_are_part_of_the_failure(training, history):
    failed = failure(read(history(training, fails("Train", "Slow.Down"))))
    assert failed.attempts == 3
    assert failed.what == "step 'Train' failed after 3 attempts"


def test_a_failing_iteration_says_which(history):
    def answer(request):
        if request.arguments == 2:
            raise StateError("Broken", "item two")
        return {}

    failed = failure(read(history(MAP, answer, {"items": [1, 2, 3]})))
    assert (failed.step, failed.iteration) == ("Score", "1")
    assert failed.what == "step 'Score', item 1, failed"
    assert failed.visit == "Score[1]"


def test_a_state_that_fails_before_its_task_starts_is_found(history):
    definition = {
        "StartAt": "Bad",
        "States": {"Bad": {"Type": "Pass", "InputPath": "$.missing", "End": True}},
    }
    failed = failure(read(history(definition)))
    assert (failed.step, failed.error) == ("Bad", "States.Runtime")


def test_metrics_that_are_wrong_are_blamed_on_their_step_which_must_run_again(
    tmp_path: Path,
) -> None:
    steps = (
        "  Both:\n    type: parallel\n    branches: [{steps: {A: {module: copy}}}]\n"
    )
    pipeline = compiled(tmp_path, steps)
    body = {"Body": '{"score": "high"}'}
    ran = execute(pipeline, answers={"A quality file": body})
    failed = failure(read(ran.events, pipeline.states))
    assert failed is not None
    assert (failed.step, failed.error, failed.again) == ("A", METRICS_INVALID, "Both")
    assert failed.ended_in == ""
    assert failed.cause.startswith("step 'A' must write 'metrics.json'")
