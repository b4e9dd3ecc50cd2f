"""Which of many failures came first."""

from __future__ import annotations

from mlmax_pipelines.aws.events import Event, first_cause

STACK = "AWS::CloudFormation::Stack"
ROLE = "AWS::IAM::Role"


def event(
    logical_id: str, kind: str, reason: str, stack: str = "", status: str = "FAILED"
) -> Event:
    of_stack = kind == STACK and logical_id == "self"
    made = f"CREATE_{status}"
    return Event(logical_id, "", stack, logical_id, kind, made, reason, "", of_stack)


def test_the_first_cause_is_inside_the_nested_stack() -> None:
    found = first_cause(
        [
            event("Shared", STACK, "", status="COMPLETE"),
            event(
                "Policy", "AWS::IAM::Policy", "Resource creation cancelled", "Training"
            ),
            event("Role", ROLE, "boundary does not exist", "Training"),
            event("Other", ROLE, "Resource creation cancelled", "Training"),
            event("self", STACK, "The following resource(s) failed", "Training"),
            event("Training", STACK, "Embedded stack was not successfully created"),
        ]
    )
    assert found is not None
    assert (found.stack, found.reason) == ("Training", "boundary does not exist")


def test_a_nested_stack_that_could_not_begin_is_its_own_cause() -> None:
    found = first_cause([event("Training", STACK, "Template error")])
    assert found is not None and found.reason == "Template error"


def test_without_a_failure_there_is_no_cause() -> None:
    assert first_cause([event("Role", ROLE, "", status="COMPLETE")]) is None
