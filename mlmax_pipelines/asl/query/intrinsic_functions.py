"""What each intrinsic function does ("Intrinsic functions", Step Functions guide).

What comes in: a list of argument values. What goes out: a value, or IntrinsicError.
Never: sees a path or a scope.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from typing import Any, Callable, Sequence

from mlmax_pipelines.asl.canonical import canonical_json, json_text, parsed
from mlmax_pipelines.base.limits import INTRINSIC_RANGE, INTRINSIC_TEXT

_HASHES = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}
_ESCAPE = re.compile(r"\\(['{}\\])")
_FORMAT = re.compile(r"\\(['{}\\])|(\{\})")


class IntrinsicError(Exception):
    """A function refuses its arguments."""


class Literal(str):
    """A string literal's value; `raw` is its text before unescaping."""

    raw: str

    def __new__(cls, raw: str) -> Literal:
        literal = super().__new__(cls, _ESCAPE.sub(r"\1", raw))
        literal.raw = raw
        return literal


def _array(values: Sequence[Any]) -> list[Any]:
    return [str(value) if isinstance(value, Literal) else value for value in values]


def _array_partition(values: Sequence[Any]) -> list[Any]:
    items, size = _list(values, 0), _whole(values, 1)
    if size <= 0:
        raise IntrinsicError("the chunk size must be a positive integer")
    return [items[start : start + size] for start in range(0, len(items), size)]


def _array_contains(values: Sequence[Any]) -> bool:
    # AWS compares texts: objects whose keys come in another order differ.
    wanted = json_text(values[1])
    return any(json_text(item) == wanted for item in _list(values, 0))


def _array_range(values: Sequence[Any]) -> list[int]:
    first, last, step = (_whole(values, index) for index in range(3))
    if step == 0:
        raise IntrinsicError("the increment must not be 0")
    numbers = range(first, last + (1 if step > 0 else -1), step)
    if len(numbers) > INTRINSIC_RANGE:
        raise IntrinsicError(f"the range has more than {INTRINSIC_RANGE} elements")
    return list(numbers)


def _array_get_item(values: Sequence[Any]) -> Any:
    items, index = _list(values, 0), _whole(values, 1)
    if not items:
        return None  # As AWS does, whatever the index.
    if not 0 <= index < len(items):
        raise IntrinsicError(f"the index {index} is outside the array")
    return items[index]


def _array_length(values: Sequence[Any]) -> int:
    return len(_list(values, 0))


def _array_unique(values: Sequence[Any]) -> list[Any]:
    unique: dict[bytes, Any] = {}
    for item in _list(values, 0):
        unique.setdefault(canonical_json(item), item)
    return list(unique.values())


def _base64_encode(values: Sequence[Any]) -> str:
    return base64.b64encode(_short_text(values, 0).encode()).decode()


