"""DynamoDB's expressions; the tests on the emulator try the same ones there."""

from __future__ import annotations

import pytest

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.local.services.item_expressions import Expression
from tests.items import CONDITIONS, ITEM, NAMES, UPDATES, VALUES


def request(kind: str, text: str) -> dict[str, object]:
    return {
        kind: text,
        "ExpressionAttributeNames": NAMES,
        "ExpressionAttributeValues": VALUES,
    }


@pytest.mark.parametrize("text, holds", CONDITIONS)
def test_a_condition_holds_or_not(text: str, holds: bool) -> None:
    arguments = request("ConditionExpression", text)
    assert Expression("ConditionExpression", arguments, ITEM).holds() is holds


@pytest.mark.parametrize("text, changed", UPDATES)
def test_an_update_makes_another_item(text: str, changed: dict[str, object]) -> None:
    arguments = request("UpdateExpression", text)
    made = Expression("UpdateExpression", arguments, ITEM).updated()
    expected = {k: v for k, v in {**ITEM, **changed}.items() if v is not None}
    assert made == expected


@pytest.mark.parametrize(
    "kind, text, said",
    [
        ("ConditionExpression", "n = :nobody", "attribute value: :nobody"),
        ("ConditionExpression", "#nobody = :one", "attribute name: #nobody"),
        ("ConditionExpression", "n ~ :one", 'token: "~ :one"'),
        ("ConditionExpression", "n :one", 'token: ":one"'),
        ("ConditionExpression", "n = :one n", 'token: "n"'),
        ("ConditionExpression", "(n = :one", 'token: "<EOF>"'),
        ("ConditionExpression", "n =", 'token: "<EOF>"'),
        ("UpdateExpression", "PUT n :one", 'token: "PUT"'),
        ("UpdateExpression", "SET nobody.x = :one", "document path"),
        ("UpdateExpression", "SET n = s + :one", "incorrect data type"),
        ("UpdateExpression", "ADD s :set", "Type mismatch"),
        ("UpdateExpression", "DELETE n :set", "Type mismatch"),
    ],
)
def test_what_is_no_expression_is_refused(kind: str, text: str, said: str) -> None:
    with pytest.raises(StateError) as caught:
        one = Expression(kind, request(kind, text), ITEM)
        one.holds() if kind == "ConditionExpression" else one.updated()
    assert caught.value.error == "DynamoDB.AmazonDynamoDBException"
    assert said in caught.value.cause
