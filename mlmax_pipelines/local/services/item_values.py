"""DynamoDB's typed values, `{"N": "3"}`: compared, found in an item, put together.

What comes in: values and items. What goes out: whether a comparison holds, or another
value. Never: a value of a type that Python makes of it.

Source: Amazon DynamoDB Developer Guide, "Condition and filter expressions, operators,
and functions", "Using update expressions in DynamoDB".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from mlmax_pipelines.asl.failures import StateError

Item = Mapping[str, Any]
# A place in an item: names and indices.
Place = Sequence[Any]
ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_SETS = ("SS", "NS", "BS")


def invalid(why: str) -> StateError:
    """What DynamoDB says of a request that it does not understand."""
    return StateError("DynamoDB.AmazonDynamoDBException", why)


def found(item: Item, place: Place) -> Any:
    value: Any = {"M": item}
    for key in place:
        inside = value.get("L" if isinstance(key, int) else "M")
        try:
            value = inside[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def put(item: dict[str, Any], place: Place, value: Any) -> None:
    """`value` at a place of the item; None takes away what is there."""
    *outer, last = place
    inside = found(item, outer)
    holder = inside and inside.get("L" if isinstance(last, int) else "M")
    if holder is None:
        raise invalid("The document path provided in the update expression is invalid")
    if isinstance(holder, list):
        if value is not None:
            holder[last : last + 1] = [value]
        else:
            del holder[last : last + 1]
    elif value is not None:
        holder[last] = value
    else:
        holder.pop(last, None)


def _plain(value: Any) -> Any:
    """A typed value as two of them are compared: `1` and `1.0` are the same number."""
    if not isinstance(value, Mapping):
        return value
    ((kind, inner),) = value.items()
    if kind == "N":
        return kind, Decimal(inner)
    if kind == "NS":
        return kind, frozenset(map(Decimal, inner))
    if kind in _SETS:
        return kind, frozenset(inner)
    if kind == "L":
        return kind, [_plain(one) for one in inner]
    if kind == "M":
        return kind, {key: _plain(one) for key, one in inner.items()}
    return kind, inner


def order(operator: str, left: Any, right: Any) -> bool:
    """What is not there, or of another type, is in no order with anything: it is other
    than that."""
    a, b = _plain(left), _plain(right)
    if a is None or b is None:
        return operator == "<>"
    if operator in ("=", "<>"):
        return ORDERS[operator](a, b)
    return a[0] == b[0] and a[0] in ("S", "N", "B") and ORDERS[operator](a[1], b[1])


def size(value: Any) -> Any:
    if value is None or "N" in value:
        return None
    (inner,) = value.values()
    return {"N": str(len(inner))}


def number(value: Any) -> Decimal:
    if value is None or "N" not in value:
        raise invalid("An operand in the update expression has an incorrect data type")
    return Decimal(value["N"])


def _contains(whole: Any, part: Any) -> bool:
    if whole is None or part is None:
        return False
    ((kind, inner),) = whole.items()
    if kind == "S":
        return "S" in part and part["S"] in inner
    if kind == "L":
        return any(order("=", one, part) for one in inner)
    is_member = kind in _SETS and kind[0] in part
    return is_member and any(order("=", {kind[0]: one}, part) for one in inner)


FUNCTIONS: Mapping[str, Callable[..., bool]] = {
    "attribute_exists": lambda value: value is not None,
    "attribute_not_exists": lambda value: value is None,
    "attribute_type": lambda value, type: bool(value) and type["S"] in value,
    "begins_with": lambda value, start: (
        bool(value) and str(value.get("S", "")).startswith(start["S"])
    ),
    "contains": _contains,
}


def added(there: Any, more: Any) -> Any:
    ((kind, inner),) = more.items()
    if there is None:
        return more
    if kind == "N":
        return {"N": str(number(there) + number(more))}
    if kind not in _SETS or kind not in there:
        raise invalid("Type mismatch for attribute to update")
    return {kind: sorted({*there[kind], *inner})}


def without(there: Any, less: Any) -> Any:
    """A set with nothing in it is none."""
    if there is None:
        return None
    ((kind, inner),) = less.items()
    if kind not in _SETS or kind not in there:
        raise invalid("Type mismatch for attribute to update")
    left = sorted({*there[kind]} - {*inner})
    return {kind: left} if left else None
