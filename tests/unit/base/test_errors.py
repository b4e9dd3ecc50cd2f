"""How a known error reads, and which exit code it ends the process with."""

from __future__ import annotations

import pytest

from mlmax_pipelines.base import errors
from mlmax_pipelines.base.errors import Problem, SpecError, Where


def test_a_place_is_a_line_or_the_whole_file() -> None:
    assert str(Where("p.yaml", 3, 8)) == "p.yaml:3:8"
    assert str(Where("p.yaml")) == "p.yaml"


def test_a_problem_shows_its_line_with_a_caret_under_the_column() -> None:
    problem = Problem("no step 'B'", Where("p.yaml", 3, 3), "name one", "a: B")
    assert str(problem).splitlines() == [
        "p.yaml:3:3: no step 'B'",
        "    a: B",
        "      ^",
        "  hint: name one",
    ]


def test_a_problem_without_a_place_is_one_line() -> None:
    assert str(Problem("no", source="shown with a place only")) == "no"


def test_all_problems_of_specs_come_at_once() -> None:
    error = SpecError([Problem("first"), Problem("second")])
    assert str(error) == "first\nsecond"
    assert error.exit_code == 2


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.PipelineError, 2),
        (errors.UsageError, 2),
        (errors.AwsError, 3),
        (errors.ExecutionError, 4),
    ],
)
def test_exit_codes(kind: type[errors.PipelineError], code: int) -> None:
    error = kind("wrong", Where("p.yaml", 1, 1), "do this")
    assert error.exit_code == code
    assert str(error) == "p.yaml:1:1: wrong\n  hint: do this"
