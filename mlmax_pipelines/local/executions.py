"""The executions of one environment, as folders.

What comes in: pipeline and execution names. What goes out: folders, records, locks.
Never: believes that an execution runs whose process is gone.

    <root>/<pipeline>/<name>/  record.json      what there is to know, replaced whole
                               definition.json  what ran; its time orders executions
                               order.json       how it is run (`local.orders`)
                               history.jsonl    one event per line, appended
                               lock             held as long as the execution runs
                               stop             why, once somebody wants it stopped
                               digests.json     SHA-256 of what it made, by file
                               logs/ jobs/ functions/ nested/

Whoever runs an execution holds an exclusive `flock` on `lock` until its process ends,
however it ends: the kernel lets go of it. So a record that says RUNNING beside a free
lock is one whose process died, and no process id can be mistaken for it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.base.files import (
    Unreadable,
    flush,
    read_json,
    remove,
    unique,
    write_json,
)
from mlmax_pipelines.base.forms import NUMBER, Has
from mlmax_pipelines.local.history import History, HistoryWriter
from mlmax_pipelines.local.logs import Logs

_DEFINITION = "definition.json"
# What records of the first release call their evidence.
_EVIDENCE_ONCE = "provenance"
_TEXTS = ("id", "name", "pipeline", "environment", "status")
_RECORD = Has(
    ("status",),
    {
        **dict.fromkeys(_TEXTS, str),
        **dict.fromkeys(("error", "cause"), (str, None)),
        **dict.fromkeys(("start_time", "stop_time"), (*NUMBER, None)),
        **dict.fromkeys(("evidence", _EVIDENCE_ONCE), dict),
    },
)
DIED = (
    "the process that ran this execution ended without finishing it: it was killed, "
    "or the machine stopped"
)
_DEATH: tuple[str, Mapping[str, Any]] = ("ExecutionAborted", {"cause": DIED})


class Folder:
    """One execution's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.pipeline = path.parent.name
        self.logs = Logs(path / "logs")
        self._lock = path / "lock"
        self._record = path / "record.json"
        self._history = History(path / "history.jsonl")
        self._stop = path / "stop"

    # Record

    def settled_record(self) -> dict[str, Any]:
        """The record; that of an execution whose process died is closed first, where
        one may write: on a full disk, too, it is told as it would be."""
        if not self._is_left_open():
            return self.record_as_written()
        try:
            return self._close_dead()
        except OSError:
            died = {"status": "ABORTED", "cause": DIED}
            last = {"stop_time": self._history.last_change()}
            return {**self.record_as_written(), **died, **last}

    def record_as_written(self) -> dict[str, Any]:
        """The record without a look at who runs it. Raises Unreadable."""
        try:
            record: dict[str, Any] = read_json(self._record, _RECORD)
        except FileNotFoundError:
            raise Unreadable(f"there is no '{self._record}'") from None
        if _EVIDENCE_ONCE in record:
            record["evidence"] = record.pop(_EVIDENCE_ONCE)
        return record

    def definition(self) -> dict[str, Any]:
        """What it ran."""
        definition: dict[str, Any] = read_json(self.path / _DEFINITION, {})
        return definition

    def write(self, record: Mapping[str, Any]) -> None:
        write_json(self._record, record, lasting=True)

    def close(self, status: str, **more: Any) -> dict[str, Any]:
        """Write how it ended."""
        record = {**self.record_as_written(), "status": status, **more}
        # The machine's clock may have been set back meanwhile.
        record["stop_time"] = max(time.time(), record["start_time"])
        self.write(record)
        return record

    def seal(self, name: str, content: bytes) -> None:
        """Remember what a file beside its outputs is, unless it was known before."""
        record = self.record_as_written()
        sealed = {name: sha256(content).hexdigest(), **record.get("sealed", {})}
        self.write({**record, "sealed": sealed})

    def reopen(self) -> dict[str, Any]:
        """Let it go on after its end; whoever does holds the lock."""
        self._stop.unlink(missing_ok=True)
        ended: dict[str, Any] = dict.fromkeys(("stop_time", "output", "error", "cause"))
        # What was sealed is about that end.
        ended["sealed"] = {}
        record = {**self.record_as_written(), "status": "RUNNING", **ended}
        self.write(record)
        return record

    # Lock

    def hold(self, runner: int = 0) -> int:
        """Take the lock, for the process `runner`; the descriptor that holds it."""
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(runner or "").encode(), 0)
        return descriptor

    def is_running(self) -> bool:
        """Whether somebody holds the lock."""
        try:
            descriptor = os.open(self._lock, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            # Shared: those who only ask are not in each other's way.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def signal_runner(self, number: int) -> None:
        """Signal the process that runs it, if one does."""
        if not self.is_running():
            return
        try:
            os.kill(int(self._lock.read_text(encoding="ascii")), number)
        except (ValueError, ProcessLookupError):
            # Somebody holds the lock to close what died, or it has just ended.
            pass

    def kill_jobs(self) -> None:
        """End every process that its jobs have started, without a word to them."""
        from mlmax_pipelines.local.jobs.kin import kill_leftovers

        kill_leftovers(self.path)

    # Stop

    def ask_to_stop(self, cause: str) -> None:
        """Leave a word for the run about why it is going to be stopped."""
        self._stop.write_text(cause, encoding="utf-8")

    def stop_cause(self) -> str | None:
        """Why it was stopped, as whoever stopped it said."""
        try:
            return self._stop.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def _is_left_open(self) -> bool:
        """Whether it says that it runs, and its process died."""
        running = self.record_as_written()["status"] == "RUNNING"
        return running and not self.is_running()

    def _close_dead(self) -> dict[str, Any]:
        """Close an execution whose process died, once, and end what it left running."""
        descriptor = self.hold()
        try:
            record = self.record_as_written()
            if record["status"] != "RUNNING":
                return record
            self.kill_jobs()
            self.close_history(*_DEATH)
            return self.close("ABORTED", cause=DIED)
        finally:
            os.close(descriptor)

    # History

    def events(self, follow: bool = False) -> Iterator[HistoryEvent]:
        """The events so far; with `follow`, all until the execution ends."""
        last = 0
        for event in self._history.events(lambda: not (follow and self.is_running())):
            last = event.id
            yield event
        if self._record.exists() and self._is_left_open():
            # Nobody could write down that it died.
            died = self._history.last_change() or 0.0
            yield HistoryEvent(last + 1, last, died, *_DEATH)

    def writer(self) -> HistoryWriter:
        return self._history.writer()

    def close_history(self, type: str, details: Mapping[str, Any]) -> None:
        self._history.close(type, details)


class Executions:
    """Every execution below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, pipeline: str, name: str) -> Folder:
        return Folder(self.root / pipeline / name)

    def create(
        self,
        folder: Folder,
        record: Mapping[str, Any],
        definition: Mapping[str, Any],
        runner: int,
    ) -> int | None:
        """Make the folder, as a whole; the descriptor that holds its lock for the
        process `runner`.

        None when there is one of that name.
        """
        aside = Folder(self.root.parent / "tmp" / unique())
        aside.path.mkdir(parents=True)
        lock = aside.hold(runner)
        aside.write(record)
        write_json(aside.path / _DEFINITION, definition)
        folder.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.rename(aside.path, folder.path)
        except OSError as error:
            os.close(lock)
            remove(aside.path)
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            return None
        flush(folder.path.parent)
        return lock

    def newest_first(self, pipeline: str = "") -> list[Folder]:
        """By start, without reading any record."""
        found = []
        for folder in self._pipelines(pipeline):
            for entry in os.scandir(folder):
                try:
                    started = os.stat(f"{entry.path}/{_DEFINITION}").st_mtime_ns
                except (FileNotFoundError, NotADirectoryError):
                    # Not yet started, or no execution.
                    continue
                found.append((started, entry.path))
        return [Folder(Path(path)) for _, path in sorted(found, reverse=True)]

    def named(self, name: str) -> list[Folder]:
        """Those with this name, of every pipeline."""
        folders = (Folder(path / name) for path in self._pipelines(""))
        return [folder for folder in folders if (folder.path / "record.json").exists()]

    def _pipelines(self, pipeline: str) -> list[Path]:
        if not self.root.is_dir():
            return []
        names = [pipeline] if pipeline else sorted(os.listdir(self.root))
        return [self.root / name for name in names if (self.root / name).is_dir()]
