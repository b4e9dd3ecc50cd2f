"""Models and rows that train.py and evaluate.py cannot use: refused in one line."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest


def _archive(path: Path, name: str, content: bytes, link: str = "") -> None:
    member = tarfile.TarInfo(name)
    member.size = 0 if link else len(content)
    if link:
        member.type, member.linkname = tarfile.SYMTYPE, link
    with tarfile.open(path / "model.tar.gz", "w:gz") as archive:
        archive.addfile(member, None if link else io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("../xgboost-model.json", ""),
        ("/xgboost-model.json", ""),
        ("other.json", ""),
        ("xgboost-model.json", "/etc/passwd"),
    ],
)
def test_an_archive_without_the_model_is_refused_and_writes_nothing(
    fails: Any, trained: Path, tmp_path: Path, run_job: Any, name: str, link: str
) -> None:
    (tmp_path / "model").mkdir()
    content = (trained / "model" / "xgboost-model.json").read_bytes()
    _archive(tmp_path / "model", name, content, link)
    inputs = ("--model", tmp_path / "model", "--test", trained / "test")
    result = run_job("evaluate", *inputs, "--evaluation", tmp_path / "out")
    fails(result, "holds no file 'xgboost-model.json'")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_damaged_archive_is_refused(
    fails: Any, trained: Path, tmp_path: Path, run_job: Any
) -> None:
    content = (trained / "packed" / "model.tar.gz").read_bytes()
    (tmp_path / "model.tar.gz").write_bytes(content[:2000])
    inputs = ("--model", tmp_path, "--test", trained / "test")
    fails(run_job("evaluate", *inputs), "cannot be read")


@pytest.mark.parametrize("script", ["train", "evaluate"])
def test_rows_of_one_class_are_refused(
    fails: Any, trained: Path, tmp_path: Path, run_job: Any, script: str
) -> None:
    lines = (trained / "test" / "test.csv").read_text().splitlines()
    kept = [lines[0], *(line for line in lines[1:] if line.split(",")[1] == "1")]
    (tmp_path / "rows.csv").write_text("\n".join(kept))
    option = {"train": "--train", "evaluate": "--test"}[script]
    folders = () if script == "train" else ("--model", trained / "packed")
    result = run_job(script, option, tmp_path, *folders, SM_MODEL_DIR=tmp_path / "m")
    fails(result, "have one label")
