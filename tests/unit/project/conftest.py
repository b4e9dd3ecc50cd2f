"""A small project, and one with executions that were run in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.project import Project, executions
from mlmax_pipelines.project.inputs import Given
from tests.unit import small_project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_project.make(tmp_path / "project")


@pytest.fixture
def project(root: Path) -> Project:
    return Project(root)


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with an execution `good` and one that failed, `bad`."""
    project = Project(small_project.make(tmp_path_factory.mktemp("ran") / "project"))
    for name, fail in (("good", False), ("bad", True)):
        execute(project, name, fail=fail)
    return project


def execute(project: Project, name: str, **values: object) -> None:
    """Run `small` on this machine to its end."""
    given = [Given(key, value, project.root) for key, value in values.items()]
    pipeline, local = project.pipeline("small"), project.environment("local")
    backend = project.backend(local)
    record = executions.start(project, backend, pipeline, local, given, name)
    for _ in backend.events(record.id, follow=True):
        pass
