from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from mlmax_pipelines.local.jobs import process
from mlmax_pipelines.local.jobs.process import Ended
from tests.patience import wait_for

# Starts a child, tells both ids, and stays.
STAY = """
import os, pathlib, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(900)"])
pathlib.Path("pids.part").write_text(f"{os.getpid()} {child.pid}")
os.rename("pids.part", "pids")
child.wait()
"""


def run(folder: Path, code: str, stop: threading.Event, **more: float) -> Ended:
    return process.run(
        [sys.executable, "-c", code],
        folder=folder,
        environment={"MARKED": "yes"},
        log=folder / "log",
        stop=stop,
        **more,
    )


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def test_a_process_has_the_environment_it_is_given_and_a_log(tmp_path: Path) -> None:
    code = "import os, sys; print(sorted(os.environ)[:1], os.getcwd()); sys.exit(3)"
    (tmp_path / "log").write_text("before\n")
    ended = run(tmp_path, code, threading.Event())
    assert (ended.code, ended.reason, ended.ok) == (3, "exited", False)
    assert 0 < ended.started <= ended.ended
    first, second = (tmp_path / "log").read_text().splitlines()
    assert first == "before"
    assert second.endswith(f"] {tmp_path}") and "HOME" not in second


def test_a_program_that_is_not_there_ends_as_in_a_shell(tmp_path: Path) -> None:
    ended = process.run(
        ["no-such-program"],
        folder=tmp_path,
        environment={},
        log=tmp_path / "log",
        stop=threading.Event(),
    )
    assert (ended.code, ended.reason) == (127, "exited")
    assert "cannot start 'no-such-program'" in (tmp_path / "log").read_text()


def test_a_stop_ends_it_with_all_its_kin(tmp_path: Path) -> None:
    stop = threading.Event()
    found: list[Ended] = []
    thread = threading.Thread(target=lambda: found.append(run(tmp_path, STAY, stop)))
    thread.start()
    wait_for((tmp_path / "pids").exists)
    stop.set()
    thread.join()
    assert found[0].reason == "stopped"
    pids = [int(word) for word in (tmp_path / "pids").read_text().split()]
    wait_for(lambda: all(map(is_gone, pids)))


def test_its_time_limit_ends_it(tmp_path: Path) -> None:
    ended = run(
        tmp_path, "import time; time.sleep(900)", threading.Event(), seconds=0.1
    )
    assert (ended.reason, ended.ok) == ("timeout", False)


@pytest.mark.parametrize(
    ("code", "exit_code", "name"),
    [
        (0, 0, None),
        (3, 3, None),
        (-9, 137, "SIGKILL"),
        (139, 139, "SIGSEGV"),
        (255, 255, None),
    ],
)
def test_a_signal_is_told_by_the_exit_code(
    code: int, exit_code: int, name: str | None
) -> None:
    ended = Ended(code, "exited", 1.0, 2.0)
    assert ended.exit_code == exit_code
    assert (ended.signal.name if ended.signal else None) == name


def test_a_clock_that_is_set_back_makes_no_negative_duration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter((1000.0, 10.0, 10.0))
    monkeypatch.setattr(process.time, "time", lambda: next(times))
    ended = run(tmp_path, "pass", threading.Event())
    assert ended.started <= ended.ended
