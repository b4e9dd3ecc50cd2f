"""The logs of an execution: one file for each job, named for the state it ran in.

What comes in: an execution's folder and state names. What goes out: files to append
to, and which there are. Never: two jobs in one file.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

_INDEX = "index.jsonl"


class Logs:
    """The files in one folder: `<state>.log`, then `<state>.2.log` and so on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, state: str) -> Path:
        """An empty log that no other job of the state has."""
        self.folder.mkdir(parents=True, exist_ok=True)
        number = 1
        while True:
            suffix = "" if number == 1 else f".{number}"
            path = self.folder / f"{quote(state, safe=' ()')}{suffix}.log"
            try:
                path.touch(exist_ok=False)
                break
            except FileExistsError:
                number += 1
        with (self.folder / _INDEX).open("a", encoding="utf-8") as index:
            index.write(json.dumps([state, path.name]) + "\n")
        return path

    def list(self, state: str = "") -> list[tuple[str, Path]]:
        """(state, log) in the order in which the jobs started."""
        try:
            text = (self.folder / _INDEX).read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        entries = [json.loads(line) for line in text.splitlines()]
        return [
            (name, self.folder / file)
            for name, file in entries
            if not state or name == state
        ]
