"""Modules of a project: by name, by id, twice, missing, broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.resolve.modules import Modules, load_modules
from mlmax_pipelines.spec.model import Step
from mlmax_pipelines.spec.pipelines import parse_pipeline
from mlmax_pipelines.yaml import document as source


def _project(root: Path, **files: str) -> Modules:
    folder = root / "modules"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_modules(root)


def _step(module: str) -> Step:
    text = f"name: p\nsteps:\n  A: {{module: {module}}}\n"
    pipeline, problems = parse_pipeline(source.parse(text, "pipelines/p.yaml"))
    assert pipeline is not None
    assert problems == []
    return pipeline.steps["A"]


@pytest.mark.parametrize("named", ["fetch", "12346", "123e4567-e89b"])
def test_a_module_is_found_by_name_and_by_id(tmp_path: Path, named: str) -> None:
    identity = "fetch" if named == "fetch" else named
    modules = _project(tmp_path, any=f"name: fetch\nid: {identity}\ntype: lambda\n")
    module, problem = modules.find(_step(named))
    assert module is not None
    assert (module.name, problem) == ("fetch", None)


def test_ids_keep_their_leading_zeros(tmp_path: Path) -> None:
    modules = _project(tmp_path, a="name: a\nid: 007\ntype: lambda\n")
    assert modules.find(_step("007"))[0] is not None
    assert modules.find(_step("7"))[0] is None


def test_a_missing_module_names_the_nearest(tmp_path: Path) -> None:
    modules = _project(tmp_path, a="name: preprocess\ntype: lambda\n")
    module, problem = modules.find(_step("preproces"))
    assert module is None
    assert "p.yaml:3:15: unknown module 'preproces'" in str(problem)
    assert "did you mean 'preprocess'?" in str(problem)


def test_a_project_without_modules_says_where_to_write_one(tmp_path: Path) -> None:
    problem = load_modules(tmp_path).find(_step("fetch"))[1]
    assert "write modules/fetch.yaml" in str(problem)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("name: a\nid: 1", "name: b\nid: 1", "b.yaml:2:5: module id '1' is used twice"),
        ("name: a\nid: 1", "name: a\nid: 2", "b.yaml:1:7: module name 'a' is used tw"),
        ("name: a\nid: 1", "name: '1'\nid: 2", "b.yaml:1:7: module name '1' is used"),
    ],
)
def test_names_and_ids_are_used_once(
    tmp_path: Path, first: str, second: str, expected: str
) -> None:
    texts = {"a": f"{first}\ntype: lambda\n", "b": f"{second}\ntype: lambda\n"}
    (problem,) = _project(tmp_path, **texts).problems
    assert expected in str(problem)
    assert "modules/a.yaml" in problem.message


def test_a_broken_module_is_reported_once(tmp_path: Path) -> None:
    modules = _project(tmp_path, fetch="name: fetch\ntype: lambd\n", other="a: [\n")
    places = [str(problem.where) for problem in modules.problems]
    assert places == ["modules/fetch.yaml:2:7", "modules/other.yaml:2:1"]
    assert modules.find(_step("fetch")) == (None, None)
    assert modules.find(_step("other")) == (None, None)


def test_a_module_without_a_name_is_not_unknown_besides(tmp_path: Path) -> None:
    modules = _project(tmp_path, fetch='name: ""\ntype: lambda\n')
    assert len(modules.problems) == 1
    assert modules.find(_step("fetch")) == (None, None)


def test_modules_come_in_the_order_of_their_files(tmp_path: Path) -> None:
    modules = _project(
        tmp_path, b="name: x\ntype: lambda\n", a="name: z\ntype: lambda\n"
    )
    assert [module.name for module in modules.all] == ["z", "x"]
