"""Specs of the first release, written anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.compiler.entry import compile_project
from mlmax_pipelines.project.upgrade import upgrade

OLDER = """\
name: old   # what it was
description: "Steps: Next"
parameters: {Next: {type: number, default: 1}}
Steps:
  Keep: {type: pass, result: {Next: 1, Steps: {A: {Next: B}}}, "Next": Each}
  Each:
    type: map
    items: [1, 2]
    Steps:
      Inner: {type: pass, result: {End: true}, End: true}   # Next: no
    Next: Gate
  Gate:
    type: choice
    Choices:
      - {Variable: "${parameters.Next}", NumericEquals: 1, Next: Done}
    Default: Done
  Done:
    type: succeed
"""


def test_only_what_is_spelt_otherwise_changes(tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    spec = tmp_path / "pipelines" / "old.yaml"
    spec.write_text(OLDER)
    (before,) = compile_project(tmp_path)
    found = upgrade(tmp_path)
    assert [(one.where.line, one.older, one.present) for one in found] == [
        (4, "Steps", "steps"),
        (5, "Next", "next"),
        (9, "Steps", "steps"),
        (10, "End", "end"),
        (11, "Next", "next"),
        (14, "Choices", "choices"),
        (15, "Next", "next"),
        (16, "Default", "default"),
    ]
    text = spec.read_text()
    assert '{Next: 1, Steps: {A: {Next: B}}}, "next": Each}' in text
    assert "result: {End: true}, end: true}   # Next: no" in text
    assert text.startswith('name: old   # what it was\ndescription: "Steps: Next"\n')
    (after,) = compile_project(tmp_path)
    assert after.definition["States"] == before.definition["States"]
    assert (tmp_path / "project.yaml").read_text() == "spec: 2\n"
    assert upgrade(tmp_path) == [] and spec.read_text() == text


def test_a_manifest_keeps_the_rest_of_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "old.yaml").write_text(OLDER)
    manifest = tmp_path / "project.yaml"
    manifest.write_text("id: old-abc123\nspec: 1  # for now\n# end\n")
    assert len(upgrade(tmp_path)) == 8
    assert manifest.read_text() == "id: old-abc123\nspec: 2  # for now\n# end\n"


def test_what_is_no_spec_is_refused_and_nothing_written(tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "a.yaml").write_text(OLDER)
    (tmp_path / "pipelines" / "b.yaml").write_text("Steps: [")
    with pytest.raises(Exception, match="pipelines/b.yaml"):
        upgrade(tmp_path)
    assert (tmp_path / "pipelines" / "a.yaml").read_text() == OLDER
    assert not (tmp_path / "project.yaml").exists()
