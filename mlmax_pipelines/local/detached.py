"""The process that runs one execution.

What comes in: a socket, on which `detach` tells the execution's folder and hands over
its lock. What goes out: the execution, run to its end; what goes wrong beyond known
errors is in its `runner.log`. Never: believes it was told anything when the process
that started it went away.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from mlmax_pipelines.local import orders, runner
from mlmax_pipelines.local.detach import SIGNALS
from mlmax_pipelines.local.executions import Folder
from mlmax_pipelines.local.orders import Order

_PATH_BYTES = 1 << 16


def main(channel: int) -> None:
    """Wait for an execution and run it; SIGTERM stops it."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    path, locks = _told(channel)
    if not locks:
        return
    folder = Folder(path)
    _write_to(path / "runner.log")
    try:
        _run(folder, orders.read(path), stop)
    finally:
        # From here on it counts as ended; the interpreter takes a while to go.
        os.close(locks[0])


def _told(channel: int) -> tuple[Path, list[int]]:
    with socket.socket(fileno=channel) as caller:
        path, locks, _, _ = socket.recv_fds(caller, _PATH_BYTES, 1)
    for lock in locks:
        os.set_inheritable(lock, False)
    return Path(os.fsdecode(path)), locks


def _write_to(log: Path) -> None:
    """Both streams into one file: there is no terminal."""
    sys.stdout = sys.stderr = log.open("a", buffering=1, encoding="utf-8")


def _run(folder: Folder, order: Order, stop: threading.Event) -> None:
    """The execution has a thread of its own, so that the signal's handler, which runs
    in this one, never meets it holding the event."""
    work = threading.Thread(
        target=runner.run, args=(folder, order.plan, stop, order.begin)
    )
    work.start()
    try:
        # Imported by the time it is called, while jobs are at work.
        at_end = _function(order.at_end)
    finally:
        work.join()
    if at_end:
        at_end(order.root, order.environment, folder.record_as_written()["id"])


def _function(name: str) -> Callable[[Path, str, str], object] | None:
    """What `module:function` names; None for no name."""
    if not name:
        return None
    module, _, function = name.partition(":")
    found: Callable[[Path, str, str], object] = getattr(import_module(module), function)
    return found
