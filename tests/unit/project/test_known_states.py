from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mlmax_pipelines.compiled import CompiledPipeline, CompiledState
from mlmax_pipelines.project import known_states

Compiled = tuple[Callable[[], CompiledPipeline], list[str]]
STATE = CompiledState("Train", "Task", "Train", "training", None)


@pytest.fixture
def compiled(tmp_path: Path) -> Compiled:
    """Compiles a pipeline of one state; notes each time that it did."""
    times: list[str] = []

    def compile() -> CompiledPipeline:
        times.append("compiled")
        return CompiledPipeline(
            name="p",
            description="",
            type="Pipeline",
            parameters=(),
            definition={},
            substitutions={},
            states=(STATE,),
            limits=(),
        )

    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "p.yaml").write_text("name: p\n")
    return compile, times


def test_states_are_kept_until_a_spec_changes(
    tmp_path: Path, compiled: Compiled
) -> None:
    compile, times = compiled
    for _ in range(2):
        assert known_states.of(tmp_path, "p", compile) == (STATE,)
    assert len(times) == 1
    (tmp_path / "pipelines" / "p.yaml").write_text("name: p  # changed\n")
    known_states.of(tmp_path, "p", compile)
    assert len(times) == 2


def test_states_are_told_where_nothing_can_be_written(
    tmp_path: Path, compiled: Compiled
) -> None:
    compile, times = compiled
    # In the way of the folder: root may write to any folder there is.
    (tmp_path / ".mlmax").write_text("a file")
    for _ in range(2):
        assert known_states.of(tmp_path, "p", compile) == (STATE,)
    assert len(times) == 2
