"""Work that goes on after the process that asked for it has ended.

What comes in: a function, and a lock it holds while it runs. What goes out: a process
of its own session that runs it. Never: a second interpreter start; the process is a
fork, which has everything loaded (a few milliseconds instead of a hundred).

The function gets an Event that SIGTERM sets. Terminal signals do not reach it: closing
the terminal does not end an execution, as it would not on AWS.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path


def start(work: Callable[[threading.Event], None], lock: int, log: Path) -> None:
    """Run `work` in a process that nobody waits for, and return once it exists.

    `lock` is an open descriptor that the process inherits; its id is written there.
    What goes wrong in it beyond known errors is written to `log`.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    # Nothing of the caller's may run here: neither its handlers nor its exits.
    try:
        os.setsid()
        grandchild = os.fork()
        if not grandchild:
            _become_detached(lock, log)
            _run(work)
        else:
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(grandchild).encode(), 0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(0)


def _become_detached(lock: int, log: Path) -> None:
    """No terminal, no descriptor of the caller's but the lock."""
    empty = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(empty, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    highest = os.sysconf("SC_OPEN_MAX")
    os.closerange(3, lock)
    os.closerange(lock + 1, highest if highest > 0 else 65536)
    sys.stderr = open(2, "w", buffering=1, closefd=False)
    sys.stdout = sys.stderr


def _run(work: Callable[[threading.Event], None]) -> None:
    """The work has a thread of its own, so that the signal's handler, which runs in
    this one, never meets it holding the event."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    worker = threading.Thread(target=work, args=(stop,), name="execution")
    worker.start()
    worker.join()
