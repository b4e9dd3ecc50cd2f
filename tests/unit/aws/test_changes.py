"""Two views of an environment: what is different, in terms that people review."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mlmax_pipelines.asl import mark
from mlmax_pipelines.aws import changes
from mlmax_pipelines.aws.changes import Field, Review
from mlmax_pipelines.aws.templates import parse
from mlmax_pipelines.aws.views import Name, View, view

MACHINE = Name("Training", "StateMachine")
STATES = {
    "Train": {"Type": "Task", "Parameters": {"Image": "${Image}"}, "Next": "Done"},
    "Done": {"Type": "Succeed"},
}


def machine(states: dict[str, Any], **more: Any) -> View:
    properties = {
        "StateMachineName": "dev-training",
        "Definition": {"StartAt": "Train", "States": states},
        "DefinitionSubstitutions": {"Image": "image:1", "CodeOfSrc": "code/1"},
        **more,
    }
    return View({MACHINE: {"Type": changes.MACHINE, "Properties": properties}}, {})


def unread(bucket: str, key: str) -> bytes:
    raise AssertionError(f"nobody should read '{key}'")


def compare(old: View, new: View) -> Review:
    return changes.review(old, new, unread)


def test_equal_views_have_no_changes() -> None:
    assert compare(machine(STATES), machine(dict(STATES))).empty


def test_states_that_come_go_and_change_are_told_apart() -> None:
    train = {**STATES["Train"], "Next": "Check", "TimeoutSeconds": 60}
    states = {"Train": train, "Check": {"Type": "Pass", "End": True}}
    found = {c.state: c for c in compare(machine(STATES), machine(states)).states}
    assert {name: change.kind for name, change in found.items()} == {
        "Train": "changed",
        "Check": "added",
        "Done": "removed",
    }
    assert found["Train"].fields == (
        Field("Next", "Done", "Check"),
        Field("TimeoutSeconds", changes.ABSENT, "60"),
    )


def test_states_inside_branches_stand_for_themselves() -> None:
    def split(seconds: int) -> dict[str, Any]:
        wait = {"Type": "Wait", "Seconds": seconds, "End": True}
        branch = {"StartAt": "Wait", "States": {"Wait": wait}}
        return {"Both": {"Type": "Parallel", "Branches": [branch], "End": True}}

    (change,) = compare(machine(split(1)), machine(split(2))).states
    assert (change.state, change.fields) == ("Wait", (Field("Seconds", "1", "2"),))


def test_a_substituted_value_is_shown_where_it_is_used() -> None:
    new = machine(STATES, DefinitionSubstitutions={"Image": "image:2"})
    (change,) = compare(machine(STATES), new).states
    assert change.fields == (Field("Parameters.Image", "image:1", "image:2"),)


def test_new_code_is_not_a_change_of_every_state() -> None:
    states = {"Train": {**STATES["Train"], "Code": "${CodeOfSrc}"}}
    values = {"Image": "image:1", "CodeOfSrc": "code/2"}
    found = compare(machine(states), machine(states, DefinitionSubstitutions=values))
    assert found.states == ()
    assert [change.kind for change in found.resources] == ["changed"]


def test_a_digest_is_no_change_of_a_state_machine_s_states() -> None:
    def carrying(digest: str, comment: str = "Trains.") -> View:
        plain = {"Comment": comment, "StartAt": "Train", "States": STATES}
        return machine(STATES, Definition=mark.put(plain, digest))

    old = carrying("a" * 64)
    assert compare(old, carrying("b" * 64)).states == ()
    (change,) = compare(old, carrying("b" * 64, "Fits.")).states
    assert change.fields == (Field("Comment", "Trains.", "Fits."),)


def test_a_definition_in_a_file_is_read() -> None:
    files = {
        "one": json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}),
        "two": json.dumps({"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}),
    }

    def in_file(key: str) -> View:
        return machine({}, DefinitionS3Location={"Bucket": "b", "Key": key})

    found = changes.review(
        in_file("one"), in_file("two"), lambda b, k: files[k].encode()
    )
    kinds = {change.state: change.kind for change in found.states}
    assert kinds == {"B": "added", "A": "removed", "": "changed"}


def test_a_name_that_changes_replaces_the_resource() -> None:
    found = compare(machine(STATES), machine(STATES, StateMachineName="prod-training"))
    (change,) = found.resources
    assert (change.kind, change.fields) == ("replaced", ("StateMachineName",))
    assert change.loses and found.risky == (change,)


@pytest.mark.parametrize(("policy", "loses"), [("Retain", False), ("Delete", True)])
def test_what_is_retained_is_not_lost(policy: str, loses: bool) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": policy, "Properties": {}}
    found = compare(View({Name("Shared", "Data"): bucket}, {}), machine(STATES))
    removed = next(c for c in found.resources if c.kind == "removed")
    assert removed.loses is loses


ROOT = parse(
    """
Parameters:
  Size: {Type: Number, Default: 1}
  Email: {Type: String, Default: ""}
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://example.com/inner.yaml
      Parameters: {Size: !Ref Size, Email: !Ref Email}
"""
)
INNER = parse(
    """
Parameters:
  Size: {Type: Number}
  Email: {Type: String}
Conditions:
  HasEmail: !Not [!Equals [!Ref Email, ""]]
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {Threshold: !Ref Size}
  Subscription:
    Type: AWS::SNS::Subscription
    Condition: HasEmail
    Properties: {Endpoint: !Ref Email}
"""
)


def test_parameters_reach_what_they_decide() -> None:
    old = view(ROOT, {"Inner": INNER}, {}, {})
    new = view(ROOT, {"Inner": INNER}, {"Size": "2", "Email": "a@b.c"}, {})
    found = compare(old, new)
    assert found.parameters == (Field("Size", "1", "2"), Field("Email", "", "a@b.c"))
    assert {str(c.name): (c.kind, c.fields) for c in found.resources} == {
        "Inner/Alarm": ("changed", ("Threshold",)),
        "Inner/Subscription": ("added", ()),
    }


def scheduled(state: str) -> View:
    properties = {"State": state, "ScheduleExpression": "rate(1 day)"}
    return View(
        {Name("P", "Schedule"): {"Type": changes.SCHEDULE, "Properties": properties}},
        {},
    )


@pytest.mark.parametrize(
    ("was", "is_", "risky"),
    [
        (scheduled("ENABLED"), scheduled("DISABLED"), True),
        (scheduled("ENABLED"), View({}, {}), True),
        (scheduled("DISABLED"), View({}, {}), False),
        (scheduled("DISABLED"), scheduled("ENABLED"), False),
    ],
)
def test_a_schedule_that_goes_or_is_switched_off_is_no_small_change(
    was: View, is_: View, risky: bool
) -> None:
    assert bool(compare(was, is_).risky) == risky
