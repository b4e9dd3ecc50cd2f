"""The way of a deployment: which stages are walked, and where it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mlmax_pipelines.aws.changes import Field, ResourceChange, Review
from mlmax_pipelines.aws.drift import Drift
from mlmax_pipelines.aws.permissions import Permissions, Statement
from mlmax_pipelines.aws.retained import Kept
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.aws.views import Name
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.project import deploy
from tests.unit.project.deployments import DEPLOYED, Recorded, Someone, event, review

WIDER = Statement("TrainingRole", "", True, ("s3:GetObject",), ("*",), "")
BUCKET = ResourceChange(Name("", "Artifacts"), "AWS::S3::Bucket", "replaced")


def walk(recorded: Any, approve: Any = lambda review: True) -> tuple[bool, Someone]:
    person = Someone()
    return deploy.deploy(recorded, person, approve), person


def test_what_was_approved_is_executed_and_told_to_its_end() -> None:
    recorded = Recorded()
    deployed, person = walk(recorded)
    assert deployed
    assert recorded.asked == [
        "stack",
        "plan",
        "check",
        "upload",
        "change set",
        "review",
        "execute",
        "record",
    ]
    assert person.heard == [
        "uploads 2",
        "deploying stack 'ml'",
        "ml UPDATE_COMPLETE",
        "done: deployed stack 'ml'",
    ]


def test_a_stack_that_is_what_the_plan_says_needs_nothing() -> None:
    recorded = Recorded(deployed=True, keys=[])
    deployed, person = walk(recorded)
    assert not deployed
    assert recorded.asked == ["stack", "plan", "check"]
    assert person.heard == ["nothing to do: stack 'ml' is up to date"]


def test_where_cloudformation_sees_no_change_nothing_is_approved() -> None:
    deployed, person = walk(Recorded(changes=None), pytest.fail)
    assert not deployed
    assert person.heard[-1].startswith("nothing to do: CloudFormation sees no change")


def test_what_was_not_approved_is_taken_back() -> None:
    recorded = Recorded()
    deployed, person = walk(recorded, lambda review: False)
    assert not deployed
    assert recorded.asked[-1] == "discard" and "execute" not in recorded.asked
    assert person.heard[-1] == "nothing was deployed"


def test_an_approval_that_breaks_off_leaves_no_change_set() -> None:
    def interrupted(review: Review) -> bool:
        raise KeyboardInterrupt

    recorded = Recorded()
    with pytest.raises(KeyboardInterrupt):
        walk(recorded, interrupted)
    assert recorded.asked[-1] == "discard"


def test_a_stuck_stack_is_settled_first() -> None:
    settled = Recorded(now=replace(DEPLOYED, status="UPDATE_ROLLBACK_FAILED"))
    walk(settled, lambda review: False)
    assert "continue" in settled.asked


class Overtaken(Recorded):
    """Somebody else's deployment makes CloudFormation refuse `at` once."""

    def __init__(self, at: str, before: Stack | None, after: Stack | None) -> None:
        super().__init__(now=before)
        self.at, self.after = at, after

    def _refuse(self, at: str) -> None:
        if at == self.at:
            self.at = ""
            self.given["now"] = self.after
            raise AwsError("there is no such change set")

    def change_set(self, stack: Any, plan: Any) -> Any:
        self._refuse("change set")
        return super().change_set(stack, plan)

    def execute(self, change_set: Any) -> Any:
        self._refuse("execute")
        return super().execute(change_set)


CREATING = replace(DEPLOYED, status="CREATE_IN_PROGRESS", changed="now")
REVIEWED = replace(DEPLOYED, status="REVIEW_IN_PROGRESS")
LATER = replace(DEPLOYED, changed="later")


