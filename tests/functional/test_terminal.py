"""What a person sees: the command on a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import sys
import termios
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path

import pytest

from tests.patience import wait_for

_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A command that runs on a terminal of 100 columns and 20 lines."""

    def __init__(self, folder: Path, *args: str, **variables: str) -> None:
        self.raw = ""
        self.pid, self._fd = pty.fork()
        if not self.pid:
            os.chdir(folder)
            os.environ.update({"TERM": "xterm-256color", **variables})
            os.execv(sys.executable, [sys.executable, "-m", "mlmax_pipelines", *args])
        ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 100, 0, 0))

    @property
    def text(self) -> str:
        return _CODES.sub("", self.raw)

    def read(self) -> bool:
        """Take in what was written; False when the command has ended."""
        if select.select([self._fd], [], [], 0.05)[0]:
            try:
                self.raw += os.read(self._fd, 1 << 16).decode()
            except OSError:
                return False
        return True

    def until(self, pattern: str) -> None:
        def seen() -> bool:
            assert self.read() or re.search(pattern, self.text), self.text
            return bool(re.search(pattern, self.text))

        wait_for(seen, every=0)

    def press(self, key: str) -> None:
        os.write(self._fd, key.encode())

    def end(self) -> int:
        """Wait for the end; the exit code."""
        while self.read():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def close(self) -> None:
        os.close(self._fd)
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


@pytest.fixture
def opened() -> Iterator[list[Terminal]]:
    terminals: list[Terminal] = []
    yield terminals
    for terminal in terminals:
        terminal.close()


@pytest.fixture
def enough(project: Path) -> Path:
    """A file that ends, once for each time that it is made, the job that runs."""
    found = project / "enough"
    job = project / "src/work.py"
    ends = f"""
    if Path({str(found)!r}).exists():
        Path({str(found)!r}).unlink()
        break
"""
    text = job.read_text()
    assert "\n    time.sleep(0.1)\n" in text
    job.write_text(text.replace("    time.sleep(0.1)\n", f"    time.sleep(0.1){ends}"))
    return found


def test_the_table_shows_what_runs_and_what_is_to_come(
    project: Path, opened: list[Terminal], enough: Path
) -> None:
    slow = ("-i", "first_seconds=900", "-i", "seconds=900")
    opened.append(Terminal(project, "run", "small", "--name", "t", *slow))
    terminal = opened[0]
    terminal.until(r"t  RUNNING  .*\s+First +RUNNING.*\s+Second\s")
    enough.touch()
    terminal.until(r"First +SUCCEEDED.*\s+Second +RUNNING .*still at work")
    enough.touch()
    assert terminal.end() == 0
    assert "\x1b[32m" in terminal.raw
    last = terminal.text.rpartition("t  SUCCEEDED  in")[0].splitlines()[-2:]
    assert [line.split()[:2] for line in last] == [
        ["First", "SUCCEEDED"],
        ["Second", "SUCCEEDED"],
    ]


def test_ctrl_c_at_the_terminal(project: Path, opened: list[Terminal]) -> None:
    opened.append(Terminal(project, "run", "small", "--name", "t", "-i", "seconds=900"))
    terminal = opened[0]
    terminal.until("still at work")
    terminal.press("\x03")
    assert terminal.end() == 130
    assert "stopping 't' ..." in terminal.text
    assert "Traceback" not in terminal.text


def test_no_color_is_honoured(project: Path, opened: list[Terminal]) -> None:
    opened.append(Terminal(project, "run", "small", NO_COLOR="1"))
    assert opened[0].end() == 0
    assert "SUCCEEDED" in opened[0].text
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", opened[0].raw)


def test_a_dumb_terminal_gets_lines(project: Path, opened: list[Terminal]) -> None:
    opened.append(Terminal(project, "run", "small", TERM="dumb"))
    assert opened[0].end() == 0
    assert len(re.findall("First  SUCCEEDED", opened[0].text)) == 1
