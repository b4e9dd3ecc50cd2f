from __future__ import annotations

import fcntl
import os
import signal
import time
from pathlib import Path

import pytest

from mlmax_pipelines.local.detach import Runner
from tests.patience import wait_for


@pytest.fixture
def lock(tmp_path: Path) -> int:
    descriptor = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def is_gone(process: int) -> bool:
    """Not even a zombie is left of it."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def wait_until_gone(process: int) -> None:
    wait_for(lambda: is_gone(process))


def test_one_with_nothing_to_run_ends() -> None:
    with Runner() as runner:
        assert os.getsid(runner.id) == runner.id
        assert os.getpgid(runner.id) != os.getpgrp()
    wait_until_gone(runner.id)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_before_it_is_ready_does_not_end_it(number: int) -> None:
    with Runner() as runner:
        os.kill(runner.id, number)
        # A process that the signal ended would be gone, and waited for, by then.
        time.sleep(0.1)
        assert not is_gone(runner.id)
    wait_until_gone(runner.id)


def test_the_caller_still_hears_its_signals() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with Runner():
        assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before


def test_the_lock_is_its_own(tmp_path: Path, lock: int) -> None:
    with Runner() as runner:
        os.kill(runner.id, signal.SIGSTOP)
        runner.run(tmp_path, lock)
        os.close(lock)
    again = os.open(tmp_path / "lock", os.O_RDWR)
    try:
        with pytest.raises(BlockingIOError):
            fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The folder is no execution's: it ends at once, and lets go.
        os.kill(runner.id, signal.SIGCONT)
        fcntl.flock(again, fcntl.LOCK_EX)
    finally:
        os.close(again)
    wait_until_gone(runner.id)


def test_one_that_is_gone_takes_no_lock(tmp_path: Path, lock: int) -> None:
    with Runner() as runner:
        os.kill(runner.id, signal.SIGKILL)
        wait_until_gone(runner.id)
        runner.run(tmp_path, lock)
    os.close(lock)
    again = os.open(tmp_path / "lock", os.O_RDWR)
    fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(again)
