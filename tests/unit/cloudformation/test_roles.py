"""Who may assume the roles of a template, and what stands in their Metadata."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Iterator

import pytest

from mlmax_pipelines.cloudformation.tags import Tag, references
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline, Part
from mlmax_pipelines.declared import Statement
from tests.unit.cloudformation.deployed import deployed, statements

Load = Callable[[bytes], dict[str, Any]]


@pytest.fixture
def resources(
    training: CompiledPipeline, inference: CompiledPipeline, load: Load
) -> dict[str, Any]:
    """Resources of both pipelines; logical ids prefixed by the pipeline's name."""
    files = render([training, inference])
    return {
        f"{pipeline.name}/{name}": resource
        for pipeline in (training, inference)
        for name, resource in load(files[f"{pipeline.name}.yaml"])["Resources"].items()
    }


def roles(resources: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Each role with the statements of its policies, conditional ones included."""
    for role in resources.values():
        if role["Type"] == "AWS::IAM::Role":
            policies = [
                policy.value[1] if isinstance(policy, Tag) else policy
                for policy in role["Properties"]["Policies"]
            ]
            documents = [policy["PolicyDocument"] for policy in policies]
            yield role, [one for doc in documents for one in doc["Statement"]]


def test_every_statement_is_explained_and_no_action_is_a_wildcard(
    resources: dict[str, Any],
) -> None:
    for role, found in roles(resources):
        reasons = role["Metadata"]["WhyAllowed"]
        assert [one["Sid"] for one in found] == list(reasons)
        assert all(reasons.values())
        assert not [a for one in found for a in one["Action"] if "*" in a]


def test_a_wildcard_resource_says_why(resources: dict[str, Any]) -> None:
    wide = [
        role["Metadata"]["WhyAllowed"][one["Sid"]]
        for role, found in roles(resources)
        for one in found
        if one["Resource"] == ["*"]
    ]
    assert len(wide) == 3
    assert all("no narrower" in why or "no resource" in why for why in wide)


@pytest.mark.parametrize(
    ("role", "service"),
    [
        ("training/ExecutionRole", "states"),
        ("training/JobRole", "sagemaker"),
        ("inference/ScheduleRole", "scheduler"),
    ],
)
def test_a_role_is_assumed_for_this_account_only(
    resources: dict[str, Any], role: str, service: str
) -> None:
    (trust,) = resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": f"{service}.amazonaws.com"}
    own = {"aws:SourceAccount": Tag("Ref", "AWS::AccountId")}
    assert trust["Condition"]["StringEquals"] == own


def test_every_role_takes_the_permissions_boundary(resources: dict[str, Any]) -> None:
    bounds = [role["Properties"]["PermissionsBoundary"] for role, _ in roles(resources)]
    condition, bound, none = bounds[0].value
    assert (condition, bound.value, none.value) == (
        "HasPermissionsBoundary",
        "PermissionsBoundary",
        "AWS::NoValue",
    )
    assert all(bound == bounds[0] for bound in bounds)


def test_only_the_changed_state_changes_the_template(
    training: CompiledPipeline, load: Load
) -> None:
    first, *rest = training.states
    one, *others = first.execution_role
    narrower = one._replace(actions=one.actions[:1])
    changed = replace(
        training, states=(replace(first, execution_role=(narrower, *others)), *rest)
    )
    before, after = (
        load(render([one])["training.yaml"])["Resources"] for one in (training, changed)
    )
    assert [name for name in before if before[name] != after[name]] == ["ExecutionRole"]
    old, new = (
        role["ExecutionRole"]["Properties"]["Policies"][0]["PolicyDocument"][
            "Statement"
        ]
        for role in (before, after)
    )
    differing = [pair for pair in zip(old, new) if pair[0] != pair[1]]
    assert [pair[0]["Sid"] for pair in differing] == ["Step0CreateProcessingJob"]


def test_a_pipeline_without_jobs_has_no_job_role(resources: dict[str, Any]) -> None:
    assert "training/JobRole" in resources
    assert "inference/JobRole" not in resources


def test_a_part_is_named_so_that_role_and_part_do_not_need_each_other(
    training: CompiledPipeline, load: Load
) -> None:
    first, *rest = training.states
    places = ("${Part1.Arn}", "arn:aws:states:r:a:execution:${Part1.Name}:*")
    start = Statement(("states:StartExecution",), places, "starts its part")
    parted = replace(
        training,
        states=(replace(first, execution_role=(start,)), *rest),
        parts=(Part("Part1", "training-part-1", training.definition),),
    )
    found = load(render([parted])["training.yaml"])["Resources"]
    assert "Part1" not in set(references(found["ExecutionRole"]))
    statement = found["ExecutionRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    (allowed,) = (
        one["Resource"]
        for one in statement["Statement"]
        if one["Action"] == ["states:StartExecution"]
    )
    machine, executions = (place.value for place in allowed)
    assert machine.endswith("}:stateMachine:${Prefix}-training-part-1")
    assert executions.endswith(":execution:${Prefix}-training-part-1:*")
    name = found["Part1"]["Properties"]["StateMachineName"]
    assert name == Tag("Sub", "${Prefix}-training-part-1")


def test_jobs_use_exactly_the_keys_of_the_buckets_they_are_lent(
    training: CompiledPipeline, inference: CompiledPipeline
) -> None:
    keys = [f"arn:aws:kms:eu-west-1:123456789012:key/{name}" for name in "ab"]
    reads = "arn:aws:s3:::lake,arn:aws:s3:::lake/*"
    files = render([training, inference])
    lent = {"DataReadArns": reads, "DataKeyArns": ",".join(keys)}
    found = [
        (name.logical_id, one)
        for name, one in statements(deployed(files, "dev", "ml-dev", **lent))
        if one.get("Sid") == "DecryptOtherBuckets"
    ]
    assert {name for name, _ in found} == {"JobRole"}
    for _, one in found:
        assert (one["Action"], one["Resource"]) == (["kms:Decrypt"], keys)
        through = {"kms:ViaService": "s3.*.amazonaws.com"}
        assert one["Condition"] == {"StringLike": through}
    without = deployed(files, "dev", "ml-dev", DataReadArns=reads)
    sids = {one.get("Sid") for _, one in statements(without)}
    assert "ReadOtherBuckets" in sids and "DecryptOtherBuckets" not in sids
