"""Text of users and of jobs, as it may be shown.

What comes in: any text. What goes out: what a terminal would have left of it, and
nothing that moves a cursor, sets a title, a color or a direction of writing. Never: a
word changed.

Sources: ECMA-48, "Control functions for coded character sets"; Unicode Standard Annex 9
(what is not printable for Python, `str.isprintable`, has all of its controls) and 11
(East Asian width).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from unicodedata import category, combining, east_asian_width

# Control sequences (colors, cursor), control strings (titles, links, clipboards; one
# that nobody ends goes to the end of its line), other escapes, each with its one-byte
# form.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
# Colors alone, as a group: what is split by it alternates with what is between.
_COLORS = re.compile(r"(\x1b\[[0-9;]*m)")
_TAB = "        "
# What is shown for a line that is no text: nobody reads it.
BINARY = "[binary data]"
# Controls that no printed text has more than a few of.
_ODD = bytes(set(range(0x20)) - set(b"\t\n\r\x1b") | {0x7F})
_FEW, _SHARE = 3, 0.05


def decoded(line: bytes) -> str:
    """A line of a log, whatever a job wrote into it."""
    odd = len(line) - len(line.translate(None, _ODD))
    if odd > max(_FEW, len(line) * _SHARE):
        return BINARY
    return line.decode("utf-8", "replace").rstrip("\r")


def folded(lines: Iterable[str]) -> Iterator[str]:
    """Of lines in a row that are no text, one."""
    before = ""
    for line in lines:
        if not line == before == BINARY:
            yield line
        before = line


def line(text: str) -> str:
    """One line as it was seen: of a progress bar, which returns to the line's start to
    draw itself again, the last state."""
    states = [part for part in _ESCAPES.sub("", text).split("\r") if part.strip()]
    return _cleaned(states[-1]).rstrip() if states else ""


def lines(text: str) -> str:
    """Text of several lines, each as it was seen."""
    return "\n".join(map(line, text.split("\n")))


def safe(text: str) -> str:
    """Text of ours with others' in it, for a terminal; colors stay, and lines."""
    if all(map(str.isprintable, text.split("\n"))):
        return text
    parts = _COLORS.split(text)
    parts[::2] = ["\n".join(map(_cleaned, part.split("\n"))) for part in parts[::2]]
    return "".join(parts)


def uncolored(text: str) -> str:
    """The text without what sets its color, and without any other escape."""
    return _ESCAPES.sub("", text)


def width(text: str) -> int:
    """How many columns of a terminal the text takes, colors none."""
    text = uncolored(text)
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(letter: str) -> int:
    """Two for what is as wide as high; none for what stands on another letter."""
    if combining(letter) or category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1


def _cleaned(text: str) -> str:
    if text.isprintable():
        return text
    text = _ESCAPES.sub("", text)
    for letter in set(text):
        if not letter.isprintable():
            text = text.replace(letter, _in_place_of(letter))
    return text


def _in_place_of(letter: str) -> str:
    return _TAB if letter == "\t" else " " if letter.isspace() else ""
