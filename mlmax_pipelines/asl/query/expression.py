"""Expressions: paths into the input, the context object and variables, and intrinsics.

What comes in: the text of an expression, then scopes. What goes out: its value.
Never: evaluates text as code.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Callable, Mapping

from mlmax_pipelines.asl.canonical import json_text
from mlmax_pipelines.asl.failures import RUNTIME, EvaluationError, PathNotFound
from mlmax_pipelines.asl.query.jsonpath import compile_path, compile_prefixed

_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")


class Scope:
    """What expressions see: `$` the input, `$$` the context object, `$name` variables.

    The context object is asked for only when an expression reads it.
    """

    __slots__ = ("input", "variables", "context")

    def __init__(
        self,
        input: Any,
        variables: Mapping[str, Any],
        context: Callable[[], Mapping[str, Any]],
    ) -> None:
        self.input = input
        self.variables = variables
        self.context = context

    def on(self, value: Any) -> Scope:
        """The same scope with `value` as `$`."""
        return Scope(value, self.variables, self.context)


Expression = Callable[[Scope], Any]


def constant(value: Any) -> Expression:
    """The expression that is always `value`."""
    return lambda scope: value


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Expression:
    """Compile a path, an intrinsic function or a JSONata query.

    Evaluating raises PathNotFound or EvaluationError; compiling raises
    PathSyntaxError or IntrinsicSyntaxError.
    """
    if text.startswith("States."):
        from mlmax_pipelines.asl.query.intrinsics import compile_intrinsic

        return compile_intrinsic(text)
    if text.startswith("{%"):
        from mlmax_pipelines.asl.query.jsonata import compile_query

        return compile_query(text)
    if text.startswith("$$"):
        path = compile_prefixed(text, "$$")
        return lambda scope: path.find(scope.context())
    variable = _VARIABLE.match(text)
    if variable:
        return _variable(text, variable.group(1))
    if text == "$":
        return lambda scope: scope.input
    find = compile_path(text).find
    return lambda scope: find(scope.input)


def _variable(text: str, name: str) -> Expression:
    path = compile_prefixed(text, f"${name}")

    def evaluate(scope: Scope) -> Any:
        if name not in scope.variables:
            reason = f"no variable '{name}' has been assigned"
            raise PathNotFound(text, reason, dict(scope.variables))
        return path.find(scope.variables[name])

    return evaluate


def evaluate_field(expression: Expression, scope: Scope, field: str) -> Any:
    """Evaluate for `field`; a path that finds nothing is a `States.Runtime` error.

    But for an index behind the end of an array: AWS takes null for that.
    """
    try:
        return expression(scope)
    except PathNotFound as missing:
        if missing.past_end:
            return None
        message = (
            f"The JSONPath '{missing.text}' specified for the field '{field}' could "
            f"not be found in the input '{json_text(missing.document)}'"
        )
        raise _nothing_found(missing, message) from None


def evaluate_path(expression: Expression, scope: Scope) -> Any:
    """Evaluate an InputPath, ItemsPath or OutputPath; one that fails is invalid."""
    try:
        return expression(scope)
    except PathNotFound as missing:
        message = f"Invalid path '{missing.text}' : {missing.reason}"
        raise _nothing_found(missing, message) from None


def _nothing_found(missing: PathNotFound, message: str) -> EvaluationError:
    if missing.document is None:
        message = "Unable to apply Path transformation to null or empty input."
    return EvaluationError(RUNTIME, message)
