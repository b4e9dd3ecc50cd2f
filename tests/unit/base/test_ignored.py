"""Whether .gitignore means here what it means to git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mlmax_pipelines.base import ignored

PATHS = [
    "a.log",
    "keep.log",
    "build/x.txt",
    "src/build/y.txt",
    "src/a.py",
    "src/a b.txt",
    "src/deep/er/z.tmp",
    "src/data1.csv",
    "src/datax.csv",
    "src/#odd",
    "docs/build",
]
FILES = [
    "*.log\n!keep.log\n",
    "build/\n",
    "/build\n",
    "src/*.py\n# nothing\n\n",
    "**/z.tmp\nsrc/a b.txt\n",
    "src/**\n",
    "src/**/z.tmp\n",
    "data[0-9].csv\ndata[!0-9].csv \n",
    "\\#odd\nd?cs\n",
    "*\n!src/\n!src/a.py\n",
]


@pytest.mark.parametrize("text", FILES)
def test_git_ignores_the_same(tmp_path: Path, text: str) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text(text)
    for path in PATHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    listed = subprocess.run(
        ["git", "-c", "core.quotePath=off", "ls-files", "-o", "--exclude-standard"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    rules = ignored.rules(text)
    ours = [path for path in PATHS if not ignored.is_ignored(path, rules)]
    assert sorted(ours) == sorted(path for path in listed if path != ".gitignore")


def test_a_file_in_a_folder_speaks_for_that_folder(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / ".gitignore").write_text("/*.csv\n")
    rules = ignored.read(tmp_path, ["src"])
    assert ignored.is_ignored("src/a.csv", rules)
    assert not ignored.is_ignored("a.csv", rules)
    assert not ignored.is_ignored("src/sub/a.csv", rules)
