"""The same picture as SVG, PNG, Mermaid and text."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET

import pytest

from mlmax_pipelines.base.errors import PipelineError, UsageError
from mlmax_pipelines.drawing.model import read
from mlmax_pipelines.drawing.render import Mark, graph_of, render, svg

HOSTILE = "</text><script>alert('x')</script> & \"q\"]] --> `x` #59; %%{init}%%\x07"
SVG = "{http://www.w3.org/2000/svg}"


def _texts(document: str) -> str:
    root = ET.fromstring(document)
    return " ".join(node.text or "" for node in root.iter(f"{SVG}text"))


def test_svg_names_every_step_and_condition(training, pipeline):
    words = _texts(render(pipeline(training), "svg").decode())
    for part in ("Train", "Gate", "Rejected", "otherwise", "${parameters.min_roc_auc}"):
        assert part in words
    assert "Evaluate metrics" not in words


def test_catch_edges_are_dashed_and_explained(training, pipeline, chain):
    document = render(pipeline(training), "svg").decode()
    assert "stroke-dasharray" in document and "on error" in _texts(document)
    without = render(pipeline(chain("A", "B")), "svg").decode()
    assert "stroke-dasharray" not in without and "on error" not in _texts(without)


def test_statuses_colour_the_steps_and_explain_themselves(training, pipeline):
    marks = {"Train": Mark("FAILED", "✗ 3.0 s"), "Evaluate": Mark("RUNNING", "…")}
    words = _texts(svg(graph_of(pipeline(training)), "training", marks))
    assert "✗ 3.0 s" in words
    for word in ("failed", "running", "not reached"):
        assert word in words
    assert "succeeded" not in words


def test_hostile_names_stay_text_in_an_svg(chain):
    document = svg(read(chain(HOSTILE, "B")), HOSTILE)
    assert "<script" not in document
    shown = _texts(document).replace(" ", "")
    assert "<script>alert('x')</script>" in shown


def test_hostile_names_stay_text_in_mermaid(chain, pipeline):
    document = render(pipeline(chain(HOSTILE, "B")), "mermaid").decode()
    (label,) = re.findall(r'n0\("(.*)"\)', document)
    assert not set('"<>`&{}[]()') & set(label.replace("<br/>", ""))
    assert "#60;script#62;" in label and "#35;59#59;" in label


def test_mermaid_has_dashed_catches_hexagons_and_labels(training, pipeline):
    rows = render(pipeline(training), "mermaid").decode().splitlines()
    text = [row.strip() for row in rows]
    assert text[0] == "flowchart TD"
    assert 'n2{{"Gate<br/>choice"}}' in text
    assert "n0 -.-> n5" in text
    assert 'n2 -->|"otherwise"| n4' in text


def test_mermaid_nests_branches_in_subgraphs(chain, pipeline):
    branches = [chain("A", "B"), chain("C")]
    both = {"Type": "Parallel", "Branches": branches, "End": True}
    definition = {"StartAt": "Both", "States": {"Both": both}}
    text = render(pipeline(definition), "mermaid").decode()
    assert text.count("subgraph") == 3 == len(re.findall(r"^ *end$", text, re.M))


def test_text_shows_branches_catches_and_ends(training, pipeline):
    assert render(pipeline(training), "text").decode() == (
        "● start\n"
        "Train  (processing)\n"
        "│  ╌ on error ╌> Failed\n"
        "│\n"
        "Evaluate  (processing)\n"
        "│  ╌ on error ╌> Failed\n"
        "│\n"
        "Gate  (choice)\n"
        "├─ roc_auc >= ${parameters.min_roc_auc}\n"
        "│    Register  (processing)\n"
        "│    ◉ end\n"
        "└─ otherwise\n"
        "     Rejected  (fail)\n"
        "\n"
        "Failed  (fail)\n"
    )


def test_text_names_what_it_has_shown_instead_of_repeating_it(pipeline):
    rules = [{"Variable": "$.n", "NumericEquals": 1, "Next": "Wait"}]
    definition = {
        "StartAt": "Ask",
        "States": {
            "Ask": {"Type": "Choice", "Choices": rules, "Default": "Done"},
            "Wait": {"Type": "Wait", "Seconds": 30, "Next": "Ask"},
            "Done": {"Type": "Succeed"},
        },
    }
    rows = render(pipeline(definition), "text").decode().splitlines()
    assert "│    └─> Ask (above)" in rows
    assert "│    Wait  (wait 30 s)" in rows


def test_text_of_thousands_of_steps_needs_no_recursion(chain, pipeline):
    compiled = pipeline(chain(*(f"S{n}" for n in range(5000))))
    assert render(compiled, "text").decode().count("(processing)") == 5000


def test_a_png_has_two_pixels_per_unit(training, pipeline):
    pytest.importorskip("resvg_py")
    compiled = pipeline(training)
    image = render(compiled, "png")
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    root = ET.fromstring(render(compiled, "svg").decode())
    size = int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")
    assert size == (2 * int(root.get("width")), 2 * int(root.get("height")))


def test_a_missing_package_is_named_with_what_installs_it(
    training, pipeline, monkeypatch
):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(PipelineError, match="'resvg_py'") as caught:
        render(pipeline(training), "png")
    assert "mlmax-pipelines[local]" in caught.value.problem.hint


def test_an_unknown_format_names_the_known_ones(training, pipeline):
    with pytest.raises(UsageError, match="unknown format 'gif'") as caught:
        render(pipeline(training), "gif")
    assert "'mermaid'" in caught.value.problem.hint


def test_equal_pipelines_give_equal_pictures(training, pipeline):
    first, second = (render(pipeline(training), "svg") for _ in range(2))
    assert first == second