@pytest.mark.parametrize("at", ["change set", "execute"])
@pytest.mark.parametrize(
    ("before", "after"), [(None, CREATING), (REVIEWED, CREATING), (DEPLOYED, LATER)]
)
def test_whoever_comes_second_says_so_waits_and_begins_anew(
    at: str, before: Stack | None, after: Stack
) -> None:
    recorded = Overtaken(at, before, after)
    deployed, person = walk(recorded)
    assert deployed
    (said,) = [line for line in person.heard if "somebody else" in line]
    assert f"({after.status})" in said
    assert ("wait" in recorded.asked) == after.in_progress
    assert recorded.asked.count("plan") == 2
    assert recorded.asked[-2:] == ["execute", "record"]


def test_what_is_refused_though_nobody_else_deploys_is_refused() -> None:
    with pytest.raises(AwsError, match="no such change set"):
        walk(Overtaken("execute", DEPLOYED, DEPLOYED))
    with pytest.raises(AwsError, match="no such change set"):
        walk(Overtaken("change set", None, REVIEWED))


def test_a_stack_that_was_never_created_differs_in_everything() -> None:
    recorded: Any = Recorded(now=replace(DEPLOYED, status="ROLLBACK_COMPLETE"))
    seen: list[Any] = []
    recorded.is_deployed = lambda stack, plan: seen.append(stack)
    deploy.diff(recorded)
    assert seen == [None]


@pytest.mark.parametrize(
    ("ends", "first", "left"),
    [
        ("ROLLBACK_COMPLETE", True, "what had been created is gone again"),
        ("UPDATE_ROLLBACK_COMPLETE", False, "what was deployed before is back"),
        ("UPDATE_ROLLBACK_FAILED", False, "rolling back failed, too"),
        ("CREATE_FAILED", True, "some of it is left"),
        ("UPDATE_FAILED", False, "look at the stack's events"),
    ],
)
def test_a_failure_says_why_and_what_is_there_now(
    ends: str, first: bool, left: str
) -> None:
    recorded = Recorded(ends, found=review(first=first))
    with pytest.raises(AwsError, match="stack 'ml' was not") as caught:
        walk(recorded)
    assert left in caught.value.problem.hint and ends in caught.value.problem.hint


class Early(Recorded):
    """CloudFormation fails with a reason for so many times."""

    def __init__(self, reason: str, times: int, **more: Any) -> None:
        super().__init__(found=review(first=True), now=None, reason=reason, **more)
        self.times = times

    def _events(self) -> Any:
        self.times -= 1
        self.given["now"] = None
        if self.times >= 0:
            self.given["now"] = replace(DEPLOYED, status="ROLLBACK_COMPLETE")
            yield event("CREATE_FAILED", "LogGroup", self.given["reason"])
            yield event("ROLLBACK_COMPLETE")
        else:
            yield event("CREATE_COMPLETE")

    def delete(self, stack: Stack) -> Any:
        self.asked.append("delete")
        self.given["now"] = None
        return iter([event("DELETE_COMPLETE")])


EARLY = "The state machine IAM Role is not authorized to access the Log Destination"


def test_a_first_creation_that_was_faster_than_iam_is_made_once_more() -> None:
    recorded = Early(EARLY, times=2)
    approved: list[Review] = []
    deployed, person = walk(recorded, lambda found: not approved.append(found))
    assert deployed
    assert recorded.asked.count("execute") == 3
    assert recorded.asked.count("delete") == 2
    # What was agreed to is not asked for again, nor whether to take away what is left.
    assert len(approved) == 1 and person.asked == []
    assert sum("IAM was not that far" in line for line in person.heard) == 2


def test_it_is_not_made_for_ever_nor_for_another_reason() -> None:
    recorded = Early(EARLY, times=9)
    with pytest.raises(AwsError, match="Log Destination"):
        walk(recorded)
    assert recorded.asked.count("execute") == 3
    other = Early("in use", times=9)
    with pytest.raises(AwsError, match="in use"):
        walk(other)
    assert other.asked.count("execute") == 1


def test_a_diff_touches_nothing() -> None:
    recorded: Any = Recorded()
    assert deploy.diff(recorded) == review()
    assert recorded.asked == ["stack", "plan", "review"]
    assert deploy.diff(Recorded(deployed=True)) is None  # type: ignore[arg-type]


