"""How evaluating the language fails, before it is known which state it happened in.

What comes in: an error name and a text. What goes out: exceptions that carry them.
Never: names a state or an event; the interpreter adds those.
"""

from __future__ import annotations

from typing import Any

RUNTIME = "States.Runtime"
DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded"


class StateError(Exception):
    """A state failed with `error` and `cause`; a Fail state may leave both out."""

    def __init__(self, error: str | None, cause: str | None = None) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


class EvaluationError(Exception):
    """A field could not be evaluated: `error` is AWS's name, `message` its text."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error
        self.message = message


class PathNotFound(Exception):
    """A path, spelled `text`, found nothing in `document` for a `reason`.

    `past_end` says that its last step is an index behind the end of an array.
    """

    def __init__(
        self, text: str, reason: str, document: Any, past_end: bool = False
    ) -> None:
        super().__init__(reason)
        self.text = text
        self.reason = reason
        self.document = document
        self.past_end = past_end
