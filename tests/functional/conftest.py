"""The command `pipeline` as its users have it: a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Pipeline = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def pipeline(tmp_path: Path) -> Pipeline:
    """Runs `pipeline ARGS` in the folder `cwd`, else in an empty one."""

    def run(
        *args: object, cwd: Path | None = None, input: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mlmax_pipelines", *map(str, args)],
            cwd=cwd or tmp_path,
            input=input,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run
