"""Intrinsic functions: their grammar.

What comes in: text such as `States.Format('{}', $.name)`. What goes out: an expression.
Never: knows what a function does; asl/query/intrinsic_functions.py does.
"""

from __future__ import annotations

import re
from typing import Any

from mlmax_pipelines.asl.canonical import json_text
from mlmax_pipelines.asl.failures import RUNTIME, EvaluationError, PathNotFound
from mlmax_pipelines.asl.query.expression import (
    Expression,
    Scope,
    compile_expression,
    constant,
)
from mlmax_pipelines.asl.query.intrinsic_functions import (
    FUNCTIONS,
    IntrinsicError,
    Literal,
)
from mlmax_pipelines.base.limits import INTRINSIC_NESTING

_CALL = re.compile(r"States\.(\w+)\s*\(")
_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'", re.S)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"true|false|null")
_WORDS = {"true": True, "false": False, "null": None}
_SPACE = re.compile(r"\s*")


class IntrinsicSyntaxError(ValueError):
    """The text is not a call of an intrinsic function."""


def compile_intrinsic(text: str) -> Expression:
    """Compile a call; raises IntrinsicSyntaxError.

    Evaluating raises EvaluationError named `States.Runtime` when a function refuses
    its arguments or a path finds nothing. (The guide says `States.IntrinsicFailure`;
    AWS answers the other.) It names the whole text, not the call inside that failed.
    """
    call, end = _call(text, 0, 1)
    if text[end:].strip():
        raise IntrinsicSyntaxError(f"unexpected '{text[end:]}' after '{text[:end]}'")

    def evaluate(scope: Scope) -> Any:
        try:
            return call(scope)
        except IntrinsicError as error:
            message = f"The function '{text}' had the following error: {error}"
            raise EvaluationError(RUNTIME, message) from None

    return evaluate


def _call(text: str, at: int, depth: int) -> tuple[Expression, int]:
    match = _CALL.match(text, at)
    if match is None or match.group(1) not in FUNCTIONS:
        known = ", ".join(f"States.{name}" for name in FUNCTIONS)
        raise IntrinsicSyntaxError(
            f"no intrinsic function in '{text[at:]}'; allowed are {known}"
        )
    if depth > INTRINSIC_NESTING:
        raise IntrinsicSyntaxError(
            f"calls nest at most {INTRINSIC_NESTING} deep: '{text}'"
        )
    arguments, end = _arguments(text, match.end(), depth)
    return _bind(match.group(1), arguments), end


def _arguments(text: str, at: int, depth: int) -> tuple[list[Expression], int]:
    arguments: list[Expression] = []
    at = _skip(text, at)
    if text.startswith(")", at):
        return arguments, at + 1
    while True:
        argument, at = _argument(text, _skip(text, at), depth)
        arguments.append(argument)
        at = _skip(text, at)
        separator = text[at : at + 1]
        at += 1
        if separator == ")":
            return arguments, at
        if separator != ",":
            raise IntrinsicSyntaxError(
                f"expected ',' or ')' at column {at} of '{text}'"
            )


def _argument(text: str, at: int, depth: int) -> tuple[Expression, int]:
    if text.startswith("States.", at):
        return _call(text, at, depth + 1)
    if text.startswith("$", at):
        end = _path_end(text, at)
        return _path(text[at:end].strip()), end
    for form in (_STRING, _NUMBER, _WORD):
        match = form.match(text, at)
        if match:
            value = _literal(form, match)
            return constant(value), match.end()
    raise IntrinsicSyntaxError(f"no argument at column {at + 1} of '{text}'")


def _literal(form: re.Pattern[str], match: re.Match[str]) -> Any:
    if form is _STRING:
        return Literal(match.group(1))
    if form is _WORD:
        return _WORDS[match.group()]
    text = match.group()
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _path_end(text: str, at: int) -> int:
    """A path argument ends at a comma or bracket that is not inside it."""
    depth, quote = 0, ""
    for index in range(at, len(text)):
        char = text[index]
        if quote:
            quote = "" if char == quote and text[index - 1] != "\\" else quote
        elif char in "'\"":
            quote = char
        elif char in "[(":
            depth += 1
        elif char in ",])" and not depth:
            return index
        elif char in "])":
            depth -= 1
    return len(text)


def _path(text: str) -> Expression:
    expression = compile_expression(text)

    def evaluate(scope: Scope) -> Any:
        try:
            return expression(scope)
        except PathNotFound as missing:
            raise IntrinsicError(_missing_argument(missing, scope)) from None

    return evaluate


def _missing_argument(missing: PathNotFound, scope: Scope) -> str:
    """AWS's words: a context path loses a `$`, and the input shown is the state's."""
    if missing.reason.startswith("Filter:"):
        return missing.reason
    text = missing.text[1:] if missing.text.startswith("$$") else missing.text
    return (
        f"The JsonPath argument for the field '{text}' could not be found in the "
        f"input '{json_text(scope.input)}'"
    )


def _bind(name: str, arguments: list[Expression]) -> Expression:
    function = FUNCTIONS[name]

    def evaluate(scope: Scope) -> Any:
        values = [argument(scope) for argument in arguments]
        try:
            return function(values)
        except IntrinsicError as error:
            message = f"Invalid arguments in States.{name}: {error}"
            raise IntrinsicError(message) from None

    return evaluate


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
