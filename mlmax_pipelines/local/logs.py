"""The logs of an execution: one file for each job, named for the visit it ran in.

What comes in: an execution's folder, states, items of maps. What goes out: files to
append to, and which there are. Never: two jobs in one file.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from mlmax_pipelines.base.names import is_visit, visit_name
from mlmax_pipelines.local import stamps, tail

_INDEX = "index.jsonl"


class Logs:
    """The files in one folder: `<visit>.log`, then `<visit>@2.log` and so on.

    A visit is a state, or a state in one item of a map: `Clean[1]`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._counts: Counter[str] | None = None
        self._lock = threading.Lock()

    def create(self, state: str, iteration: str = "") -> Path:
        """An empty log that no other job has; one process makes them."""
        visit = visit_name(state, iteration)
        name = _file(visit)
        with self._lock:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self._counts is None:
                # Those of an execution that goes on after its end are there already.
                self._counts = Counter(_file(visit) for visit, _ in self.list())
            self._counts[name] += 1
            number = self._counts[name]
            suffix = "" if number == 1 else f"@{number}"
            path = self.folder / f"{name}{suffix}.log"
            path.touch(exist_ok=False)
            with (self.folder / _INDEX).open("a", encoding="utf-8") as index:
                index.write(json.dumps([visit, path.name]) + "\n")
        return path

    def list(self, wanted: str = "") -> list[tuple[str, Path]]:
        """(visit, log) in the order in which the jobs started; of those `wanted`: a
        state, with all of its items, or one visit."""
        try:
            text = (self.folder / _INDEX).read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        entries = [json.loads(line) for line in text.splitlines()]
        return [
            (visit, self.folder / file)
            for visit, file in entries
            if is_visit(visit, wanted)
        ]

    def lines(
        self, wanted: str, after: int, ended: bool
    ) -> Iterator[tuple[str, str, float | None]]:
        """(visit, line, when it was printed) of them, without the first `after`;
        `ended` is as in `tail.lines`."""
        for visit, path in self.list(wanted):
            at = stamps.read(path)
            for line, start in tail.lines(path, after, ended):
                yield visit, line, at(start)
            after = max(0, after - tail.count(path)) if after else 0


def _file(visit: str) -> str:
    return quote(visit, safe=" ()[]")
