"""What .gitignore keeps out of a folder.

What comes in: .gitignore files. What goes out: whether a path is ignored. Never: asks
git, so that a copy of a project without its history is the same project.

Source: "gitignore" in Git's documentation. One thing differs: a file that git tracks
although a pattern matches it is ignored here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import Pattern

NAME = ".gitignore"
# The folder of a file, "" or ending in a slash, and the file's patterns, last first.
Rules = tuple[str, Sequence["Pattern"]]
# pathspec's name for the slash behind the folder that a pattern matched.
_SLASH = "ps_d"
# What no character of a path stands for by itself; behind a bracket nothing is clear.
_WILD = re.compile(r"\[.*|[*?\\]", re.DOTALL)


def read(root: Path, folders: Iterable[str], path: str = "") -> list[Rules]:
    """The rules of the .gitignore files of `root` and of folders below it; of two
    folders, one in the other, the inner one comes later. With `path`, none where no
    pattern can match it or a folder it is in."""
    bases = ("", *(f"{folder}/" for folder in folders))
    texts = [(base, _text(root / base)) for base in bases]
    if path and not any(_may_match(text, path) for _, text in texts):
        return []
    return [(base, _patterns(text)) for base, text in texts if text]


def _may_match(text: str, path: str) -> bool:
    """Whether all of the plain text of a pattern is in the path, as far as that says
    anything; without a comparison that would take longer to load."""
    for line in text.splitlines():
        plain = [part.strip("/ \t") for part in _WILD.split(line.lstrip("!"))]
        if line.strip() and line[0] != "#" and all(part in path for part in plain):
            return True
    return False


def _text(folder: Path) -> str:
    file = folder / NAME
    if not file.is_file():
        return ""
    return file.read_text(encoding="utf-8", errors="replace")


def _patterns(text: str) -> Sequence[Pattern]:
    # Takes a while to load, and many projects ignore nothing.
    from pathspec import GitIgnoreSpec

    patterns = GitIgnoreSpec.from_lines(text.splitlines()).patterns
    return [p for p in reversed(patterns) if p.include is not None]


def is_ignored(path: str, known: Sequence[Rules]) -> bool:
    """Whether the file `path`, or a folder it is in, is ignored."""
    parts = path.split("/")
    folders = ("/".join(parts[:end]) + "/" for end in range(1, len(parts)))
    return any(_ignored(place, known) for place in (*folders, path))


def _ignored(path: str, known: Sequence[Rules]) -> bool:
    """The last pattern of the innermost file that has one for this path decides."""
    for base, patterns in reversed(known):
        if path.startswith(base) and path != base:
            for pattern in patterns:
                if _matches(pattern, path[len(base) :]):
                    return bool(pattern.include)
    return False


def _matches(pattern: Pattern, path: str) -> bool:
    """Whether the pattern is for this path, and not for a folder it is in: git lets
    `!src/` take back `src`, and what is below is looked at by itself."""
    found = pattern.match_file(path)
    if found is None:
        return False
    within = found.match.groupdict().get(_SLASH) is not None
    return not within or found.match.end(_SLASH) == len(path)
