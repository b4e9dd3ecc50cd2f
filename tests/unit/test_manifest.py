"""project.yaml: what it may say, and the id that is written into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines import manifest
from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.manifest import Manifest
from mlmax_pipelines.project import Project


def test_without_a_file_it_is_a_project_of_the_first_release(tmp_path: Path) -> None:
    assert manifest.load(tmp_path) == Manifest("", "", 1)


def test_what_is_said(tmp_path: Path) -> None:
    text = "id: fraud-a1b2c3\nrequires: '>=0.2,<99'\nspec: 2\n"
    (tmp_path / "project.yaml").write_text(text)
    assert manifest.load(tmp_path) == Manifest("fraud-a1b2c3", ">=0.2,<99", 2)


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        ("id: Fraud", "'id' must be 4 to 40 lowercase", ""),
        ("id: 3", "'id' must be 4 to 40 lowercase letters", ""),
        (
            "requires: '>=99'",
            "requires mlmax-pipelines >=99, and this is",
            "pip install",
        ),
        ("requires: '>=0.1,<0.2'", "requires mlmax-pipelines >=0.1,<0.2, and", "pip"),
        ("requires: '~=9.1'", "requires mlmax-pipelines ~=9.1, and this is", "pip"),
        ("requires: soon", "'requires' is 'soon'", ""),
        ("requires: [1]", "'requires' must be releases such as", ""),
        ("spec: 3", "specs are of version 3; this release reads 1 to 2", "pip install"),
        ("spec: 0", "specs are of version 0", ""),
        ("spec: true", "'spec' must be a number from 1 to 2", ""),
        ("ids: x", "unknown key 'ids'", "did you mean 'id'?"),
        ("- id", "", ""),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    tmp_path: Path, text: str, told: str, hint: str
) -> None:
    (tmp_path / "project.yaml").write_text(text)
    with pytest.raises(SpecError) as found:
        manifest.load(tmp_path)
    assert "project.yaml:1:" in str(found.value)
    assert told in str(found.value) and hint in str(found.value)


def test_an_id_is_written_once_and_what_else_is_there_stays(tmp_path: Path) -> None:
    root = tmp_path / "My Project!"
    root.mkdir()
    (root / "project.yaml").write_text("# ours\nid:\nspec: 2 # now\n")
    made = manifest.give_id(root)
    assert made.startswith("my-project-")
    text = (root / "project.yaml").read_text()
    assert text == f"# ours\nid: {made}\nspec: 2 # now\n"
    assert manifest.load(root).id == made


def test_no_two_ids_are_the_same(tmp_path: Path) -> None:
    made = set()
    for number in range(20):
        (tmp_path / f"{number}" / "p").mkdir(parents=True)
        made.add(manifest.give_id(tmp_path / f"{number}" / "p"))
    assert len(made) == 20
    assert manifest.load(tmp_path / "3" / "p").spec == 1


@pytest.mark.parametrize(
    "wanted", [">=0.2", ">= 0.1, < 99", ">=0.2.0,<1", "~=0.2", "==0.2.*", "!=0.1"]
)
def test_this_release_is_one_of_those(tmp_path: Path, wanted: str) -> None:
    (tmp_path / "project.yaml").write_text(f"requires: '{wanted}'\n")
    assert manifest.load(tmp_path).requires == wanted


def test_what_is_made_for_another_release_is_not_compiled(tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "p.yaml").write_text(
        "name: p\nsteps: {A: {type: pass}}\n"
    )
    (tmp_path / "project.yaml").write_text("spec: 3\n")
    with pytest.raises(SpecError, match="specs are of version 3"):
        Project(tmp_path).compile()
