"""Which tags a stack may have: they go on to everything in it.

What comes in: a key and a value. What goes out: why they cannot be a tag. Never: a tag
changed silently.

CloudFormation hands the tags of a stack on to its resources, and roles are the
strictest about characters: IAM API Reference, "Tag".
"""

from __future__ import annotations

import unicodedata

from mlmax_pipelines.base.limits import TAG_KEY, TAG_VALUE, TAGS, Quota

# What every job of ours has besides: `mlmax:environment`, `mlmax:pipeline`,
# `mlmax:step`, `mlmax:execution`, `mlmax:project`, `mlmax:stack`.
OWN = 6
MOST = TAGS - OWN
_PUNCTUATION = "_.:/=+-@"
_ALLOWED = f"letters, digits, spaces and {_PUNCTUATION}"


def fault(key: str, value: str) -> str:
    """Why this cannot be a tag; "" when it can. The value is not in the answer."""
    if key.lower().startswith("aws:"):
        return "begins with 'aws:', which is AWS's own"
    if wrong := _text(key, TAG_KEY):
        return wrong
    wrong = _text(value, TAG_VALUE)
    return f"has a value that {wrong}" if wrong else ""


def _text(text: str, longest: Quota) -> str:
    if not text:
        return "is empty"
    if len(text) > longest:
        return f"has {len(text):,} characters, at most {longest:,} can be"
    for char in text:
        if char not in _PUNCTUATION and unicodedata.category(char)[0] not in "LNZ":
            return f"has {char!r}: allowed are {_ALLOWED}"
    return ""
