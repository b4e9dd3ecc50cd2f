"""The comment that reports an execution."""

from __future__ import annotations

import pytest

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.observe.render.markdown import code, markdown
from mlmax_pipelines.observe.report import build
from tests.unit.observe.histories import EVIL, broken


def test_the_comment_has_status_metrics_and_a_graph(facts):
    text = markdown(build(facts()))
    assert text.startswith("### ✅ Pipeline `training` succeeded")
    assert "| `roc_auc` | `Evaluate` | 0.98765 |" in text
    assert "```mermaid\nflowchart TD" in text
    assert text.count("<details>") == text.count("</details>")


def test_the_comment_of_a_failure_says_what_failed(facts):
    text = markdown(build(facts(broken, "FAILED")))
    assert "❌" in text and "`step 'Train' failed`: `AlgorithmError`" in text


def test_an_execution_that_was_stopped_says_why(facts):
    text = markdown(build(facts(status="ABORTED", cause=f"too late {EVIL}")))
    assert "**Why it ended:** ``too late <img" in text


def test_the_comment_keeps_within_what_github_takes(facts):
    many = [Artifact(f"s3://b/{n}" * 50, "S", "o", 1) for n in range(5000)]
    values = {f"m{n}" * 20: 1.0 for n in range(5000)}
    output = {"steps": {"Evaluate": {"outputs": {"metrics": {"values": values}}}}}
    text = markdown(build(facts(artifacts=many, output=output)))
    assert len(text) < 65_536
    assert "and 4960 more" in text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "`plain`"),
        ("a|b", "`a\\|b`"),
        ("`x`", "`` `x` ``"),
        ("two\nlines", "`two lines`"),
        (0.123456789, "`0.12346`"),
        ({"a": [1, None]}, '`{"a": [1, null]}`'),
        ("", ""),
    ],
)
def test_values_in_comments_are_code_spans(value, expected):
    assert code(value) == expected
