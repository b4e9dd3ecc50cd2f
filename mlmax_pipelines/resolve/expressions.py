"""The `${...}` grammar: text -> literal parts and references.

What comes in: a text of a spec. What goes out: a Template of strings and Refs, and
what is wrong with it. Never: evaluated; a reference's target looked up. An
expression is a chain of names, so that nothing in it can run.

    ${parameters.X}                 ${steps.S.outputs.N}       ${item} ${item.x}
    ${pipeline.execution_name}      ${steps.S.output.A[0].b}   ${map.index}
    ${env.X}                       ${steps.S.error}           ${steps.S.cause}

Behind each value may stand further names and indexes (`.a`, `[0]`, `['odd name']`).
`$${` is a literal `${`. The older spelling, `${context['step_execution']['S']
.output()['A']}` and `${context['pipeline_execution']['BaseLocation']}`, means the
same as `${steps.S.output.A}` and `${pipeline.base_location}`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from mlmax_pipelines.base import literals
from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean, shell_variable
from mlmax_pipelines.yaml.document import Document

OPENING = "${"

PARAMETER = "parameter"
STEP_OUTPUT = "step_output"
STEP_RAW = "step_raw"
STEP_ERROR = "step_error"
PIPELINE = "pipeline"
ENV = "env"
ITEM = "item"
INDEX = "index"

# What a catcher is given of an error, by the names that a spec has for it.
ERROR_PARTS = {"error": "Error", "cause": "Cause"}
PIPELINE_ATTRIBUTES = (
    "name",
    "execution_name",
    "execution_id",
    "start_time",
    "base_location",
)
FORMS = (
    "an expression is a chain of names: parameters.X, steps.S.outputs.N, "
    "steps.S.output.A[0], pipeline.execution_name, env.X, item.x, map.index"
)
_ROOTS = ("parameters", "steps", "pipeline", "env", "item", "map")
_LONGEST_SHOWN = 60

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?: +[A-Za-z0-9_-]+)*")
_PART = re.compile(
    r"\.(?P<word>[A-Za-z0-9_][A-Za-z0-9_-]*(?: +[A-Za-z0-9_-]+)*)"
    r"|\[(?P<index>\d{1,9})\]"
    r"""|\[(?:'(?P<single>[^'\]]+)'|"(?P<double>[^"\]]+)")\]"""
)
_OLDER = re.compile(r"""context\[(['"])(step_execution|pipeline_execution)\1\]""")
_OLDER_ATTRIBUTES = {
    "BaseLocation": "base_location",
    "Name": "name",
    "ExecutionName": "execution_name",
    "ExecutionId": "execution_id",
    "StartTime": "start_time",
}


@dataclass(frozen=True)
class Ref:
    """One reference. `kind` is one of the constants of this module.

    `name` is the parameter, step, attribute of the pipeline or name of the
    environment; `output` the output's name (STEP_OUTPUT only), or the part of the error
    (STEP_ERROR); `path` what stands
    behind: names and indexes. `text` is the expression as written, without `${}`;
    `offset` where its `${` begins in the whole text, from 0.
    """

    kind: str
    name: str = ""
    output: str = ""
    path: tuple[str | int, ...] = ()
    text: str = ""
    offset: int = 0


@dataclass(frozen=True)
class Fault:
    """What is wrong with an expression, `offset` characters into the text."""

    message: str
    hint: str
    offset: int


