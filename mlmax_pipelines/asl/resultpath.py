"""ResultPath: a result put into a document at a reference path.

What comes in: a path of names and indices, a document, a result. What goes out: a new
document that shares what did not change. Never: changes the document it was given.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.asl.canonical import json_text
from mlmax_pipelines.asl.failures import EvaluationError
from mlmax_pipelines.asl.query.jsonpath import compile_path


def check(path: str | None) -> str | None:
    """The path, when it is one. Raises ValueError."""
    if path is not None:
        compile_path(path)
    return path


def put_result(path: str | None, document: Any, result: Any) -> Any:
    """`document` with `result` at `path`; None keeps the document, `$` replaces it.

    Missing objects on the way are made. Raises EvaluationError named
    `States.ResultPathMatchFailure` when the path runs into something else.
    """
    if path is None:
        return document
    if path == "$":
        return result
    keys = compile_path(path).keys
    if keys is None:
        raise _mismatch(path, document)
    return _put(path, keys, document, result)


def _put(path: str, keys: tuple[str | int, ...], document: Any, result: Any) -> Any:
    key, rest = keys[0], keys[1:]
    if isinstance(key, int):
        if not isinstance(document, list) or not 0 <= key < len(document):
            raise _mismatch(path, document)
        items = list(document)
        items[key] = _put(path, rest, items[key], result) if rest else result
        return items
    if not isinstance(document, dict):
        raise _mismatch(path, document)
    fields = dict(document)
    fields[key] = _put(path, rest, fields.get(key, {}), result) if rest else result
    return fields


def _mismatch(path: str, document: Any) -> EvaluationError:
    return EvaluationError(
        "States.ResultPathMatchFailure",
        f"Unable to apply ReferencePath {path} to input {json_text(document)}",
    )
