"""Options of the tests: the whole form of a long proof, and a busy machine.

`--proof NAME` runs the tests marked `proof(NAME)` whole and no others; without it they
run in their short form. A test marked `proof(NAME, short, whole)` takes `case` from one
of the two lists; hypothesis tests get more examples. `--busy` keeps every core busy
with something else meanwhile.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

_ALWAYS = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proof", metavar="NAME", help="this long proof, whole")
    parser.addoption("--busy", action="store_true", help="on a busy machine")


def pytest_configure(config: pytest.Config) -> None:
    # The short form is the same every time; the whole one looks further each time.
    settings.register_profile("short", **_ALWAYS, derandomize=True, max_examples=100)
    settings.register_profile("whole", **_ALWAYS, max_examples=20_000)
    settings.load_profile("whole" if config.getoption("--proof") else "short")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marker = metafunc.definition.get_closest_marker("proof")
    if marker and "case" in metafunc.fixturenames:
        name, short, whole = marker.args
        chosen = metafunc.config.getoption("--proof") == name
        metafunc.parametrize("case", whole if chosen else short)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    name = config.getoption("--proof")
    if not name:
        return
    kept = [
        item
        for item in items
        if any(marker.args[0] == name for marker in item.iter_markers("proof"))
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.fixture(scope="session", autouse=True)
def busy_machine(request: pytest.FixtureRequest) -> Iterator[None]:
    """With `--busy`, one process per core (and per worker) that does nothing at all."""
    wanted = os.cpu_count() or 1 if request.config.getoption("--busy") else 0
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    loop = [sys.executable, "-SE", "-c", "while True: pass"]
    processes = [subprocess.Popen(loop) for _ in range(wanted // workers)]
    yield
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture(scope="session", autouse=True)
def heard_ctrl_c() -> Iterator[None]:
    """What a shell starts in the background ignores Ctrl-C, and all that it starts in
    turn: here every process hears it, however the tests were started."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
