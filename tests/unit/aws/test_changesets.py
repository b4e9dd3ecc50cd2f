"""Change sets as CloudFormation makes them, or says why it cannot."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from mlmax_pipelines.aws import changesets, stacks
from mlmax_pipelines.aws.changes import MACHINE, ResourceChange, Review
from mlmax_pipelines.aws.changesets import ChangeSet, Wanted
from mlmax_pipelines.aws.permissions import Permissions
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.aws.views import Name
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.environment import Environment
from tests.functional.aws.conftest import Emulator
from tests.functional.aws.relay import Relay, preview, refused_preview

_NESTED = re.compile(rb"IncludeNestedStacks=(\w+)")
TEMPLATE = {
    "Parameters": {"Size": {"Type": "String"}},
    "Resources": {
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"DelaySeconds": {"Ref": "Size"}},
        },
    },
}


@pytest.fixture
def template_url(emulator: Emulator, account: str, bucket: str) -> str:
    client = emulator.client("s3", account)
    client.put_object(Bucket=bucket, Key="t.json", Body=json.dumps(TEMPLATE))
    return f"{emulator.url}/{bucket}/t.json"


@pytest.fixture
def wanted(account: str, template_url: str) -> Wanted:
    return Wanted(f"ml-{account}", template_url, {"Size": "1"}, {"team": "ml"})


def create(session: Session, wanted: Wanted) -> ChangeSet | None:
    found = stacks.describe(session, wanted.stack)
    return changesets.create(session, wanted, found, time.sleep)


def deploy(session: Session, wanted: Wanted) -> None:
    made = create(session, wanted)
    assert made is not None
    changesets.execute(session, made)
    waiter = session.client("cloudformation").get_waiter("stack_create_complete")
    waiter.wait(StackName=wanted.stack, WaiterConfig={"Delay": 1})


def test_a_first_change_set_makes_the_stack(aws: Session, wanted: Wanted) -> None:
    deploy(aws, wanted)
    found = stacks.deployed(
        aws, Environment("dev", "stepfunctions", stack=wanted.stack)
    )
    assert found.parameters == wanted.parameters
    assert found.tags == wanted.tags


def test_one_that_is_not_wanted_leaves_no_stack(aws: Session, wanted: Wanted) -> None:
    made = create(aws, wanted)
    assert made is not None
    under_review = stacks.describe(aws, wanted.stack)
    assert under_review is not None and not under_review.exists
    changesets.delete(aws, made)
    assert stacks.describe(aws, wanted.stack) is None


def test_deleting_one_of_an_update_leaves_the_stack(
    aws: Session, wanted: Wanted
) -> None:
    deploy(aws, wanted)
    larger = Wanted(wanted.stack, wanted.template_url, {"Size": "2"}, wanted.tags)
    made = create(aws, larger)
    assert made is not None
    changesets.delete(aws, made)
    assert stacks.deployed(
        aws, Environment("dev", "stepfunctions", stack=wanted.stack)
    ).parameters == {"Size": "1"}


def test_without_a_change_there_is_none_and_nothing_is_left(
    aws: Session, wanted: Wanted
) -> None:
    deploy(aws, wanted)
    before = aws.call("cloudformation", "list_change_sets", StackName=wanted.stack)
    assert create(aws, wanted) is None
    after = aws.call("cloudformation", "list_change_sets", StackName=wanted.stack)
    assert after["Summaries"] == before["Summaries"]


def test_one_that_cannot_be_made_says_why_and_leaves_nothing(
    aws: Session, relay: Relay, wanted: Wanted
) -> None:
    relay.fail("DescribeChangeSet", refused_preview("no such thing"))
    with pytest.raises(AwsError, match=f"'{wanted.stack}': no such thing") as caught:
        create(aws, wanted)
    assert caught.value.problem.hint == "nothing was changed"
    assert relay.seen.count("CreateChangeSet") == 1
    assert stacks.describe(aws, wanted.stack) is None


def test_an_update_that_cannot_be_seen_inside_is_made_without(
    aws: Session, relay: Relay, wanted: Wanted
) -> None:
    deploy(aws, wanted)
    larger = Wanted(wanted.stack, wanted.template_url, {"Size": "2"}, wanted.tags)
    relay.fail("DescribeChangeSet", refused_preview("x must match"), times=1)
    inside: list[bytes] = []
    relay.rules.append(lambda r: inside.extend(_NESTED.findall(r.body)))
    made = create(aws, larger)
    assert inside == [b"true", b"false"]
    assert made is not None
    told = "CloudFormation gave no preview of nested stacks: x must match"
    assert made.note == told
    assert [c["ResourceChange"]["LogicalResourceId"] for c in made.changes] == ["Queue"]


def test_it_waits_ever_longer_until_cloudformation_is_done(
    aws: Session, relay: Relay, wanted: Wanted
) -> None:
    pending = preview("<Status>CREATE_IN_PROGRESS</Status>")
    relay.fail("DescribeChangeSet", pending, times=3)
    slept: list[float] = []
    assert changesets.create(aws, wanted, None, slept.append) is not None
    assert slept[:3] == [0.25, 0.375, 0.5625]


INNER = f"""
<Status>CREATE_COMPLETE</Status>
<Changes><member><Type>Resource</Type><ResourceChange>
  <Action>Modify</Action>
  <LogicalResourceId>StateMachine</LogicalResourceId>
  <ResourceType>{MACHINE}</ResourceType>
  <Replacement>True</Replacement>
  <PolicyAction>%s</PolicyAction>
  <Details>
    <member><Target>
      <Name>RoleArn</Name><RequiresRecreation>Always</RequiresRecreation>
    </Target></member>
    <member><Target>
      <Name>Tags</Name><RequiresRecreation>Never</RequiresRecreation>
    </Target></member>
  </Details>
