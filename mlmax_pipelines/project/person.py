"""Whoever deploys, as a deployment's way sees them: told what happens, and asked.

What goes out: a protocol; the command line, a server or a test stands behind it, and
`followed`, which tells of an operation of CloudFormation's until it is over. Never:
decides for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from mlmax_pipelines.base.errors import AwsError

if TYPE_CHECKING:
    from mlmax_pipelines.aws.events import Event
    from mlmax_pipelines.aws.uploading import Watch


class Person(Protocol):
    """Gets progress (`tell`) and results (`done`) as lines, and answers."""

    def tell(self, line: str) -> None: ...

    def done(self, line: str) -> None: ...

    def agrees(self, question: str, unattended: bool = True) -> bool:
        """Raises UsageError when there is nobody to ask. `unattended`: `--yes` may say
        it for them."""

    def watches(self, stack: str, total: int) -> Callable[[Event], None]:
        """What is called with each event of a stack; `total` is how many resources
        will be done, 0 when nobody knows."""

    def uploads(self, objects: int) -> Watch:
        """What is called while so many objects are uploaded."""


def followed(
    person: Person, events: Iterable[Event], stack: str, total: int = 0
) -> list[Event]:
    """The events of an operation, told as they come; the last one says how it ended.

    Raises AwsError when they can be had no longer, with what to do then.
    """
    seen: list[Event] = []
    watch = person.watches(stack, total)
    try:
        for event in events:
            seen.append(event)
            watch(event)
    except KeyboardInterrupt:
        person.tell(
            f"\nnot followed any more: CloudFormation goes on with stack '{stack}'"
        )
        raise
    except AwsError as error:
        raise AwsError(
            f"lost sight of stack '{stack}', which CloudFormation goes on with: "
            f"{error.problem.message}",
            hint="rerun the command: it waits for the stack, then goes on",
        ) from error
    return seen
