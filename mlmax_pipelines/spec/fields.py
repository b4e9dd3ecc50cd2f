"""One validator for every part of a spec that a table of Fields describes.

What comes in: plain data of a document, and the Fields it should follow. What goes
out: the data with canonical keys and texts as written, and every problem found.
Never: a default filled in, an exception for what the user wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mlmax_pipelines.base.errors import Problem, Where
from mlmax_pipelines.base.hints import (
    did_you_mean,
    elsewhere,
    meant_boolean,
    meant_reference,
    nearest,
)
from mlmax_pipelines.base.names import OLDER_KEYS
from mlmax_pipelines.compiled import MISSING
from mlmax_pipelines.steps.contract import Field
from mlmax_pipelines.yaml.document import Document

Path = tuple[Any, ...]
EXPRESSION = "${"
_LETTERS = "$" + EXPRESSION
_SHOWN = 60
_PLAIN = re.compile(r"[A-Za-z0-9_][\w:./-]*")


class Reader:
    """Reads values of one document; `problems` collects what is wrong with them.

    A text with `${...}` is taken by the `templated` reader for a value that may be a
    reference: its type is checked once it is known what it refers to.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self._expressions = False

    @property
    def templated(self) -> Reader:
        """The same reader for values that may hold `${...}`."""
        reader = Reader(self.document)
        reader.problems = self.problems
        reader._expressions = True
        return reader

    def report(
        self, message: str, path: Path, hint: str = "", key: bool = False
    ) -> None:
        self.problems.append(self.document.problem(message, path, hint, key))

    def read(self, field: Field, value: Any, path: Path) -> Any:
        """The value in the form of the field; MISSING when it is wrong."""
        if value is None and field.type != "any":
            self.report(f"{label(path)} has no value", path, "remove it or give it one")
            return MISSING
        if self._expressions and _refers(value):
            return self._reference(field, value, path)
        field = _form_for(field, value)
        result = _READERS[field.type](self, field, value, path)
        if field.enum and result is not MISSING and result not in field.enum:
            allowed = tuple(str(item) for item in field.enum)
            message = f"{label(path)} cannot be {shown(value)}"
            self.report(message, path, did_you_mean(str(value), allowed))
            return MISSING
        return result

    def _reference(self, field: Field, value: str, path: Path) -> Any:
        if field.references or field.type == "any":
            return value
        message = f"{label(path)} takes no reference, found {shown(value)}"
        self.report(message, path, "write the value itself: it is needed to compile")
        return MISSING

    def read_keys(
        self,
        fields: Mapping[str, Field],
        data: Mapping[str, Any],
        path: Path,
        also: Iterable[str] = (),
    ) -> dict[str, Any]:
        """The keys of a mapping under their canonical names, those that are right.

        `also` names further valid keys, for hints: somebody else reads them.
        """
        result: dict[str, Any] = {}
        seen = set()
        meant = set()
        for written, value in data.items():
            key = canonical(written, fields)
            if key not in fields:
                meant.add(self._unknown(written, (*fields, *also), path))
            elif key in seen:
                message = f"{label((*path, written))} repeats '{key}'"
                self.report(message, (*path, written), "keep one of them", key=True)
            else:
                seen.add(key)
                got = self.read(fields[key], value, (*path, written))
                if got is not MISSING:
                    result[key] = got
        self._require(fields, seen | meant, path)
        return result

    def expect(self, what: str, value: Any, path: Path, hint: str = "") -> Any:
        """Reports that something else was expected here; MISSING."""
        if isinstance(value, str) and (meant := meant_reference(value)):
            hint = f"a reference is written {meant}"
        self.report(f"{label(path)} must be {what}, found {shown(value)}", path, hint)
        return MISSING

    def _require(self, fields: Mapping[str, Field], seen: set[str], path: Path) -> None:
        for name, field in fields.items():
            if field.required and name not in seen:
                message = f"{label(path)} lacks the key '{name}'"
                self.report(message, path, field.description, key=True)

    def _unknown(self, key: str, known: Iterable[str], path: Path) -> str:
        """Reports an unknown key; the one that was probably meant, or ""."""
        place = f" in {label(path)}" if path else ""
        known = tuple(known)
        message = f"unknown key '{key}'{place}"
        close = nearest(key, known)
        hint = "" if close else elsewhere(key)
        self.report(message, (*path, key), hint or did_you_mean(key, known), key=True)
        return close


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order of the file."""
    return sorted(problems, key=_place)


def _place(problem: Problem) -> tuple[str, int, int]:
    where = problem.where or Where("")
    return where.path, where.line, where.column


def canonical(key: str, known: Mapping[str, Any]) -> str:
    """A key of the older spelling under its present name."""
    return key if key in known else OLDER_KEYS.get(key, key)


def label(path: Path) -> str:
    """A place in a spec in words: `'steps.Train.retry[0].errors'`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return f"'{text.removeprefix('.')}'" if text else "the file"


