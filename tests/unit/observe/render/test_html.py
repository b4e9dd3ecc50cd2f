"""The page that reports an execution."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.observe.render.html import html
from mlmax_pipelines.observe.render.style import CSS
from mlmax_pipelines.observe.report import build
from tests.unit.observe.histories import EVIL, PNG, broken

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


def rules(medium: str) -> str:
    """What the style sheet says for a medium."""
    start = CSS.index(f"@media {medium}")
    return CSS[start : CSS.index("\n}", start)]


def test_a_dark_page_has_a_dark_graph():
    dark = rules("screen and (prefers-color-scheme: dark)")
    assert ".graph { background: none; }" in dark
    assert "invert(1)" in dark


def test_on_paper_nothing_that_fills_a_page_is_kept_whole():
    paper = rules("print")
    assert "break-inside: avoid-page" not in paper
    assert ".columns { display: block; }" in paper
    (height,) = re.findall(r"max-height: (\d+)mm", paper)
    # The head of the page and the graph fit on one, of A4 and of letter.
    assert int(height) < 200


def test_the_page_needs_nothing_else(facts):
    page = _Page(html(build(facts())))
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe")
        for name in ("src", "href"):
            assert attributes.get(name, "data:").startswith("data:")


def test_the_page_shows_metrics_parameters_artifacts_and_versions(facts):
    text = " ".join(_Page(html(build(facts()))).text)
    for part in ("0.98765", "roc_auc", "min_roc_auc", "the threshold", "c0ffee"):
        assert part in text
    for part in ("ab" * 32, "2.0 KiB", "s3://b/model.tar.gz", "git.commit", "e-1"):
        assert part in text


def test_small_pictures_are_in_the_page_and_large_ones_are_not(facts):
    page = _Page(html(build(facts())))
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert [image["src"] for image in images] == [
        "data:image/png;base64," + base64.b64encode(PNG).decode()
    ]
    assert images[0]["alt"] == "Evaluate: roc.png"


def test_a_picture_that_cannot_be_read_is_left_out(facts):
    def refuse(artifact):
        raise PipelineError("gone")

    assert "data:image" not in html(build(facts(read=refuse)))


def test_values_of_users_stay_text(facts):
    page = _Page(html(build(facts(broken, "FAILED"))))
    assert all("onerror" not in attributes for _, attributes in page.tags)
    assert "<img src=x onerror=alert(1)>" in "".join(page.text)


def test_a_failure_shows_step_error_cause_and_log(facts):
    text = "".join(_Page(html(build(facts(broken, "FAILED")))).text)
    assert "step 'Train' failed: AlgorithmError" in text
    assert "bad column" in text and "log of Train" in text and "x/y.log" in text
    assert "ended in 'Failed'" in text


def test_the_timeline_tells_an_error_from_its_cause(facts):
    text = "".join(_Page(html(build(facts(broken, "FAILED")))).text)
    assert f"AlgorithmError: bad column {EVIL}" in text.partition("Timeline")[2]


def test_an_execution_that_was_stopped_says_why(facts):
    text = "".join(_Page(html(build(facts(status="ABORTED", cause="too late")))).text)
    assert "Why it ended\ntoo late" in text
    assert "What failed" not in text


def test_a_page_without_the_pipeline_has_everything_but_the_picture(facts):
    text = html(build(facts(compiled=None)))
    _Page(text)
    assert "<svg" not in text and "0.98765" in text


def test_rows_beyond_the_first_thousand_are_counted(facts):
    many = [Artifact(f"s3://b/{n}", "S", "o", 1) for n in range(1002)]
    text = "".join(_Page(html(build(facts(artifacts=many)))).text)
    assert "s3://b/999" in text and "s3://b/1000" not in text
    assert "and 2 more" in text


def test_a_metric_that_is_a_text_is_only_text(facts):
    values = {"best": EVIL, "ok": True}
    output = {"steps": {"Evaluate": {"outputs": {"m": {"values": values}}}}}
    page = html(build(facts(output=output)))
    assert EVIL not in page
    assert EVIL in "".join(_Page(page).text)
