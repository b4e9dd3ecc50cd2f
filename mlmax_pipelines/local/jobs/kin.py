"""The processes that a job has started, all of them, however far they went from it.

What comes in: a way to start a job's first process. What goes out: that process; and,
once it has ended, the end of whatever it left. Never: ends a process of another job, or
one that was there before the job.

On Linux the process that runs an execution takes in whatever a job's process leaves
behind when it ends (prctl(2), PR_SET_CHILD_SUBREAPER): a daemon that has given up its
session, its group and its parents becomes a child of ours. Whose it was tells a mark in
its environment; one that has cleaned that up belongs to the jobs that ran when it
began, and ends with the last of them. Where there is no subreaper (macOS), the mark
alone finds them, and a daemon that cleans its environment outlives its job.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mlmax_pipelines.base.files import unique

# Mark the environments of all processes of an execution, and of a job.
EXECUTION_MARK = "MLMAX_EXECUTION_FOLDER"
JOB_MARK = "MLMAX_JOB_MARK"
# <linux/prctl.h>
_PR_SET_CHILD_SUBREAPER = 36
# How long processes that are killed may take to go; one that hangs in a system call of
# the kernel may take for ever.
_SECONDS = 5.0
_LOOK_SECONDS = 0.01
_PROCESSES = Path("/proc")

Environment = Mapping[str, str]
Start = Callable[[Environment], "subprocess.Popen[bytes]"]


@dataclass(eq=False)
class Kin:
    """A job's first process; `since` is when it began, by the kernel's clock."""

    mark: str
    process: subprocess.Popen[bytes]
    since: int


@dataclass
class Family:
    """The jobs that run in this process. `adopts`: it takes in what they leave."""

    adopts: bool = False
    _running: set[Kin] = field(default_factory=set)
    # Held while a process is started: nobody takes it for somebody's orphan meanwhile.
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def adopt(self) -> None:
        """From now on this process is the parent of what jobs leave behind."""
        if sys.platform == "linux":
            import ctypes

            libc = ctypes.CDLL(None, use_errno=True)
            self.adopts = libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0

    def start(self, start: Start, environment: Environment) -> Kin:
        """Start a job's first process, in `environment` and with a mark of its own."""
        mark = unique()
        with self._lock:
            process = start({**environment, JOB_MARK: mark})
            kin = Kin(mark, process, _since(process.pid))
            self._running.add(kin)
        return kin

    def end(self, kin: Kin) -> None:
        """Kill what is left of a job whose first process has ended."""
        with self._lock:
            self._running.discard(kin)
        deadline = time.monotonic() + _SECONDS
        # What is killed leaves children of its own behind; and whose a process was, it
        # does not tell once it has ended.
        ending: set[int] = set()
        while (ending := ending.union(self._left(kin))) and time.monotonic() < deadline:
            for process in ending:
                _kill(process)
            ending = {process for process in ending if not _is_buried(process)}
            time.sleep(_LOOK_SECONDS)

    def _left(self, kin: Kin) -> list[int]:
        if not self.adopts:
            return list(marked(JOB_MARK, kin.mark))
        return [pid for pid in self._orphans() if self._is_of(pid, kin)]

    def _orphans(self) -> list[int]:
        with self._lock:
            mine = {other.process.pid for other in self._running}
            return [pid for pid in _children(os.getpid()) if pid not in mine]

    def _is_of(self, pid: int, kin: Kin) -> bool:
        mark = _mark(pid)
        if mark:
            return mark == kin.mark
        since = _since(pid)
        with self._lock:
            others = [other.since <= since for other in self._running]
        return since >= kin.since and not any(others)

    def bury(self) -> None:
        """Wait for orphans that have ended: until then each takes a process's place."""
        for pid in self._orphans() if self.adopts else ():
            with self._lock:
                first = min((kin.since for kin in self._running), default=None)
            if _stat(pid)[:1] == ["Z"] and first is not None and _since(pid) >= first:
                _is_buried(pid)


FAMILY = Family()


def kill_leftovers(folder: Path) -> None:
    """End every process group that the jobs of an execution have started."""
    own = os.getpgrp()
    for group in leftovers(folder):
        if group != own:
            signal_group(group, signal.SIGKILL)


def leftovers(folder: Path) -> set[int]:
    """The process groups in which somebody carries the mark of an execution."""
    found = set()
    for pid in marked(EXECUTION_MARK, str(folder)):
        try:
            found.add(os.getpgid(pid))
        except ProcessLookupError:
            continue
    return found


def signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        # Nothing is left in the group. (macOS says so with the second error.)
        pass


def marked(name: str, value: str) -> Iterator[int]:
    """The processes that have this in their environment."""
    mark = f"{name}={value}"
    if not _PROCESSES.is_dir():
        yield from _marked_of_ps(mark)
        return
    for pid in _all():
        if f"{mark}\0".encode() in _environ(pid):
            yield pid


def _marked_of_ps(mark: str) -> Iterator[int]:
    """The same from `ps`, which shows environments where there is no /proc."""
    shown = subprocess.run(
        ["ps", "eww", "-x", "-o", "pid=,command="],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in shown.stdout.splitlines():
        pid, _, command = line.strip().partition(" ")
        if mark in command.split(" "):
            yield int(pid)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # It has ended, or has become somebody else's.
        pass


def _is_buried(pid: int) -> bool:
    """A child that has ended is there until somebody asks how: this does."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        # Somebody has, or it is no child of ours.
        return True


def _all() -> Iterator[int]:
    return (int(name) for name in os.listdir(_PROCESSES) if name.isdecimal())


def _children(parent: int) -> list[int]:
    """By its threads, where the kernel tells (CONFIG_PROC_CHILDREN); else everybody is
    asked for its parent."""
    tasks = _PROCESSES / str(parent) / "task"
    try:
        told = [(task / "children").read_text() for task in tasks.iterdir()]
    except OSError:
        return [pid for pid in _all() if _stat(pid)[1:2] == [str(parent)]]
    return [int(pid) for line in told for pid in line.split()]


def _mark(pid: int) -> str:
    """The mark of the job that started it; "" for none, or once it has ended."""
    start = f"{JOB_MARK}=".encode()
    words = _environ(pid).split(b"\0")
    found = (word[len(start) :] for word in words if word.startswith(start))
    return next(found, b"").decode("ascii", "replace")


def _environ(pid: int) -> bytes:
    try:
        return (_PROCESSES / str(pid) / "environ").read_bytes()
    except OSError:
        # It ended meanwhile, or is not ours.
        return b""


def _since(pid: int) -> int:
    """When it began, in ticks since the machine started; 0 when nobody knows."""
    return int((_stat(pid)[19:20] or ["0"])[0])


def _stat(pid: int) -> list[str]:
    """proc(5), /proc/[pid]/stat, from the state on: what comes before is its name, in
    which anything may stand."""
    try:
        text = (_PROCESSES / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
