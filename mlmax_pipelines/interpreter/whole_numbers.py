"""Fields whose value is a number found by a path: MaxConcurrencyPath and the like.

What comes in: a field's path and a scope. What goes out: the number.
Never: accepts another type in its place.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.asl.canonical import json_text
from mlmax_pipelines.asl.failures import RUNTIME, EvaluationError
from mlmax_pipelines.asl.query.expression import Expression, Scope, evaluate_field


def whole_number(expression: Expression, text: str, scope: Scope, field: str) -> int:
    """The integer that `field`'s path, spelled `text`, refers to; not negative."""
    value = evaluate_field(expression, scope, field)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _invalid(value, text, field, "integer")
    if value < 0:
        raise EvaluationError(RUNTIME, _negative(field.removesuffix("Path"), value))
    return value


def percentage(expression: Expression, text: str, scope: Scope, field: str) -> float:
    """The number between 0 and 100 that `field`'s path, spelled `text`, refers to."""
    value = evaluate_field(expression, scope, field)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _invalid(value, text, field, "float")
    if not 0 <= value <= 100:
        name = field.removesuffix("Path")
        raise EvaluationError(RUNTIME, f"{name} must be between 0 and 100.")
    return value


def _negative(name: str, value: int) -> str:
    if name == "MaxConcurrency":
        return f"Expected non-negative integer for {name}, got '{value}' instead."
    return f"{name} cannot be negative."


def _invalid(value: Any, text: str, field: str, kind: str) -> EvaluationError:
    return EvaluationError(
        RUNTIME,
        f"The {field} field refers to value {_quoted(value)} which is not a valid "
        f"{kind}: {text}",
    )


def _quoted(value: Any) -> str:
    text = json_text(value)
    return text if isinstance(value, str) else f'"{text}"'
