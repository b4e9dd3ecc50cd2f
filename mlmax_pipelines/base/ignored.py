"""What .gitignore keeps out of a folder.

What comes in: the text of .gitignore files. What goes out: whether a path is ignored.
Never: asks git, so that a copy of a project without its history is the same project.

Source: "gitignore" in Git's documentation. One thing differs: a file that git tracks
although a pattern matches it is ignored here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

NAME = ".gitignore"


@dataclass(frozen=True)
class Rule:
    """One line: what it matches, and whether it takes back what others ignore.

    `base` is the folder of its file, "" or ending in a slash.
    """

    base: str
    pattern: re.Pattern[str]
    folders_only: bool
    keeps: bool


def rules(text: str, base: str = "") -> list[Rule]:
    """The rules of one file's text."""
    found = []
    for line in text.splitlines():
        line = re.sub(r"(?<!\\) +$", "", line)
        if not line or line.startswith("#"):
            continue
        keeps = line.startswith("!")
        body = line[1:] if keeps else line
        folders_only = body.endswith("/")
        body = body.rstrip("/")
        anchored = "/" in body
        pattern = re.compile(_regex(body.lstrip("/"), anchored))
        found.append(Rule(base, pattern, folders_only, keeps))
    return found


def read(root: Path, folders: Iterable[str]) -> list[Rule]:
    """The rules of the .gitignore files of `root` and of folders below it."""
    found = []
    for folder in ("", *folders):
        path = root / folder / NAME
        if path.is_file():
            base = f"{folder}/" if folder else ""
            found += rules(path.read_text(encoding="utf-8", errors="replace"), base)
    return found


def is_ignored(path: str, known: Sequence[Rule]) -> bool:
    """Whether the file `path`, or a folder it is in, is ignored."""
    parts = path.split("/")
    return any(
        _ignored("/".join(parts[:end]), end < len(parts), known)
        for end in range(1, len(parts) + 1)
    )


def _ignored(path: str, is_folder: bool, known: Sequence[Rule]) -> bool:
    """The last rule that matches decides."""
    for rule in reversed(known):
        if rule.folders_only and not is_folder or not path.startswith(rule.base):
            continue
        if rule.pattern.fullmatch(path[len(rule.base) :]):
            return not rule.keeps
    return False


# What stands for more than itself, longest first.
_GLOB = re.compile(r"\*\*/|/\*\*$|\*+|\?|\[!?\]?[^\]]*\]|\\.|.", re.DOTALL)


def _regex(body: str, anchored: bool) -> str:
    text = "".join(_piece(match[0]) for match in _GLOB.finditer(body))
    return text if anchored else f"(?:.*/)?{text}"


def _piece(glob: str) -> str:
    fixed = {"**/": "(?:.*/)?", "/**": "/.*", "?": "[^/]"}
    if glob in fixed:
        return fixed[glob]
    if glob.startswith("*"):
        return "[^/]*"
    if len(glob) > 1 and glob.startswith("["):
        inner = glob[1:-1].replace("\\", "\\\\")
        return f"[{'^' + inner[1:] if inner.startswith('!') else inner}]"
    return re.escape(glob[1:] if len(glob) == 2 and glob[0] == "\\" else glob)
