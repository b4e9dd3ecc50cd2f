"""JSON that others wrote: as data, or where it is of another form."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.base.forms import MAX_DEPTH, NUMBER, Each, fault, parse_json

TREE: dict[str, Any] = {"name": str, "size": NUMBER, "on": bool, "end": (str, None)}
TREE |= {"inner": [TREE], "by_name": Each(TREE)}


@pytest.mark.parametrize("data", [{}, {"other": [1]}, {"inner": [{"name": "a"}]}])
def test_what_is_of_the_form(data: Any) -> None:
    assert (
        fault(TREE, {"name": "a", "size": 1.5, "on": True, "end": None, **data}) == ""
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "it must be an object, found a list"),
        ({"name": 1}, "'name' must be text, found a number"),
        ({"name": None}, "'name' must be text, found null"),
        ({"size": True}, "'size' must be a number, found true or false"),
        ({"on": 1}, "'on' must be true or false, found a number"),
        ({"end": 1}, "'end' must be text or null, found a number"),
        ({"inner": {}}, "'inner' must be a list, found an object"),
        ({"inner": [{}, {"on": 0}]}, "'inner[1].on' must be true or false, found a n"),
        ({"by_name": {"a": 1}}, "'by_name.a' must be an object, found a number"),
    ],
)
def test_where_it_is_not(data: Any, said: str) -> None:
    assert fault(TREE, data).startswith(said)


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 100_000])
@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")])
def test_what_is_nested_too_deep_is_no_data(begin: str, end: str, levels: int) -> None:
    assert parse_json(begin * 3 + "0" + end * 3)
    with pytest.raises(ValueError, match="nested deeper than 200 levels"):
        parse_json(begin * levels + "0" + end * levels)
    with pytest.raises(ValueError):
        parse_json(b"\xff")