</ResourceChange></member></Changes>
"""
OUTER = {
    "ResourceChange": {
        "Action": "Modify",
        "LogicalResourceId": "Training",
        "ResourceType": "AWS::CloudFormation::Stack",
        "ChangeSetId": "inner",
    }
}
INSIDE = Name("Training", "StateMachine")


def annotated(session: Session, *known: ResourceChange) -> Review:
    found = Review(False, (), (), Permissions((), ()), known)
    made = ChangeSet("x", "s", [OUTER], "a note")
    return changesets.annotated(session, found, made)


# The emulator has no change sets of nested stacks: the answer is AWS's own, as in
# "Change sets for nested stacks".
@pytest.mark.parametrize(
    ("policy", "loses"), [("ReplaceAndDelete", True), ("ReplaceAndRetain", False)]
)
def test_a_replacement_that_only_cloudformation_knows_of_is_merged_in(
    aws: Session, relay: Relay, policy: str, loses: bool
) -> None:
    relay.fail("DescribeChangeSet", preview(INNER % policy))
    known = ResourceChange(INSIDE, MACHINE, "changed", ("Tags", "RoleArn"))
    found = annotated(aws, known)
    replaced = ResourceChange(INSIDE, MACHINE, "replaced", ("RoleArn",), loses)
    assert found.resources == (replaced,)
    assert found.notes == ("a note",)


def test_one_that_no_template_tells_of_is_added(aws: Session, relay: Relay) -> None:
    relay.fail("DescribeChangeSet", preview(INNER % "ReplaceAndDelete"))
    other = ResourceChange(Name("Training", "Role"), "AWS::IAM::Role", "added")
    kinds = {c.name: c.kind for c in annotated(aws, other).resources}
    assert kinds == {other.name: "added", INSIDE: "replaced"}


def test_what_is_removed_is_not_called_replaced(aws: Session, relay: Relay) -> None:
    relay.fail("DescribeChangeSet", preview(INNER % "ReplaceAndDelete"))
    removed = ResourceChange(INSIDE, MACHINE, "removed", (), True)
    assert annotated(aws, removed).resources == (removed,)


def test_a_nested_preview_is_asked_for_by_its_stack() -> None:
    asked: list[dict[str, str]] = []

    class Asked:
        def pages(self, service: str, operation: str, **words: str) -> list[Any]:
            asked.append(words)
            return [{"Changes": []}]

    change = OUTER["ResourceChange"]
    here = {"ResourceChange": {**change, "PhysicalResourceId": "arn:stack"}}
    for one in (here, OUTER):
        made = ChangeSet("x", "s", [one])
        found = Review(False, (), (), Permissions((), ()), ())
        changesets.annotated(Asked(), found, made)  # type: ignore[arg-type]
    named = {"ChangeSetName": "inner"}
    assert asked == [{**named, "StackName": "arn:stack"}, named]
