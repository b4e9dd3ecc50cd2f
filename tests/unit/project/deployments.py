"""A person who deploys, and a deployment that remembers what was asked of it.

What CloudFormation does is for tests/functional/aws: here it is about the way there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from mlmax_pipelines.aws.changes import Review
from mlmax_pipelines.aws.events import Event
from mlmax_pipelines.aws.permissions import Permissions
from mlmax_pipelines.aws.retained import Kept
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.aws.uploading import Progress
from mlmax_pipelines.project.roles import Told

DEPLOYED = Stack("ml", "arn:ml", "CREATE_COMPLETE", "", {}, {}, {})


def event(status: str, name: str = "ml", reason: str = "", stack: str = "") -> Event:
    type = "AWS::CloudFormation::Stack" if name == "ml" else "AWS::S3::Bucket"
    of_stack = name == "ml"
    return Event("1", "", stack, name, type, status, reason, "arn:ml", of_stack)


class Someone:
    """Answers every question with `answer`; `heard` is what they were told."""

    def __init__(self, answer: bool = True) -> None:
        self.answer = answer
        self.heard: list[str] = []
        self.asked: list[str] = []

    def tell(self, line: str) -> None:
        self.heard.append(line)

    def done(self, line: str) -> None:
        self.heard.append(f"done: {line}")

    def agrees(self, question: str, unattended: bool = True) -> bool:
        self.asked.append(question)
        return self.answer

    def watches(self, stack: str, total: int) -> Callable[[Event], None]:
        return lambda event: self.heard.append(f"{event.logical_id} {event.status}")

    def uploads(self, objects: int) -> Callable[[Progress], None]:
        self.heard.append(f"uploads {objects}")
        return lambda progress: None


class Recorded:
    """A deployment whose operations end in the status `ends`."""

    stack_name = "ml"
    bucket = ""
    take_over = False
    when_idle = False

    def __init__(self, ends: str = "UPDATE_COMPLETE", **more: Any) -> None:
        self.ends = ends
        self.asked = list[str]()
        self.environment = SimpleNamespace(name="dev")
        self.session = SimpleNamespace()
        given = {
            "now": DEPLOYED,
            "deployed": False,
            "keys": ["a", "b"],
            "changes": "change set",
            "found": review(),
            "kept": [],
            "reason": "in use",
            "roles": [],
        }
        self.given = {**given, **more}

    def _events(self) -> Iterator[Event]:
        yield event(self.ends, reason=self.given["reason"])

    def stack(self) -> Stack | None:
        self.asked.append("stack")
        now: Stack | None = self.given["now"]
        return now

    def is_orphan(self, stack: Stack | None) -> bool:
        return self.given.get("orphan", False)

    def drift(self, stack: Stack | None) -> tuple[Any, ...]:
        return tuple(self.given.get("drift", ()))

    def put_back(self, drifted: Any) -> None:
        self.asked.append(f"put back {drifted.id}")

    def record(self, plan: Any, person: Any) -> None:
        self.asked.append("record")

    def plan(self, stack: Stack | None) -> str:
        self.asked.append("plan")
        return "plan"

    def check_bucket(self, plan: Any) -> None:
        self.asked.append("check")

    def missing(self, plan: Any) -> list[str]:
        return list(self.given["keys"])

    def upload(self, plan: Any, keys: list[str], watch: Any) -> None:
        self.asked.append("upload")

    def is_deployed(self, stack: Any, plan: Any) -> bool:
        return bool(self.given["deployed"])

    def change_set(self, stack: Any, plan: Any) -> Any:
        self.asked.append("change set")
        return self.given["changes"]

    def review(self, stack: Any, plan: Any) -> Review:
        self.asked.append("review")
        found: Review = self.given["found"]
        return found

    def roles(self, stack: Any, plan: Any) -> Told:
        return Told(tuple(self.given["roles"]))

    def annotated(self, review: Review, change_set: Any) -> Review:
        return review

    def discard(self, change_set: Any) -> None:
        self.asked.append("discard")

    def execute(self, change_set: Any) -> Iterator[Event]:
        self.asked.append("execute")
        return self._events()

    def delete(self, stack: Stack) -> Iterator[Event]:
        self.asked.append("delete")
        return self._events()

    def continue_rollback(self, stack: Stack) -> Iterator[Event]:
        self.asked.append("continue")
        self.given["now"] = replace(DEPLOYED, status="UPDATE_ROLLBACK_COMPLETE")
        return self._events()

    def wait(self, stack: Stack) -> Stack:
        self.asked.append("wait")
        return DEPLOYED

    def retained(self, stack: Stack | None) -> list[Kept]:
        return list(self.given["kept"])

    def bucket_of(self, stack: Stack | None) -> str:
        return "code"

    def check_free(self, stack: Stack | None, plan: Any) -> None:
        pass


def review(**fields: Any) -> Review:
    """A review of no change at all but these."""
    nothing = Review(False, (), (), Permissions((), ()), ())
    return replace(nothing, **fields)
