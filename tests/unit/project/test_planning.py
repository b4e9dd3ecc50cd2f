"""What would be deployed, worked out without asking AWS."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.project import Project, planning


def plan(project: Project) -> planning.Plan:
    env = project.environment("dev")
    pipelines = project.compile()
    return planning.make(project.root, env, pipelines, Session(env.region), "mine")


def test_the_root_template_is_addressed_by_its_content(project: Project) -> None:
    made = plan(project)
    assert made.template_url.startswith("https://s3.us-east-1.amazonaws.com/mine/")
    assert made.template_url.endswith(made.package.root_key)
    assert plan(project).template_url == made.template_url
    (project.root / "src/work.py").write_text("changed = True\n")
    assert plan(project).package.code != made.package.code


def test_parameters_that_are_not_given_keep_their_defaults(project: Project) -> None:
    made = plan(project)
    assert made.parameters["CodeBucket"] == "mine"
    assert made.parameters.items() <= made.effective.items()
    missing = set(made.effective) - set(made.parameters)
    declared = made.package.root["Parameters"]
    assert missing and all("Default" in declared[name] for name in missing)


def test_data_that_an_environment_replaces_is_not_shipped(project: Project) -> None:
    shipped = plan(project).package.data
    assert list(shipped) == ["data/in.txt"]
    path = project.root / "envs/dev.yaml"
    path.write_text(path.read_text() + "parameters: {small: {data: s3://b/in.txt}}\n")
    assert plan(project).package.data == {}


def test_the_root_template_is_left_for_people_to_look_at(
    project: Project, tmp_path: Path
) -> None:
    made = plan(project)
    planning.write(tmp_path / "build/dev", made)
    written = json.loads((tmp_path / "build/dev/master.json").read_text())
    assert written == made.package.root


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/etc/passwd", "'/etc/passwd' is outside of the project"),
        ("data/none.txt", "there is no file 'data/none.txt'"),
    ],
)
def test_data_that_an_environment_may_not_ship_is_refused_at_its_line(
    project: Project, path: str, message: str
) -> None:
    file = project.root / "envs/dev.yaml"
    file.write_text(file.read_text() + f"parameters: {{small: {{data: {path}}}}}\n")
    with pytest.raises(SpecError) as caught:
        plan(project)
    [problem] = caught.value.problems
    assert problem.message == message
    assert problem.where and str(problem.where).startswith("envs/dev.yaml:")
