"""moto's server, for what ministack lacks: a process of its own, talked to by HTTP.

What comes in: a folder for its log. What goes out: an Emulator. Never: left running.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.functional.aws.conftest import Emulator, served


@contextmanager
def serving(folder: Path) -> Iterator[Emulator]:
    """The process, on a free port of the loopback interface."""
    pytest.importorskip("moto", reason="moto is in the extra 'dev'")
    program = ["-m", "moto.server", "-H", "127.0.0.1", "-p", "{port}"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    with served(program, folder, environment, "/moto-api/") as found:
        yield found
