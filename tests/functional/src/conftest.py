"""Runs the job scripts as their users do: as processes, from folders to folders."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

Result = subprocess.CompletedProcess[str]
ROOT = Path(__file__).resolve().parents[3]
Job = Callable[..., Result]


def _run(script: str, *args: object, **variables: object) -> Result:
    """Run src/<script>.py; keywords are environment variables."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SM_", "ML_ROOT"))}
    return subprocess.run(
        [sys.executable, ROOT / "src" / f"{script}.py", *map(str, args)],
        env={**kept, **{name: str(value) for name, value in variables.items()}},
        capture_output=True,
        text=True,
    )


def _done(script: str, *args: object, **variables: object) -> str:
    """Run a script that must succeed; its stdout."""
    result = _run(script, *args, **variables)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="session")
def run_job() -> Job:
    return _run


def _fails(result: Result, message: str) -> None:
    assert result.returncode == 1, result.stdout
    assert result.stderr.splitlines()[-1].startswith("error: ")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture(scope="session")
def fails() -> Callable[[Result, str], None]:
    """Assert that a job ended as a known failure does, with this in its message."""
    return _fails


@pytest.fixture(scope="session")
def data() -> Path:
    return ROOT / "data"


@pytest.fixture(scope="session")
def source() -> Path:
    return ROOT / "src"


def _train_all(out: Path, data: Path) -> Path:
    """Preprocess, train, pack the model as SageMaker does, evaluate."""
    folders = [
        word
        for name in ("train", "test", "transformer", "rejects", "metrics")
        for word in (f"--{name}", out / name)
    ]
    raw = ("--raw", data / "wdbc.csv", "--holdout", data / "unseen.csv")
    _done("preprocess", "--mode", "train", *raw, *folders)
    channels = {"SM_CHANNEL_TRAIN": out / "train", "SM_MODEL_DIR": out / "model"}
    (out / "train.log").write_text(_done("train", **channels))
    (out / "packed").mkdir()
    with tarfile.open(out / "packed" / "model.tar.gz", "w:gz") as archive:
        archive.add(out / "model", arcname=".")
    model = ("--model", out / "packed", "--test", out / "test")
    _done("evaluate", *model, "--evaluation", out / "evaluation")
    return out


@pytest.fixture(scope="session")
def trained_twice(tmp_path_factory: pytest.TempPathFactory, data: Path) -> list[Path]:
    """Two whole training runs on the real data, side by side in two places."""
    folders = [tmp_path_factory.mktemp("trained") for _ in range(2)]
    with ThreadPoolExecutor() as pool:
        return list(pool.map(_train_all, folders, [data, data]))


@pytest.fixture(scope="session")
def trained(trained_twice: list[Path]) -> Path:
    """The folders of a whole training run on the real data."""
    return trained_twice[0]


@pytest.fixture(scope="session")
def trained_again(trained_twice: list[Path]) -> Path:
    """The folders of the same run once more."""
    return trained_twice[1]


@pytest.fixture(scope="session")
def inferred(
    tmp_path_factory: pytest.TempPathFactory, trained: Path, data: Path
) -> Path:
    """The folders of a whole inference run on the unseen rows, laid out as SageMaker
    lays them out, so that no script is told a folder."""
    root = tmp_path_factory.mktemp("inferred")
    inputs, outputs = root / "processing" / "input", root / "processing" / "output"
    (inputs / "raw").mkdir(parents=True)
    (inputs / "raw" / "unseen.csv").write_bytes((data / "unseen.csv").read_bytes())
    (inputs / "transformer").symlink_to(trained / "transformer")
    _done("preprocess", "--mode", "infer", ML_ROOT=root)
    for name in ("features", "ids", "rejects"):
        (inputs / name).symlink_to(outputs / name)
    (root / "model").symlink_to(trained / "model")
    _done("inference", ML_ROOT=root)
    (inputs / "scores").symlink_to(outputs / "scores")
    _done("postprocess", ML_ROOT=root)
    return outputs
