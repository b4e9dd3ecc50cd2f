"""A definition whose fields hold what they cannot hold."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.asl.form import wrong


def machine(**fields: Any) -> Any:
    return {"StartAt": "A", "States": {"A": {"Type": "Map", **fields}}}


@pytest.mark.parametrize(
    "fields",
    [
        {"ResultPath": None, "MaxConcurrency": 2, "Retry": [{"ErrorEquals": ["a"]}]},
        {"MaxConcurrency": "{% $n %}", "Parameters": [1], "Comment": {"any": 1}},
        {"ItemProcessor": {"States": {"B": {"Choices": [{"Not": {"And": []}}]}}}},
    ],
)
def test_what_may_stand_in_a_definition(fields: Any) -> None:
    assert wrong(machine(**fields)) == ""


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ("a", "it must be an object, found text"),
        ({"States": []}, "'States' must be an object, found a list"),
        ({"StartAt": {}}, "'StartAt' must be text, found an object"),
        ({"States": {"A": "B"}}, "'States.A' must be an object, found text"),
        (machine(Next=["B"]), "'States.A.Next' must be text, found a list"),
        (machine(Catch={}), "'States.A.Catch' must be a list, found an object"),
        (
            machine(Iterator=machine(End=1)),
            "'States.A.Iterator.States.A.End' must be t",
        ),
        (machine(Choices=[{"Or": [1]}]), "'States.A.Choices[0].Or[0]' must be an obj"),
    ],
)
def test_what_may_not(definition: Any, said: str) -> None:
    assert wrong(definition).startswith(said)
