"""`pipeline outputs`: for people and for scripts."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit.cli.conftest import Pipeline


def test_outputs_are_sorted_in_either_form(
    project: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = SimpleNamespace(outputs={"Machine": "arn:m", "Bucket": "b"})
    monkeypatch.setattr("mlmax_pipelines.aws.stacks.deployed", lambda *words: found)
    table = pipeline(project, "outputs", "-e", "dev").out.splitlines()
    assert [line.split() for line in table] == [
        ["OUTPUT", "VALUE"],
        ["Bucket", "b"],
        ["Machine", "arn:m"],
    ]
    data = pipeline(project, "outputs", "-e", "dev", "--format", "json").out
    assert list(json.loads(data).items()) == [("Bucket", "b"), ("Machine", "arn:m")]