def _refers(value: Any) -> bool:
    """Whether a text holds `${`, and not as the letters that `$${` is."""
    return isinstance(value, str) and EXPRESSION in value.replace(_LETTERS, "")


def shown(value: Any) -> str:
    """A value as a message quotes it."""
    if isinstance(value, Mapping):
        return "keys with values" if value else "no keys"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    text = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return f"'{text}'" if isinstance(value, str) else text


def _form_for(field: Field, value: Any) -> Field:
    """The one of a field's forms that a value means to have."""
    kinds = {"dict": "mapping", "list": "list", "int": "integer", "bool": "boolean"}
    kind = kinds.get(type(value).__name__)
    return next((form for form in field.forms if form.type == kind), field)


def _string(reader: Reader, field: Field, value: Any, path: Path) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | Mapping | list):
        quote = f'quote it: "{shown(value)}"' if isinstance(value, bool) else ""
        return reader.expect("text", value, path, quote)
    return reader.document.text_of(path)


def _integer(reader: Reader, field: Field, value: Any, path: Path) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        return reader.expect("a whole number", value, path)
    return _at_least(reader, field, value, path)


def _number(reader: Reader, field: Field, value: Any, path: Path) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return reader.expect("a number", value, path)
    return _at_least(reader, field, value, path)


def _at_least(reader: Reader, field: Field, value: Any, path: Path) -> Any:
    if field.minimum is not None and value < field.minimum:
        return reader.expect(f"at least {field.minimum:g}", value, path)
    return value


def _boolean(reader: Reader, field: Field, value: Any, path: Path) -> Any:
    if isinstance(value, bool):
        return value
    return reader.expect("true or false", value, path, meant_boolean(value))


def _mapping(reader: Reader, field: Field, value: Any, path: Path) -> Any:
    if not isinstance(value, dict):
        return reader.expect("keys with values", value, path)
    if field.fields is not None:
        return reader.read_keys(field.fields, value, path)
    if field.items is None:
        return value
    read = {k: reader.read(field.items, v, (*path, k)) for k, v in value.items()}
    if field.items.fields is not None:
        # What is wrong has its name still: who refers to it is not at fault.
        return {k: {} if item is MISSING else item for k, item in read.items()}
    return {key: item for key, item in read.items() if item is not MISSING}


def _list(reader: Reader, field: Field, value: Any, path: Path) -> Any:
    if not isinstance(value, list):
        return reader.expect("a list", value, path, _as_list(field, value))
    if field.items is None:
        return value
    read = (reader.read(field.items, v, (*path, i)) for i, v in enumerate(value))
    return [item for item in read if item is not MISSING]


def _as_list(field: Field, value: Any) -> str:
    """How a list of one would be written."""
    keys = (field.items.fields if field.items else None) or {}
    if isinstance(value, dict) and set(value) <= set(keys):
        return "put it into a list: [{...}]"
    if not isinstance(value, str):
        return ""
    if not keys:
        # As YAML has it: a name alone, or a text between quotes.
        return f"write [{value}]" if _PLAIN.fullmatch(value) else f"write [{value!r}]"
    # A rule is said by a step alone where all errors lead to it.
    told = {"errors": "[States.ALL]", "next": value}
    written = ", ".join(f"{key}: {told.get(key, '...')}" for key in keys if key in told)
    return f"write [{{{written}}}]"


def _any(reader: Reader, field: Field, value: Any, path: Path) -> Any:
    return value


_READERS: dict[str, Callable[[Reader, Field, Any, Path], Any]] = {
    "string": _string,
    "step": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "mapping": _mapping,
    "list": _list,
    "any": _any,
}
