"""Lines of Markdown.

What comes in: words and rows. What goes out: lines. Never: knows what they are about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Lines = Iterator[str]
GENERATED = "<!-- `make docs` writes this page. -->"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    for cells in (heads, ["---"] * len(heads), *rows):
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def code(text: Any) -> str:
    return f"`{text}`"


def link(page: str, head: str) -> str:
    """To a section of a page, as GitHub and most others name it."""
    place = re.sub(r"[^\w -]", "", head).replace(" ", "-").lower()
    return f"[{code(head)}]({page}#{place})"
