"""The door to the SDK: its states, as the language has them today."""

from __future__ import annotations

import subprocess
import sys

from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.values import result, state_data


def test_neither_sagemaker_nor_boto3_comes_in_through_the_door() -> None:
    code = (
        "import sys; from mlmax_pipelines.steps import sdk; sdk.sdk(); "
        "sys.exit(not {'sagemaker', 'boto3', 'pandas'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_real_package_is_still_found_after() -> None:
    code = (
        "from mlmax_pipelines.steps import sdk; sdk.sdk(); import sys; "
        "from importlib.util import find_spec; "
        "spec = find_spec('stepfunctions'); sys.exit(spec.origin is None)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_task_has_the_fields_that_the_sdk_does_not_know() -> None:
    state = sdk.task(
        "A",
        "arn",
        parameters={"x": state_data("$.steps.B")},
        result_selector={"y": result("$.Z")},
        result_path="$.steps.A",
    )
    sdk.add_retry(
        state, error_equals=["E"], max_delay_seconds=9, jitter_strategy="FULL"
    )
    found = sdk.rendered(state)
    assert found["Parameters"] == {"x.$": "$.steps.B"}
    assert found["ResultSelector"] == {"y.$": "$.Z"}
    assert found["Retry"] == [
        {"ErrorEquals": ["E"], "MaxDelaySeconds": 9, "JitterStrategy": "FULL"}
    ]


def test_keys_come_in_the_order_people_read_them() -> None:
    state = sdk.task("A", "arn", parameters={"x": 1}, result_path=None)
    sdk.describe(state, "what it does")
    sdk.limit_time(state, 60)
    keys = list(sdk.rendered(state))
    assert keys[:3] == ["Type", "Comment", "Resource"]
    assert keys[-2:] == ["ResultPath", "End"]


def test_branches_stand_as_they_are() -> None:
    branch = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    state = sdk.parallel("P", [branch])
    assert sdk.rendered(state)["Branches"] == [branch]
    inner = sdk.rendered(sdk.map_("M", branch, items_path="$.x"))["ItemProcessor"]
    assert inner == {"ProcessorConfig": {"Mode": "INLINE"}, **branch}


def test_rules_are_combined_and_turned_round() -> None:
    one = sdk.rule("IsPresent", state_data("$.a"), True)
    both = sdk.combine("And", [one, sdk.combine("Not", [one])])
    plain = {"Variable": "$.a", "IsPresent": True}
    assert both.to_dict() == {"And": [plain, {"Not": plain}]}


def test_a_chain_of_any_length_is_one_definition() -> None:
    states = [sdk.pass_(f"S{number}") for number in range(2_000)]
    for state, after in zip(states, states[1:]):
        state.next_step = after
    found = sdk.definition("S0", states, Comment="long")
    assert list(found) == ["Comment", "StartAt", "States"]
    assert len(found["States"]) == 2_000


def test_a_state_whose_end_changed_is_rendered_anew() -> None:
    first, after = sdk.pass_("A"), sdk.pass_("B")
    first.next_step = after
    assert sdk.rendered(first)["Next"] == "B"
    sdk.end(first)
    assert sdk.rendered(first)["End"] is True
