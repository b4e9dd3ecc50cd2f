"""The page and the comment that report an execution."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.backends.contract import ExecutionRecord
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.interpreter import StateError
from mlmax_pipelines.observe.render.html import html
from mlmax_pipelines.observe.render.markdown import code, markdown
from mlmax_pipelines.observe.report import Sources, build

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
EVIL = "<img src=x onerror=alert(1)>|`${x}`\n@everyone"
VOID = {"meta", "img", "br"}


class _Page(HTMLParser):
    """Checks that tags nest, and collects text, sources and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def _answer(request):
    if request.state == "Evaluate metrics":
        return {"roc_auc": 0.98765432}
    return {"outputs": {}}


def _broken(request):
    cause = json.dumps({"FailureReason": f"bad column {EVIL}"})
    raise StateError("AlgorithmError", cause)


@pytest.fixture
def report(training, history, pipeline):
    def make(answer=_answer, status="SUCCEEDED", read=lambda artifact: PNG, **fields):
        events = history(training, answer, {"note": EVIL})
        output = json.loads(events[-1].details.get("output", "null"))
        record = ExecutionRecord(
            "id",
            "e-1",
            "training",
            "local",
            status,
            1000.0,
            1100.0,
            input={"note": EVIL},
            output=output,
            error=events[-1].details.get("error"),
            evidence={"code": "c0ffee", "git": {"commit": "1a2b"}},
        )
        artifacts = [
            Artifact("s3://b/roc.png", "Evaluate", "report", 28, "ab" * 32),
            Artifact("s3://b/big.png", "Evaluate", "report", 2_000_000, "cd" * 32),
            Artifact("s3://b/model.tar.gz", "Train", "model", 2048, ""),
        ]
        sources = Sources(
            read, lambda state: [f"log of {state} {EVIL}"], lambda state: "x/y.log"
        )
        given = {"pipeline": pipeline(training), **fields}
        compiled = given["pipeline"]
        return build(replace(record), events, compiled, artifacts, sources, now=1100.0)

    return make


def test_the_page_needs_nothing_else(report):
    page = _Page(html(report()))
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe")
        for name in ("src", "href"):
            assert attributes.get(name, "data:").startswith("data:")


def test_the_page_shows_metrics_parameters_artifacts_and_versions(report):
    text = " ".join(_Page(html(report())).text)
    for part in ("0.98765", "roc_auc", "min_roc_auc", "the threshold", "c0ffee"):
        assert part in text
    for part in ("ab" * 32, "2.0 KiB", "s3://b/model.tar.gz", "git.commit", "e-1"):
        assert part in text


def test_small_pictures_are_in_the_page_and_large_ones_are_not(report):
    page = _Page(html(report()))
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert [image["src"] for image in images] == [
        "data:image/png;base64," + base64.b64encode(PNG).decode()
    ]
    assert images[0]["alt"] == "Evaluate: roc.png"


def test_a_picture_that_cannot_be_read_is_left_out(report):
    def refuse(artifact):
        raise PipelineError("gone")

    assert "data:image" not in html(report(read=refuse))


def test_values_of_users_stay_text(report):
    page = _Page(html(report(_broken, "FAILED")))
    assert all("onerror" not in attributes for _, attributes in page.tags)
    assert "<img src=x onerror=alert(1)>" in "".join(page.text)


def test_a_failure_shows_step_error_cause_and_log(report):
    text = "".join(_Page(html(report(_broken, "FAILED"))).text)
    assert "step 'Train' failed: AlgorithmError" in text
    assert "bad column" in text and "log of Train" in text and "x/y.log" in text
    assert "ended in 'Failed'" in text


def test_the_timeline_tells_an_error_from_its_cause(report):
    text = "".join(_Page(html(report(_broken, "FAILED"))).text)
    assert f"AlgorithmError: bad column {EVIL}" in text.partition("Timeline")[2]


def test_an_execution_that_was_stopped_says_why(report):
    ended = report()
    record = replace(ended.record, status="ABORTED", cause=f"too late {EVIL}")
    stopped = replace(ended, record=record)
    text = "".join(_Page(html(stopped)).text)
    assert f"Why it ended\ntoo late {EVIL}" in text
    assert "What failed" not in text
    assert "**Why it ended:** ``too late <img" in markdown(stopped)


def test_a_page_without_the_pipeline_has_everything_but_the_picture(report):
    text = html(report(pipeline=None))
    _Page(text)
    assert "<svg" not in text and "0.98765" in text


def test_the_comment_has_status_metrics_and_a_graph(report):
    text = markdown(report())
    assert text.startswith("### ✅ Pipeline `training` succeeded")
    assert "| `roc_auc` | `Evaluate` | 0.98765 |" in text
    assert "```mermaid\nflowchart TD" in text
    assert text.count("<details>") == text.count("</details>")


def test_the_comment_of_a_failure_says_what_failed(report):
    text = markdown(report(_broken, "FAILED"))
    assert "❌" in text and "`step 'Train' failed`: `AlgorithmError`" in text


def test_the_comment_keeps_within_what_github_takes(report):
    made = report()
    many = [Artifact(f"s3://b/{n}" * 50, "S", "o", 1) for n in range(5000)]
    numbers = {f"Evaluate.m{n}" * 20: 1.0 for n in range(5000)}
    text = markdown(replace(made, artifacts=many, metrics=numbers))
    assert len(text) < 65_536


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
