"""Parameters that an environment locks, before anything is started."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.environment import load
from mlmax_pipelines.project import locks
from mlmax_pipelines.yaml.document import load as load_document
from tests.unit.compiler.projects import compiled

PARAMETERS = """
  a: {type: string, default: x}
  need: {type: integer}
  n: {type: number, default: 1}
"""
SHOW = "  Show: {type: pass, result: {a: 1}}\n"


def told(root: Path, text: str) -> list[str]:
    pipeline = compiled(root, SHOW, parameters=PARAMETERS)
    (root / "envs").mkdir(exist_ok=True)
    (root / "envs" / "prod.yaml").write_text(text)
    document = load_document(root / "envs" / "prod.yaml", "envs/prod.yaml")
    found = locks.unknown(document, load(root, "prod"), [pipeline])
    return [f"{one.where}: {one.message} | {one.hint}" for one in found]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("locked: [a, n]", []),
        ("locked: {p: [a]}", []),
        ("locked: [as]", ["1:10: no parameter 'as' that could be locked | did you"]),
        ("locked: {p: [b]}", ["1:14: no parameter 'b' that could be locked"]),
        ("locked: {q: [a]}", ["1:14: no parameter 'a' that could be locked"]),
        ("locked: [need]", ["1:10: parameter 'need' has no default that it could"]),
    ],
)
def test_what_cannot_be_locked(tmp_path: Path, text: str, said: list[str]) -> None:
    found = told(tmp_path, text)
    assert len(found) == len(said)
    for one, expected in zip(found, said, strict=True):
        assert one.startswith(f"envs/prod.yaml:{expected}")


@pytest.mark.parametrize(
    ("given", "preset", "wrong"),
    [
        ({}, {}, False),
        ({"a": "x"}, {}, False),
        ({"a": "y"}, {}, True),
        ({"a": "x"}, {"a": "y"}, True),
        ({"a": "y"}, {"a": "y"}, False),
        ({"n": 2}, {}, False),
    ],
)
def test_another_value_is_refused(
    tmp_path: Path, given: Any, preset: Any, wrong: bool
) -> None:
    pipeline = compiled(tmp_path, SHOW, parameters=PARAMETERS)
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "prod.yaml").write_text("locked: {p: [a]}")
    environment = load(tmp_path, "prod")
    found = list(locks.broken(environment, pipeline, given, preset))
    assert bool(found) == wrong
    if wrong:
        assert "input 'a' is locked in environment 'prod'" in found[0].message
