"""The ports of a Map: where its items come from, and where its results go."""

from __future__ import annotations


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


def test_what_is_no_list_cannot_be_run_over(interpret, machine):
    ran = interpret(over(machine, ItemsPath="$.n"), {"n": 3})
    assert (ran.status, ran.error) == ("FAILED", "States.Runtime")
    assert 'Reference path "$.n" must point to array.' in ran.cause
