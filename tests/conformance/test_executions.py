"""Whole executions: ours, and, where they are at hand, those recorded on AWS."""

from __future__ import annotations

import importlib.util
import io
import json
from pathlib import Path

import pytest

from mlmax_pipelines.local.lambda_stubs import stub_handler
from mlmax_pipelines.local.simulate import serve_lines, simulate

HERE = Path(__file__).parent
RECORDED = HERE.parents[2] / "shared" / "asl-conformance"
OURS = json.loads((HERE / "cases.json").read_text())


def answer(case):
    asked = {key: case.get(key) for key in ("definition", "input", "lambdas")}
    answers = io.StringIO()
    serve_lines(io.StringIO(json.dumps(asked)), answers)
    return json.loads(answers.getvalue())


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["id"])
def test_an_execution_ends_as_it_should(case):
    empty = {"output": None, "error": None, "cause": None}
    assert answer(case) == {**empty, **case["expected"]}


def recorded_cases():
    """The recordings that JSONPath alone suffices for."""
    if not (RECORDED / "cases.json").exists():
        pytest.skip(f"no recordings in {RECORDED}")
    cases = json.loads((RECORDED / "cases.json").read_text())
    return [case for case in cases if case["query_language"] == "JSONPath"]


def test_recorded_executions_end_as_they_did_on_aws():
    cases = recorded_cases()
    spec = importlib.util.spec_from_file_location("compare", RECORDED / "compare.py")
    compare = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(compare)
    different = []
    for case in cases:
        got, expected = answer(case), case["expected"]
        if not (
            got["status"] == expected["status"]
            and (got["error"] or None) == (expected["error"] or None)
            and compare.equal(expected["output"], got["output"])
            and compare.cause_equal(expected, got["cause"])
        ):
            different.append((case["id"], expected, got))
    assert cases
    assert not different


def test_recorded_histories_have_the_same_events():
    different = []
    for case in recorded_cases():
        events = []
        handler = stub_handler(case.get("lambdas") or {})
        simulate(case["definition"], case["input"], handler, events.append)
        got = [
            [event.type, event.details["name"]]
            if event.type.endswith(("StateEntered", "StateExited"))
            else [event.type]
            for event in events
        ]
        if got != case.get("events", got):
            different.append((case["id"], case["events"], got))
    assert not different
