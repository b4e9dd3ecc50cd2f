"""Inputs of executions, made wrong at random: taken, or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmax_pipelines.cli.run import given_in_file, given_in_words
from mlmax_pipelines.compiled import Parameter
from mlmax_pipelines.project import inputs
from tests.fuzz import mutations, projects

VALUES: dict[str, Any] = {
    "string": "a",
    "s3": "s3://bucket/key",
    "boolean": True,
    "integer": 3,
    "number": 0.5,
    "list": [1, "a"],
    "object": {"a": [1]},
}
PARAMETERS = [Parameter(type, type) for type in VALUES]
WORDS = [f"{n}={v if isinstance(v, str) else json.dumps(v)}" for n, v in VALUES.items()]
STRANGE_WORDS = mutations.STRANGE.map(
    lambda value: value if isinstance(value, str) else json.dumps(value)
)


def checked(given: Any) -> Any:
    found = inputs.check("p", PARAMETERS, given)
    json.dumps(found.values, allow_nan=False).encode()
    return found


def test_what_is_made_wrong_is_right(tmp_path: Path) -> None:
    file = tmp_path / "inputs.yaml"
    file.write_text(projects.text(VALUES))
    assert checked(given_in_file(file)).values == VALUES
    assert checked(given_in_words(WORDS)).values == VALUES


@pytest.mark.proof("fuzz")
@given(
    text=st.one_of(
        mutations.mutated(VALUES).map(projects.text),
        mutations.text(projects.text(VALUES)),
        mutations.text(json.dumps(VALUES)),
    )
)
def test_files(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "inputs.yaml"
    file.write_text(text, encoding="utf-8")
    projects.survives(lambda: checked(given_in_file(file)))


@pytest.mark.proof("fuzz")
@given(
    words=st.lists(
        st.one_of(
            mutations.text(*WORDS),
            st.tuples(st.sampled_from(list(VALUES)), STRANGE_WORDS).map("=".join),
        ),
        max_size=3,
    )
)
def test_words(words: list[str]) -> None:
    projects.survives(lambda: checked(given_in_words(words)))
