"""The picture as lines for a terminal."""

from __future__ import annotations

from mlmax_pipelines.drawing.render import render


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


def test_text_indents_what_a_map_or_a_branch_contains(chain, pipeline):
    both = {"Type": "Parallel", "Branches": [chain("A"), chain("B")], "Next": "Each"}
    each = {"Type": "Map", "Iterator": chain("C"), "End": True}
    definition = {"StartAt": "Both", "States": {"Both": both, "Each": each}}
    rows = render(pipeline(definition), "text").decode().splitlines()
    assert rows[1:] == [
        "Both  (parallel)",
        "├─ branch 1",
        "│    A  (task)",
        "├─ branch 2",
        "│    B  (task)",
        "│",
        "Each  (map)",
        "├─ for each item",
        "│    C  (task)",
        "◉ end",
    ]