def _base64_decode(values: Sequence[Any]) -> str:
    try:
        return base64.b64decode(_short_text(values, 0), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise IntrinsicError("the argument is not Base64 of UTF-8 text") from None


def _hash(values: Sequence[Any]) -> str:
    import hashlib

    algorithm = _text(values, 1)
    if algorithm not in _HASHES:
        allowed = ", ".join(_HASHES)
        raise IntrinsicError(f"no algorithm '{algorithm}'; allowed are {allowed}")
    data = values[0] if isinstance(values[0], str) else json_text(values[0])
    if len(data) > INTRINSIC_TEXT:
        raise IntrinsicError(f"the text is longer than {INTRINSIC_TEXT} characters")
    return hashlib.new(_HASHES[algorithm], data.encode()).hexdigest()


def _json_merge(values: Sequence[Any]) -> dict[str, Any]:
    first, second, deep = values
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise IntrinsicError("only JSON objects can be merged")
    if deep is not False:
        raise IntrinsicError("only shallow merging is supported: pass false")
    return {**first, **second}


def _string_to_json(values: Sequence[Any]) -> Any:
    text = _text(values, 0)
    if not text.strip():
        return None
    try:
        return parsed(text)
    except ValueError:
        raise IntrinsicError("the argument is not JSON text") from None


def _json_to_string(values: Sequence[Any]) -> str:
    return json_text(values[0])


def _math_random(values: Sequence[Any]) -> int:
    import random

    start, end = _whole(values, 0), _whole(values, 1)
    if start >= end:
        raise IntrinsicError("the start must be below the end")
    seed = _whole(values, 2) if len(values) > 2 else None
    return random.Random(seed).randrange(start, end)


def _math_add(values: Sequence[Any]) -> int:
    return _rounded(values, 0) + _rounded(values, 1)


def _string_split(values: Sequence[Any]) -> list[str]:
    """Each character of the second argument separates; empty parts are dropped."""
    text, separators = _text(values, 0), _text(values, 1)
    if not separators:
        return [text] if text else []
    return [part for part in re.split(f"[{re.escape(separators)}]", text) if part]


def _uuid(values: Sequence[Any]) -> str:
    import uuid

    return str(uuid.uuid4())


def _format(values: Sequence[Any]) -> str:
    template, rest = _text(values, 0), list(values[1:])
    if isinstance(template, Literal):
        parts = _FORMAT.split(template.raw)
    else:
        parts = [part for text in template.split("{}") for part in (text, None, "{}")]
        del parts[-2:]
    holes = parts[2::3].count("{}")
    if holes != len(rest):
        raise IntrinsicError("number of arguments do not match the occurrences of {}.")
    shown = iter([_shown(value) for value in rest])
    return "".join(
        next(shown) if part == "{}" and index % 3 == 2 else part or ""
        for index, part in enumerate(parts)
    )


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise IntrinsicError(
            "only strings, numbers, booleans and null can be formatted"
        )
    return value if isinstance(value, str) else json_text(value)


def _list(values: Sequence[Any], index: int) -> list[Any]:
    value = values[index]
    if not isinstance(value, list):
        raise IntrinsicError(f"argument {index + 1} must be an array")
    return value


def _text(values: Sequence[Any], index: int) -> str:
    value = values[index]
    if not isinstance(value, str):
        raise IntrinsicError(f"argument {index + 1} must be a string")
    return value


def _short_text(values: Sequence[Any], index: int) -> str:
    text = _text(values, index)
    if len(text) > INTRINSIC_TEXT:
        raise IntrinsicError(f"the text is longer than {INTRINSIC_TEXT} characters")
    return text


def _number(values: Sequence[Any], index: int) -> int | float:
    value = values[index]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise IntrinsicError(f"argument {index + 1} must be a number")
    return value


def _whole(values: Sequence[Any], index: int) -> int:
    """A number cut to an integer, as AWS does for all functions but MathAdd."""
    return int(_number(values, index))


def _rounded(values: Sequence[Any], index: int) -> int:
    """A number rounded to the nearest integer, halves upward, as Java rounds."""
    value = _number(values, index)
    return math.floor(value + 0.5) if isinstance(value, float) else value


def _takes(
    function: Callable[[Sequence[Any]], Any], fewest: int, most: int | None = None
) -> Callable[[Sequence[Any]], Any]:
    top = fewest if most is None else most

    def checked(values: Sequence[Any]) -> Any:
        if not fewest <= len(values) <= top:
            raise IntrinsicError(f"{len(values)} arguments given, {fewest} expected")
        return function(values)

    return checked


_MANY = 1_000_000

FUNCTIONS: dict[str, Callable[[Sequence[Any]], Any]] = {
    "Array": _takes(_array, 0, _MANY),
    "ArrayPartition": _takes(_array_partition, 2),
    "ArrayContains": _takes(_array_contains, 2),
    "ArrayRange": _takes(_array_range, 3),
    "ArrayGetItem": _takes(_array_get_item, 2),
    "ArrayLength": _takes(_array_length, 1),
    "ArrayUnique": _takes(_array_unique, 1),
    "Base64Encode": _takes(_base64_encode, 1),
    "Base64Decode": _takes(_base64_decode, 1),
    "Hash": _takes(_hash, 2),
    "JsonMerge": _takes(_json_merge, 3),
    "StringToJson": _takes(_string_to_json, 1),
    "JsonToString": _takes(_json_to_string, 1),
    "MathRandom": _takes(_math_random, 2, 3),
    "MathAdd": _takes(_math_add, 2),
    "StringSplit": _takes(_string_split, 2),
    "UUID": _takes(_uuid, 0),
    "Format": _takes(_format, 1, _MANY),
}
