"""How wide a text may become, and where to break it, without any font at hand.

What comes in: text and a font size in pixels. What goes out: a width in pixels that
no usual sans-serif font exceeds, and lines that fit. Never: opens a font.

The widths are those of DejaVu Sans, wider than Arial, Helvetica, Segoe UI, Roboto
and Liberation Sans, so that a text stays inside its box whichever of them is used.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Iterable

# Hundredths of the font size, for the characters from space to `~`.
_WIDTHS = (
    *(32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34),
    *(64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53),
    *(100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79),
    *(60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50),
    *(50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61),
    *(63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84),
)
_PART = re.compile(r"[^_./\-]+[_./\-]*|[_./\-]+")


def text_width(text: str, size: float) -> float:
    """The width of one line, in pixels."""
    return sum(map(_width, text)) * size / 100


@lru_cache(maxsize=4096)
def _width(character: str) -> int:
    code = ord(character)
    if 32 <= code < 127:
        return _WIDTHS[code - 32]
    if unicodedata.combining(character):
        return 0
    return 105 if unicodedata.east_asian_width(character) in "WF" else 90


def wrap(text: str, size: float, width: float, most: int = 8) -> list[str]:
    """Lines no wider than `width`: broken at spaces, then `_ . / -`, then anywhere.

    More than `most` lines end in an ellipsis.
    """
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".lstrip()
        if text_width(joined, size) <= width:
            lines[-1] = joined
        elif text_width(word, size) <= width:
            lines.append(word)
        else:
            lines += _pack(_PART.findall(word), size, width)
    lines = [line for line in lines if line] or [""]
    if len(lines) > most:
        lines = [*lines[: most - 1], _shorten(lines[most - 1], size, width)]
    return lines


def _pack(parts: Iterable[str], size: float, width: float) -> list[str]:
    """Parts put together to lines; one too long for a line is cut anywhere."""
    lines = [""]
    for part in parts:
        if text_width(lines[-1] + part, size) <= width:
            lines[-1] += part
        elif len(part) > 1 and text_width(part, size) > width:
            lines += _pack(part, size, width)
        else:
            lines.append(part)
    return lines


def _shorten(line: str, size: float, width: float) -> str:
    while line and text_width(line + "…", size) > width:
        line = line[:-1]
    return line.rstrip() + "…"
