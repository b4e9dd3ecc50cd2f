"""What was changed by hand: which resources, and in what."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.aws.changes import MACHINE, Field
from mlmax_pipelines.aws.drift import ROLE, drift, fits

THEN = {
    f"{MACHINE} arn:m": {
        "of": ["P", "StateMachine"],
        "set": {"definition": {"States": {"A": {"Type": "Pass"}}}, "role": "r"},
    },
    f"{ROLE} one": {
        "of": ["P", "Role"],
        "set": {"policies": {"own": {"Statement": []}}},
    },
}


def test_what_is_as_it_was_has_not_drifted() -> None:
    assert list(drift(THEN, dict(THEN))) == []


def test_each_resource_says_what_differs_and_what_it_was() -> None:
    machine, role = THEN
    wider = {"own": {"Statement": []}, "mine": {"Statement": [{"Action": "*"}]}}
    now = {
        machine: {
            "set": {"definition": {"States": {"A": {"Type": "Succeed"}}}, "role": "r"}
        },
        role: {"set": {"policies": wider}},
    }
    found = list(drift(THEN, now))
    assert [(one.type, one.id) for one in found] == [(MACHINE, "arn:m"), (ROLE, "one")]
    assert found[0].fields == (Field("definition.States.A.Type", "Pass", "Succeed"),)
    assert found[0].was == THEN[machine]["set"]
    (extra,) = found[1].fields
    assert extra.path == "policies.mine.Statement[0].Action" and extra.new == "*"


def test_what_is_gone_or_new_is_a_matter_of_the_stack() -> None:
    assert list(drift(THEN, {f"{ROLE} two": {"set": {"policies": {}}}})) == []


def role(*statements: Any, name: Any = "Allowed") -> dict[str, Any]:
    policy = {"PolicyName": name, "PolicyDocument": {"Statement": list(statements)}}
    return {"Type": ROLE, "Properties": {"Policies": [policy]}}


READS = {
    "Sid": "Read",
    "Effect": "Allow",
    "Action": ["s3:GetObject"],
    "Resource": ["x"],
}
LISTS = {"Sid": "List", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}


@pytest.mark.parametrize(
    ("told", "fit"),
    [
        ([READS, LISTS], True),
        ([LISTS, {**READS, "Resource": "arn:aws:s3:::x"}], True),
        ([READS], False),
        ([READS, {**LISTS, "Action": "s3:*"}], False),
        ([READS, LISTS, {**LISTS, "Sid": "More"}], False),
        ([], False),
    ],
)
def test_a_role_is_what_its_template_says_or_iam_has_not_told_of_it_yet(
    told: list[Any], fit: bool
) -> None:
    settings = {"policies": {"Allowed": {"Statement": told}} if told else {}}
    assert fits(role(READS, LISTS), settings) == fit


def test_what_a_template_leaves_open_nobody_can_tell() -> None:
    nothing: dict[str, Any] = {"policies": {}}
    assert fits(role({"Fn::If": ["A", READS, LISTS]}), nothing)
    assert fits({"Type": ROLE, "Properties": {}}, nothing)
    assert fits({"Type": MACHINE}, {"definition": {}})


def test_what_an_earlier_record_does_not_tell_has_not_drifted() -> None:
    now = {"policies": {"own": {"Statement": []}}, "attached": {"a": "attached"}}
    key = f"{ROLE} one"
    assert list(drift({key: THEN[key]}, {key: {"set": now}})) == []
    known = {key: {"set": {**THEN[key]["set"], "attached": {}}}}
    (found,) = drift(known, {key: {"set": now}})
    assert [field.path for field in found.fields] == ["attached", "attached.a"]
