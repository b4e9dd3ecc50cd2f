"""Rows out of the history of real executions."""

from __future__ import annotations

import json
from dataclasses import replace

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.observe.failure import failure
from mlmax_pipelines.observe.render import html, terminal
from mlmax_pipelines.observe.timeline import Timeline, read
from tests.unit.observe.histories import MAP, PARALLEL, fails, scores


def test_states_of_a_run_succeed_in_order(training, history):
    timeline = read(history(training, scores(0.99)))
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


def test_retries_are_counted_and_remembered(training, history):
    events = history(training, fails("Train", "Slow.Down", times=2))
    train = next(row for row in read(events).rows if row.name == "Train")
    assert (train.status, train.attempts) == ("SUCCEEDED", 3)
    assert train.errors == ("Slow.Down", "Slow.Down")
    assert train.error is None


def test_a_live_table_shows_a_retry_while_it_runs(training, history):
    timeline = Timeline()
    seen = []
    for event in history(training, fails("Train", "Slow.Down", times=1)):
        timeline.feed(event)
        seen += [row.status for row in timeline.rows if row.name == "Train"]
    order = list(dict.fromkeys(seen))
    # Between two attempts too: that one failed is no failure of the step.
    assert order == ["RUNNING", "RETRYING", "SUCCEEDED"]


def test_a_status_is_as_old_as_what_it_tells_of(training, history):
    timeline = Timeline()
    for event in history(training, fails("Train", "Slow.Down", times=1)):
        timeline.feed(event)
        row = next((row for row in timeline.rows if row.name == "Train"), None)
        if row and event.type in ("TaskScheduled", "TaskFailed", "TaskStateExited"):
            assert row.changed == event.timestamp or not row.open


def events(*told):
    """Of each type and details, a second apart, each following the one before."""
    return [HistoryEvent(n, n - 1, float(n), *one) for n, one in enumerate(told, 1)]


def test_a_time_limit_is_told_with_its_seconds():
    told = events(
        ("ExecutionStarted", {}),
        ("TaskStateEntered", {"name": "Train"}),
        ("TaskScheduled", {"timeoutInSeconds": 60}),
        ("TaskTimedOut", {"error": "States.Timeout"}),
        ("ExecutionFailed", {"error": "States.Timeout"}),
    )
    [row] = read(told).rows
    assert (row.status, row.cause) == (
        "TIMED_OUT",
        "over its time limit of 60 s (timeout_seconds)",
    )


def test_an_executions_time_limit_ends_what_runs():
    told = events(
        ("ExecutionStarted", {}),
        ("TaskStateEntered", {"name": "Train"}),
        ("TaskScheduled", {}),
        ("ExecutionTimedOut", {}),
    )
    found = failure(read(told))
    assert str(found) == (
        "step 'Train' timed out: States.Timeout: the execution's time limit was over, "
        "after 3.00 s"
    )


def test_an_input_that_is_not_there_names_the_step_that_should_have_written_it():
    text = "no S3 objects found under 's3://b/p/e/First_one/0/rows/' (input 'rows')"
    told = events(
        ("ExecutionStarted", {}),
        ("TaskStateEntered", {"name": "First one"}),
        ("TaskStateExited", {"name": "First one"}),
        ("TaskStateEntered", {"name": "Train"}),
        ("TaskScheduled", {}),
        ("TaskFailed", {"error": "States.TaskFailed", "cause": text}),
        ("ExecutionFailed", {}),
    )
    first, train = read(told).rows
    assert train.cause == f"{text}: step 'First one' left its output 'rows' empty"
    assert (first.status, first.remark) == ("SUCCEEDED", "left its output 'rows' empty")
    assert first.remark in terminal.steps([first], 9.0)
    assert html._error(first) and not html._error(replace(first, remark=""))


def test_an_item_that_failed_is_not_waited_for(history):
    definition = json.loads(json.dumps(MAP))
    definition["States"]["Each"]["ToleratedFailureCount"] = 1
    timeline = Timeline()
    for event in history(definition, fails("Score", "Broken", times=1), {"items": [1]}):
        timeline.feed(event)
        if event.type == "MapIterationFailed":
            assert [row.status for row in timeline.rows] == ["RUNNING", "FAILED"]


def test_a_failing_branch_is_blamed_and_nested(history):
    timeline = read(history(PARALLEL, fails("Bad", "Broken", "it broke")))
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


def test_an_aborted_execution_leaves_no_state_running(training, history):
    whole = history(training, scores(0.99))
    started = next(e for e in whole if e.type == "TaskStarted")
    abort = HistoryEvent(99, started.id, 2000.0, "ExecutionAborted", {})
    events = [*whole[: started.id], abort]
    timeline = read(events)
    assert timeline.status == "ABORTED"
    assert timeline.rows[-1].status == "ABORTED"
    assert failure(timeline) is None


def test_unknown_and_disconnected_events_are_passed_over(training, history):
    events = history(training, scores(0.99))
    odd = [
        HistoryEvent(900, 3, 1.0, "SomethingNewStarted", {"name": "x"}),
        HistoryEvent(901, 777, 1.0, "TaskFailed", {"error": "x"}),
        HistoryEvent(902, 777, 1.0, "MapIterationStarted", {}),
        HistoryEvent(903, 777, 1.0, "PassStateExited", {}),
    ]
    timeline = read([*events[:4], *odd, *events[4:]])
    assert timeline.status == "SUCCEEDED"
    assert len(timeline.rows) == len(read(events).rows)


def test_what_was_killed_inside_a_container_goes_on_outside_of_it():
    told = events(
        ("ExecutionStarted", {}),
        ("ParallelStateEntered", {"name": "Both"}),
        ("ParallelStateStarted", {}),
        ("TaskStateEntered", {"name": "Inner"}),
        ("TaskScheduled", {}),
        ("ExecutionAborted", {}),
        ("ExecutionRedriven", {}),
        ("ParallelStateEntered", {"name": "Both"}),
        ("ParallelStateStarted", {}),
        ("TaskStateEntered", {"name": "Inner"}),
        ("TaskScheduled", {}),
        ("TaskStateExited", {"name": "Inner"}),
        ("ParallelStateSucceeded", {}),
        ("ParallelStateExited", {"name": "Both"}),
        ("TaskStateEntered", {"name": "Next"}),
    )
    assert [(row.name, row.status, row.depth) for row in read(told).rows] == [
        ("Both", "ABORTED", 0),
        ("Inner", "ABORTED", 1),
        ("Both", "SUCCEEDED", 0),
        ("Inner", "SUCCEEDED", 1),
        ("Next", "RUNNING", 0),
    ]
