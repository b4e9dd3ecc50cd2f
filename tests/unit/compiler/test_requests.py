"""Requests that AWS would refuse, told where the spec says them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.steps import api
from tests.unit.compiler.projects import MODULES, compiled, problems

KEEP = """
name: keep
type: register_model
interface:
  inputs:
    model_data: {type: s3}
    approval: {type: string, default: Approved}
implementation: {group: g, image: {framework: xgboost, version: 3.0-5}}
"""
CALLS = {**MODULES, "keep": KEEP}
ENUM = "as ModelApprovalStatus of step 'K' is none that CreateModelPackage takes"


def keep(approval: str) -> str:
    given = f"model_data: 's3://b/m', approval: {approval}"
    return f"  K: {{module: keep, inputs: {{{given}}}}}\n"


def test_a_value_that_is_none_of_those_listed(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, keep("approved"), modules=CALLS)
    place = "pipelines/p.yaml:3:64"
    assert found == f"{place}: 'approved' {ENUM} | did you mean 'Approved'?"


def test_one_that_is_a_default(tmp_path: Path) -> None:
    head = "{a: {type: string, default: Pending}}"
    steps = keep('"${parameters.a}"')
    (found,) = problems(tmp_path, steps, modules=CALLS, parameters=head)
    assert found.startswith(f"pipelines/p.yaml:4:64: 'Pending' {ENUM}")
    assert "PendingManualApproval" in found


def test_one_that_a_module_says(tmp_path: Path) -> None:
    modules = {**CALLS, "keep": KEEP.replace("default: Approved", "default: Yes!")}
    steps = "  K: {module: keep, inputs: {model_data: 's3://b/m'}}\n"
    (found,) = problems(tmp_path, steps, modules=modules)
    assert found.startswith(f"modules/keep.yaml:7:39: 'Yes!' {ENUM}")


@pytest.mark.parametrize("kind", ["ml.m5.larg", "ml.m5.16xlarge"])
def test_an_instance_that_does_not_exist(tmp_path: Path, kind: str) -> None:
    copy = MODULES["copy"] + f"  instance: {{type: {kind}}}\n"
    found = problems(tmp_path, "  A: {module: copy}\n", modules={"copy": copy})
    assert len(found) == 1
    assert found[0].startswith("modules/copy.yaml:17:20: ") and kind in found[0]


def test_inside_a_map_and_in_a_branch(tmp_path: Path) -> None:
    steps = f"""
  M:
    type: map
    items: "${{parameters.l}}"
    steps:
    {keep("approved")}
  P:
    type: parallel
    branches:
      - steps:
        {keep("no!").replace("K", "L")}
"""
    head = "{l: {type: list, default: [1]}}"
    found = problems(tmp_path, steps, modules=CALLS, parameters=head)
    assert ["'approved' as" in found[0], "'no!' as" in found[1]] == [True, True]


def test_what_only_an_execution_knows_is_not_judged(tmp_path: Path) -> None:
    head = "{a: {type: string}, f: {type: s3, default: data/rows.csv}}"
    steps = (
        keep('"${parameters.a}"')
        + "  C: {module: copy, inputs: {rows: '${parameters.f}'}}\n"
    )
    assert problems(tmp_path, steps, modules=CALLS, parameters=head) == []


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ("environment: {A: 'b'}, hyperparameters: {x: \"a\\nb\"}", "match .*"),
        ("metric_definitions: [{name: '', regex: '(.)'}]", "has 0 characters"),
        ("spot: {max_wait_seconds: 9999}, instance: {count: 1}", ""),
    ],
)
def test_sizes_and_patterns(tmp_path: Path, fields: str, text: str) -> None:
    keys = "image: {framework: xgboost, version: 3.0-5}"
    module = f"name: x\ntype: training\nimplementation: {{{keys}, {fields}}}\n"
    modules = {"x": module}
    found = problems(tmp_path, "  A: {module: x}\n", modules=modules)
    assert len(found) == bool(text)
    for one in found:
        assert text in one and one.startswith("modules/x.yaml:3:")


def test_no_template_depends_on_what_botocore_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = keep("Approved") + "  A: {module: copy}\n"
    known = render([compiled(tmp_path / "a", steps, modules=CALLS)])
    monkeypatch.setattr(api, "_model", lambda service: None)
    assert render([compiled(tmp_path / "b", steps, modules=CALLS)]) == known


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("runtime: python3.5", "'python3.5' as Runtime of step 'A' is none that"),
        ("memory_mb: 99999", "MemorySize of step 'A' is 99999; CreateFunction takes"),
        ("runtime: python3.13", ""),
    ],
)
def test_what_a_step_brings_along_is_judged(
    tmp_path: Path, keys: str, text: str
) -> None:
    made = f"{{handler: src/load.handler, {keys}}}"
    module = f"name: x\ntype: lambda\nimplementation: {made}\n"
    found = problems(tmp_path, "  A: {module: x}\n", modules={"x": module})
    assert len(found) == bool(text)
    for one in found:
        assert text in one and one.startswith("modules/x.yaml:3:")
