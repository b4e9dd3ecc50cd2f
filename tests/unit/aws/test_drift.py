"""What was changed by hand: which resources, and in what."""

from __future__ import annotations

from mlmax_pipelines.aws.changes import MACHINE, Field
from mlmax_pipelines.aws.drift import ROLE, drift

THEN = {
    f"{MACHINE} arn:m": {
        "definition": {"States": {"A": {"Type": "Pass"}}},
        "role": "r",
    },
    f"{ROLE} one": {"policies": {"own": {"Statement": []}}},
}


def test_what_is_as_it_was_has_not_drifted() -> None:
    assert list(drift(THEN, dict(THEN))) == []


def test_each_resource_says_what_differs_and_what_it_was() -> None:
    machine, role = THEN
    wider = {"own": {"Statement": []}, "mine": {"Statement": [{"Action": "*"}]}}
    now = {
        machine: {"definition": {"States": {"A": {"Type": "Succeed"}}}, "role": "r"},
        role: {"policies": wider},
    }
    found = list(drift(THEN, now))
    assert [(one.type, one.id) for one in found] == [(MACHINE, "arn:m"), (ROLE, "one")]
    assert found[0].fields == (Field("definition.States.A.Type", "Pass", "Succeed"),)
    assert found[0].was == THEN[machine]
    (extra,) = found[1].fields
    assert extra.path == "policies.mine.Statement[0].Action" and extra.new == "*"


def test_what_is_gone_or_new_is_a_matter_of_the_stack() -> None:
    assert list(drift(THEN, {f"{ROLE} two": {"policies": {}}})) == []
