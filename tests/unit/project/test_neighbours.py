"""Environments that would touch each other's resources are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines import environment
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.project import neighbours


def write(root: Path, **files: str) -> None:
    (root / "envs").mkdir()
    for name, text in files.items():
        (root / "envs" / f"{name.replace('_', '-')}.yaml").write_text(text)


def check(root: Path, name: str) -> None:
    neighbours.check(root, environment.load(root, name))


def test_environments_that_begin_otherwise_are_apart(tmp_path: Path) -> None:
    write(tmp_path, dev="stack: ml-dev\n", prod="stack: ml-prod\n", devs="{}\n")
    for name in ("dev", "prod", "devs"):
        check(tmp_path, name)


@pytest.mark.parametrize("name", ["dev", "eu"])
def test_a_stack_that_begins_like_anothers_is_refused(
    tmp_path: Path, name: str
) -> None:
    write(tmp_path, dev="stack: ml-dev\n", eu="stack: ml-dev-eu\n")
    with pytest.raises(UsageError, match="'ml-dev(-eu)?' begin alike") as caught:
        check(tmp_path, name)
    assert f"write another 'stack' into envs/{name}.yaml" in str(caught.value)


def test_environments_called_alike_are_apart_by_their_stacks(tmp_path: Path) -> None:
    write(tmp_path, dev="stack: one\n", dev_eu="stack: two\n")
    check(tmp_path, "dev")


def test_the_same_stack_is_refused_and_the_default_one_is_known(tmp_path: Path) -> None:
    write(tmp_path, dev="stack: mlmax-prod\n", prod="{}\n")
    with pytest.raises(UsageError, match="'mlmax-prod' and 'mlmax-prod' begin alike"):
        check(tmp_path, "dev")


def test_other_regions_local_and_broken_environments_are_no_neighbours(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        dev="{stack: ml, region: us-east-1}\n",
        eu="{stack: ml-eu, region: eu-west-1}\n",
        here="{stack: ml-here, backend: local}\n",
        broken="{stack: [ml]}\n",
    )
    check(tmp_path, "dev")
