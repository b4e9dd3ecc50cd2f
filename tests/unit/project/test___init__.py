"""A project's folder, found and worked on."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.backends.local import LocalBackend
from mlmax_pipelines.backends.stepfunctions import StepFunctionsBackend
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.project import Project, find


def test_a_project_is_found_from_any_folder_in_it(root: Path) -> None:
    assert find(root / "src") == root
    assert find(Path("/"), str(root)) == root
    with pytest.raises(UsageError, match="is no project"):
        find(root, str(root / "src"))
    with pytest.raises(UsageError, match="no project here") as caught:
        find(root.parent)
    assert "pipeline init" in caught.value.problem.hint


def test_templates_are_made_once_and_checked_without_being_written(
    project: Project,
) -> None:
    checked = project.create(check=True)
    assert checked is not None and checked.stale
    assert not (project.root / "templates").exists()
    made = project.create()
    assert made is not None and "small.yaml" in made.written
    assert project.create() is None
    assert (project.root / "templates/small.yaml").is_file()


def test_with_names_other_pipelines_are_left_alone(project: Project) -> None:
    spec = (project.root / "pipelines/small.yaml").read_text()
    other = spec.replace("name: small", "name: other")
    (project.root / "pipelines/other.yaml").write_text(other)
    made = project.create(["small"])
    assert made is not None
    assert "small.yaml" in made.written and "other.yaml" not in made.written
    assert project.create() is not None


def test_states_come_with_their_steps_or_not_at_all(project: Project) -> None:
    assert {"First", "Second"} <= {state.step for state in project.states("small")}
    assert project.states("gone") == ()
    with pytest.raises(UsageError, match="no pipeline 'gone'"):
        project.pipeline("gone")


def test_an_environment_says_where_executions_run(project: Project) -> None:
    local, dev = project.environment("local"), project.environment("dev")
    assert isinstance(project.backend(local), LocalBackend)
    assert isinstance(project.backend(dev), StepFunctionsBackend)
    assert project.place(dev, "s3://b/k") == "s3://b/k"
    assert project.place(local, "/tmp/x") == "/tmp/x"
    place = project.root / ".mlmax/local/s3/b/k"
    assert project.place(local, "s3://b/k") == place
