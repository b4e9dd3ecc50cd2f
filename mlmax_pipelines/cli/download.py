"""`pipeline download`: what an execution made, as files.

What comes in: an execution, perhaps a step and an output. What goes out: files, and
the folder they are in. Never: a file half written under its name.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Sequence

import click

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cli.app import App, environment_option, near, say, show
from mlmax_pipelines.observe.units import size

if TYPE_CHECKING:
    from mlmax_pipelines.artifacts.contract import Artifact


@click.command()
@click.argument("execution")
@click.argument("what", default="", metavar="[STEP[.OUTPUT]]")
@environment_option
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder to copy into.  [default: one named like the execution]",
)
@click.pass_obj
def download(app: App, execution: str, what: str, env: str, to: Path | None) -> None:
    """Copy what the steps of an execution wrote into a folder, and print its path.

    \b
    Examples:
      pipeline download latest
      pipeline download nightly-7 Train.model -e dev --to models/
    """
    from mlmax_pipelines.project import copying

    backend = app.backend(env)
    record = backend.describe(execution)
    found = _wanted(backend.artifacts(record.id), what)
    folder = to or Path(record.name)
    base = _base(found[0], f"/{record.pipeline}/{record.name}/")
    fit, left_out = copying.fitting(found, base)
    total = size(sum(artifact.size for artifact in fit))
    say(f"downloading {len(fit)} files, {total}")
    left_out += copying.copy(backend, fit, lambda uri: _place(folder, uri[len(base) :]))
    for line in copying.told(left_out):
        say(line)
    if len(left_out) == len(found):
        raise UsageError(f"nothing of '{record.name}' can be a file in '{folder}'")
    show(near(folder))


def _wanted(artifacts: Sequence[Artifact], what: str) -> list[Artifact]:
    step, _, output = what.partition(".")
    found = [
        artifact
        for artifact in artifacts
        if step in ("", artifact.step) and output in ("", artifact.output)
    ]
    if found:
        return found
    there = sorted({f"{one.step}.{one.output}".rstrip(".") for one in artifacts})
    hint = f"there are: {', '.join(there)}" if there else "it has not written anything"
    raise UsageError(f"nothing of '{what or 'any step'}' to download", hint=hint)


def _place(folder: Path, key: str) -> Path:
    """The path in the folder; a link that is there may lead out of it."""
    path = folder / key
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"'{path}' leads out of '{folder}'")
    return path


def _base(artifact: Artifact, execution: str) -> str:
    """The address of all that the execution wrote."""
    bucket, found, _ = artifact.uri.partition(execution)
    return bucket + found
