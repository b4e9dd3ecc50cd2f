"""Whether .gitignore means here what it means to git."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
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
    "src/deep/keep.log",
    "src/data1.csv",
    "src/datax.csv",
    "src/#odd",
    "docs/build",
]
FILES = [
    "*.log\n!keep.log\n",
    "build/\n",
    "/build\n",
    "build\n!src\n",
    "src/*.py\n# nothing\n\n",
    "**/z.tmp\nsrc/a b.txt\n",
    "src/**\n",
    "src/**/z.tmp\n",
    "data[0-9].csv\ndata[!0-9].csv \n",
    "\\#odd\nd?cs\n",
    "*\n!src/\n!src/a.py\n",
    "*\n!*/\n!*.py\n",
    "src/\n!src/a.py\n",
    "*.csv\r\n!src/data1.csv\r\n",
]
# Folder -> what its .gitignore says.
TREES: list[Mapping[str, str]] = [
    {"": "*.log\n", "src": "!*.log\n"},
    {"": "!a.log\n", "src": "/*.csv\n", "src/deep": "*\n!keep.log\n"},
    {"": "src/deep/\n", "src/deep": "!keep.log\n"},
    {"": "*\n!*/\n", "src": "!a.py\nbuild/\n"},
    {"src": "/er\n", "src/deep": "/er\n"},
]


def _ignored_by_git(root: Path) -> set[str]:
    subprocess.run(["git", "init", "-q", root], check=True)
    asked = subprocess.run(
        ["git", "-c", "core.excludesFile=", "check-ignore", "-z", "--stdin"],
        cwd=root,
        input="\0".join(PATHS),
        capture_output=True,
        text=True,
    )
    assert asked.returncode in (0, 1), asked.stderr
    return set(asked.stdout.split("\0")) - {""}


@pytest.mark.parametrize("files", [*({"": text} for text in FILES), *TREES])
def test_git_ignores_the_same(tmp_path: Path, files: Mapping[str, str]) -> None:
    for path in PATHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    for folder, text in files.items():
        (tmp_path / folder / ".gitignore").write_bytes(text.encode())
    rules = ignored.read(tmp_path, sorted({*files} - {""}))
    ours = {path for path in PATHS if ignored.is_ignored(path, rules)}
    assert ours == _ignored_by_git(tmp_path)


def test_a_file_in_a_folder_speaks_for_that_folder(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / ".gitignore").write_text("/*.csv\n")
    rules = ignored.read(tmp_path, ["src"])
    assert ignored.is_ignored("src/a.csv", rules)
    assert not ignored.is_ignored("a.csv", rules)
    assert not ignored.is_ignored("src/sub/a.csv", rules)


NOT_AGAIN: Mapping[str, str] = {
    "": "*.log\n",
    "src": "!keep.log\n",
    "src/deep": "*.x\n",
}


@pytest.mark.parametrize("files", [*({"": text} for text in FILES), *TREES, NOT_AGAIN])
def test_what_cannot_match_a_path_is_left_out_unseen(
    tmp_path: Path, files: Mapping[str, str]
) -> None:
    for folder, text in files.items():
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / ignored.NAME).write_text(text)
    whole = ignored.read(tmp_path, ["src", "src/deep"])
    for path in PATHS:
        above = [one for one in ("src", "src/deep") if path.startswith(f"{one}/")]
        some = ignored.read(tmp_path, above, path)
        assert ignored.is_ignored(path, some) == ignored.is_ignored(path, whole), path


def test_most_files_need_no_pattern(tmp_path: Path) -> None:
    (tmp_path / ignored.NAME).write_text("# src\n\n.mlmax/\n/build\n*.egg-info/\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / ignored.NAME).write_text("*.csv\n")
    assert ignored.read(tmp_path, ["src"], "src/train.py") == []
    assert len(ignored.read(tmp_path, ["src"], "src/a.csv")) == 2
