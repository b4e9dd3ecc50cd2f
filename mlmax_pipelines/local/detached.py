"""The process that runs one execution.

What comes in: a socket, on which `detach` tells the execution's folder and hands over
its lock. What goes out: the execution, run to its end; what goes wrong beyond known
errors is in its `runner.log`. Never: believes it was told anything when the process
that started it went away.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from mlmax_pipelines.local import orders, runner
from mlmax_pipelines.local.detach import SIGNALS
from mlmax_pipelines.local.executions import Folder
from mlmax_pipelines.local.jobs.kin import FAMILY

_PATH_BYTES = 1 << 16
Notify = Callable[[Path, str, str], object]


def main(channel: str, listener: str) -> None:
    """Wait for an execution and run it; SIGTERM stops it."""
    gc.enable()
    FAMILY.adopt()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    told = _told(int(channel), listener)
    if told is None:
        return
    folder, lock, notify = told
    try:
        _run(folder, notify, stop)
    finally:
        # From here on it counts as ended; the interpreter takes a while to go.
        os.close(lock)


def _told(channel: int, listener: str) -> tuple[Folder, int, Notify] | None:
    """The execution's folder, its lock, and whom to tell; None when nobody wants
    anything any more."""
    with socket.socket(fileno=channel) as caller:
        # Imported while the caller is still at work.
        notify, failed = _function(listener)
        path, locks, _, _ = socket.recv_fds(caller, _PATH_BYTES, 1)
    if not locks:
        return None
    os.set_inheritable(locks[0], False)
    folder = Folder(Path(os.fsdecode(path)))
    # There is no terminal.
    log = (folder.path / "runner.log").open("a", buffering=1, encoding="utf-8")
    sys.stdout = sys.stderr = log
    log.write(failed)
    return folder, locks[0], notify


def _run(folder: Folder, notify: Notify, stop: threading.Event) -> None:
    """The execution has a thread of its own, so that the signal's handler, which runs
    in this one, never meets it holding the event."""
    order = orders.read(folder.path)
    execution = folder.record_as_written()["id"]

    def tell() -> None:
        try:
            notify(order.root, order.environment, execution)
        except Exception:
            # The execution is not its listener's.
            traceback.print_exc()

    def work() -> None:
        tell()
        try:
            runner.run(folder, order.plan, stop, order.begin)
        finally:
            tell()

    thread = threading.Thread(target=work, name="execution")
    thread.start()
    thread.join()


def _function(name: str) -> tuple[Notify, str]:
    """What `module:function` names, and what went wrong."""
    module, _, function = name.partition(":")
    try:
        return (getattr(import_module(module), function) if name else _nobody), ""
    except Exception:
        return _nobody, traceback.format_exc()


def _nobody(root: Path, environment: str, execution: str) -> None:
    """Who is told when nobody is."""
