"""Every environment is checked, whichever one somebody will ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.project import Project, environments


def write(root: Path, name: str, text: str) -> None:
    (root / "envs").mkdir(exist_ok=True)
    (root / "envs" / f"{name}.yaml").write_text(text)


def test_all_environments_are_right(root: Path) -> None:
    assert environments.check(root, Project(root).compile()) == ["dev"]
    write(root, "local", "parameters: {small: {text: bye}}\n")
    assert environments.check(root, Project(root).compile()) == ["dev", "local"]


def test_the_problems_of_every_one_come_at_once(root: Path) -> None:
    write(root, "a", "region: us_east_1\n")
    write(root, "b", "parameters: {small: {text: 5, none: 1}, large: {}}\n")
    write(root, "c", "steps: {small: {Frist: {instance_type: ml.m5.large}}}\n")
    write(root, "d d", "{}")
    os.mkfifo(root / "envs" / "e.yaml")
    with pytest.raises(SpecError) as found:
        environments.check(root, Project(root).compile())
    said = [str(problem).splitlines()[0] for problem in found.value.problems]
    starts = (
        "envs/a.yaml:1:9: 'region' must be",
        "envs/b.yaml:1:41: no pipeline 'large'",
        "envs/b.yaml:1:31: pipeline 'small' has no parameter 'none'",
        "envs/b.yaml:1:28: input 'text' is '5'",
        "envs/c.yaml:1:17: pipeline 'small' has no step 'Frist'",
        "envs/d d.yaml: no environment 'd d'",
        "envs/e.yaml: no environment 'e'",
    )
    assert len(said) == len(starts)
    for one, start in zip(said, starts):
        assert one.startswith(start)


def test_of_some_pipelines_only_the_form_is_checked(root: Path) -> None:
    write(root, "a", "parameters: {large: {text: bye}}\n")
    assert environments.check(root, None) == ["a", "dev"]
    write(root, "a", "region: us_east_1\n")
    with pytest.raises(SpecError, match="must be an AWS region's name"):
        environments.check(root, None)
