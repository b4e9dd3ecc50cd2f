"""Addresses in texts that nobody declares as addresses: strings, variables, arguments.

What comes in: a resolved step. What goes out: the places that its job may then read,
and warnings where nobody can know the place. Never: a place that only somebody's text
might name while the pipeline runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from mlmax_pipelines.steps import places
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import (
    EXECUTION_ROLE,
    FOLDERS,
    Found,
    ResolvedStep,
    StepType,
)
from mlmax_pipelines.steps.places import Place
from mlmax_pipelines.steps.values import Value, as_value

_ADDRESS = re.compile(r"s3://[^\s\"'\\,;|<>]+")
_WORDS = {
    "environment": "variable",
    "hyperparameters": "hyperparameter",
    "arguments": "an argument",
    "command": "the command",
}
# Whose word a place is that a text may lead to: the spec's, or a step's outputs.
_NAMED = ("", places.OUTPUTS)
_Told = tuple[tuple[Any, ...], str, Value]


def given(step: ResolvedStep, context: BuildContext) -> Iterator[Place]:
    """Every place that the step's inputs are, or its texts name."""
    for port in step.inputs.values():
        if port.type in FOLDERS:
            for place in places.places(port.value, context):
                why = place.why or f"reads its input '{port.name}'"
                yield Place(place.bucket, place.key, why)
    yield from mentioned(step, context)


def mentioned(step: ResolvedStep, context: BuildContext) -> Iterator[Place]:
    """Every place that a text of the step names, each with its reason."""
    for _, what, value in _told(step):
        for place in _places(value, context):
            yield Place(
                place.bucket, place.key, place.why or f"reads what {what} names"
            )


def warn(step: ResolvedStep, step_type: StepType) -> Iterator[Found]:
    """Addresses in a bucket that only an execution knows."""
    if not step_type.is_job or step_type.role == EXECUTION_ROLE:
        return
    for path, what, value in _told(step):
        buckets = (uri.split("/")[2] for uri in _addresses(value))
        if any("*" in bucket for bucket in buckets):
            text = (
                f"{what} of step '{step.name}' names a bucket that is known only while"
            )
            hint = (
                "the role cannot name it: list it in 'data_buckets' of envs/<name>.yaml"
            )
            yield path, f"{text} the pipeline runs", hint


def _told(step: ResolvedStep) -> Iterator[_Told]:
    """Where a text stands, what it is called, and its value."""
    for port in step.inputs.values():
        if port.type not in FOLDERS:
            yield ("inputs", port.name), f"input '{port.name}'", port.value
    for key, word in _WORDS.items():
        written = step.fields.get(key) or {}
        named = isinstance(written, Mapping)
        items = written.items() if named else enumerate(written)
        for name, item in items:
            what = f"{word} '{name}'" if named else word
            yield (key, name), what, as_value(item)


def _places(value: Value, context: BuildContext) -> Iterator[Place]:
    for uri in _addresses(value):
        yield from places.named(uri, context)
    for part in value.parts or (value,):
        if isinstance(part, Value) and not part.is_literal:
            found = places.places(part, context)
            is_address = part.type in FOLDERS
            yield from (p for p in found if is_address or p.why in _NAMED)


def _addresses(value: Value) -> Iterator[str]:
    """What looks like one in a text, `*` for what is known only at run time."""
    if value.is_literal:
        yield from _ADDRESS.findall(json.dumps(value.literal, default=str))
    elif value.parts:
        yield from _ADDRESS.findall("".join(map(_text, value.parts)))


def _text(part: str | Value) -> str:
    if isinstance(part, Value):
        return str(part.literal) if part.is_literal else "*"
    return part
