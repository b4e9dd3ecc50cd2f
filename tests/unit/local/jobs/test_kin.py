"""All that a job has started ends with it, however far it went."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from mlmax_pipelines.local.jobs import kin
from mlmax_pipelines.local.jobs.kin import Family
from tests.patience import LONGEST_SECONDS, OUTLASTS_SECONDS, wait_for

SLEEP = f"import time; time.sleep({OUTLASTS_SECONDS})"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")
# How a daemon is started.
DAEMONS = {
    "setsid": "start_new_session=True",
    "clean": "start_new_session=True, env={}",
    "child": "",
}
# A job that starts a daemon, tells its id, and goes.
JOB = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {sleep!r}], {how})
with open("pid.part", "w") as file:
    file.write(str(child.pid))
os.rename("pid.part", "pid")
{then}
"""
# What becomes a subreaper stays one: so it is a process of its own.
START = f"""
import os, subprocess, sys, time
from mlmax_pipelines.local.jobs.kin import Family
DAEMONS, JOB, SLEEP = {DAEMONS!r}, {JOB!r}, {SLEEP!r}
family = Family()
os.chdir(sys.argv[1])

def wait_for(condition):
    deadline = time.monotonic() + {LONGEST_SECONDS}
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)

def start(how, then="os._exit(0)"):
    code = JOB.format(sleep=SLEEP, how=DAEMONS[how], then=then)
    command = [sys.executable, "-c", code]
    kin = family.start(lambda env: subprocess.Popen(command, env=env), os.environ)
    wait_for(lambda: os.path.exists("pid"))
    pid = int(open("pid").read())
    os.unlink("pid")
    return kin, pid

def is_gone(pid):
    return not os.path.exists(f"/proc/{{pid}}")
"""


def in_a_process_of_its_own(folder: Path, text: str) -> str:
    """What it prints."""
    code = START + textwrap.dedent(text)
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@LINUX
@pytest.mark.parametrize("how", sorted(DAEMONS))
def test_a_daemon_ends_with_the_job_that_started_it(tmp_path: Path, how: str) -> None:
    told = in_a_process_of_its_own(
        tmp_path,
        f"""
        family.adopt()
        kin, pid = start({how!r})
        kin.process.wait()
        family.end(kin)
        print(is_gone(pid))
        """,
    )
    assert told == "True\n"


@LINUX
def test_another_jobs_daemon_and_a_process_of_our_own_go_on(tmp_path: Path) -> None:
    told = in_a_process_of_its_own(
        tmp_path,
        """
        family.adopt()
        own = subprocess.Popen([sys.executable, "-c", SLEEP])
        time.sleep(0.05)
        first, daemon = start("setsid")
        second, other = start("setsid")
        third, clean = start("clean")
        for kin in (first, second, third):
            kin.process.wait()
        family.end(first)
        print(is_gone(daemon), is_gone(other), is_gone(clean))
        family.end(second)
        family.end(third)
        print(is_gone(other), is_gone(clean), own.poll())
        own.kill()
        own.wait()
        """,
    )
    assert told == "True False False\nTrue True None\n"


@LINUX
def test_a_daemon_is_buried_though_another_job_began_when_it_did(
    tmp_path: Path,
) -> None:
    told = in_a_process_of_its_own(
        tmp_path,
        """
        family.adopt()
        first, daemon = start("setsid")
        first.process.wait()
        second, other = start("setsid")
        second.since = first.since
        family.end(first)
        print(is_gone(daemon), is_gone(other))
        second.process.wait()
        family.end(second)
        print(is_gone(other))
        """,
    )
    assert told == "True False\nTrue\n"


@LINUX
def test_daemons_that_end_by_themselves_take_no_place(tmp_path: Path) -> None:
    told = in_a_process_of_its_own(
        tmp_path,
        """
        family.adopt()
        shell = "['sh', '-c', 'true & echo $! > orphan; exit 0']"
        kin, child = start("child", f"subprocess.Popen({shell}).wait(); child.wait()")
        wait_for(lambda: os.path.exists("orphan") and open("orphan").read())
        orphan = int(open("orphan").read())

        def is_buried():
            family.bury()
            return is_gone(orphan)

        wait_for(is_buried)
        print(kin.process.poll(), is_gone(child))
        os.kill(child, 9)
        kin.process.wait()
        family.end(kin)
        """,
    )
    assert told == "None False\n"


def test_without_a_subreaper_the_mark_finds_them(tmp_path: Path) -> None:
    family = Family()
    code = JOB.format(sleep=SLEEP, how=DAEMONS["setsid"], then="")
    command = [sys.executable, "-c", code]
    first = family.start(
        lambda env: subprocess.Popen(command, env=dict(env), cwd=tmp_path), os.environ
    )
    first.process.wait()
    pid = int((tmp_path / "pid").read_text())
    assert list(kin.marked(kin.JOB_MARK, first.mark)) == [pid]
    family.end(first)
    assert list(kin.marked(kin.JOB_MARK, first.mark)) == []
    family.bury()


def test_what_a_killed_run_leaves_is_found_by_its_mark(tmp_path: Path) -> None:
    environment = {**os.environ, kin.EXECUTION_MARK: str(tmp_path)}
    command = [sys.executable, "-c", "import time; time.sleep(900)"]
    left = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        wait_for(lambda: kin.leftovers(tmp_path) == {left.pid})
        assert kin.leftovers(tmp_path / "other") == set()
        kin.kill_leftovers(tmp_path)
        assert left.wait(LONGEST_SECONDS) < 0
    finally:
        left.kill()
        left.wait()


def test_children_are_asked_for_where_the_kernel_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for thread, children in (("7", "10 11 "), ("8", ""), ("9", "12 ")):
        (tmp_path / "7" / "task" / thread).mkdir(parents=True)
        (tmp_path / "7" / "task" / thread / "children").write_text(children)
    for pid, parent in ((13, 7), (14, 1)):
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} (a) b) S {parent} 1 1")
    monkeypatch.setattr(kin, "_PROCESSES", tmp_path)
    assert sorted(kin._children(7)) == [10, 11, 12]
    (tmp_path / "7" / "task" / "8" / "children").unlink()
    assert kin._children(7) == [13]
