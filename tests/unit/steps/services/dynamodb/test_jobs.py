"""What DynamoDB's calls take."""

from __future__ import annotations

from mlmax_pipelines.steps.services.dynamodb.jobs import JOBS, UPDATE_ITEM


def test_each_call_takes_its_own_action() -> None:
    assert [kind.calls for kind in JOBS] == [
        ("dynamodb:GetItem",),
        ("dynamodb:PutItem",),
        ("dynamodb:DeleteItem",),
        ("dynamodb:UpdateItem",),
    ]
    assert UPDATE_ITEM.integration == "dynamodb:updateItem"


def test_a_condition_that_does_not_hold_is_tried_once() -> None:
    tried = {one for kind in JOBS for group in kind.retries for one in group}
    assert "DynamoDB.ConditionalCheckFailedException" not in tried
