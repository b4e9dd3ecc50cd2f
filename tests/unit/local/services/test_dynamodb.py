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


def test_a_projection_is_refused_and_not_passed_over(failure: Any) -> None:
    arguments = {"TableName": "t", "Key": KEY, "ProjectionExpression": "x"}
    error, cause = failure("dynamodb:getItem", arguments)
    assert error == "States.Runtime" and "'ProjectionExpression'" in cause


FAILED = ("DynamoDB.ConditionalCheckFailedException", "The conditional request failed")
NEW = {"ConditionExpression": "attribute_not_exists(id)"}


def test_what_is_there_is_put_and_deleted_under_a_condition(
    call: Any, failure: Any
) -> None:
    given = {"TableName": "t", "Item": KEY, **NEW}
    call("dynamodb:getItem", {"TableName": "t", "Key": KEY})
    call("dynamodb:putItem", given)
    assert failure("dynamodb:putItem", given) == FAILED
    delete = {"TableName": "t", "Key": KEY, **NEW}
    assert failure("dynamodb:deleteItem", delete) == FAILED
    assert call("dynamodb:getItem", {"TableName": "t", "Key": KEY}) == {"Item": KEY}


def test_an_update_says_what_it_changed(call: Any, failure: Any) -> None:
    given = {
        "TableName": "t",
        "Key": KEY,
        "UpdateExpression": "ADD n :one",
        "ConditionExpression": "attribute_not_exists(n) OR n < :most",
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":most": {"N": "2"}},
    }
    first = call("dynamodb:updateItem", {**given, "ReturnValues": "ALL_NEW"})
    assert first == {"Attributes": {**KEY, "n": {"N": "1"}}}
    second = call("dynamodb:updateItem", {**given, "ReturnValues": "UPDATED_OLD"})
    assert second == {"Attributes": {"n": {"N": "1"}}}
    assert failure("dynamodb:updateItem", given) == FAILED
    found = call("dynamodb:getItem", {"TableName": "t", "Key": KEY})
    assert found == {"Item": {**KEY, "n": {"N": "2"}}}
