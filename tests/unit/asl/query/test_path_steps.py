"""The syntax of paths: text cut into steps, and spelled again."""

from __future__ import annotations

import pytest

from mlmax_pipelines.asl.query.path_steps import (
    PathSyntaxError,
    Selector,
    Step,
    library_text,
    split_path,
)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("$", []),
        ("$.a.b-c", ["a", "b-c"]),
        ("$.a[0][ -1 ]", ["a", 0, -1]),
        ("$['odd name'][\"b\"]", ["odd name", "b"]),
        ("$.a[*].b", ["a", Selector("[*]"), "b"]),
        ("$.*", [Selector("[*]")]),
        ("$..b", [Selector("..['b']")]),
        ("$..[0]", [Selector("..[0]")]),
        ("$.a[0:2]", ["a", Selector("[0:2]")]),
        ("$.a[?(@.b == ']')].c", ["a", Selector("[?(@.b == ']')]"), "c"]),
        ("$.a[?(@['b'])]", ["a", Selector("[?(@['b'])]")]),
    ],
)
def test_a_path_is_its_steps(text: str, steps: list[Step]) -> None:
    assert split_path(text) == steps


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a.b", "a path starts with '\\$'"),
        ("$a", "expected '.' or '\\[' at column 2"),
        ("$.", "expected a name at column 3"),
        ("$.a[?(@.b", "no ']' closes column 4"),
        ("$.a['b]", "no ']' closes column 4"),
    ],
)
def test_what_is_no_path_is_told_with_its_column(text: str, fault: str) -> None:
    with pytest.raises(PathSyntaxError, match=fault):
        split_path(text)


@pytest.mark.parametrize("step", ["a", "it's", "back\\slash", 3, Selector("[*]")])
def test_the_library_reads_a_step_as_it_was(step: Step) -> None:
    text = library_text(step)
    if isinstance(step, str):
        assert text == "['" + step.replace("\\", "\\\\").replace("'", "\\'") + "']"
    else:
        assert split_path(f"${text}") == [step]
