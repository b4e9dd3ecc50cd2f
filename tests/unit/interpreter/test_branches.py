"""Parallel and Map: branches at the same time, and how they end together."""

import threading

import pytest

from mlmax_pipelines.interpreter import StateError

PASS = {"Type": "Pass"}
BOOM = StateError("Boom", "it broke")


def parallel(*branches, **fields):
    return {"Type": "Parallel", "Branches": list(branches), **fields}


def mapped(processor, **fields):
    return {"Type": "Map", "ItemProcessor": processor, **fields}


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


def test_branches_run_at_the_same_time(interpret, machine, task):
    barrier = threading.Barrier(3, timeout=240)

    def meet(request):
        barrier.wait()
        return request.state

    branches = [machine(**{name: task()}) for name in "ABC"]
    tasks = dict.fromkeys("ABC", meet)
    got = interpret(machine(P=parallel(*branches)), tasks=tasks, real_time=True)
    assert got.output == ["A", "B", "C"]


def test_waits_of_branches_pass_together(interpret, machine, virtual):
    branches = [
        machine(**{f"W{seconds}": {"Type": "Wait", "Seconds": seconds}})
        for seconds in (30, 10, 20)
    ]
    interpret(machine(P=parallel(*branches)))
    assert sum(virtual.slept) == pytest.approx(30)


def test_a_failing_branch_stops_the_others(interpret, machine, task):
    started, stopped = threading.Event(), threading.Event()

    def hang(request):
        started.set()
        if request.stop.wait(240):
            stopped.set()

    def fail(request):
        started.wait(240)
        raise BOOM

    inner = machine(I=parallel(machine(Deep=task()), machine(W=PASS)))
    late = machine(Late={"Type": "Wait", "Seconds": 3600})
    branches = [machine(Bad=task()), inner, late]
    catch = [{"ErrorEquals": ["Boom"], "Next": "After"}]
    definition = machine(P=parallel(*branches, Catch=catch), After=PASS)
    got = interpret(definition, tasks={"Bad": fail, "Deep": hang}, real_time=True)
    assert got.output == {"Error": "Boom", "Cause": "it broke"}
    assert stopped.is_set()
    aborted = [
        event.details["name"]
        for event in got.events
        if event.type.endswith("StateAborted")
    ]
    assert sorted(aborted) == ["Deep", "I", "Late"]
    types = got.types()
    assert types.index("ParallelStateFailed") > types.index("TaskStateAborted")


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


def test_map_runs_the_processor_once_per_item(interpret, machine):
    state = mapped(
        machine(I=PASS),
        InputPath="$.in",
        ItemsPath="$.items",
        ItemSelector={
            "item.$": "$$.Map.Item.Value",
            "index.$": "$$.Map.Item.Index",
            "unit.$": "$.unit",
        },
        ResultPath="$.out",
    )
    input = {"in": {"items": ["a", "b"], "unit": "m"}}
    got = interpret(machine(M=state), input)
    assert got.output["out"] == [
        {"item": "a", "index": 0, "unit": "m"},
        {"item": "b", "index": 1, "unit": "m"},
    ]
    assert got.details("MapStateStarted") == [{"length": 2}]
    assert got.details("MapIterationSucceeded") == [
        {"name": "M", "index": 0},
        {"name": "M", "index": 1},
    ]


def test_map_reads_the_older_spelling(interpret, machine):
    parameters = {"v.$": "$$.Map.Item.Value"}
    state = {"Type": "Map", "Iterator": machine(I=PASS), "Parameters": parameters}
    assert interpret(machine(M=state), [1, 2]).output == [{"v": 1}, {"v": 2}]


def test_map_without_items_yields_an_empty_list(interpret, machine):
    assert interpret(machine(M=mapped(machine(I=PASS))), []).output == []


def test_map_wants_a_list(interpret, machine):
    got = interpret(machine(M=mapped(machine(I=PASS), ItemsPath="$.x")), {"x": 1})
    assert (got.status, got.error) == ("FAILED", "States.Runtime")
    assert got.cause.endswith('Reference path "$.x" must point to array.')


