"""The comparison operators of Choice rules ("Choice workflow state", guide).

What comes in: two values. What goes out: whether the comparison holds.
A value of another type than the operator's compares as false, never as an error.
"""

from __future__ import annotations

import operator
import re
from functools import lru_cache
from typing import Any, Callable

from mlmax_pipelines.asl.timestamps import parse_timestamp

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}


def _is_numeric(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_timestamp(value: Any) -> bool:
    return parse_timestamp(value) is not None


TYPE_TESTS: dict[str, Callable[[Any], bool]] = {
    "IsNull": lambda value: value is None,
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsNumeric": _is_numeric,
    "IsString": lambda value: isinstance(value, str),
    "IsTimestamp": _is_timestamp,
}


def _number(value: Any) -> Any:
    return value if _is_numeric(value) else None


def _utf16(value: Any) -> Any:
    """Strings order by UTF-16 code units, as Java compares them."""
    return (
        value.encode("utf-16-be", "surrogatepass") if isinstance(value, str) else None
    )


def _boolean(value: Any) -> Any:
    return value if isinstance(value, bool) else None


def _ordered(key: Callable[[Any], Any], order: str) -> Callable[[Any, Any], bool]:
    holds = _ORDERS[order]

    def compare(left: Any, right: Any) -> bool:
        first, second = key(left), key(right)
        return first is not None and second is not None and holds(first, second)

    return compare


def _string_matches(value: Any, pattern: Any) -> bool:
    if not isinstance(value, str) or not isinstance(pattern, str):
        return False
    return _wildcard(pattern).fullmatch(value) is not None


@lru_cache(maxsize=256)
def _wildcard(pattern: str) -> re.Pattern[str]:
    """`*` stands for any text; `\\*` and `\\\\` for the characters themselves."""
    parts = re.findall(r"\\[*\\]|.", pattern, re.S)
    return re.compile(
        "".join(".*" if part == "*" else re.escape(part[-1]) for part in parts),
        re.S,
    )


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "BooleanEquals": _ordered(_boolean, "Equals"),
    "StringMatches": _string_matches,
    **{f"Numeric{order}": _ordered(_number, order) for order in _ORDERS},
    **{f"String{order}": _ordered(_utf16, order) for order in _ORDERS},
    **{f"Timestamp{order}": _ordered(parse_timestamp, order) for order in _ORDERS},
}
