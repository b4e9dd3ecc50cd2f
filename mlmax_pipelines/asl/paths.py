"""Reference paths, written.

What comes in: keys and indices. What goes out: the path that leads along them. Never:
a path is read (see `query`).
"""

from __future__ import annotations

from collections.abc import Sequence

from mlmax_pipelines.base.names import step_key


def path_text(parts: Sequence[str | int]) -> str:
    """`("steps", "A", 0, "b-c")` -> `$.steps.A[0]['b-c']`.

    A reference path may have both notations ("Using JSONPath paths", AWS Step Functions
    Developer Guide); a name that is more than a word needs the second.
    """
    texts = ["$"]
    for part in parts:
        if isinstance(part, int):
            texts.append(f"[{part}]")
        elif part and step_key(part) == part and not part[0].isdigit():
            texts.append(f".{part}")
        else:
            quoted = part.replace("\\", "\\\\").replace("'", "\\'")
            texts.append(f"['{quoted}']")
    return "".join(texts)
