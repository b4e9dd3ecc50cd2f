"""`pipeline graph`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Pipeline


def test_the_form_is_as_the_files_name_ends(
    project: Path, pipeline: Pipeline, tmp_path: Path
) -> None:
    for name, begins in (("a.svg", "<svg"), ("a.mmd", "flowchart"), ("a", "● start")):
        drawn = pipeline(project, "graph", "small", "-o", str(tmp_path / name))
        assert drawn.code == 0 and drawn.out == ""
        assert (tmp_path / name).read_text().startswith(begins)


def test_without_a_file_it_is_text_on_stdout(project: Path, pipeline: Pipeline) -> None:
    assert "First  (processing)" in pipeline(project, "graph", "small").out


def test_a_terminal_gets_no_png(
    project: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    refused = pipeline(project, "graph", "small", "--format", "png")
    assert refused.code == 2 and "a PNG is no text" in refused.err


def test_a_picture_nobody_can_draw_is_refused(
    project: Path, pipeline: Pipeline
) -> None:
    wrong = pipeline(project, "graph", "small", "-o", "x.gif")
    assert wrong.code == 2 and not (project / "x.gif").exists()
    assert "'x.gif' is no picture that can be drawn" in wrong.err
    assert "'.svg'" in wrong.err
    assert pipeline(project, "graph", "small", "-o", "x", "--format", "svg").code == 0
