"""The history of an execution, as a file: one event per line, appended.

What comes in: events as they happen. What goes out: the same, as soon as they are
there. Never: an event that was half written by a process that was killed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.local import tail

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class History:
    """The events in the file at `path`, which need not be there yet."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def events(self, done: Callable[[], bool]) -> Iterator[HistoryEvent]:
        """All of them, until `done` says that no more will come."""
        for line in tail.follow(self._path, done):
            try:
                yield HistoryEvent(**json.loads(line))
            except (TypeError, ValueError):
                # Half a line, the last one of a process that was killed.
                return

    def writer(self) -> HistoryWriter:
        return HistoryWriter(self._path)

    def last_change(self) -> float | None:
        """When an event was last added, in seconds since the epoch."""
        try:
            return self._path.stat().st_mtime
        except OSError:
            return None

    def close(self, type: str, details: Mapping[str, Any]) -> None:
        """End a history that broke off: without half a line, and with an end."""
        if not self._path.exists():
            return
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        os.truncate(self._path, len(whole))
        last: dict[str, Any] = json.loads(whole.splitlines()[-1]) if whole else {}
        if last.get("type") == type:
            # Closed, by somebody who then could not write the record.
            return
        id = last.get("id", 0)
        with self.writer() as writer:
            writer.write(HistoryEvent(id + 1, id, time.time(), type, details))


class HistoryWriter:
    """Appends events to a file, each visible at once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def __enter__(self) -> HistoryWriter:
        return self

    def __exit__(self, *_: object) -> None:
        # The record that says how it ended is written next: this comes before it.
        os.fsync(self._file.fileno())
        self._file.close()

    def write(self, event: HistoryEvent) -> None:
        self._file.write(_encode(vars(event)).encode() + b"\n")
