"""The history, with and without anybody to listen."""

PASS = {"Type": "Pass"}


def test_a_full_history_ends_the_execution(interpret, machine):
    definition = machine(A={**PASS, "Next": "B"}, B={**PASS, "Next": "A"})
    got = interpret(definition)
    assert (got.status, got.error) == ("FAILED", "States.Runtime")
    assert "maximum number of history events (25000)" in got.cause
    assert got.events[-1].id == 25_000


def test_nobody_needs_to_listen(machine, interpret):
    assert interpret(machine(P=PASS), {"x": 1}, on_event=None).output == {"x": 1}
