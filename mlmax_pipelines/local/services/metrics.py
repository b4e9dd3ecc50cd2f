"""What exactly is wrong with a metrics file, before a state reads it.

What comes in: what the file must be, and where it should be. What goes out: nothing, or
the error that reading it ends with on AWS, its cause as exact as a file at hand allows.
Never: refuses what AWS takes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from mlmax_pipelines.artifacts.disk import Store
from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.forms import TooDeep, parse_json
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.base.layout import SCHEME
from mlmax_pipelines.base.limits import PAYLOAD
from mlmax_pipelines.compiled import METRICS_INVALID, MetricsFile

_BOM = "\ufeff"
_SHOWN = 5
_LONGEST_SHOWN = 40
# What a value that JSON has is called in a spec.
_KINDS: tuple[tuple[str, type | tuple[type, ...]], ...] = (
    ("boolean", bool),
    ("integer", int),
    ("number", float),
    ("string", str),
    ("list", list),
    ("object", dict),
)


class _Wrong(Exception):
    """Why the file cannot be used."""


def check(file: MetricsFile, uri: str, store: Store) -> None:
    """Raises StateError when the object is not the metrics file it must be."""
    try:
        values = _object(_text(file, uri, store))
        faults = list(_faults(file.values, values))
        if faults:
            raise _Wrong("; ".join(faults))
    except _Wrong as why:
        text = f"'{file.name}' of output '{file.output}' of step '{file.step}' {why}"
        raise StateError(METRICS_INVALID, text) from None


def _text(file: MetricsFile, uri: str, store: Store) -> str:
    try:
        path = store.path(uri)
    except UsageError as error:
        raise _Wrong(f"cannot be read: {error}") from None
    if path.exists() and not path.is_file():
        raise _Wrong("is no file" if not path.is_dir() else "is a folder")
    if not path.is_file():
        folder = uri[: -len(file.name)]
        found = [one.uri.removeprefix(folder) for one in store.matching(folder)]
        raise _Wrong(_missing(file.name, found))
    size = path.stat().st_size
    if size > PAYLOAD:
        raise _Wrong(f"has {size:,} bytes, at most {PAYLOAD:,} can be read")
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Wrong(f"is no UTF-8 text (byte {error.start})") from None
    if text.startswith(_BOM):
        raise _Wrong("begins with a byte order mark: write it as 'utf-8', without one")
    return text


def _missing(name: str, found: list[str]) -> str:
    if not found:
        return "is missing: the output is empty"
    if asked := question(name, found):
        return f"is missing; {asked}"
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    names = ", ".join(f"'{one}'" for one in found[:_SHOWN])
    return f"is missing; the output has {names}{more}"


def _object(text: str) -> Mapping[str, Any]:
    if not text.strip():
        raise _Wrong("is empty, and must hold an object: {name: value}")
    try:
        data = parse_json(text, parse_float=_number)
    except TooDeep as error:
        raise _Wrong(f"is {error}") from None
    except ValueError as error:
        raise _Wrong(f"is no JSON: {error}") from None
    if broken := list(_not_finite(data, "")):
        raise _Wrong("; ".join(broken))
    if not isinstance(data, dict):
        raise _Wrong(f"holds {_a(data)}, and must hold an object: {{name: value}}")
    return data


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _Wrong(f"has the number {_cut(text)}, which is too large")
    return value


def _not_finite(data: Any, place: str) -> Iterator[str]:
    """Numbers that Python reads, and JSON does not have."""
    if isinstance(data, float) and not math.isfinite(data):
        shown = "NaN" if math.isnan(data) else "Infinity" if data > 0 else "-Infinity"
        yield f"has {shown} for '{place}', which JSON does not have"
    elif isinstance(data, (dict, list)):
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for key, value in items:
            yield from _not_finite(value, f"{place}.{key}" if place else str(key))


def _faults(declared: Mapping[str, str], values: Mapping[str, Any]) -> Iterator[str]:
    for name, type in declared.items():
        if name not in values:
            asked = question(name, values) or "it has: " + ", ".join(values)
            yield f"lacks '{name}' ({asked if values else 'it is empty'})"
        elif not _fits(values[name], type):
            value = values[name]
            yield f"has {_shown(value)} ({_a(value)}) for '{name}', declared as {type}"


def _fits(value: Any, type: str) -> bool:
    kind = _kind(value)
    if type == "number":
        return kind in ("integer", "number")
    if type == "integer":
        return kind == "integer" or (kind == "number" and value.is_integer())
    if type == "s3":
        return isinstance(value, str) and value.startswith(SCHEME)
    return kind == type


def _kind(value: Any) -> str:
    return next((name for name, kind in _KINDS if isinstance(value, kind)), "null")


def _a(value: Any) -> str:
    kind = _kind(value)
    return kind if kind == "null" else f"an {kind}" if kind[0] in "io" else f"a {kind}"


def _shown(value: Any) -> str:
    return _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."
