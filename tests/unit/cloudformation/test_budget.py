"""What a month may cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mlmax_pipelines.cloudformation import shared
from mlmax_pipelines.cloudformation.shape import DEFAULT


def test_the_topic_is_told_of_the_stacks_spend(training: Any) -> None:
    resources = shared.build([training], replace(DEFAULT, budget=500))["Resources"]
    properties = resources["Budget"]["Properties"]
    assert properties["Budget"]["BudgetLimit"] == {"Amount": 500, "Unit": "USD"}
    (tag,) = properties["Budget"]["CostFilters"]["TagKeyValue"]
    assert tag.value[1][0] == "user:mlmax:stack$"
    kinds = [
        one["Notification"]["NotificationType"]
        for one in properties["NotificationsWithSubscribers"]
    ]
    assert kinds == ["ACTUAL", "FORECASTED"]
    assert "budgets.amazonaws.com" in str(resources["AlertTopicPolicy"])


def test_without_one_nobody_else_may_publish(training: Any) -> None:
    resources = shared.build([training], DEFAULT)["Resources"]
    assert "Budget" not in resources
    assert "budgets.amazonaws.com" not in str(resources["AlertTopicPolicy"])
