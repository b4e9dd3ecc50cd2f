"""Rows out of the history of real executions."""

from __future__ import annotations

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.observe.failure import failure
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
    assert order == ["RUNNING", "FAILED", "RETRYING", "SUCCEEDED"]


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
