"""`pipeline download`."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Pipeline


def test_one_output_is_copied_below_its_step(
    ran: Path, pipeline: Pipeline, tmp_path: Path
) -> None:
    to = tmp_path / "got"
    got = pipeline(ran, "download", "good", "First.out", "--to", str(to))
    assert got.code == 0 and got.out == f"{to}\n"
    assert got.err.startswith("downloading 1 files, ")
    assert [str(p.relative_to(to)) for p in to.rglob("*") if p.is_file()] == [
        "First/out/text.txt"
    ]


def test_what_is_not_there_is_answered_with_what_is(
    ran: Path, pipeline: Pipeline
) -> None:
    wrong = pipeline(ran, "download", "good", "First.model")
    assert wrong.code == 2
    assert "nothing of 'First.model' to download" in wrong.err
    assert "there are: First.metrics, First.out, Second.metrics" in wrong.err


def test_what_cannot_be_copied_is_named_and_the_rest_is_copied(
    ran: Path, pipeline: Pipeline, tmp_path: Path
) -> None:
    to = tmp_path / "got"
    to.mkdir()
    (to / "First").write_text("in the way")
    (tmp_path / "elsewhere").mkdir()
    got = pipeline(ran, "download", "good", "--to", str(to))
    assert got.code == 0 and (to / "Second" / "out" / "text.txt").is_file()
    assert "left out 's3://artifacts/small/good/First/out/text.txt': " in got.err
    assert (to / "First").read_text() == "in the way"
    (to / "First").unlink()
    (to / "First").symlink_to(tmp_path / "elsewhere")
    got = pipeline(ran, "download", "good", "First", "--to", str(to))
    assert got.code == 2 and "leads out of" in got.err
    assert "nothing of 'good' can be a file in" in got.err
    assert not list((tmp_path / "elsewhere").iterdir())
