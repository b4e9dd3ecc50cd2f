from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlmax_pipelines.base import leaving
from mlmax_pipelines.base.errors import UsageError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project, reached by a link itself, beside what is none of it."""
    (tmp_path / "real" / "src").mkdir(parents=True)
    (tmp_path / "project").symlink_to(tmp_path / "real")
    (tmp_path / "foreign.txt").write_text("x")
    return tmp_path / "project"


def test_a_file_of_the_project_may_leave_it(root: Path) -> None:
    (root / "src" / "a.py").write_text("")
    (root / "src" / "b.py").symlink_to("a.py")
    names = ["src/a.py", "src/b.py", "src", "src/none.py"]
    assert [leaving.fault(root, name) for name in names] == [("", "")] * 4
    leaving.check(root, [(name, root / name) for name in names])


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/etc/passwd", "'/etc/passwd' is outside of the project"),
        ("../foreign.txt", "'../foreign.txt' is outside of the project"),
        ("src/out", "'src/out' is a link that leads out of the project"),
        ("src/key.pem", "'src/key.pem' looks like a secret"),
        ("src/plain", "'src/plain' looks like a secret"),
    ],
)
def test_what_may_not_says_why(root: Path, path: str, message: str) -> None:
    (root / "src" / "out").symlink_to(root.parent / "foreign.txt")
    (root / "src" / "key.pem").write_text("")
    (root / "src" / "plain").symlink_to("key.pem")
    text, hint = leaving.fault(root, path)
    assert text == message
    assert hint in (leaving.HINT_OUTSIDE, leaving.HINT_SECRET)


def test_many_are_not_all_listed(root: Path) -> None:
    names = [f"src/{index}.pem" for index in range(7)]
    with pytest.raises(UsageError, match="and 2 more look like secrets"):
        leaving.check(root, [(name, root / name) for name in names])
    (root / "src" / "out").symlink_to(root.parent)
    with pytest.raises(UsageError, match="'src/out' leads out of the project"):
        leaving.check_links(root, [("src/out", root / "src" / "out")])


def test_what_is_neither_a_file_nor_a_folder_leaves_nothing(root: Path) -> None:
    os.mkfifo(root / "src" / "pipe.csv")
    message, hint = leaving.fault(root, "src/pipe.csv")
    assert message == "'src/pipe.csv' is neither a file nor a folder"
    assert hint == leaving.HINT_SPECIAL


def test_a_name_that_is_no_text_is_no_key(root: Path) -> None:
    name = os.fsdecode(b"src/caf\xe9.csv")
    leaving.check_names([("src/café.csv", root), ("src/名前.csv", root)])
    with pytest.raises(
        UsageError, match=r"'src/caf\\xe9.csv' has a name that is no UTF"
    ):
        leaving.check(root, [(name, root / name)])
