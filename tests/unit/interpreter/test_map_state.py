"""A machine run once per item."""

import pytest

from mlmax_pipelines.interpreter import StateError

PASS = {"Type": "Pass"}


BOOM = StateError("Boom", "it broke")


def mapped(processor, **fields):
    return {"Type": "Map", "ItemProcessor": processor, **fields}


DISTRIBUTED = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}


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


def over(machine, **fields):
    processor = machine(Double={"Type": "Pass"})
    return machine(Each={"Type": "Map", "ItemProcessor": processor, **fields})


def test_items_may_come_from_elsewhere(interpret, machine):
    asked = []

    def items(request):
        asked.append(request)
        return ["x", "y"]

    definition = over(machine, ItemsPath="$.table")
    ran = interpret(definition, {"table": "s3://bucket/table"}, items=items)
    assert ran.output == ["x", "y"]
    [request] = asked
    assert (request.state, request.data) == ("Each", "s3://bucket/table")
    assert request.path == "$.table"


def test_results_may_go_elsewhere(interpret, machine):
    def results(request, outputs):
        return {"written": len(outputs), "by": request.state}

    ran = interpret(over(machine), [1, 2, 3], results=results)
    assert ran.output == {"written": 3, "by": "Each"}


def test_a_task_is_told_for_which_item_it_is_asked(interpret, machine, task):
    seen = []

    def answer(request):
        seen.append((request.state, request.iteration, request.arguments))
        return {}

    inner = mapped(machine(T=task()))
    outer = mapped(machine(M=inner))
    got = interpret(
        machine(Before=task(Next="E"), E=outer),
        [[5], [6, 7]],
        {"T": answer, "Before": lambda request: [[5], [6, 7]]},
    )
    assert got.status == "SUCCEEDED"
    assert sorted(seen) == [("T", "0.0", 5), ("T", "1.0", 6), ("T", "1.1", 7)]
