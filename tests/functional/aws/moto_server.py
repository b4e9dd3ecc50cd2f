"""moto's server, for what ministack lacks: a process of its own, talked to by HTTP.

What comes in: a folder for its log. What goes out: an Emulator. Never: left running.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.functional.aws.conftest import Emulator
from tests.patience import LONGEST_SECONDS, wait_for


@contextmanager
def serving(folder: Path) -> Iterator[Emulator]:
    """The process, on a free port of the loopback interface."""
    pytest.importorskip("moto", reason="moto is in the extra 'dev'")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "moto.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            env={k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        found = Emulator(f"http://127.0.0.1:{port}")
        _wait(process, found.url, log)
        yield found
    finally:
        process.terminate()
        process.wait(LONGEST_SECONDS)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"{url}/moto-api/").close()
        except OSError:
            return False
        return True

    wait_for(answers, every=0.1)
