"""A process for an execution, started by whoever wants one to run.

What comes in: the folder of an execution, and its lock. What goes out: a process of
its own session that runs it. Never: a fork of the caller, which may have threads,
locks and files open: the process is a new interpreter that is handed two things, the
lock and the folder's path, and reads everything else there (see `local.orders`).

A new interpreter takes a tenth of a second to import what runs executions. So it is
started as soon as it is certain to be needed, and told what to run when that is known.
Terminal signals do not reach it: closing the terminal does not end an execution, as it
would not on AWS.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread

# A runner that got one of them before it is ready to be asked would just be gone.
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# It finds every module where the caller finds it. Garbage is looked for once there can
# be any: a tenth of the imports' time.
_CODE = (
    "import gc, sys; gc.disable(); told, sys.path[:] = sys.argv[1:3], sys.argv[3:]; "
    "from mlmax_pipelines.local.detached import main; main(*told)"
)


class Runner:
    """A process that waits to be told what to run; used once, by one thread.

    `listener`, `module:function` or "", is called by it: see `backends.make`.
    """

    def __init__(self, listener: str = "") -> None:
        self._channel, other = socket.socketpair()
        with other:
            process = _spawn(other.fileno(), listener)
        self.id = process.pid
        # Nobody asks how it ended, but a process that is waited for leaves no zombie.
        Thread(target=process.wait, daemon=True).start()

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        """Without anything to run, it ends."""
        self._channel.close()

    def run(self, folder: Path, lock: int) -> None:
        """Let it run the execution in `folder` and hold `lock`, a descriptor of which
        it gets a copy. One that is gone leaves an execution that died."""
        try:
            socket.send_fds(self._channel, [os.fsencode(folder)], [lock])
        except BrokenPipeError:
            pass


def _spawn(channel: int, listener: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _CODE, str(channel), listener, *sys.path]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[channel],
            start_new_session=True,
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
