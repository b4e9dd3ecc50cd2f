"""JSON that others wrote: its text as data, and whether that has a form.

What comes in: text, data, a form. What goes out: data, or where it is of another form.
Never: changes a value, or looks at keys that the form does not name.

A form is a type or a tuple of types (None is null); `[form]`, a list of such; a dict of
forms by key, for an object; `Each(form)`, an object whose every value is of the form;
`Has(names, form)`, an object of the form that has these keys. `object` is anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

MAX_DEPTH = 200
NUMBER = (int, float)
_WORDS: Mapping[Any, str] = {
    str: "text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
    None: "null",
}


class TooDeep(ValueError):
    """JSON with more levels than anything that walks through it counts on."""


class Each(NamedTuple):
    """Any keys, with values of one form."""

    form: Any


class Has(NamedTuple):
    """An object that has these keys, whatever else."""

    names: tuple[str, ...]
    form: Mapping[str, Any]


def parse_json(text: str | bytes, **options: Any) -> Any:
    """The data of a JSON text. Raises ValueError, for what is nested too deep as well:
    whoever walks through data counts on an end."""
    try:
        data = json.loads(text, **options)
    except RecursionError:
        data, deep = None, True
    else:
        deep = _is_deep(data)
    if deep:
        raise TooDeep(f"nested deeper than {MAX_DEPTH} levels")
    return data


def _is_deep(data: Any) -> bool:
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [inner for one in level for inner in _inner(one)]
        if not level:
            return False
    return True


def _inner(data: Any) -> Iterable[Any]:
    if isinstance(data, dict):
        return data.values()
    return data if isinstance(data, list) else ()


def fault(form: Any, data: Any, place: str = "") -> str:
    """Where data is first of another form, and what it must be: `'States.A.Next' must
    be text, found a list`; "" when it is of the form."""
    if isinstance(form, list):
        if not isinstance(data, list):
            return _wrong(place, (list,), data)
        return _first((form[0], one, f"{place}[{i}]") for i, one in enumerate(data))
    if isinstance(form, Has):
        lacking = [n for n in form.names if isinstance(data, dict) and n not in data]
        return f"it has no '{lacking[0]}'" if lacking else fault(form.form, data, place)
    if isinstance(form, (Each, dict)):
        if not isinstance(data, dict):
            return _wrong(place, (dict,), data)
        known = form if isinstance(form, dict) else dict.fromkeys(data, form.form)
        pairs = ((known[key], data[key], key) for key in data if key in known)
        return _first((f, one, f"{place}.{key}") for f, one, key in pairs)
    allowed = form if isinstance(form, tuple) else (form,)
    return (
        "" if any(_is(one, data) for one in allowed) else _wrong(place, allowed, data)
    )


def _first(parts: Iterable[tuple[Any, Any, str]]) -> str:
    return next(filter(None, (fault(*part) for part in parts)), "")


def _is(form: Any, data: Any) -> bool:
    """Whether data is of a type; true and false are no numbers."""
    if form is None or form is object:
        return form is object or data is None
    return isinstance(data, form) and (form is bool or not isinstance(data, bool))


def _wrong(place: str, allowed: tuple[Any, ...], data: Any) -> str:
    words = " or ".join(dict.fromkeys(_WORDS[one] for one in allowed))
    found = None if data is None else type(data)
    what = f"'{place.lstrip('.')}'" if place else "it"
    return f"{what} must be {words}, found {_WORDS[found]}"
