"""Two environments of one account: no name, no permission of one reaches the other."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.aws.views import View
from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiler.entry import compile_project
from tests.unit.cloudformation.deployed import ALL, deployed, statements

ROOT = Path(__file__).parents[3]
# What both may touch, and why it is not one environment's: pattern -> actions.
SHARED = {
    # The user's own bucket, which holds the code of both: read only.
    r"arn:aws:s3:::code(/.*)?": r"s3:(Get|List).*",
    # Images are AWS's, or the user's: read only.
    r"arn:aws:ecr:.*": r"ecr:(Batch|Get|Describe).*",
    # AWS's own: one rule for each kind of job, one log group for each kind of job.
    r"arn:aws:events:.*:rule/StepFunctionsGetEventsFor\w+Rule": r"events:.*",
    r"arn:aws:logs:.*:log-group:/aws/sagemaker/\w+\*": (
        r"logs:(CreateLogGroup|DescribeLogStreams)"
    ),
    # Interfaces have no names; and the key is the user's, the same for both here.
    r"arn:aws:ec2:.*:(network-interface|subnet|security-group)/\*": r"ec2:.*",
    r"arn:aws:kms:.*": r"kms:(Decrypt|Encrypt|GenerateDataKey|CreateGrant)",
    # AWS offers nothing narrower: the roles say why (see test_roles).
    r"\*": r"(logs|xray|ecr|cloudwatch|ec2):.*",
}


@pytest.fixture(scope="module", params=ALL)
def both(request: pytest.FixtureRequest) -> tuple[View, View]:
    shape: Shape = request.param
    files = render(compile_project(ROOT), shape)
    return (
        deployed(files, "dev", "mlmax-dev", AlertEmail="a@example.org"),
        deployed(files, "prod", "mlmax-prod", AlertEmail="a@example.org"),
    )


def names(found: View) -> set[tuple[str, str]]:
    """Kind and name of everything that has a name of its own."""
    return {
        (resource["Type"], value)
        for resource in found.resources.values()
        for key, value in resource["Properties"].items()
        if key.endswith("Name") and key != "MetricName"
    }


def test_no_two_resources_have_the_same_name(both: tuple[View, View]) -> None:
    dev, prod = map(names, both)
    kinds = {kind for kind, _ in dev}
    assert {
        "AWS::StepFunctions::StateMachine",
        "AWS::SageMaker::ModelPackageGroup",
        "AWS::Logs::LogGroup",
        "AWS::CloudWatch::Alarm",
        "AWS::SNS::Topic",
    } <= kinds
    assert not dev & prod


def test_jobs_never_have_the_same_name(both: tuple[View, View]) -> None:
    def prefixes(found: View) -> set[str]:
        machines = found.of_type("AWS::StepFunctions::StateMachine").values()
        used = [m["DefinitionSubstitutions"] for m in machines]
        owners = {one["JobOwner"] for one in used if "Queue" not in one}
        text = "".join(str(machine["Definition"]) for machine in machines)
        formats = re.findall(
            r"(?:Job|Model)Name\.\$': \"States\.Format\('([^']*)'", text
        )
        assert formats and all(one.startswith("${JobOwner}-") for one in formats)
        (name,) = owners
        return {one.replace("${JobOwner}", name) for one in formats}

    dev, prod = map(prefixes, both)
    assert not dev & prod


def reached(found: View) -> set[tuple[str, str]]:
    """Action and resource of everything a role or a policy allows."""
    return {
        (action, resource)
        for _, one in statements(found)
        if one["Effect"] == "Allow"
        for action in listed(one["Action"])
        for resource in listed(one["Resource"])
    }


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def is_shared(action: str, resource: str) -> bool:
    return any(
        re.fullmatch(place, resource) and re.fullmatch(actions, action)
        for place, actions in SHARED.items()
    )


def test_no_permission_of_one_reaches_what_the_other_is_allowed(
    both: tuple[View, View],
) -> None:
    dev, prod = map(reached, both)
    theirs = {resource.replace("*", "x") for _, resource in prod if resource != "*"}
    both_ways = [
        (action, resource)
        for action, resource in dev
        if not is_shared(action, resource)
        and any(fnmatchcase(other, resource) for other in theirs)
    ]
    assert len(dev) > 50
    assert both_ways == []
