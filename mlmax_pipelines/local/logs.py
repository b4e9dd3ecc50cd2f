"""The logs of an execution: one file for each job, named for the state it ran in.

What comes in: an execution's folder and state names. What goes out: files to append
to, and which there are. Never: two jobs in one file.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import quote

_INDEX = "index.jsonl"


class Logs:
    """The files in one folder: `<state>.log`, then `<state>@2.log` and so on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._counts: Counter[str] | None = None
        self._lock = threading.Lock()

    def create(self, state: str) -> Path:
        """An empty log that no other job of the state has; one process makes them."""
        name = quote(state, safe=" ()")
        with self._lock:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self._counts is None:
                # Those of an execution that goes on after its end are there already.
                self._counts = Counter(quote(s, safe=" ()") for s, _ in self.list())
            self._counts[name] += 1
            number = self._counts[name]
            suffix = "" if number == 1 else f"@{number}"
            path = self.folder / f"{name}{suffix}.log"
            path.touch(exist_ok=False)
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
