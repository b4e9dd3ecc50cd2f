"""Command lines, made wrong at random: never a bug of ours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmax_pipelines.base.errors import EXIT_BUG
from mlmax_pipelines.cli import main
from mlmax_pipelines.project import Project
from tests.fuzz import mutations
from tests.unit.project.conftest import execute
from tests.unit.small_project import make

# What is there to look at with them is an execution that needs no second run.
COMMANDS = [
    *(["validate"], ["explain"], ["graph"], ["list"], ["status"], ["logs"], ["verify"]),
    *(["compare"], ["simulate"], ["redrive"], ["outputs"], ["create", "--check"]),
    *(["list", "-n"], ["list", "--status"], ["status", "-e"], ["explain", "small"]),
    *(["graph", "small", "--format"], ["report", "good", "--format"]),
    *(["policies", "--bucket", "b", "-e"], ["replay", "good", "--from"]),
    # An input that there is not: it starts nothing.
    *(["run", "small", "-i", "none=1", word] for word in ("-i", "--name", "-e")),
    ["run", "-i", "none=1", "small", "--input-file"],
]
WORDS = st.one_of(
    st.sampled_from(
        ["good", "small", "latest", "small/latest", "Third", "-n", "\udce9"]
    ),
    mutations.text("good", "small/good", "small", "--format", "text=bye", "json"),
    mutations.STRANGE.map(str),
    # No program can be given a NUL in its arguments.
).filter(lambda word: "\0" not in word)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make(tmp_path_factory.mktemp("commands") / "project")
    execute(Project(root), "good")
    return root


@pytest.mark.proof("fuzz")
@given(command=st.sampled_from(COMMANDS), words=st.lists(WORDS, max_size=2))
def test_command_lines(
    project: Path, command: Sequence[str], words: Sequence[str]
) -> None:
    assert main.run(["-C", str(project), *command, *words]) != EXIT_BUG
