"""Payload templates: Parameters, ItemSelector, ResultSelector, Assign.

What comes in: a template, then scopes. What goes out: the value it makes.
Never: changes a template; a part without paths is handed out as it is, not copied.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.asl.query.expression import (
    Expression,
    Scope,
    compile_expression,
    constant,
    evaluate_field,
)


def compile_template(template: Any) -> Expression:
    """Compile: a field whose name ends in `.$` takes the value of its expression.

    Objects inside lists are templates too. Evaluating raises EvaluationError.
    """
    if not _has_path(template):
        return constant(template)
    if isinstance(template, dict):
        return _object(template)
    items = [compile_template(item) for item in template]
    return lambda scope: [item(scope) for item in items]


def _has_path(template: Any) -> bool:
    if isinstance(template, dict):
        return any(
            key.endswith(".$") or _has_path(value) for key, value in template.items()
        )
    return isinstance(template, list) and any(map(_has_path, template))


def _object(template: dict[str, Any]) -> Expression:
    fields = [
        (key[:-2], _field(key, value))
        if key.endswith(".$")
        else (key, compile_template(value))
        for key, value in template.items()
    ]
    return lambda scope: {name: value(scope) for name, value in fields}


def _field(key: str, text: Any) -> Expression:
    if not isinstance(text, str):
        raise ValueError(
            f"the value of '{key}' must be a path or an intrinsic function"
        )
    expression = compile_expression(text)

    def evaluate(scope: Scope) -> Any:
        return evaluate_field(expression, scope, key)

    return evaluate