@pytest.mark.parametrize(("limit", "most"), [(1, 1), (3, 3), (0, 8)])
def test_map_runs_no_more_items_at_once_than_it_may(
    interpret, machine, task, limit, most
):
    lock, running, peak = threading.Lock(), [0], [0]
    full = threading.Event()

    def work(request):
        with lock:
            running[0] += 1
            peak[0] = max(peak[0], running[0])
            if peak[0] == most:
                full.set()
        full.wait(240)
        with lock:
            running[0] -= 1
        return request.arguments

    state = mapped(machine(T=task()), MaxConcurrency=limit)
    got = interpret(machine(M=state), list(range(8)), {"T": work}, real_time=True)
    assert got.output == list(range(8))
    assert peak[0] == most


def test_more_items_than_threads_all_run(interpret, machine, task):
    inner = mapped(machine(T=task()))
    items = [list(range(30))] * 4
    answer = {"T": lambda request: request.arguments + 1}
    got = interpret(machine(M=mapped(machine(I=inner))), items, answer)
    assert got.output == [list(range(1, 31))] * 4


def test_a_failing_item_stops_the_others(interpret, machine, task):
    started, stopped = threading.Event(), threading.Event()

    def work(request):
        if request.arguments == "bad":
            started.wait(240)
            raise BOOM
        started.set()
        if request.stop.wait(240):
            stopped.set()

    items = ["bad", "good", "never"]
    state = mapped(machine(T=task()), MaxConcurrency=2)
    got = interpret(machine(M=state), items, {"T": work}, real_time=True)
    assert (got.status, got.error) == ("FAILED", "Boom")
    assert stopped.is_set()
    assert got.details("MapIterationFailed") == [{"name": "M", "index": 0}]
    assert got.details("MapIterationAborted") == [{"name": "M", "index": 1}]
    assert len(got.details("MapIterationStarted")) == 2


DISTRIBUTED = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, "FAILED"),
        ({"ToleratedFailureCount": 1}, "FAILED"),
        ({"ToleratedFailureCount": 2}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 49}, "FAILED"),
        ({"ToleratedFailurePercentage": 50}, "SUCCEEDED"),
        ({"ToleratedFailurePercentagePath": "$.most"}, "SUCCEEDED"),
        ({"ToleratedFailureCount": 1, "ToleratedFailurePercentage": 100}, "FAILED"),
    ],
)
def test_a_distributed_map_tolerates_some_failures(interpret, machine, fields, status):
    rule = {"Variable": "$", "StringEquals": "bad", "Next": "F"}
    choice = {"Type": "Choice", "Choices": [rule], "Default": "P"}
    processor = machine(DISTRIBUTED, C=choice, F={"Type": "Fail"}, P=PASS)
    state = mapped(processor, ItemsPath="$.items", **fields)
    items = ["bad", "a", "bad", "b"]
    got = interpret(machine(M=state), {"items": items, "most": 99.5})
    assert got.status == status
    if status == "FAILED":
        assert got.error == "States.ExceedToleratedFailureThreshold"
    else:
        assert got.output == ["a", "b"]


@pytest.mark.parametrize(
    ("field", "value", "cause"),
    [
        (
            "MaxConcurrency",
            "no",
            'field refers to value "no" which is not a valid integ',
        ),
        (
            "MaxConcurrency",
            {},
            'refers to value "{}" which is not a valid integer: $.v',
        ),
        ("MaxConcurrency", -1, "Expected non-negative integer for MaxConcurrency"),
        ("ToleratedFailureCount", 1.5, 'value "1.5" which is not a valid integer: $.v'),
        ("ToleratedFailureCount", -1, "ToleratedFailureCount cannot be negative."),
        (
            "ToleratedFailurePercentage",
            "no",
            'value "no" which is not a valid float: $.v',
        ),
        ("ToleratedFailurePercentage", 101, "must be between 0 and 100."),
    ],
)
def test_map_refuses_numbers_that_are_none(interpret, machine, field, value, cause):
    state = mapped(machine(I=PASS), ItemsPath="$.items", **{f"{field}Path": "$.v"})
    got = interpret(machine(M=state), {"items": [1], "v": value})
    assert (got.status, got.error) == ("FAILED", "States.Runtime")
    assert cause in got.cause


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


def test_branches_without_tasks_start_no_threads(interpret, machine):
    threads = set()

    def listen(event):
        threads.add(threading.current_thread())

    state = mapped(machine(A=PASS, W={"Type": "Wait", "Seconds": 5}))
    before = threading.active_count()
    got = interpret(machine(M=state), list(range(100)), on_event=listen)
    assert got.output == list(range(100))
    assert threads == {threading.current_thread()}
    assert threading.active_count() == before
