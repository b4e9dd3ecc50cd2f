"""A review as whoever has to approve it reads it."""

from __future__ import annotations

import click

from mlmax_pipelines.aws.changes import (
    ABSENT,
    Field,
    ResourceChange,
    Review,
    StateChange,
)
from mlmax_pipelines.aws.permissions import (
    BOUNDARY,
    MANAGED_POLICY,
    Permissions,
    Statement,
)
from mlmax_pipelines.aws.views import Name
from mlmax_pipelines.cli.review import counts, lines
from tests.unit.project.deployments import review


def shown(found: Review) -> list[str]:
    return [click.unstyle(line) for line in lines(found)]


def statement(*actions: str, **more: object) -> Statement:
    given = {"who": "", "allowed": True, "resources": ("arn:b",), "conditions": ""}
    return Statement("Role", actions=actions, **{**given, **more})  # type: ignore[arg-type]


def test_states_and_parameters_say_what_was_and_what_will_be() -> None:
    field = Field("Parameters.InstanceType", "ml.m5.large", "ml.m5.xlarge")
    found = review(
        states=(
            StateChange("small", "Train", "changed", (field,)),
            StateChange("small", "Gate", "added"),
        ),
        parameters=(Field("A", ABSENT, "1"), Field("B", "2", ABSENT)),
        tags=(Field("team", "", "x" * 200),),
        notes=("look at it",),
    )
    assert shown(found) == [
        "state machine small",
        "  ~ state Train",
        "      Parameters.InstanceType: ml.m5.large -> ml.m5.xlarge",
        "  + state Gate",
        "parameters",
        "  + A: 1",
        "  - B (was 2)",
        "tags",
        f"  ~ team: '' -> {'x' * 87}...",
        "note: look at it",
    ]


def test_what_is_lost_is_not_to_be_overlooked() -> None:
    changes = (
        ResourceChange(Name("", "Bucket"), "AWS::S3::Bucket", "replaced", ("Name",)),
        ResourceChange(Name("", "Log"), "AWS::Logs::LogGroup", "removed", loses=True),
        ResourceChange(Name("Small", "Role"), "AWS::IAM::Role", "changed", ("Path",)),
    )
    found = review(resources=changes)
    assert shown(found) == [
        "resources",
        "  ! Bucket (AWS::S3::Bucket) is REPLACED: Name",
        "  - Log (AWS::Logs::LogGroup); what it holds goes with it",
        "  ~ Small/Role (AWS::IAM::Role): Path",
    ]
    assert counts(found) == "resources: 1 changed, 1 removed, 1 replaced"
    assert counts(review()) == "resources: none changed"


def test_permissions_say_who_may_do_what_on_what() -> None:
    widened = (
        statement("s3:GetObject", conditions="{}"),
        statement("s3:PutObject", allowed=False),
        statement("sts:AssumeRole", who="states.amazonaws.com", resources=("",)),
        statement(MANAGED_POLICY, resources=("arn:p",)),
        statement(BOUNDARY, resources=("arn:limit",)),
    )
    narrowed = (statement("s3:GetObject"), statement("s3:PutObject", allowed=False))
    assert shown(review(permissions=Permissions(widened, narrowed))) == [
        "permissions",
        "  wider Role may now s3:GetObject on arn:b if {}",
        "  wider Role is no longer denied s3:PutObject on arn:b",
        "  wider Role lets states.amazonaws.com may now sts:AssumeRole",
        "  wider Role gets the policy arn:p",
        "  wider Role loses its permissions boundary arn:limit",
        "  tighter Role may no longer s3:GetObject on arn:b",
        "  tighter Role is now denied s3:PutObject on arn:b",
    ]


def test_of_a_first_deployment_it_is_told_what_there_will_be() -> None:
    found = review(
        first=True,
        states=(StateChange("small", "", "added"), StateChange("small", "A", "added")),
        resources=(ResourceChange(Name("", "B"), "AWS::S3::Bucket", "added"),) * 2,
        permissions=Permissions((statement("s3:GetObject"),), ()),
    )
    assert shown(found) == [
        "+ state machine small: A",
        "+ 2 AWS::S3::Bucket",
        "with 1 IAM statements: 'pipeline explain NAME' says what for",
    ]
