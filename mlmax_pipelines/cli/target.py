"""What the commands that talk to CloudFormation share.

What comes in: an environment's name. What goes out: the `Deployment` to work on, its
events as lines, a question answered. Never: decides.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cli.app import App, say, show

if TYPE_CHECKING:
    from mlmax_pipelines.aws.events import Event
    from mlmax_pipelines.aws.uploading import Progress

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
def deployment(
    app: App,
    env: str,
    bucket: str = "",
    kind: type[Any] | None = None,
    **how: Any,
) -> Iterator[Any]:
    """The environment on AWS, a `Deployment` or of another `kind`; with --debug, ends
    by saying what was asked of AWS."""
    from mlmax_pipelines.project.deployment import Deployment

    environment = app.project.environment(env)
    found = (kind or Deployment)(app.project.root, environment, bucket, tell=say, **how)
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


class Terminal:
    """Whoever deploys from a terminal, or with `yes` from where nobody is: what
    `project.person.Person` says."""

    def __init__(self, yes: bool = False) -> None:
        self._yes = yes

    def tell(self, line: str) -> None:
        say(line)

    def done(self, line: str) -> None:
        show(line)

    def agrees(self, question: str, unattended: bool = True) -> bool:
        if self._yes and not unattended:
            return False
        return confirm(question, self._yes)

    def watches(self, stack: str, total: int) -> Callable[[Event], None]:
        done = 0

        def watch(event: Event) -> None:
            nonlocal done
            if event.status.endswith("_COMPLETE") and not event.of_stack:
                done += 1
            if _is_news(event):
                say(_line(event, stack, min(done, total), total))

        return watch

    def uploads(self, objects: int) -> Callable[[Progress], None]:
        return uploading(objects)


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
