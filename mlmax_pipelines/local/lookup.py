"""The execution that a user means.

What comes in: `latest`, `<pipeline>/latest`, a name, `<pipeline>/<name>` or an ARN.
What goes out: its folder. Never: guesses between two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.files import Unreadable
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.base.names import EXECUTION_FORM, LATEST
from mlmax_pipelines.local.executions import Executions, Folder


def find(executions: Executions, wanted: str) -> Folder:
    """Raises UsageError, with the nearest name, when none or several fit."""
    pipeline, _, name = wanted.rpartition("/")
    if name == LATEST:
        return _latest(executions, pipeline)
    found = _fitting(executions, wanted)
    if len(found) == 1:
        return found[0]
    raise _several(wanted, found) if found else _none(executions, wanted)


def _latest(executions: Executions, pipeline: str) -> Folder:
    newest = next(filter(_is_readable, executions.newest_first(pipeline)), None)
    if newest is None:
        if pipeline:
            hint = "'pipeline list' shows those there are"
            raise UsageError(f"there is no execution of '{pipeline}' yet", hint=hint)
        hint = "'pipeline run NAME' starts one"
        raise UsageError("there is no execution yet", hint=hint)
    return newest


def _is_readable(folder: Folder) -> bool:
    """Whether anything is known of it: one of which nothing is, is nobody's latest."""
    try:
        folder.record_as_written()
    except Unreadable:
        return False
    return True


def _fitting(executions: Executions, wanted: str) -> list[Folder]:
    name = re.split("[:/]", wanted)[-1]
    found = executions.named(name) if EXECUTION_FORM.fullmatch(name) else []
    if ":" in wanted:
        return [folder for folder in found if folder.settled_record()["id"] == wanted]
    if "/" in wanted:
        return [folder for folder in found if _path(folder) == wanted]
    return found


def _path(folder: Folder) -> str:
    return f"{folder.pipeline}/{folder.name}"


def _several(wanted: str, found: Sequence[Folder]) -> UsageError:
    names = ", ".join(f"'{_path(folder)}'" for folder in found)
    return UsageError(
        f"'{wanted}' is the name of {len(found)} executions: {names}",
        hint="say which, with its pipeline",
    )


def _none(executions: Executions, wanted: str) -> UsageError:
    names = [folder.name for folder in executions.newest_first()]
    asked = question(wanted.rpartition("/")[2], names)
    hint = asked or "'pipeline list' shows them"
    return UsageError(f"no execution '{wanted}'", hint=hint)
