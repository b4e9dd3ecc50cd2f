"""What AWS's APIs take: the service models of botocore, read as JSON.

What comes in: an integration and a request for it, as a definition has it or as a task
is given it. What goes out: a fault for each value that the API would refuse. Never:
botocore is imported, a value that is known only later is judged, or anything that goes
into a template depends on the models: an older botocore knows less, that is all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

UNKNOWN: Any = object()
# A value of a request as it is known: of the key it has and of what stands there.
Known = Callable[[str, Any], Any]
# Where the folder of a service's models has another name than its integration.
_FOLDERS = {"states": "stepfunctions", "sfn": "stepfunctions"}
_NUMBERS = ("integer", "long", "float", "double")
# Patterns are Java's; Python has no classes of this kind.
_JAVA_ONLY = re.compile(r"\\p\{|\\u|\$\{|&&")


class Fault(NamedTuple):
    """A value that an API refuses: where it stands, and the rule it breaks.

    `rule` is one of enum, max, min and pattern, `limit` what it says; `size` is what
    was counted.
    """

    path: tuple[str | int, ...]
    value: Any
    rule: str
    limit: Any
    size: float = 0

    @property
    def constraint(self) -> str:
        """The rule in the words of AWS's own validation errors."""
        if self.rule == "enum":
            return f"Member must satisfy enum value set: [{', '.join(self.limit)}]"
        if self.rule == "pattern":
            return f"Member must satisfy regular expression pattern: {self.limit}"
        than = "less" if self.rule == "max" else "greater"
        what = "value" if isinstance(self.value, (int, float)) else "length"
        return f"Member must have {what} {than} than or equal to {self.limit}"


def as_written(key: str, value: Any) -> Any:
    """What is known of a value in a definition without anybody's help."""
    if key.endswith(".$") or (isinstance(value, str) and "${" in value):
        return UNKNOWN
    return value


def as_given(key: str, value: Any) -> Any:
    """What a task is given is known."""
    return value


def operation(integration: str) -> str:
    """The API's name of what an integration asks for: `CreateTrainingJob`."""
    name = integration.removeprefix("aws-sdk:").partition(":")[2].partition(".")[0]
    return name[:1].upper() + name[1:]


def faults(
    integration: str, request: Any, known: Known = as_written
) -> Iterator[Fault]:
    """What the API has against a request; nothing, where no model knows of it."""
    service = integration.removeprefix("aws-sdk:").partition(":")[0]
    model = _model(_FOLDERS.get(service, service))
    if model is not None:
        asked = model.operation(operation(integration))
        if shape := asked.get("input", {}).get("shape"):
            yield from model.walk(shape, request, (), known)


# An operation or a shape, as botocore's files are indented, and where one ends.
_ENTRY = re.compile(rb'\n    "(\w+)" ?: ?(?=\{)')
_END = b"\n    }"
_DECODER = json.JSONDecoder()


class _Model:
    """The operations and the shapes of one service: megabytes, of which a request needs
    a few. To find those takes half as long as to read all."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        shapes = text.find(b'\n  "shapes"')
        self._places = {
            (found.start() > shapes, found[1]): found.end()
            for found in _ENTRY.finditer(text)
        }

    def operation(self, name: str) -> Any:
        return self._entry(False, name)

    @cache  # noqa: B019
    def _entry(self, is_shape: bool, name: str) -> Any:
        """An operation or a shape; an empty one when the model has none."""
        place = self._places.get((is_shape, name.encode()))
        if place is None:
            return {}
        # It ends there, or before: what comes behind it is not read.
        end = self._text.find(_END, place)
        text = self._text[place : end + len(_END) if end >= 0 else None].decode()
        return _DECODER.raw_decode(text)[0]

    def walk(
        self, name: str, value: Any, path: tuple[str | int, ...], known: Known
    ) -> Iterator[Fault]:
        """Every fault of a value of the shape `name`."""
        shape = self._entry(True, name)
        kind = shape.get("type")
        if kind in ("structure", "map") and isinstance(value, Mapping):
            if kind == "map":
                yield from _sized(shape, value, len(value), path)
            for key, item in value.items():
                yield from self._member(shape, key, item, path, known)
        elif kind == "list" and isinstance(value, (list, tuple)):
            yield from _sized(shape, value, len(value), path)
            for index, item in enumerate(value):
                item = known("", item)
                if item is not UNKNOWN:
                    inner = shape["member"]["shape"]
                    yield from self.walk(inner, item, (*path, index), known)
        else:
            yield from _scalar(shape, value, path)

    def _member(
        self,
        shape: Mapping[str, Any],
        key: str,
        item: Any,
        path: tuple[str | int, ...],
        known: Known,
    ) -> Iterator[Fault]:
        name = key.removesuffix(".$")
        if shape["type"] == "map":
            inner = shape["value"]["shape"]
            yield from self.walk(shape["key"]["shape"], name, (*path, name), known)
        else:
            members = shape["members"]
            # Step Functions writes every API's members with a capital.
            member = members.get(name) or members.get(name[:1].lower() + name[1:])
            inner = member["shape"] if member else ""
        item = known(key, item)
        if inner and item is not UNKNOWN:
            yield from self.walk(inner, item, (*path, name), known)


def _scalar(
    shape: Mapping[str, Any], value: Any, path: tuple[str | int, ...]
) -> Iterator[Fault]:
    kind = shape.get("type")
    if kind in _NUMBERS and isinstance(value, (int, float)):
        yield from _sized(shape, value, value, path)
    if kind != "string" or not isinstance(value, str):
        return
    if "enum" in shape:
        if value not in shape["enum"]:
            yield Fault(path, value, "enum", tuple(shape["enum"]))
        return
    if sized := list(_sized(shape, value, len(value), path)):
        yield from sized
        return
    pattern = shape.get("pattern", "")
    if pattern and not _JAVA_ONLY.search(pattern):
        if _compiled(pattern).fullmatch(value) is None:
            yield Fault(path, value, "pattern", pattern)


def _sized(
    shape: Mapping[str, Any], value: Any, size: float, path: tuple[str | int, ...]
) -> Iterator[Fault]:
    if size > shape.get("max", size):
        yield Fault(path, value, "max", shape["max"], size)
    elif size < shape.get("min", size):
        yield Fault(path, value, "min", shape["min"], size)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _model(service: str) -> _Model | None:
    # Looking a top-level package up does not run any of it.
    from importlib.util import find_spec

    spec = find_spec("botocore")
    places = list(spec.submodule_search_locations or ()) if spec else []
    files = (Path(place, "data", service) for place in places)
    found = [file for folder in files for file in folder.glob("*/service-2.json*")]
    return _Model(_text(max(found))) if found else None


def _text(file: Path) -> bytes:
    if file.suffix == ".gz":
        import gzip

        return gzip.decompress(file.read_bytes())
    return file.read_bytes()
