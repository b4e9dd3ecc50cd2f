"""Specs of an older version of the language, written anew in the present one.

What comes in: a project's folder. What goes out: its files, in which only what is
spelt otherwise today has changed: comments and layout stay. Never: a file half
written, or one in which anything else would be read otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlmax_pipelines import manifest
from mlmax_pipelines.base.errors import PipelineError, Where
from mlmax_pipelines.base.files import write_bytes
from mlmax_pipelines.base.names import OLDER_KEYS
from mlmax_pipelines.compiler.entry import pipeline_files
from mlmax_pipelines.yaml.document import Document, load, parse

_Path = tuple[Any, ...]


@dataclass(frozen=True)
class Spelling:
    """A key that is written otherwise today, and where it stands."""

    path: _Path
    where: Where
    older: str
    present: str


def upgrade(root: Path) -> list[Spelling]:
    """Bring the specs in `root` to the present version, and project.yaml too; what was
    changed in the specs. Raises PipelineError, with nothing written."""
    manifest.load(root)
    found: list[Spelling] = []
    written: dict[Path, bytes] = {}
    for path in pipeline_files(root):
        document = load(path, f"{path.parent.name}/{path.name}")
        spellings = list(_keys(document, (), document.data, ("steps",)))
        if spellings:
            text = path.read_bytes().decode("utf-8-sig")
            written[path] = _respelt(document, text, spellings).encode()
            found += spellings
    for path, content in written.items():
        write_bytes(path, content)
    manifest.set_spec(root)
    return found


def _keys(
    document: Document, path: _Path, data: Any, inside: _Path
) -> Iterator[Spelling]:
    """The older keys of a mapping of the language, and of those in it. What a step is
    given to keep or to hand on is no part of the language."""
    if not isinstance(data, Mapping):
        return
    for key, value in data.items():
        present = OLDER_KEYS.get(str(key), str(key))
        if key in OLDER_KEYS and present not in data:
            at = (*path, key)
            yield Spelling(at, document.where(at, key=True), str(key), present)
        if present in inside:
            yield from _inner(document, (*path, key), present, value)


def _inner(document: Document, path: _Path, key: str, value: Any) -> Iterator[Spelling]:
    in_step = ("steps", "branches", "choices", "catch")
    if key == "steps" and isinstance(value, Mapping):
        for name, step in value.items():
            yield from _keys(document, (*path, name), step, in_step)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _keys(document, (*path, index), one, ("steps",))


def _respelt(document: Document, text: str, found: list[Spelling]) -> str:
    """The file's text with other keys; those of a line from its end on."""
    lines = text.splitlines(keepends=True)
    for one in sorted(found, key=lambda one: -one.where.column):
        line, column = lines[one.where.line - 1], one.where.column - 1
        at = line.index(one.older, column)
        after = line[at + len(one.older) :]
        lines[one.where.line - 1] = f"{line[:at]}{one.present}{after}"
    result = "".join(lines)
    wanted = _renamed(document.data, {one.path: one.present for one in found})
    if parse(result, document.path).data != wanted:
        message = f"the older keys of {document.path} cannot be written anew"
        raise PipelineError(message, hint="write them anew by hand")
    return result


def _renamed(data: Any, names: Mapping[_Path, str], path: _Path = ()) -> Any:
    if isinstance(data, Mapping):
        return {
            names.get((*path, key), key): _renamed(value, names, (*path, key))
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [_renamed(one, names, (*path, i)) for i, one in enumerate(data)]
    return data
