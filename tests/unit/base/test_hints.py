"""The nearest valid name, and how it is offered."""

from __future__ import annotations

import pytest

from mlmax_pipelines.base import hints


@pytest.mark.parametrize(
    ("name", "valid", "expected"),
    [
        ("Trian", ["Train", "Test"], "Train"),
        ("moduleid", ["ModuleId", "next"], "ModuleId"),
        ("train model", ["Train_Model", "Test"], "Train_Model"),
        ("zzz", ["Train", "Test"], ""),
        ("x", [], ""),
    ],
)
def test_the_nearest_name(name: str, valid: list[str], expected: str) -> None:
    assert hints.nearest(name, valid) == expected


def test_a_near_name_is_asked_for() -> None:
    assert hints.question("Trian", ["Train"]) == "did you mean 'Train'?"
    assert hints.question("zzz", ["Train"]) == ""


def test_a_hint_asks_or_lists() -> None:
    assert hints.did_you_mean("Trian", ["Train", "Test"]) == "did you mean 'Train'?"
    assert hints.did_you_mean("zzz", ["b", "a"], "steps") == "steps: a, b"
    assert hints.did_you_mean("zzz", []) == ""


def test_a_hint_lists_at_most_a_dozen_names() -> None:
    hint = hints.did_you_mean("qqq", [f"name{i:02}" for i in range(20)])
    assert hint.startswith("allowed: name00, name01")
    assert hint.endswith("name11 and 8 more")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("$parameters.x", "${parameters.x}"),
        ("$(parameters.x)", "${parameters.x}"),
        ("$steps.A.outputs['a b']", ""),
        ("$steps.A.outputs.b[0]", "${steps.A.outputs.b[0]}"),
        ("$item", "${item}"),
        ("{{ x }}", "${parameters.x}"),
        ("{{x}}", "${parameters.x}"),
        ("{{ steps.A.outputs.b }}", "${steps.A.outputs.b}"),
        ("{{ other }}", ""),
        ("$HOME", ""),
        ("$itemize", ""),
        ("costs $parameters.x", ""),
        ("Dear {{ x }}", ""),
        ("parameters.x", ""),
    ],
)
def test_references_of_other_tools(text: str, meant: str) -> None:
    assert hints.meant_reference(text, ["x"]) == meant


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("no", "write false, without quotes"),
        ("On", "write true, without quotes"),
        ("false", "write false, without quotes"),
        ("never", ""),
        (1, ""),
    ],
)
def test_booleans_of_other_tools(value: object, hint: str) -> None:
    assert hints.meant_boolean(value) == hint


@pytest.mark.parametrize(
    ("text", "is_shell"),
    [("X:-y", True), ("HOME", True), ("x%.csv", True), ("#x", False), ("1", True)]
    + [("x", False), ("parameters.x", False), ("steps.A.outputs.b[0]", False)],
)
def test_what_a_shell_would_fill_in(text: str, is_shell: bool) -> None:
    hint = "a shell's own is written $${%s}" % text if is_shell else ""
    assert hints.shell_variable(text) == hint


def test_keys_of_other_tools_are_told_what_does_that_here() -> None:
    assert "after the one above it" in hints.elsewhere("depends_on")
    assert "type map" in hints.elsewhere("loop")
    assert hints.elsewhere("mdoule") == ""


def test_a_name_that_lacks_its_beginning_is_found() -> None:
    names = ["ml.m5.large", "ml.r5.large", "ml.m5.xlarge"]
    assert hints.nearest("m5.large", names) == "ml.m5.large"
    assert hints.nearest("large", [*names, "ml.m5.large"]) in names
