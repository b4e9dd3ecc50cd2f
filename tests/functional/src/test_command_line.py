"""What every script shares: help, usage errors, where failures are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def test_preprocessing_leaves_its_message_where_sagemaker_shows_it(
    fails: Any, tmp_path: Path, run_job: Any
) -> None:
    (tmp_path / "output").mkdir()
    result = run_job("preprocess", "--mode", "train", ML_ROOT=tmp_path)
    fails(result, "name another with --raw")
    left = (tmp_path / "output" / "message").read_text()
    assert result.stderr == f"error: {left}\n"


def test_training_leaves_its_message_where_sagemaker_shows_it(
    fails: Any, tmp_path: Path, run_job: Any
) -> None:
    result = run_job("train", "--train", tmp_path, SM_OUTPUT_DIR=tmp_path)
    fails(result, "no CSV file")
    assert "no CSV file" in (tmp_path / "failure").read_text()


@pytest.mark.parametrize(
    "script", ["preprocess", "train", "evaluate", "inference", "postprocess"]
)
def test_help_shows_every_folder_and_its_place_in_the_container(
    run_job: Any, script: str
) -> None:
    result = run_job(script, "--help", COLUMNS=300)
    assert result.returncode == 0
    assert "in: " in result.stdout
    assert "out: " in result.stdout
    assert "(default: /opt/ml/" in result.stdout


@pytest.mark.parametrize(
    ("script", "args"),
    [
        ("preprocess", ("--mode", "train", "--test_size", "1.5")),
        ("preprocess", ("--mode", "both")),
        ("preprocess", ()),
        ("train", ("--eta", "0")),
        ("postprocess", ("--threshold", "often")),
    ],
)
def test_a_wrong_option_is_a_usage_error(
    run_job: Any, script: str, args: tuple[str, ...]
) -> None:
    result = run_job(script, *args)
    assert result.returncode == 2
    assert "usage: " in result.stderr
