"""Specs and modules, made wrong at random: compiled, or refused with what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mlmax_pipelines.compiler.entry import compile_project
from tests.fuzz import mutations, projects
from tests.unit.steps.conformance import examples


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project with every step type, in all its forms."""
    root = examples.write(tmp_path_factory.mktemp("fuzz"))
    (root / "envs").mkdir()
    (root / "envs" / "local.yaml").write_text(projects.text(projects.LOCAL))
    with examples.plugged_in(), pytest.MonkeyPatch.context() as patch:
        for secret in ("API_TOKEN", "DB_PASSWORD"):
            patch.setenv(secret, "hush")
        compiled = compile_project(root)
        for pipeline in compiled:
            projects.use(root, pipeline)  # what is made wrong is right
        yield root


def wrong(file: Path) -> st.SearchStrategy[str]:
    """The text of a file, made wrong: as data mostly, as text now and then."""
    text = file.read_text()
    data = mutations.mutated(yaml.safe_load(text)).map(projects.text)
    return st.integers(0, 7).flatmap(lambda n: data if n else mutations.text(text))


@pytest.mark.proof("fuzz")
@given(data=st.data())
def test_specs_and_modules(project: Path, data: st.DataObject) -> None:
    files = sorted([*project.glob("pipelines/*.yaml"), *project.glob("modules/*.yaml")])
    file = data.draw(st.sampled_from(files))
    right, text = file.read_text(), data.draw(wrong(file))
    file.write_text(text, encoding="utf-8")
    try:
        compiled = projects.survives(lambda: compile_project(project))
        for pipeline in compiled or ():
            projects.survives(partial(projects.use, project, pipeline))
    finally:
        file.write_text(right)