def test_a_package_asks_for_the_stack_only_to_know_the_bucket() -> None:
    recorded: Any = Recorded(keys=[])
    person = Someone()
    assert deploy.package(recorded, person) == "plan"
    assert recorded.asked == ["stack", "plan", "check"]
    assert person.heard == ["nothing to upload: everything is in the bucket already"]
    recorded = Recorded()
    recorded.bucket = "mine"
    deploy.package(recorded, person)
    assert recorded.asked == ["plan", "check", "upload"]


KEPT = [Kept("AWS::SageMaker::ModelPackageGroup", "group", "ModelGroup")]


def destroy(recorded: Any, approve: Any = lambda *_: True, data: bool = False) -> Any:
    person = Someone()
    return deploy.destroy(recorded, person, approve, data), person


def test_a_stack_goes_and_what_it_keeps_is_told() -> None:
    recorded = Recorded("DELETE_COMPLETE", kept=KEPT)
    kept, person = destroy(recorded)
    assert kept == KEPT and recorded.asked == ["stack", "delete"]
    assert person.heard[-1] == "done: deleted stack 'ml'"


def test_its_data_go_only_when_that_is_said() -> None:
    calls = []

    class Session:
        def pages(self, *words: str, **more: str) -> list[Any]:
            return []

        def call(self, service: str, operation: str, **more: str) -> None:
            calls.append(operation)

    recorded = Recorded("DELETE_COMPLETE", kept=KEPT)
    recorded.session = Session()  # type: ignore[assignment]
    _, person = destroy(recorded, data=True)
    assert calls == ["delete_model_package_group"]
    assert person.heard[-1] == "done: deleted group"
    # Even if the stack is gone already.
    recorded.given["now"] = None
    assert destroy(recorded, data=True)[0] == KEPT
    assert calls == ["delete_model_package_group"] * 2


def test_nothing_is_deleted_that_nobody_approved_or_that_is_not_there() -> None:
    recorded = Recorded("DELETE_COMPLETE")
    assert destroy(recorded, lambda *_: False)[0] is None
    assert destroy(Recorded(now=None), pytest.fail)[0] is None
    assert recorded.asked == ["stack"]


def test_a_stack_that_cannot_be_deleted_says_why() -> None:
    with pytest.raises(AwsError, match="'ml' was not deleted: in use"):
        destroy(Recorded("DELETE_FAILED"))


def test_wider_permissions_and_lost_data_have_to_be_allowed() -> None:
    found = review(permissions=Permissions((WIDER,), ()), resources=(BUCKET,))
    assert [word for word, _ in deploy.refusals(found, ())] == ["iam", "replace"]
    assert [word for word, _ in deploy.refusals(found, ("iam",))] == ["replace"]
    assert not list(deploy.refusals(found, ("iam", "replace")))


def test_a_first_deployment_widens_nothing() -> None:
    found = review(first=True, permissions=Permissions((WIDER,), ()))
    assert not list(deploy.refusals(found, ()))


CHANGED = Drift("T", "role-1", (Field("a", "1", "2"),), {"a": "1"})


@pytest.mark.parametrize("approved", [True, False])
def test_what_was_changed_by_hand_is_shown_and_put_back(approved: bool) -> None:
    recorded = Recorded(deployed=True, keys=[], drift=[CHANGED])
    seen = []

    def approve(review: Review) -> bool:
        seen.append(review.drift)
        return approved

    deployed, person = walk(recorded, approve)
    assert not deployed and seen == [(("T role-1", CHANGED.fields),)]
    assert ("put back role-1" in recorded.asked) == approved
    assert "change set" not in recorded.asked
    assert person.heard[-1] == (
        "done: put back T role-1" if approved else "nothing was deployed"
    )


def test_it_is_put_back_before_what_else_is_deployed() -> None:
    recorded = Recorded(drift=[CHANGED])
    deployed, _ = walk(recorded)
    assert deployed
    assert recorded.asked[-3:] == ["put back role-1", "execute", "record"]
