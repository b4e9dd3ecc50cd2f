"""A job's process: started in a group of its own, waited for, ended with all its kin.

What comes in: a command, its environment, where its output goes, and when to give up.
What goes out: how it ended. Never: leaves a process of the group behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# AWS page "How Amazon SageMaker AI Runs Your Training Image": 120 s between the two
# signals there; here nobody waits that long for a key press to be obeyed.
GRACE_SECONDS = 2.0
# How soon a stop is seen. The end of the process itself is seen at once.
_LOOK_SECONDS = 0.05
# The shell's code for "command not found", and for a signal, which it is added to.
_NOT_FOUND = 127
_SIGNALLED = 128
# Marks the environment of every process of an execution, so that what a killed run
# leaves behind can be found (`leftovers`).
MARK = "MLMAX_EXECUTION_FOLDER"


@dataclass(frozen=True)
class Ended:
    """How a process ended: `reason` is exited, stopped or timeout. Times are seconds
    since the epoch. `code` is the exit code, negative for a signal's number."""

    code: int
    reason: str
    started: float
    ended: float

    @property
    def ok(self) -> bool:
        return self.reason == "exited" and self.code == 0

    @property
    def exit_code(self) -> int:
        """As a container has it: 128 and a signal's number for what that ended."""
        return self.code if self.code >= 0 else _SIGNALLED - self.code

    @property
    def signal(self) -> signal.Signals | None:
        """What ended it, or a process that it waited for, as a shell tells it."""
        try:
            return signal.Signals(self.exit_code - _SIGNALLED)
        except ValueError:
            return None


def run(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    stop: threading.Event,
    seconds: float | None = None,
) -> Ended:
    """Run `command` in `folder` until it ends, `stop` is set or `seconds` are over.

    Standard output and error are appended to `log` as they are written.
    """
    started, clock = time.time(), time.monotonic()
    with log.open("ab") as output:
        try:
            process = subprocess.Popen(
                list(command),
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            text = f"cannot start '{command[0]}': {error.strerror or error}\n"
            output.write(text.encode())
            return Ended(_NOT_FOUND, "exited", started, time.time())
    reason = _wait(process, stop, seconds)
    # The machine's clock may have been set meanwhile.
    ended = started + time.monotonic() - clock
    return Ended(process.returncode, reason, started, ended)


def _wait(
    process: subprocess.Popen[bytes], stop: threading.Event, seconds: float | None
) -> str:
    done = threading.Event()
    threading.Thread(target=_await, args=(process, done), daemon=True).start()
    deadline = None if seconds is None else time.monotonic() + seconds
    reason = "exited"
    while not done.wait(_LOOK_SECONDS):
        if stop.is_set():
            reason = "stopped"
        elif deadline is not None and time.monotonic() >= deadline:
            reason = "timeout"
        else:
            continue
        _signal(process.pid, signal.SIGTERM)
        done.wait(GRACE_SECONDS)
        break
    # What the process started and left behind ends with it, as with a container.
    _signal(process.pid, signal.SIGKILL)
    done.wait()
    return reason


def _await(process: subprocess.Popen[bytes], done: threading.Event) -> None:
    process.wait()
    done.set()


def _signal(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        # Nothing is left in the group. (macOS says so with the second error.)
        pass


def kill_leftovers(folder: Path) -> None:
    """End every process group that the jobs of an execution have started."""
    own = os.getpgrp()
    for group in leftovers(folder):
        if group != own:
            _signal(group, signal.SIGKILL)


def leftovers(folder: Path) -> set[int]:
    """The process groups in which somebody carries the mark of an execution."""
    mark = f"{MARK}={folder}"
    processes = Path("/proc")
    if not processes.is_dir():
        return _leftovers_of_ps(mark)
    found = set()
    for entry in processes.iterdir():
        if entry.name.isdecimal():
            try:
                environment = (entry / "environ").read_bytes()
                if f"{mark}\0".encode() in environment:
                    found.add(os.getpgid(int(entry.name)))
            except OSError:
                # It ended meanwhile, or is not ours.
                continue
    return found


def _leftovers_of_ps(mark: str) -> set[int]:
    """The same from `ps`, which shows environments where there is no /proc."""
    shown = subprocess.run(
        ["ps", "eww", "-x", "-o", "pgid=,command="],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (line.split(None, 1) for line in shown.stdout.splitlines())
    return {int(line[0]) for line in lines if mark in line[-1].split(" ")}
