"""The history, with and without anybody to listen."""

from mlmax_pipelines.interpreter.recorder import Recorder

PASS = {"Type": "Pass"}


def test_a_full_history_ends_the_execution(interpret, machine):
    definition = machine(A={**PASS, "Next": "B"}, B={**PASS, "Next": "A"})
    got = interpret(definition)
    assert (got.status, got.error) == ("FAILED", "States.Runtime")
    assert "maximum number of history events (25000)" in got.cause
    assert got.events[-1].id == 25_000


def test_nobody_needs_to_listen(machine, interpret):
    assert interpret(machine(P=PASS), {"x": 1}, on_event=None).output == {"x": 1}


def test_events_are_in_order_though_the_clock_is_set_back():
    seen = []
    times = iter([5.0, 3.0, 6.0])
    recorder = Recorder(seen.append, lambda: next(times))
    for _ in range(3):
        recorder.add(0, "PassStateEntered")
    assert [event.timestamp for event in seen] == [5.0, 5.0, 6.0]
