"""fail: with an error and a cause, written or put together."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import compiled, execute


def test_a_cause_is_put_together_of_values(tmp_path: Path) -> None:
    steps = """
  F: {type: fail, error: Few, cause: "only ${parameters.n} of ${pipeline.name}"}
"""
    parameters = "{n: {type: integer, default: 3}}"
    ran = execute(compiled(tmp_path, steps, parameters=parameters))
    assert (ran.status, ran.error, ran.cause) == ("FAILED", "Few", "only 3 of p")


def test_an_error_has_a_name_though_nobody_gave_one(tmp_path: Path) -> None:
    ran = execute(compiled(tmp_path, "  F: {type: fail}\n"))
    assert (ran.error, ran.cause) == ("Failed", None)
