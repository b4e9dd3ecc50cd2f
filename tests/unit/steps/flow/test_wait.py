"""wait: for a number of seconds, or until a time."""

from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.projects import compiled, execute, problems


def test_waiting_needs_one_thing_to_wait_for(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "  W: {type: wait}\n")
    assert "wait step 'W' needs 'seconds' or 'timestamp', found neither" in found


def test_both_are_one_too_many(tmp_path: Path) -> None:
    until = "2030-01-31T12:00:00Z"
    steps = f"  W: {{type: wait, seconds: 1, timestamp: '{until}'}}\n"
    (found,) = problems(tmp_path, steps)
    assert "found 'seconds' and 'timestamp'" in found


def test_a_time_is_written_or_referred_to(tmp_path: Path) -> None:
    steps = """
  W: {type: wait, seconds: "${parameters.n}"}
  U: {type: wait, timestamp: "2030-01-31T12:00:00Z"}
"""
    parameters = "{n: {type: integer, default: 3}}"
    pipeline = compiled(tmp_path, steps, parameters=parameters)
    found = pipeline.definition["States"]
    assert found["W"]["SecondsPath"] == "$.parameters.n"
    assert found["U"]["Timestamp"] == "2030-01-31T12:00:00Z"
    assert execute(pipeline).status == "SUCCEEDED"
