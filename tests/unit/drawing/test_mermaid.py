"""The picture as a Mermaid flowchart."""

from __future__ import annotations

import re

from mlmax_pipelines.drawing.render import Mark, graph_of, mermaid, render
from tests.unit.drawing.pictures import HOSTILE


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


def test_statuses_and_notes_are_in_the_chart(training, pipeline):
    marks = {"Train": Mark("FAILED", "3.0 s")}
    text = mermaid(graph_of(pipeline(training)), marks)
    assert 'n0("Train<br/>processing<br/>3.0 s")' in text
    assert "class n0 s_failed" in text
    assert "s_none" in text
