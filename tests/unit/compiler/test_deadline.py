"""How long an execution may take: specs, compiled, and what bounds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.projects import compiled

AROUND, OTHERS = 3_600, 60


def limit(root: Path, steps: str, **head: str) -> int | None:
    found: int | None = compiled(root, steps, **head).definition.get("TimeoutSeconds")
    return found


def warned(root: Path, steps: str, **head: str) -> list[str]:
    return [one.message for one in compiled(root, steps, **head).warnings]


WAITS = """
  A: {type: wait, seconds: 100}
  B: {type: wait, seconds: 50}
"""


def test_waits_add_up(tmp_path: Path) -> None:
    assert limit(tmp_path, WAITS) == 150 + OTHERS


def test_a_limit_of_the_spec_is_the_limit(tmp_path: Path) -> None:
    assert limit(tmp_path, WAITS, timeout_seconds="7") == 7


ROWS = "inputs: {rows: s3://bucket/rows}"


def test_a_job_has_its_runtime_and_what_is_around_it(tmp_path: Path) -> None:
    once = limit(tmp_path / "a", f"  A: {{module: fit, {ROWS}, retry: []}}\n")
    assert once == 3_600 + AROUND + OTHERS
    again = limit(
        tmp_path / "b",
        f"  A:\n    module: fit\n    {ROWS}\n    retry: [{{errors: [States.ALL], "
        "max_attempts: 2, interval_seconds: 10, backoff_rate: 3}]\n",
    )
    assert again == 3 * (3_600 + AROUND) + 10 + 30 + OTHERS
    bounded = f"  A: {{module: fit, {ROWS}, timeout_seconds: 99, retry: []}}\n"
    assert limit(tmp_path / "c", bounded) == 99 + OTHERS


def test_errors_of_asking_for_a_job_cost_no_job(tmp_path: Path) -> None:
    """The retries that every job has are of those alone."""
    found = limit(tmp_path, "  A: {module: copy}\n")
    assert found is not None
    assert 0 < found - (3_600 + AROUND + OTHERS) < 26 * 900 + 30 * 60


LOOP = """
  A: {type: wait, seconds: 1, next: B}
  B:
    type: choice
    choices: [{when: {value: "${parameters.n}", less_than: 3}, next: A}]
    default: C
  C: {type: succeed}
"""
N = "\n  n: {type: integer, default: 1}\n"


@pytest.mark.parametrize(
    ("steps", "parameters", "why"),
    [
        (LOOP, N, "'A' is in a loop"),
        (
            "  M:\n    type: map\n    items: ${parameters.n}\n    steps:\n"
            "      A: {type: wait, seconds: 1}\n",
            "\n  n: {type: list, default: [1]}\n",
            "'M' is a map over a list of unknown length",
        ),
    ],
)
def test_what_nothing_bounds_is_warned_about(
    tmp_path: Path, steps: str, parameters: str, why: str
) -> None:
    assert limit(tmp_path / "a", steps, parameters=parameters) is None
    said = warned(tmp_path / "b", steps, parameters=parameters)
    assert said == [f"no time limit: {why}"]
    head = {"parameters": parameters, "timeout_seconds": "9"}
    assert warned(tmp_path / "c", steps, **head) == []


def test_a_list_of_the_spec_bounds_its_map(tmp_path: Path) -> None:
    steps = (
        "  M:\n    type: map\n    items: [a, b, c]\n    max_concurrency: 2\n"
        "    steps:\n      A: {type: wait, seconds: 10}\n"
    )
    assert limit(tmp_path, steps) == 20 + OTHERS


def test_a_pipeline_in_parts_waits_for_all_of_them(tmp_path: Path) -> None:
    one = limit(tmp_path / "one", "  A: {module: copy, retry: []}\n")
    steps = "".join(f"  A{n}: {{module: copy, retry: []}}\n" for n in range(900))
    found = compiled(tmp_path / "many", steps)
    assert found.parts and one
    most = found.definition["TimeoutSeconds"]
    assert 900 * (one - OTHERS) < most < 900 * one


HOURLY = "rate(1 hour)"


def test_a_schedule_that_may_overlap_itself_is_a_warning(tmp_path: Path) -> None:
    long = "  A: {type: wait, seconds: 7200}\n"
    (found,) = warned(tmp_path / "a", long, schedule=HOURLY)
    assert "may take 2.0 h, and is started again after 1.0 h" in found
    bounded = {"schedule": HOURLY, "max_concurrent_executions": "1"}
    assert warned(tmp_path / "b", long, **bounded) == []
    assert warned(tmp_path / "c", WAITS, schedule=HOURLY) == []
    assert warned(tmp_path / "d", long, schedule=HOURLY, timeout_seconds="600") == []
    # What is tried again, and waited for, is no use of every execution.
    job = f"  A: {{module: fit, {ROWS}}}\n"
    assert warned(tmp_path / "e", job, schedule="rate(3 hours)") == []
