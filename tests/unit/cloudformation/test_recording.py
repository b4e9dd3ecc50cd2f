"""What the recorder's definition says of an execution."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from mlmax_pipelines.base import layout
from mlmax_pipelines.base.names import execution_tag
from mlmax_pipelines.cloudformation import recording

# It sets Python's recursion limit, on which others rely.
_LIMIT = sys.getrecursionlimit()
jsonata = pytest.importorskip("jsonata", reason="it comes with the extra 'dev'")
sys.setrecursionlimit(_LIMIT)


def evaluated(expression: str, **bindings: Any) -> Any:
    """An expression with variables, as Step Functions fills in the stack's name; and
    its `$hash`, which JSONata does not have."""
    from hashlib import md5

    text = expression.removeprefix("{%").removesuffix("%}").replace("${Prefix}", "ml")
    made = jsonata.Jsonata(text)
    sys.setrecursionlimit(_LIMIT)
    hashed = lambda value, algorithm: md5(value.encode()).hexdigest()  # noqa: E731
    made.register_lambda("hash", hashed)
    for name, value in bindings.items():
        made.assign(name, value)
    return made.evaluate({})


@pytest.mark.parametrize("name", ["a", "nightly-7", "a_b.c=d+e@f", "with'quote", "ü"])
def test_it_lists_what_that_execution_wrote(name: str) -> None:
    found = evaluated(recording._LIST, machine="ml-a-b", name=name, more={})
    assert found["Prefix"] == layout.execution("a-b", execution_tag(name))


def test_a_record_lies_where_it_is_looked_for() -> None:
    arn = "arn:aws:states:us-east-1:123456789012:execution:ml-a:one"
    key = recording._STATES["Put record"]["Arguments"]["Key"]
    assert evaluated(key, machine="ml-a", name="one") == layout.recorded(
        arn, layout.RECORD
    )


def test_who_judged_a_model_lies_where_it_is_looked_for() -> None:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:model-package/ml-models/7"
    key = recording._STATES["Put approval"]["Arguments"]["Key"]
    states = {"input": {"model": arn, "event": "e-1"}}
    assert evaluated(key, states=states) == f"{layout.approvals(arn)}e-1.json"


def test_every_state_leads_somewhere(training: Any) -> None:
    made = recording.definition([training])
    states = made["States"]
    for state in states.values():
        for one in (state, *state.get("Choices", ()), *state.get("Catch", ())):
            for key in ("Next", "Default"):
                assert one.get(key, "Recorded") in states
    condition = states["Which event"]["Choices"][1]["Condition"]
    name = training.name
    assert evaluated(condition, machine=f"ml-{name}") is False
    assert evaluated(condition, machine=f"ml-x-{name}") is True
