"""Values as JSON text: one stable form for digests, AWS's compact form for events.

What comes in: JSON values. What goes out: bytes or text.
Never: changes a value, or writes anything.
"""

from __future__ import annotations

import json
from typing import Any

_encode = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, check_circular=False
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
    """Compact JSON text in the value's own key order, as AWS puts it into events."""
    return _encode(value)
