"""Rows out of the history of real executions."""

from __future__ import annotations

import json

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.drawing.render import graph_of
from mlmax_pipelines.interpreter import StateError
from mlmax_pipelines.observe.failure import failure, human_cause
from mlmax_pipelines.observe.steps import folded, marks
from mlmax_pipelines.observe.timeline import Timeline, read

JOB = json.dumps({"TrainingJobName": "t-1", "FailureReason": "no column 'radius'"})
PARALLEL = {
    "StartAt": "Both",
    "States": {
        "Both": {
            "Type": "Parallel",
            "End": True,
            "Branches": [
                {
                    "StartAt": name,
                    "States": {name: {"Type": "Task", "Resource": "a", "End": True}},
                }
                for name in ("Good", "Bad")
            ],
        }
    },
}
MAP = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "MaxConcurrency": 1,
            "End": True,
            "ItemProcessor": {
                "StartAt": "Score",
                "States": {"Score": {"Type": "Task", "Resource": "a", "End": True}},
            },
        }
    },
}


def _scores(roc_auc):
    def answer(request):
        if request.state == "Evaluate metrics":
            return {"roc_auc": roc_auc}
        return {"outputs": {}}

    return answer


def _fails(state, error, cause="", times=99):
    left = [times]

    def answer(request):
        if request.state == state and left[0]:
            left[0] -= 1
            raise StateError(error, cause)
        return {"roc_auc": 1} if "metrics" in request.state else {"outputs": {}}

    return answer


def test_states_of_a_run_succeed_in_order(training, history):
    timeline = read(history(training, _scores(0.99)))
    assert timeline.status == "SUCCEEDED"
    assert [row.name for row in timeline.rows][2:] == [
        "Train",
        "Evaluate",
        "Evaluate metrics",
        "Gate",
        "Register",
    ]
    assert {row.status for row in timeline.rows} == {"SUCCEEDED"}
    assert all(row.stopped > row.started for row in timeline.rows)


def test_helper_states_are_folded_into_their_step(training, history, pipeline):
    timeline = read(history(training, _scores(0.99)), pipeline(training).states)
    rows = folded(timeline.rows)
    assert [row.name for row in rows] == ["Train", "Evaluate", "Gate", "Register"]
    metrics = next(row for row in timeline.rows if row.name == "Evaluate metrics")
    assert rows[1].stopped == metrics.stopped


def test_second_visit_of_a_step_is_a_row_of_its_own(history):
    again = {"Variable": "$.n", "NumericLessThan": 2, "Next": "Count"}
    definition = {
        "StartAt": "Count",
        "States": {
            "Count": {
                "Type": "Pass",
                "Parameters": {"n.$": "States.MathAdd($.n, 1)"},
                "Next": "More",
            },
            "More": {"Type": "Choice", "Choices": [again], "Default": "Done"},
            "Done": {"Type": "Succeed"},
        },
    }
    rows = folded(read(history(definition, input={"n": 0})).rows)
    assert [row.name for row in rows] == ["Count", "More", "Count", "More", "Done"]


def test_retries_are_counted_and_remembered(training, history):
    events = history(training, _fails("Train", "Slow.Down", times=2))
    train = next(row for row in read(events).rows if row.name == "Train")
    assert (train.status, train.attempts) == ("SUCCEEDED", 3)
    assert train.errors == ("Slow.Down", "Slow.Down")
    assert train.error is None


def test_a_live_table_shows_a_retry_while_it_runs(training, history):
    timeline = Timeline()
    seen = []
    for event in history(training, _fails("Train", "Slow.Down", times=1)):
        timeline.feed(event)
        seen += [row.status for row in timeline.rows if row.name == "Train"]
    order = list(dict.fromkeys(seen))
    assert order == ["RUNNING", "FAILED", "RETRYING", "SUCCEEDED"]


def test_a_caught_failure_is_what_failed_and_the_fail_state_where_it_ended(
    training, history
):
    timeline = read(history(training, _fails("Train", "States.TaskFailed", JOB)))
    statuses = {row.name: row.status for row in timeline.rows}
    assert (statuses["Train"], statuses["Failed"]) == ("CAUGHT", "FAILED")
    failed = failure(timeline)
    assert (failed.step, failed.ended_in) == ("Train", "Failed")
    assert failed.cause == "no column 'radius'"
    assert str(failed) == ("step 'Train' failed: States.TaskFailed: no column 'radius'")


