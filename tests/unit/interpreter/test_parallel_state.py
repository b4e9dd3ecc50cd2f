"""Branches, and how they end together."""

from mlmax_pipelines.interpreter import StateError

PASS = {"Type": "Pass"}
BOOM = StateError("Boom", "it broke")


def parallel(*branches, **fields):
    return {"Type": "Parallel", "Branches": list(branches), **fields}


def test_parallel_gives_each_branch_the_input_and_collects_the_outputs(
    interpret, machine
):
    branches = [machine(**{name: {**PASS, "ResultPath": f"$.{name}"}}) for name in "AB"]
    state = parallel(*branches, Parameters={"y.$": "$.x"}, ResultPath="$.all")
    got = interpret(machine(P=state), {"x": 1})
    outputs = [{"y": 1, "A": {"y": 1}}, {"y": 1, "B": {"y": 1}}]
    assert got.output == {"x": 1, "all": outputs}
    assert got.types()[1:3] == ["ParallelStateEntered", "ParallelStateStarted"]
    assert got.types()[-3:] == [
        "ParallelStateSucceeded",
        "ParallelStateExited",
        "ExecutionSucceeded",
    ]


def test_variables_are_seen_inside_and_stay_inside(interpret, machine):
    inner = machine(
        A={**PASS, "Assign": {"mine.$": "$outer"}},
        B={**PASS, "InputPath": "$mine"},
    )
    after = {**PASS, "Parameters": {"mine.$": "$mine"}}
    definition = machine(S={**PASS, "Assign": {"outer": 7}}, P=parallel(inner, inner))
    assert interpret(definition).output == [7, 7]
    definition["States"]["P"] = {**definition["States"]["P"], "Next": "After"}
    definition["States"]["P"].pop("End")
    definition["States"]["After"] = {**after, "End": True}
    assert interpret(definition).error == "States.Runtime"


def test_each_branch_s_events_follow_each_other(interpret, machine):
    inner = machine(A=PASS, B=PASS)
    got = interpret(machine(P=parallel(inner, inner)))
    by_id = {event.id: event for event in got.events}
    assert list(by_id) == list(range(1, len(by_id) + 1))
    started = next(e for e in got.events if e.type == "ParallelStateStarted")
    entered = [e for e in got.events if e.type == "PassStateEntered"]
    assert [e.previous_id for e in entered if e.details["name"] == "A"] == [
        started.id
    ] * 2
    for event in entered:
        if event.details["name"] == "B":
            before = by_id[event.previous_id]
            assert (before.type, before.details["name"]) == ("PassStateExited", "A")


def test_an_uncaught_branch_failure_is_the_execution_s(interpret, machine):
    fail = {"Type": "Fail", "Error": "E", "Cause": "C"}
    got = interpret(machine(P=parallel(machine(F=fail), machine(A=PASS))))
    assert (got.status, got.error, got.cause) == ("FAILED", "E", "C")


def test_the_whole_parallel_is_retried(interpret, machine, task):
    retry = [{"ErrorEquals": ["Boom"], "MaxAttempts": 1}]
    branches = [machine(A=task()), machine(B=task())]
    tasks = {"A": [BOOM, "a"], "B": lambda request: "b"}
    got = interpret(machine(P=parallel(*branches, Retry=retry)), tasks=tasks)
    assert got.output == ["a", "b"]
    assert got.types().count("ParallelStateStarted") == 2
    assert got.types().count("ParallelStateEntered") == 1
