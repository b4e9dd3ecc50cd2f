"""JSONata, the part of it that compiled pipelines use: paths, texts put together, and
`$parse` of a path.

What comes in: `{% 'a/' & $states.input.b %}`, `{% $parse($states.result.Body) %}`. What
goes out: an expression. Never: anything more of the language.

Source: AWS Step Functions Developer Guide, "Transforming data with JSONata in Step
Functions".
"""

from __future__ import annotations

import json
import re
from typing import Any

from mlmax_pipelines.asl.canonical import parsed
from mlmax_pipelines.asl.failures import EvaluationError
from mlmax_pipelines.asl.query.expression import Expression

QUERY_ERROR = "States.QueryEvaluationError"
_PATH = r"\$states\.(input|result)((?:\.[A-Za-z_]\w*)+)"
_TEXT = r"""'[^'\\]*'|"(?:[^"\\]|\\.)*\""""
_TERM = re.compile(
    rf"\s*(?:(?P<parse>\$parse\(\s*)?{_PATH}(?(parse)\s*\))|(?P<text>{_TEXT}))\s*"
)


def reads(text: str) -> str:
    """What a query reads, `input` or `result`; "" when it is none of the known ones."""
    try:
        roots = {term[2] for term in _terms(text) if term[2]}
    except ValueError:
        return ""
    return roots.pop() if len(roots) == 1 else ""


def compile_query(text: str) -> Expression:
    """The expression of a known query, on what it reads as the input. Evaluating raises
    EvaluationError."""
    terms = [_compiled(text, term) for term in _terms(text)]
    if len(terms) == 1:
        return terms[0]
    return lambda scope: "".join(_joined(text, term(scope)) for term in terms)


def _terms(text: str) -> list[re.Match[str]]:
    """What stands between the `&`s. Raises ValueError for anything else."""
    body = text.removeprefix("{%").removesuffix("%}")
    terms, at = [], 0
    while True:
        term = _TERM.match(body, at)
        if term is None:
            raise ValueError(f"'{text}' is more of JSONata than is known here")
        terms.append(term)
        if term.end() == len(body):
            return terms
        if body[term.end()] != "&":
            raise ValueError(f"'{text}' is more of JSONata than is known here")
        at = term.end() + 1


def _compiled(text: str, term: re.Match[str]) -> Expression:
    if quoted := term["text"]:
        plain = quoted[1:-1] if quoted[0] == "'" else json.loads(quoted)
        return lambda scope: plain
    names = term[3].removeprefix(".").split(".")
    if not term["parse"]:
        return lambda scope: _value(text, names, scope.input)
    return lambda scope: _parsed(text, _value(text, names, scope.input))


def _joined(text: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _failed(text, "joins what is no text")
    return value


def _value(text: str, names: list[str], data: Any) -> Any:
    for name in names:
        if not isinstance(data, dict) or name not in data:
            raise _failed(text, "returned nothing (undefined)")
        data = data[name]
    return data


def _parsed(text: str, value: Any) -> Any:
    if not isinstance(value, str):
        raise _failed(text, "parses what is no text")
    try:
        return parsed(value)
    except ValueError:
        raise _failed(text, "parses a text that is no JSON") from None


def _failed(text: str, why: str) -> EvaluationError:
    return EvaluationError(QUERY_ERROR, f"The JSONata expression '{text}' {why}.")
