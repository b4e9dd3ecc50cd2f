"""DynamoDB's typed values; in expressions they are compared with the emulator's."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.local.services import item_values

ITEM: dict[str, Any] = {"a": {"M": {"b": {"L": [{"N": "1"}, {"N": "2"}]}}}}


def test_a_place_is_found_or_nothing() -> None:
    assert item_values.found(ITEM, ["a", "b", 1]) == {"N": "2"}
    for place in (["a", "b", 2], ["a", "c"], ["a", 0], ["x", "y"]):
        assert item_values.found(ITEM, place) is None


def test_numbers_are_equal_however_they_are_written() -> None:
    one, same = {"NS": ["1", "2.50"]}, {"NS": ["2.5", "1.0"]}
    assert item_values.order("=", one, same)
    assert item_values.order("=", {"M": {"x": {"N": "1"}}}, {"M": {"x": {"N": "1.0"}}})
    assert not item_values.order("<", {"S": "2"}, {"N": "10"})


def test_what_is_no_number_is_not_added_to() -> None:
    with pytest.raises(StateError, match="incorrect data type"):
        item_values.added({"S": "x"}, {"N": "1"})
