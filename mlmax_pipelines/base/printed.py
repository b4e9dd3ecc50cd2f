"""Text of users and of jobs, as it may be shown.

What comes in: any text. What goes out: what a terminal would have left of it, and
nothing that moves a cursor, sets a title, a color or a direction of writing. Never: a
word changed.

Sources: ECMA-48, "Control functions for coded character sets"; Unicode Standard Annex 9
(what is not printable for Python, `str.isprintable`, has all of its controls).
"""

from __future__ import annotations

import re

# Control sequences (colors, cursor), control strings (titles, links, clipboards; one
# that nobody ends goes to the end of its line), other escapes, each with its one-byte
# form.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
_TAB = "        "


def line(text: str) -> str:
    """One line as it was seen: of a progress bar, which returns to the line's start to
    draw itself again, the last state."""
    states = [part for part in _ESCAPES.sub("", text).split("\r") if part.strip()]
    last = states[-1] if states else ""
    if last.isascii() and last.isprintable():
        return last.rstrip()
    return "".join(map(_shown, last)).rstrip()


def lines(text: str) -> str:
    """Text of several lines, each as it was seen."""
    return "\n".join(map(line, text.split("\n")))


def uncolored(text: str) -> str:
    """The text without what sets its color, and without any other escape."""
    return _ESCAPES.sub("", text)


def _shown(letter: str) -> str:
    if letter.isprintable():
        return letter
    return _TAB if letter == "\t" else " " if letter.isspace() else ""
