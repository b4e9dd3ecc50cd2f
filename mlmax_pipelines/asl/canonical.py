"""Values as JSON text: one stable form for digests, AWS's compact form for events.

What comes in: JSON values, or text. What goes out: bytes or text, or values. Never:
changes a value, writes anything, or takes NaN and Infinity, which JSON does not have.
"""

from __future__ import annotations

import json
import math
from typing import Any

from mlmax_pipelines.base.forms import parse_json

_encode = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, check_circular=False, allow_nan=False
).encode


def canonical_json(value: Any) -> bytes:
    """The same bytes for equal values: sorted keys, no spaces, UTF-8, no NaN."""
    text = json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    return text.encode()


def digest(value: Any) -> str:
    """The SHA-256 of `canonical_json(value)`, 64 hexadecimal digits."""
    import hashlib

    return hashlib.sha256(canonical_json(value)).hexdigest()


def json_text(value: Any) -> str:
    """Compact JSON text in the value's own key order, as AWS puts it into events.

    Raises ValueError for a number that JSON does not have.
    """
    return _encode(value)


def parsed(text: str) -> Any:
    """The value of a JSON text. Raises ValueError for what only Python takes for JSON,
    and for numbers beyond all others."""
    return parse_json(text, parse_constant=_no_number, parse_float=_finite)


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")