def test_a_rejected_model_is_not_blamed_on_an_earlier_step(training, history):
    failed = failure(read(history(training, _scores(0.5))))
    assert (failed.step, failed.error, failed.cause) == (
        "Rejected",
        "ModelRejected",
        "too low",
    )


def test_attempts_are_part_of_the_failure(training, history):
    failed = failure(read(history(training, _fails("Train", "Slow.Down"))))
    assert failed.attempts == 3
    assert failed.what == "step 'Train' failed after 3 attempts"


def test_a_failing_branch_is_blamed_and_nested(history):
    timeline = read(history(PARALLEL, _fails("Bad", "Broken", "it broke")))
    rows = {row.name: row for row in timeline.rows}
    assert (rows["Both"].status, rows["Bad"].status) == ("FAILED", "FAILED")
    assert rows["Bad"].depth == 1 and rows["Bad"].parent is rows["Both"]
    assert not any(row.open for row in timeline.rows)
    assert failure(timeline).step == "Bad"


def test_iterations_carry_their_index(history):
    timeline = read(history(MAP, input={"items": [1, 2, 3]}))
    each, *scores = timeline.rows
    assert [row.iteration for row in scores] == ["0", "1", "2"]
    assert (each.items, each.done, each.status) == (3, 3, "SUCCEEDED")


def test_a_failing_iteration_says_which(history):
    def answer(request):
        if request.arguments == 2:
            raise StateError("Broken", "item two")
        return {}

    failed = failure(read(history(MAP, answer, {"items": [1, 2, 3]})))
    assert (failed.step, failed.iteration) == ("Score", "1")
    assert failed.what == "step 'Score', item 1, failed"


def test_a_state_that_fails_before_its_task_starts_is_found(history):
    definition = {
        "StartAt": "Bad",
        "States": {"Bad": {"Type": "Pass", "InputPath": "$.missing", "End": True}},
    }
    failed = failure(read(history(definition)))
    assert (failed.step, failed.error) == ("Bad", "States.Runtime")


def test_an_aborted_execution_leaves_no_state_running(training, history):
    whole = history(training, _scores(0.99))
    started = next(e for e in whole if e.type == "TaskStarted")
    abort = HistoryEvent(99, started.id, 2000.0, "ExecutionAborted", {})
    events = [*whole[: started.id], abort]
    timeline = read(events)
    assert timeline.status == "ABORTED"
    assert timeline.rows[-1].status == "ABORTED"
    assert failure(timeline) is None


def test_unknown_and_disconnected_events_are_passed_over(training, history):
    events = history(training, _scores(0.99))
    odd = [
        HistoryEvent(900, 3, 1.0, "SomethingNewStarted", {"name": "x"}),
        HistoryEvent(901, 777, 1.0, "TaskFailed", {"error": "x"}),
        HistoryEvent(902, 777, 1.0, "MapIterationStarted", {}),
        HistoryEvent(903, 777, 1.0, "PassStateExited", {}),
    ]
    timeline = read([*events[:4], *odd, *events[4:]])
    assert timeline.status == "SUCCEEDED"
    assert len(timeline.rows) == len(read(events).rows)


def test_marks_say_what_became_of_each_step(training, history, pipeline):
    compiled = pipeline(training)
    timeline = read(history(training, _fails("Train", "Broken")), compiled.states)
    found = marks(timeline.rows, graph_of(compiled), 2000.0)
    assert found["Train"].status == "CAUGHT"
    assert found["Failed"].status == "FAILED"
    assert "Gate" not in found


def test_iterations_share_one_mark(history, pipeline):
    compiled = pipeline(MAP, states=())
    timeline = read(history(MAP, input={"items": [1, 2]}))
    mark = marks(timeline.rows, graph_of(compiled), 2000.0)["Score"]
    assert mark.status == "SUCCEEDED" and mark.note.endswith("× 2")


def test_causes_are_unwrapped():
    nested = json.dumps({"Cause": JOB, "Error": "x"})
    assert human_cause(nested) == "no column 'radius'"
    assert human_cause('{"errorMessage": "bad row", "errorType": "E"}') == "bad row"
    assert human_cause("{not json") == "{not json"
    assert human_cause('{"other": 1}') == '{"other": 1}'
    assert human_cause(None) == ""
