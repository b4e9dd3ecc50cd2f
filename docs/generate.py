"""Declarations -> the tables of README.md and the pages beside this file.

What comes in: step types, commands and errors as the package declares them. What goes
out: README.md's tables, between their markers, and docs/step-types.md, commands.md and
errors.md. Never: a word of its own on a type, a command or an error; a page that
depends on what else is installed.

    python docs/generate.py           # `make docs`
    python docs/generate.py --check   # prints what is stale, and fails
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path

from pages import commands, errors, step_types

ROOT = Path(__file__).parents[1]
_TABLE = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_TABLES = {
    "step-types": step_types.in_short,
    "commands": commands.in_short,
    "exit-codes": errors.exit_codes,
}


def main(arguments: Sequence[str]) -> int:
    pages = (step_types, commands, errors)
    texts = {f"docs/{page.PAGE}": _text(page.page()) for page in pages}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    texts["README.md"] = _TABLE.sub(_filled, readme)
    if "--check" in arguments:
        stale = list(_stale(texts))
        sys.stdout.writelines(stale)
        return int(bool(stale))
    for name, text in texts.items():
        (ROOT / name).write_text(text, encoding="utf-8")
    return 0


def _filled(found: re.Match[str]) -> str:
    return found[1] + _text(_TABLES[found[2]]()) + found[3]


def _stale(texts: Mapping[str, str]) -> Iterator[str]:
    """What `make docs` would change."""
    for name, text in texts.items():
        path = ROOT / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        old, new = (one.splitlines(keepends=True) for one in (before, text))
        yield from unified_diff(old, new, name, f"{name} after 'make docs'")


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
