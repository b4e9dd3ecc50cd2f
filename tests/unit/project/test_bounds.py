"""What an environment bounds, before anything is deployed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.environment import Environment, load
from mlmax_pipelines.project import Project, bounds
from mlmax_pipelines.yaml.document import load as load_document


def told(project: Project, text: str) -> list[str]:
    file = project.root / "envs" / "dev.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    document = load_document(file, "envs/dev.yaml")
    environment = load(project.root, "dev")
    found = bounds.problems(document, environment, project.compile())
    return [f"{one.where}: {one.message} | {one.hint}" for one in found]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("limits: {instance_types: [ml.m5.*]}", ""),
        ("limits: {max_instance_count: 1}", ""),
        (
            "limits: {instance_types: [ml.t3.*]}",
            "1:1: step 'First' of pipeline 'small' asks for ml.m5.large: this "
            "environment allows ml.t3.*",
        ),
        (
            "limits: {max_instance_count: 2}\n"
            "steps: {small: {First: {instance_count: 3}}}",
            "2:25: step 'First' of pipeline 'small' asks for 3 instances: this "
            "environment allows 2",
        ),
    ],
)
def test_machines(project: Project, text: str, said: str) -> None:
    found = told(project, text)
    assert bool(found) == bool(said)
    assert not said or f"envs/dev.yaml:{said}" in found[0]
    assert all("steps: {small: {" in one for one in found)


def test_how_often_its_schedules_start(project: Project) -> None:
    spec = project.root / "pipelines" / "small.yaml"
    spec.write_text(spec.read_text() + "schedule: rate(10 minutes)\n")
    on = "limits: {executions_per_day: 100}\nschedule: {small: true}\n"
    (found,) = told(Project(project.root), on)
    assert "2:12: schedules start pipeline 'small' 144 times a day, the" in found
    off = on.replace("true", "false")
    assert told(Project(project.root), off) == []


@pytest.mark.parametrize("name", ["prod", "production", "dev"])
def test_production_that_tells_nobody_is_warned_about(name: str) -> None:
    silent = Environment(name, "stepfunctions")
    assert bool([*bounds.warnings(silent)]) is (name != "dev")
    for more in ({"alert_email": "a@b.c"}, {"alert_topic": "arn"}):
        assert not [*bounds.warnings(Environment(name, "stepfunctions", **more))]


def test_limits_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    file = tmp_path / "envs" / "dev.yaml"
    for text, said in (
        ("{max_instances: 3}", "no limit 'max_instances'"),
        ("{max_instance_count: 0}", "'max_instance_count' must be more than 0"),
        ("{instance_types: [m5]}", "must be like ml.m5.large"),
        ("3", "'limits' must be a mapping of limits"),
    ):
        file.write_text(f"limits: {text}\n")
        with pytest.raises(Exception, match=said):
            load(tmp_path, "dev")


def test_what_one_execution_may_take(project: Project) -> None:
    assert told(project, "limits: {instance_hours: 1000}") == []
    (found,) = told(project, "limits: {instance_hours: 0.1}")
    assert "1:10: one execution of pipeline 'small' may take" in found
    assert "'pipeline explain small -e dev' says of what" in found
