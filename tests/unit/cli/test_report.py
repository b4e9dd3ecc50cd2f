"""`pipeline report`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Pipeline


@pytest.mark.parametrize(
    ("form", "begins"),
    [("html", "<!DOCTYPE html>"), ("md", "### ✅ Pipeline"), ("txt", "EXECUTION")],
)
def test_a_report_is_written_and_its_path_printed(
    ran: Path, pipeline: Pipeline, form: str, begins: str
) -> None:
    path = f".mlmax/reports/good.{form}"
    written = pipeline(ran, "report", "good", "--format", form)
    assert (written.out, written.err) == (f"{path}\n", "wrote the report of 'good'\n")
    assert (ran / path).read_text().startswith(begins)


def test_a_report_can_go_to_stdout_or_elsewhere(
    ran: Path, pipeline: Pipeline, tmp_path: Path
) -> None:
    printed = pipeline(ran, "report", "good", "--format", "md", "-o", "-").out
    pipeline(ran, "report", "good", "--format", "md", "-o", str(tmp_path / "a/b.md"))
    assert (tmp_path / "a/b.md").read_text() == printed