@dataclass(frozen=True)
class Template:
    """A text as its parts, in order. With `faults` it cannot be used."""

    parts: tuple[str | Ref, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def refs(self) -> tuple[Ref, ...]:
        return tuple(part for part in self.parts if isinstance(part, Ref))

    @property
    def single(self) -> Ref | None:
        """The reference, when the text is nothing but one: its type is kept."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Ref):
            return self.parts[0]
        return None

    @property
    def literal(self) -> str | None:
        """The text, escapes undone, when it refers to nothing; else None."""
        return None if self.refs else "".join(str(part) for part in self.parts)


class _Refused(Exception):
    """Ends the reading of one expression."""

    def __init__(self, message: str, hint: str = FORMS, offset: int = 0) -> None:
        super().__init__(message)
        self.message, self.hint, self.offset = message, hint, offset


def parse(text: str) -> Template:
    """The parts of a text; every expression that is wrong is among the faults."""
    if OPENING not in text:
        return Template((text,))
    return _parse(text)


def read(
    document: Document, path: tuple[Any, ...], text: str, problems: list[Problem]
) -> Template:
    """`parse`, with what is wrong added to `problems`, at its column."""
    template = parse(text)
    for fault in template.faults:
        where = (fault.message, path, fault.hint)
        problems.append(document.problem(*where, offset=fault.offset))
    return template


@lru_cache(maxsize=1 << 16)
def _parse(text: str) -> Template:
    parts: list[str | Ref] = []
    faults: list[Fault] = []
    literal, position = "", 0
    while (found := text.find(OPENING, position)) >= 0:
        if text[found - 1 : found] == "$":
            literal += text[position : found - 1] + literals.OPENING
            position = found + len(OPENING)
            continue
        literal += text[position:found]
        parts += [literal] if literal else []
        literal = ""
        end = text.find("}", found)
        try:
            parts.append(_expression(text, found, end))
        except _Refused as why:
            faults.append(Fault(why.message, why.hint, found + why.offset))
        position = end + 1 if end >= 0 else len(text)
    literal += text[position:]
    parts += [literal] if literal else []
    return Template(tuple(parts), tuple(faults))


def _expression(text: str, start: int, end: int) -> Ref:
    if end < 0:
        raise _Refused("expression without its closing '}'", "write ${...}, or $${")
    body = text[start + len(OPENING) : end]
    inner = body.strip()
    if not inner:
        raise _Refused("empty expression '${}'")
    if OPENING in inner:
        raise _Refused("an expression inside an expression")
    if older := _OLDER.match(inner):
        ref = _older(inner, older)
    else:
        ref = _reference(inner, len(OPENING) + body.index(inner))
    return replace(ref, text=inner, offset=start)


def _reference(text: str, shift: int) -> Ref:
    root = _WORD.match(text)
    if root is None:
        raise _code(text)
    keys = _keys(text, root.end())
    if root.group() not in _ROOTS:
        message = f"unknown name '{root.group()}' in '${{{_short(text)}}}'"
        hint = shell_variable(text) or did_you_mean(root.group(), _ROOTS)
        raise _Refused(message, hint, shift)
    return _READERS[root.group()](text, keys)


def _keys(text: str, position: int) -> list[str | int]:
    """The names and indexes behind the first name. Raises _Refused: anything else."""
    keys: list[str | int] = []
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            raise _code(text)
        index = part["index"]
        name = part["word"] or part["single"] or part["double"]
        keys.append(name if index is None else int(index))
        position = part.end()
    return keys


def _parameter(text: str, keys: list[str | int]) -> Ref:
    name, *path = _named(text, keys, "parameters.X")
    return Ref(PARAMETER, str(name), path=tuple(path))


def _step(text: str, keys: list[str | int]) -> Ref:
    step, *rest = _named(text, keys, "steps.S.outputs.N")
    kind = rest[0] if rest else ""
    if kind in ERROR_PARTS and len(rest) == 1:
        return Ref(STEP_ERROR, str(step), output=str(kind))
    if kind == "output":
        return Ref(STEP_RAW, str(step), path=tuple(rest[1:]))
    if kind != "outputs":
        message = f"'${{{_short(text)}}}' names no output of step '{step}'"
        hint = f"steps.{step}.outputs.<declared name>, or steps.{step}.output for all"
        raise _Refused(message, hint)
    output, *path = _named(text, rest[1:], f"steps.{step}.outputs.N")
    return Ref(STEP_OUTPUT, str(step), str(output), tuple(path))


def _pipeline(text: str, keys: list[str | int]) -> Ref:
    attribute, *path = _named(text, keys, "pipeline.execution_name")
    if attribute not in PIPELINE_ATTRIBUTES or path:
        found = _short(text).removeprefix("pipeline.")
        hint = did_you_mean(found, PIPELINE_ATTRIBUTES)
        raise _Refused(f"a pipeline has no '{found}'", hint)
    return Ref(PIPELINE, str(attribute))


def _env(text: str, keys: list[str | int]) -> Ref:
    name, *path = _named(text, keys, "env.X")
    if path:
        raise _Refused(f"'${{{_short(text)}}}' goes too deep", "write env.X")
    return Ref(ENV, str(name))


def _item(text: str, keys: list[str | int]) -> Ref:
    return Ref(ITEM, path=tuple(keys))


def _map(text: str, keys: list[str | int]) -> Ref:
    if keys != ["index"]:
        raise _Refused(f"'${{{_short(text)}}}' is unknown", "did you mean 'map.index'?")
    return Ref(INDEX)


_READERS = {
    "parameters": _parameter,
    "steps": _step,
    "pipeline": _pipeline,
    "env": _env,
    "item": _item,
    "map": _map,
}


def _named(text: str, keys: list[str | int], form: str) -> list[str | int]:
    """The keys, which begin with a name. Raises _Refused when they do not."""
    if not keys or isinstance(keys[0], int):
        raise _Refused(f"'${{{_short(text)}}}' stops short", f"write ${{{form}}}")
    return keys


def _older(text: str, start: re.Match[str]) -> Ref:
    head, call, tail = text.partition(".output()")
    names = _keys(head, start.end())
    if start[2] == "pipeline_execution":
        attribute = _OLDER_ATTRIBUTES.get(str(names[0])) if len(names) == 1 else None
        if attribute is None or call:
            hint = did_you_mean(str(names[0]) if names else "", _OLDER_ATTRIBUTES)
            raise _Refused(f"a pipeline has no '{_short(text)}'", hint)
        return Ref(PIPELINE, attribute)
    if len(names) != 1 or not call:
        hint = "write ${context['step_execution']['S'].output()['A']}"
        raise _Refused(f"'${{{_short(text)}}}' names no output of a step", hint)
    return Ref(STEP_RAW, str(names[0]), path=tuple(_keys(tail, 0)))


def _code(text: str) -> _Refused:
    message = f"'${{{_short(text)}}}' is not a name: expressions hold no code"
    return _Refused(message, shell_variable(text) or FORMS)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."
