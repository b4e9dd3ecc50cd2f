"""A report in each form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mlmax_pipelines.project import Project
from mlmax_pipelines.project.reports import report


def text_of(project: Project, name: str, form: str) -> str:
    backend: Any = project.backend(project.environment("local"))
    return report(project, backend, backend.describe(name), form)


@pytest.mark.parametrize(
    ("form", "graph"), [("html", "<svg"), ("md", "```mermaid"), ("txt", "● start")]
)
def test_a_report_has_the_graph_and_the_metrics(
    ran: Project, form: str, graph: str
) -> None:
    text = text_of(ran, "good", form)
    assert graph in text and "letters" in text


def test_a_failure_has_its_log(ran: Project) -> None:
    assert "error: told to fail" in text_of(ran, "bad", "txt")


def test_a_pipeline_that_is_no_longer_what_ran_is_not_drawn(
    ran: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = ran.root / "pipelines/small.yaml"
    before = spec.read_text()
    try:
        spec.write_text(before.replace("  Second:", "  Other:"))
        assert "● start" not in text_of(ran, "good", "txt")
        spec.write_text("name: [")
        assert "letters" in text_of(ran, "good", "txt")
    finally:
        spec.write_text(before)


@pytest.mark.parametrize("form", ["html", "md", "txt"])
def test_nothing_in_a_report_moves_a_cursor(ran: Project, form: str) -> None:
    backend: Any = ran.backend(ran.environment("local"))
    record = replace(backend.describe("good"), input={"text": "\x1b[2J\x9b2Jhello"})
    text = report(ran, backend, record, form)
    assert "\x1b[2J" not in text and "\x9b" not in text and "hello" in text
