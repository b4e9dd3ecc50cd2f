"""Which values fit which declared types.

What comes in: a type's name and a literal or another type. What goes out: whether
they fit. Never: a value is converted.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.spec.ports import fits

_FITS = {
    "string": {"string", "s3", "metrics"},
    "s3": {"s3", "metrics"},
    "metrics": {"s3", "metrics"},
    "number": {"number", "integer"},
    "integer": {"integer"},
    "boolean": {"boolean"},
    "list": {"list"},
    "object": {"object", "metrics"},
}


def literal_fits(value: Any, wanted: str) -> bool:
    """True when a literal is of the declared type; a boolean is not a number."""
    if wanted == "integer" and isinstance(value, float):
        return value.is_integer()
    return wanted == "any" or fits(wanted, value)


def type_fits(found: str, wanted: str) -> bool:
    """True when a value declared as `found` may be given where `wanted` is declared."""
    if "any" in (found, wanted):
        return True
    return found in _FITS[wanted]


def a(type: str) -> str:
    """A type as a sentence names it: `a string`, `an integer`."""
    return f"an {type}" if type in ("integer", "object", "s3") else f"a {type}"


def name_of(value: Any) -> str:
    """What a literal is, in the words of a spec."""
    for name in ("boolean", "integer", "number", "string", "list", "object"):
        if literal_fits(value, name):
            return name
    return "null"
