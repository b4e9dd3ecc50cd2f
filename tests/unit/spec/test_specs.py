"""The specs under tests/specs: bad ones say exactly this, good ones nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.resolve.modules import load_modules
from tests.unit.spec import cases

ROOT = Path(__file__).parents[3]
OURS = load_modules(ROOT)
BAD = sorted((cases.SPECS / "bad").glob("*.yaml"))
BAD_MODULES = sorted((cases.SPECS / "bad" / "modules").glob("*.yaml"))
GOOD = sorted(
    [*(cases.SPECS / "good").glob("*.yaml"), *(ROOT / "pipelines").glob("*.yaml")]
)
GOOD_MODULES = sorted(
    [
        *(cases.SPECS / "good" / "modules").glob("*.yaml"),
        *(ROOT / "modules").glob("*.yaml"),
    ]
)


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_bad_pipeline_names_all_its_problems(file: Path) -> None:
    expected = cases.expected(file)
    assert expected
    assert [cases.said(p) for p in cases.pipeline_problems(file)] == expected


@pytest.mark.parametrize("file", BAD_MODULES, ids=lambda file: file.stem)
def test_a_bad_module_names_all_its_problems(file: Path) -> None:
    expected = cases.expected(file)
    assert expected
    assert [cases.said(p) for p in cases.module_problems(file)] == expected


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_a_good_pipeline_has_no_problems(file: Path) -> None:
    modules = OURS if file.parent.name == "pipelines" else cases.MODULES
    assert [str(p) for p in cases.pipeline_problems(file, modules)] == []


@pytest.mark.parametrize("file", GOOD_MODULES, ids=lambda file: file.stem)
def test_a_good_module_has_no_problems(file: Path) -> None:
    module, problems = cases.read_module(file)
    assert module is not None
    assert [str(problem) for problem in problems] == []
