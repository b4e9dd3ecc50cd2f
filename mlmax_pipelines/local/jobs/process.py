"""A job's process: started in a group of its own, waited for, ended with all its kin.

What comes in: a command, its environment, where its output goes, and when to give up.
What goes out: how it ended. Never: leaves a process behind that it has started (`kin`).
"""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlmax_pipelines.local.jobs.kin import FAMILY, signal_group
from mlmax_pipelines.local.stamps import Stamps

# AWS page "How Amazon SageMaker AI Runs Your Training Image": 120 s between the two
# signals there; here nobody waits that long for a key press to be obeyed.
GRACE_SECONDS = 2.0
# How soon a stop is seen. The end of the process itself is seen at once.
_LOOK_SECONDS = 0.05
# Daemons that end before their job does wait for nobody.
_LOOKS_PER_BURIAL = 100
# The shell's code for "command not found", and for a signal, which it is added to.
_NOT_FOUND = 127
_SIGNALLED = 128


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

        def start(values: Mapping[str, str]) -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                list(command),
                cwd=folder,
                env=dict(values),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

        try:
            kin = FAMILY.start(start, environment)
        except OSError as error:
            text = f"cannot start '{command[0]}': {error.strerror or error}\n"
            output.write(text.encode())
            return Ended(_NOT_FOUND, "exited", started, time.time())
    stamps = Stamps(log)
    reason = _wait(kin.process, stop, seconds, stamps)
    stamps.look(last=True)
    # The machine's clock may have been set meanwhile.
    ended = started + time.monotonic() - clock
    FAMILY.end(kin)
    return Ended(kin.process.returncode, reason, started, ended)


def _wait(
    process: subprocess.Popen[bytes],
    stop: threading.Event,
    seconds: float | None,
    stamps: Stamps,
) -> str:
    done = threading.Event()
    threading.Thread(target=_await, args=(process, done), daemon=True).start()
    deadline = None if seconds is None else time.monotonic() + seconds
    reason = "exited"
    looks = 0
    while not done.wait(_LOOK_SECONDS):
        looks += 1
        stamps.look()
        if looks % _LOOKS_PER_BURIAL == 0:
            FAMILY.bury()
        if stop.is_set():
            reason = "stopped"
        elif deadline is not None and time.monotonic() >= deadline:
            reason = "timeout"
        else:
            continue
        signal_group(process.pid, signal.SIGTERM)
        done.wait(GRACE_SECONDS)
        break
    # What the process started and left behind ends with it, as with a container.
    signal_group(process.pid, signal.SIGKILL)
    done.wait()
    return reason


def _await(process: subprocess.Popen[bytes], done: threading.Event) -> None:
    process.wait()
    done.set()
