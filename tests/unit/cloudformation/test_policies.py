"""Statements of states become one policy: least privilege, explained, within limits."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation.policies import fitted, grants, reasons, statements
from mlmax_pipelines.cloudformation.tags import Tag
from mlmax_pipelines.declared import Statement

JOB = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:processing-job/"
LONGEST = {
    "AWS::Partition": "aws-us-gov",
    "AWS::Region": "ap-southeast-1",
    "AWS::AccountId": "1" * 12,
    "JobOwner": "e" * 10,
    "ArtifactBucket": "b" * 63,
}


def create(name: str) -> tuple[str, Statement]:
    place = f"{JOB}${{JobOwner}}-chain-{name}-*"
    actions = ("sagemaker:CreateProcessingJob", "sagemaker:DescribeProcessingJob")
    return name, Statement(actions, (place,), "starts its job")


def write(name: str) -> tuple[str, Statement]:
    place = f"arn:${{AWS::Partition}}:s3:::${{ArtifactBucket}}/chain/*/{name}/*"
    return name, Statement(("s3:PutObject",), (place,), "writes its outputs")


def policy(needs: list[tuple[str, Statement]]) -> list[dict[str, Any]]:
    return statements(fitted(grants(needs), "chain", "role"))


def characters(policy: list[dict[str, Any]]) -> int:
    """The size IAM sees, every name at its longest."""

    def longest(value: Any) -> Any:
        text = value.value if isinstance(value, Tag) else value
        return re.sub(r"\$\{([\w:]+)\}", lambda m: LONGEST[m[1]], text)

    filled = [
        {**one, "Resource": [longest(place) for place in one["Resource"]]}
        for one in policy
    ]
    document = {"Version": "2012-10-17", "Statement": filled}
    return len(json.dumps(document, separators=(",", ":")))


def test_equal_statements_stand_once_and_name_every_state() -> None:
    rule = Statement(("events:PutRule",), ("arn:aws:events:rule",), "waits")
    found = grants([("A", rule), create("B"), ("B", rule)])
    assert [one["Sid"] for one in statements(found)] == [
        "PutRule",
        "BCreateProcessingJob",
    ]
    assert reasons(found)["PutRule"] == "A, B: waits"


def test_one_state_changed_changes_exactly_its_statements() -> None:
    names = ["A", "B", "C"]
    before = policy([create(name) for name in names])
    moved = create("B")[1]._replace(resources=(f"{JOB}elsewhere",))
    after = policy([create("A"), ("B", moved), create("C")])
    changed = [(old, new) for old, new in zip(before, after) if old != new]
    assert [old["Sid"] for old, _ in changed] == ["BCreateProcessingJob"]
    assert changed[0][1]["Resource"] == [Tag("Sub", f"{JOB}elsewhere")]


def test_sids_are_unique_and_alphanumeric() -> None:
    one, other = create("Train 1")[1], create("Train-1")[1]._replace(actions=("s3:X",))
    found = grants([("Train 1", one), ("Train-1", other), ("Train-1", create("x")[1])])
    sids = [statement["Sid"] for statement in statements(found)]
    assert len(set(sids)) == 3
    assert all(sid.isalnum() for sid in sids)
    assert list(reasons(found)) == sids


def test_conditions_keep_statements_apart() -> None:
    passing = Statement(
        ("iam:PassRole",), ("r",), "passes", {"StringEquals": {"a": "b"}}
    )
    found = statements(grants([("A", passing), ("B", passing._replace(conditions={}))]))
    assert [one.get("Condition") for one in found] == [
        {"StringEquals": {"a": "b"}},
        None,
    ]


@pytest.mark.parametrize("action", ["*", "s3:*", "s3:Get*"])
def test_a_wildcard_action_is_refused(action: str) -> None:
    needs = [("Train", Statement((action,), ("arn:aws:s3:::b",), "reads"))]
    with pytest.raises(PipelineError, match="state 'Train' asks for the action"):
        policy(needs)


def test_a_wildcard_resource_needs_a_reason() -> None:
    need = Statement(("ecr:GetAuthorizationToken",), ("*",), "logs in")
    with pytest.raises(PipelineError, match="'Train' asks for .* without a reason"):
        policy([("Train", need)])
    found = grants([("Train", need._replace(wildcard="it takes no resource"))])
    (why,) = reasons(fitted(found, "chain", "role")).values()
    assert why == "Train: logs in; it takes no resource"


def test_a_small_policy_keeps_each_states_own_statements() -> None:
    names = [f"Step{index}" for index in range(10)]
    assert len(policy([create(name) for name in names])) == 10


def test_a_larger_one_joins_statements_with_equal_actions() -> None:
    names = [f"Step{index}" for index in range(50)]
    (joined,) = policy([create(name) for name in names])
    assert len(joined["Resource"]) == 50
    assert characters([joined]) <= 10_240


@pytest.mark.parametrize("count", [40, 60, 100, 10_000])
def test_a_policy_always_fits_and_stays_within_its_pipeline(count: int) -> None:
    names = [f"Step{index}" for index in range(count)]
    needs = [need for name in names for need in (create(name), write(name))]
    found = policy(needs)
    assert characters(found) <= 10_240
    places = [place.value for one in found for place in one["Resource"]]
    prefixes = ("/${JobOwner}-chain-", "${ArtifactBucket}/chain/")
    assert all(any(prefix in place for prefix in prefixes) for place in places)


def test_the_reason_of_a_joined_statement_stays_short() -> None:
    names = [f"Step{index}" for index in range(10_000)]
    (why,) = reasons(
        fitted(grants(map(create, names)), "chain", "execution role")
    ).values()
    assert why == "Step0, Step1, Step2 and 9997 more states: starts its job"


def test_a_policy_that_cannot_be_made_smaller_is_refused_with_its_size() -> None:
    needs = [
        (f"S{i}", Statement(("lambda:InvokeFunction",), (f"arn:{i:0200}",), "calls"))
        for i in range(100)
    ]
    with pytest.raises(
        PipelineError,
        match=r"role of pipeline 'chain' has 20,\d+ characters, at most 10,240",
    ):
        fitted(grants(needs), "chain", "execution role")


def test_statements_that_differ_in_their_reasons_keep_each_of_them() -> None:
    place = ("arn:aws:dynamodb:eu-west-1:123456789012:table/scores",)
    needs = [
        (name, Statement(("dynamodb:PutItem",), place, why))
        for name, why in (
            ("A", "keeps scores"),
            ("B", "keeps runs"),
            ("C", "keeps runs"),
        )
    ]
    (found,) = grants(needs)
    assert found.why == "A, B, C: keeps scores, keeps runs"
