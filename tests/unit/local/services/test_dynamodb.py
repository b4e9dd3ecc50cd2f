"""Items, found by their keys."""

from __future__ import annotations

from typing import Any

KEY = {"id": {"S": "a"}}


def test_an_item_is_found_by_its_key(call: Any) -> None:
    item = {**KEY, "n": {"N": "1"}}
    call("dynamodb:putItem", {"TableName": "t", "Item": item})
    assert call("dynamodb:getItem", {"TableName": "t", "Key": KEY}) == {"Item": item}
    other = {"id": {"S": "b"}}
    assert call("dynamodb:getItem", {"TableName": "t", "Key": other}) == {}
    assert call("dynamodb:getItem", {"TableName": "t2", "Key": KEY}) == {}


def test_an_item_put_again_replaces_the_first(call: Any) -> None:
    for number in ("1", "2"):
        item = {**KEY, "n": {"N": number}}
        call("dynamodb:putItem", {"TableName": "t", "Item": item})
        found = call("dynamodb:getItem", {"TableName": "t", "Key": KEY})
        assert found == {"Item": item}
    call("dynamodb:deleteItem", {"TableName": "t", "Key": KEY})
    assert call("dynamodb:getItem", {"TableName": "t", "Key": KEY}) == {}


def test_a_condition_is_refused_and_not_passed_over(failure: Any) -> None:
    arguments = {"TableName": "t", "Item": KEY, "ConditionExpression": "x"}
    error, cause = failure("dynamodb:putItem", arguments)
    assert error == "States.Runtime" and "'ConditionExpression'" in cause
