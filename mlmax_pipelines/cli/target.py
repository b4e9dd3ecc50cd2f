"""What the commands that talk to CloudFormation share.

What comes in: an environment's name. What goes out: the `Deployment` to work on, its
events as lines, a question answered. Never: decides; that is the command's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.cli.app import App, say

if TYPE_CHECKING:
    from mlmax_pipelines.aws.events import Event
    from mlmax_pipelines.aws.stacks import Stack
    from mlmax_pipelines.aws.uploading import Progress
    from mlmax_pipelines.project.deployment import Deployment

Command = TypeVar("Command", bound=Callable[..., Any])
_STATUS_COLORS = {"COMPLETE": "green", "FAILED": "red", "PROGRESS": "cyan"}


def aws_environment_option(command: Command) -> Command:
    """`-e/--env ENV`, without a default: nobody deploys by accident."""
    text = "Environment that runs on AWS: a file of envs/."
    return click.option("-e", "--env", metavar="ENV", required=True, help=text)(command)


def bucket_option(command: Command) -> Command:
    """`--bucket NAME`, "" when it is to be the deployed stack's."""
    text = "Bucket for code and templates.  [default: that of the deployed stack]"
    return click.option("--bucket", default="", metavar="NAME", help=text)(command)


@contextmanager
def deployment(app: App, env: str, bucket: str = "") -> Iterator[Deployment]:
    """The environment on AWS; with --debug, ends by saying what was asked of AWS."""
    from mlmax_pipelines.project.deployment import Deployment

    found = Deployment(app.project.root, app.project.environment(env), bucket)
    try:
        yield found
    finally:
        if app.debug:
            say(found.session.summary)


def confirm(question: str, yes: bool) -> bool:
    """Whether a person says yes; `--yes` says it for them.

    Raises UsageError when there is nobody to ask.
    """
    return yes or _asked(lambda: click.confirm(question, err=True), question)


def typed(question: str, expected: str) -> bool:
    """Whether a person types just what is expected."""
    answer = _asked(lambda: click.prompt(question, err=True), question)
    return bool(answer == expected)


def _asked(ask: Callable[[], Any], question: str) -> Any:
    try:
        return ask()
    except click.Abort:
        if sys.stdin.isatty():
            raise
        say("")
        message = f"nobody answered '{question}'"
        raise UsageError(message, hint="'--yes' answers where nobody is") from None


def show(
    events: Iterable[Event], stack: str, total: int = 0
) -> tuple[Event, list[Event]]:
    """Print events as they come; the last one, which tells how it ended, and all.

    `total` is how many resources will be done, 0 when nobody knows.
    """
    seen: list[Event] = []
    done = 0
    try:
        for event in events:
            seen.append(event)
            if event.status.endswith("_COMPLETE") and not event.of_stack:
                done += 1
            if _is_news(event):
                say(_line(event, stack, min(done, total), total))
    except KeyboardInterrupt:
        say(f"\nnot followed any more: CloudFormation goes on with stack '{stack}'")
        raise
    except AwsError as error:
        raise AwsError(
            f"lost sight of stack '{stack}', which CloudFormation goes on with: "
            f"{error.problem.message}",
            hint="rerun the command: it waits for the stack, then goes on",
        ) from error
    return seen[-1], seen


def _is_news(event: Event) -> bool:
    """What ended or failed, and the nested stacks that begin."""
    ended = event.status.endswith(("_COMPLETE", "_FAILED"))
    nested_begins = event.of_stack and event.stack != ""
    return ended if not nested_begins else not ended


def _line(event: Event, stack: str, done: int, total: int) -> str:
    color = _STATUS_COLORS.get(event.status.rpartition("_")[2])
    status = click.style(f"{event.status:<28}", fg=color)
    name = event.stack if event.of_stack else event.logical_id
    where = f"{event.stack}/{name}" if event.stack and not event.of_stack else name
    count = f"[{done:>{len(str(total))}}/{total}] " if total else ""
    reason = f": {event.reason}" if event.failed and event.reason else ""
    return f"  {count}{status} {where or stack}{reason}"


def uploading(keys: int) -> Callable[[Progress], None]:
    """A callback that shows how an upload gets on: on a terminal, or once."""
    terminal = sys.stderr.isatty()

    def watch(progress: Progress) -> None:
        text = f"uploading {progress.objects}/{progress.of_objects} objects"
        size = f"{progress.bytes / 1e6:.1f} of {progress.of_bytes / 1e6:.1f} MB"
        over = progress.objects == progress.of_objects
        if terminal:
            click.echo(f"\r{text}, {size}", err=True, nl=over)
        elif over:
            say(f"uploaded {keys} objects, {progress.of_bytes / 1e6:.1f} MB")

    return watch


def settled(target: Deployment, stack: Stack | None, yes: bool) -> Stack | None:
    """The stack in a state that a deployment can start from.

    Offers what AWS asks for when it is not. Raises AwsError when that is refused.
    """
    from mlmax_pipelines.aws import stacks

    if stack is not None and stack.in_progress:
        stack = _waited(target, stack, yes)
    if stack is None:
        return None
    if stack.status in stacks.STILLBORN or stack.status == stacks.UNDELETED:
        _made_anew(target, stack, yes)
        return None
    if stack.status == stacks.STUCK:
        return _rolled_back(target, stack, yes)
    return stack


def _waited(target: Deployment, stack: Stack, yes: bool) -> Stack | None:
    text = f"stack '{stack.name}' is busy ({stack.status}): wait until it is done?"
    if not confirm(text, yes):
        raise AwsError(
            f"stack '{stack.name}' is busy ({stack.status})",
            hint="rerun when it is done, or with '--yes' to wait",
        )
    say(f"waiting for stack '{stack.name}' ({stack.status})")
    return target.wait(stack)


def _made_anew(target: Deployment, stack: Stack, yes: bool) -> None:
    failed = "was never created" if stack.status != "DELETE_FAILED" else "is half gone"
    text = (
        f"stack '{stack.name}' {failed} ({stack.status}): delete what is left of it "
        "and create it anew?"
    )
    if not confirm(text, yes):
        raise AwsError(
            f"stack '{stack.name}' {failed} ({stack.status}); it can only be deleted",
            hint=f"'pipeline destroy -e {target.environment.name}', then deploy again",
        )
    say(f"deleting what is left of stack '{stack.name}' ({stack.status})")
    last, _ = show(target.delete(stack), stack.name)
    if last.failed:
        raise AwsError(f"stack '{stack.name}' cannot be deleted: {last.reason}")


def _rolled_back(target: Deployment, stack: Stack, yes: bool) -> Stack | None:
    text = (
        f"stack '{stack.name}' is stuck ({stack.status}: {stack.reason}): go on with "
        "the rollback?"
    )
    if not confirm(text, yes):
        raise AwsError(
            f"stack '{stack.name}' is stuck ({stack.status}): {stack.reason}",
            hint="mend what the reason names, then rerun and let the rollback go on",
        )
    say(f"going on with the rollback of stack '{stack.name}'")
    last, _ = show(target.continue_rollback(stack), stack.name)
    if last.failed:
        raise AwsError(
            f"the rollback of stack '{stack.name}' failed again: {last.reason}",
            hint="mend what the reason names, or skip that resource in the console "
            "('Continue update rollback'), then rerun",
        )
    return target.stack()
