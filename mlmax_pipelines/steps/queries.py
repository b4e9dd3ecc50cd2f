"""Texts as JSONata, for the few states that JSONPath does not serve.

What comes in: literal texts and values of state data. What goes out: a query
(`{% 'a/' & $states.input.b %}`). Never: more of the language than
`asl.query.jsonata` evaluates.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from mlmax_pipelines.base import literals
from mlmax_pipelines.steps.values import Value, expression, texts_of


def query(*parts: str | Value) -> str:
    """One text, as `values.join` makes it."""
    return f"{{% {' & '.join(_terms(texts_of(*parts)))} %}}"


def _terms(texts: list[str | Value]) -> Iterator[str]:
    for is_value, group in groupby(texts, lambda text: isinstance(text, Value)):
        if is_value:
            yield from (_path(value) for value in group)
        else:
            yield _quoted("".join(map(str, group)))


def _path(value: str | Value) -> str:
    assert isinstance(value, Value) and value.is_path, value
    return f"$states.input{expression(value).removeprefix('$')}"


def _quoted(text: str) -> str:
    """In single quotes, where nothing has to be escaped."""
    return literals.as_json(text) if set(text) & set("'\\") else f"'{text}'"
