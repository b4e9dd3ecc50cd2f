"""The digest that a definition carries, so that what runs says what it was made of.

What comes in: a definition, the digest of what was compiled. What goes out: the
definition with the digest behind its comment's text, and the way back. Never: a digest
computed from a definition that carries one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_COMMENT = "Comment"
# How many bytes longer it makes a definition.
LENGTH = len(" [sha256:]") + 64
_MARK = re.compile(r"(.*) \[sha256:([0-9a-f]{64})\]", re.DOTALL)


def put(definition: Mapping[str, Any], digest: str) -> dict[str, Any]:
    """A copy that carries the digest; every definition of ours has a comment."""
    return {**definition, _COMMENT: f"{definition[_COMMENT]} [sha256:{digest}]"}


def removed(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """The definition as it was before `put`; itself when it carries nothing."""
    found = _found(definition)
    return {**definition, _COMMENT: found[1]} if found else definition


def carries(definition: Mapping[str, Any], digest: str) -> bool:
    """Whether it was made of what has this digest. A definition without one, of an
    older release or of somebody else, was made of nobody knows what."""
    found = _found(definition)
    return found is not None and found[2] == digest


def _found(definition: Mapping[str, Any]) -> re.Match[str] | None:
    comment = definition.get(_COMMENT)
    return _MARK.fullmatch(comment) if isinstance(comment, str) else None
