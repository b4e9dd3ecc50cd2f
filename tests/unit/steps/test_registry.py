"""Step types are found by their files' names, and no two have one name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.steps import registry
from tests.unit.steps.conformance.examples import plugged_in


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, list[str]]]:
    """The table of files, to be changed."""
    found = dict(registry._modules())
    monkeypatch.setattr(registry, "_modules", lambda: found)
    registry.step_types.cache_clear()
    yield found
    registry.step_types.cache_clear()


def test_a_type_is_found_by_the_name_of_its_file() -> None:
    for name in ("training", "choice", "pass", "lambda"):
        found = registry.find(name)
        assert found is not None and found.type == name
        assert type(found).__module__.rpartition(".")[2].rstrip("_") == name


def test_a_file_that_is_no_type_is_none() -> None:
    assert registry.find("roles") is None
    assert "jobs" not in registry.step_types()


def test_two_files_of_one_type_are_refused(modules: dict[str, list[str]]) -> None:
    modules["wait"] = modules["wait"] * 2
    with pytest.raises(AssertionError, match="two files have a type 'wait'"):
        registry.step_types()


def test_a_type_is_named_as_its_file_is(modules: dict[str, list[str]]) -> None:
    modules["pause"] = modules["wait"]
    with pytest.raises(AssertionError, match="'wait' is in pause.py"):
        registry.step_types()


def test_an_installed_type_is_one_of_all_and_shadows_none() -> None:
    assert registry.find("recipe_job") is None
    with plugged_in():
        assert set(registry.all_step_types()) == {*registry.step_types(), "recipe_job"}
        found = registry.find("recipe_job")
        assert found is not None and found.summary.startswith("runs a recipe job")
    assert "recipe_job" not in registry.all_step_types()


def test_two_packages_with_one_type_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "other-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1\n")
    entry = f"[{registry.ENTRY_POINTS}]\nrecipe_job = recipe_jobs.step:TYPE\n"
    (folder / "entry_points.txt").write_text(entry)
    monkeypatch.syspath_prepend(tmp_path)
    with plugged_in(), pytest.raises(PipelineError, match="two installed packages"):
        registry.all_step_types()
