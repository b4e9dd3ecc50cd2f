"""What scanners find is answered where it stands, or an option takes it away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.aws import templates
from mlmax_pipelines.cloudformation.findings import answered
from mlmax_pipelines.cloudformation.shape import DEFAULT, Shape
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.steps.services.lambda_.resources import FUNCTION, function

ROOT = Path(__file__).parents[3]
PROTECTED = Shape(vpc=True, kms=True)
# What checkov 3.3 finds in templates with everything that a spec can bring along:
# its checks by type, and whether a VPC and a key take them away.
CHECKOV = {
    "AWS::S3::Bucket": {},
    "AWS::Logs::LogGroup": {"CKV_AWS_158": True},
    "AWS::SNS::Topic": {"CKV_AWS_26": True},
    "AWS::Lambda::Function": {
        "CKV_AWS_115": False,
        "CKV_AWS_116": False,
        "CKV_AWS_117": True,
        "CKV_AWS_173": True,
    },
}


def rendered(pipeline: CompiledPipeline, shape: Shape) -> list[dict[str, Any]]:
    files = render([pipeline], shape)
    return [
        resource
        for name, content in files.items()
        for resource in templates.parse(content)["Resources"].values()
        if name != "master.yaml"
    ]


def skipped(resource: dict[str, Any]) -> dict[str, str]:
    found = resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    return {one["id"]: one["comment"] for one in found}


@pytest.mark.parametrize("shape", [DEFAULT, PROTECTED], ids=["plain", "vpc-and-key"])
def test_every_finding_of_checkov_has_a_reason_or_is_taken_away(
    inference: CompiledPipeline, shape: Shape
) -> None:
    seen = set()
    for resource in rendered(inference, shape):
        type = resource["Type"]
        if type in CHECKOV:
            seen.add(type)
            open = {c for c, gone in CHECKOV[type].items() if not (gone and shape.kms)}
            found = skipped(resource)
            assert set(found) == open, type
            assert all(found.values())
    assert seen == set(CHECKOV)


def test_rules_of_cfn_guard_are_named_with_their_reasons(
    inference: CompiledPipeline,
) -> None:
    (function,) = (
        r for r in rendered(inference, DEFAULT) if r["Type"] == FUNCTION.type
    )
    rules = function["Metadata"]["guard"]["SuppressedRules"]
    assert rules == [
        "LAMBDA_CONCURRENCY_CHECK",
        "LAMBDA_DLQ_CHECK",
        "LAMBDA_INSIDE_VPC",
    ]
    assert list(function["Metadata"]["WhyNot"]) == rules


def test_an_option_that_is_taken_takes_its_finding_away(
    inference: CompiledPipeline,
) -> None:
    (brought,) = (r for r in inference.resources if r.kind == FUNCTION)
    given = {**brought.properties, "ReservedConcurrentExecutions": 5}
    reserved = replace(inference, resources=(brought._replace(properties=given),))
    (made,) = (r for r in rendered(reserved, DEFAULT) if r["Type"] == FUNCTION.type)
    assert made["Properties"]["ReservedConcurrentExecutions"] == 5
    assert "CKV_AWS_115" not in skipped(made)


def test_a_function_reserves_what_it_is_told_to() -> None:
    def properties(**more: int) -> Any:
        return function("F", "src", "a.b", "python3.12", 1, 128, "", **more).properties

    assert properties(reserved=3)["ReservedConcurrentExecutions"] == 3
    assert "ReservedConcurrentExecutions" not in properties()


def test_a_role_that_may_do_something_everywhere_says_where_its_reasons_are() -> None:
    def role(*resources: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": ["a:B"], "Resource": [*resources]}
        policies = [{"PolicyDocument": {"Statement": [statement]}}]
        why = {"WhyAllowed": {"B": "so"}}
        properties = {"Policies": policies}
        return {"Type": "AWS::IAM::Role", "Metadata": why, "Properties": properties}

    found = answered({"Wide": role("*"), "Narrow": role("arn:aws:s3:::b/*")})
    assert set(skipped(found["Wide"])) == {"CKV_AWS_111"}
    assert skipped(found["Narrow"]) == {}
    for one in found.values():
        assert one["Metadata"]["WhyAllowed"] == {"B": "so"}
        assert one["Metadata"]["guard"]["SuppressedRules"] == [
            "IAM_NO_INLINE_POLICY_CHECK"
        ]


def test_what_nobody_finds_anything_in_stays_as_it_is() -> None:
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {}}
    assert answered({"A": alarm})["A"] is alarm


def test_the_scan_skips_nothing() -> None:
    assert "skip-check" not in (ROOT / "Makefile").read_text()
