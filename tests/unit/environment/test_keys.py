"""The keys of an environment: each is a field of it, and told in the reference."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.environment import Environment, load
from mlmax_pipelines.environment.keys import KEYS

REPOSITORY = Path(__file__).parents[3]


def test_every_key_is_a_field() -> None:
    assert {*KEYS} <= {field.name for field in fields(Environment)}


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_told_where_people_write_it(key: str) -> None:
    folder = REPOSITORY / "envs"
    assert any(f"{key}:" in path.read_text() for path in folder.glob("*.yaml"))


@pytest.mark.parametrize("key", sorted({*KEYS} - {"parameters", "roles", "steps"}))
def test_no_key_takes_just_anything(tmp_path: Path, key: str) -> None:
    (tmp_path / "envs").mkdir()
    file = tmp_path / "envs" / "dev.yaml"
    file.write_text(f"{key}: {{a: {{b: [[1]]}}}}\n")
    with pytest.raises(SpecError, match="must be|tag 'a'|no limit 'a'"):
        load(tmp_path, "dev")
