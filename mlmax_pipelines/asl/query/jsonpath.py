"""JSONPath as AWS evaluates it, which is as Jayway JsonPath does.

What comes in: the text of a path, then documents. What goes out: what it finds.
Never: changes a document; never imports the library for a path of names and indices.

The library is python-jsonpath. Where AWS differs from it, the rule is here:

- definite path: names and single indices only. Yields the value itself, and is an
  error when nothing is there; every other path yields a list, which may be empty.
- plain names: after a dot a name runs to the next dot or bracket, whatever it is
  made of; `.[` reads as `[`.
- literal brackets: nothing is unescaped in a quoted name.
- names at the end: `['a','b']` as the last step yields one object of those that exist.
- filters: applied to an object, a filter tests the object itself, not its values.
- past the end: an index behind the end of an array is told apart (`past_end`), for
  payload templates take null for it.
- functions: a path may end in `length()`, `min()`, `max()`, `sum()`, `avg()`, `keys()`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Callable

from mlmax_pipelines.asl.canonical import json_text
from mlmax_pipelines.asl.failures import RUNTIME, EvaluationError, PathNotFound
from mlmax_pipelines.asl.query.path_steps import (
    Selector,
    Step,
    library_text,
    split_path,
)

_NAMES = re.compile(r"\[\s*'(?:[^'\\]|\\.)*'(?:\s*,\s*'(?:[^'\\]|\\.)*')+\s*\]")
_ONE_NAME = re.compile(r"'((?:[^'\\]|\\.)*)'")
_FUNCTION = re.compile(r"\.(length|min|max|sum|avg|keys)\(\)$")

_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "length": len,
    "min": min,
    "max": max,
    "sum": sum,
    "avg": lambda values: sum(values) / len(values),
    "keys": lambda value: list(value),
}


class Path:
    """A compiled path: `keys` when it is definite, else the library's query.

    `names` are the keys of a last step that picks several, `function` one that the
    found value is put through.
    """

    __slots__ = ("text", "keys", "names", "function", "_query", "_plain")

    def __init__(self, text: str, shown: str) -> None:
        self.text = shown
        ended = _FUNCTION.search(text)
        self.function = ended.group(1) if ended else None
        steps = split_path(text[: ended.start()] if ended else text)
        self.names = _last_names(steps)
        if self.names:
            steps = steps[:-1]
        self.keys = _definite_keys(steps)
        self._plain = not any(isinstance(key, int) for key in self.keys or ())
        self._query = None if self.keys is not None else _library_query(steps)

    @property
    def definite(self) -> bool:
        """Whether it yields the one value it names instead of a list."""
        return self.keys is not None

    def find(self, document: Any) -> Any:
        """What the path names in `document`; raises PathNotFound."""
        if self._query is not None:
            found: Any = self._query(document)
        elif self._plain:
            found = document
            try:
                for key in self.keys or ():
                    found = found[key]
            except (KeyError, TypeError, IndexError):
                raise self._missing(document) from None
        else:
            found = self._indexed(document)
        if self.names or self.function:
            return self._finish(found, document)
        return found

    def _indexed(self, document: Any) -> Any:
        found = document
        for key in self.keys or ():
            if not isinstance(found, dict if isinstance(key, str) else list):
                raise self._missing(document)
            try:
                found = found[key]  # type: ignore[index]
            except (KeyError, IndexError):
                raise self._missing(document) from None
        return found

    def _finish(self, found: Any, document: Any) -> Any:
        if self.names:
            if self._query is not None:
                return [_pick(item, self.names) for item in found]
            found = _pick(found, self.names)
        if self.function is None:
            return found
        try:
            return _FUNCTIONS[self.function](found)
        except (TypeError, ValueError, ZeroDivisionError):
            reason = f"{self.function}() cannot be applied to the value"
            raise PathNotFound(self.text, reason, document) from None

    def _missing(self, document: Any) -> PathNotFound:
        keys = self.keys or ()
        reason, reached = _reason(keys, document)
        past_end = reached == len(keys) - 1 and isinstance(keys[-1], int)
        return PathNotFound(self.text, reason, document, past_end)


@lru_cache(maxsize=4096)
def compile_path(text: str) -> Path:
    """Compile a path that starts with `$`; raises PathSyntaxError."""
    return Path(text, text)


@lru_cache(maxsize=1024)
def compile_prefixed(text: str, prefix: str) -> Path:
    """Compile a path whose `$` is spelled `prefix` (`$$`, `$name`), kept in errors."""
    return Path("$" + text[len(prefix) :], text)


def _last_names(steps: list[Step]) -> tuple[str, ...]:
    last = steps[-1] if steps else None
    if isinstance(last, Selector) and _NAMES.fullmatch(last.text):
        return tuple(_ONE_NAME.findall(last.text))
    return ()


def _definite_keys(
    steps: list[Step],
) -> tuple[str | int, ...] | None:
    if any(isinstance(step, Selector) for step in steps):
        return None
    return tuple(step for step in steps if not isinstance(step, Selector))


def _library_query(
    steps: list[Step],
) -> Callable[[Any], list[Any]]:
    """A query that imports and compiles on its first use.

    It is cut at each filter, for which an object stands as a list of itself. A filter
    that looks at the root cannot be cut off.
    """
    texts = [library_text(step) for step in steps]
    cut = not any(_is_filter(text) and "$" in text for text in texts)
    parts: list[str] = []
    for text in texts:
        if not parts or (cut and (_is_filter(text) or _is_filter(parts[-1]))):
            parts.append(text)
        else:
            parts[-1] += text

    def query(document: Any) -> list[Any]:
        nodes = [document]
        for part in parts:
            compiled, wrap = _compiled("$" + part), cut and _is_filter(part)
            nodes = [
                found
                for node in nodes
                # A text holds nothing; the library would read it as JSON.
                if not isinstance(node, str)
                for found in compiled.findall(
                    [node] if wrap and isinstance(node, dict) else node
                )
            ]
        return nodes

    return query


def _is_filter(text: str) -> bool:
    return text.startswith("[?")


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Any:
    import jsonpath

    try:
        return jsonpath.compile(text)
    except (jsonpath.JSONPathError, ValueError) as error:
        first = str(error).partition("\n")[0]
        raise EvaluationError(RUNTIME, f"Invalid path '{text}' : {first}") from None


def _pick(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    found = value if isinstance(value, dict) else {}
    return {name: found[name] for name in names if name in found}


def _reason(keys: tuple[str | int, ...], document: Any) -> tuple[str, int]:
    """Why a definite path finds nothing, in the words of Jayway JsonPath.

    Also the position of the key that is not in the object or array it was tried on,
    or -1 when that was neither.
    """
    position = 0
    place, value = "$", document
    for position, key in enumerate(keys):
        here = place + (f"['{key}']" if isinstance(key, str) else f"[{key}]")
        if isinstance(key, str) and not isinstance(value, dict):
            property = f"an object with property ['{key}']"
            return f"Expected to find {property} in path {place}", -1
        if isinstance(key, int) and not isinstance(value, list):
            context = f"Current context is: {json_text(value)}"
            return f"Filter: [{key}] can only be applied to arrays. {context}", -1
        try:
            value = value[key]
        except (KeyError, IndexError):
            if isinstance(key, str) and position < len(keys) - 1:
                return f"Missing property in path {here}", position
            break
        place = here
    steps = (f"['{key}']" if isinstance(key, str) else f"[{key}]" for key in keys)
    return "No results for path: $" + "".join(steps), position
