"""Metadata of a model's version: short enough in every execution."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.projects import COPY, compiled, execute, problems
from tests.unit.steps.services.sagemaker.test_register_model import KEEP

FIT = """
name: fit
type: training
interface: {inputs: {rows: {type: s3}}, outputs: {model: {type: s3}}}
implementation: {image: {framework: xgboost, version: 3.0-5}, entry_point: src/fit.py}
"""
# An execution's name takes 80, a bucket's 63; these come on top.
LONG = "L" * 64


def found(root: Path, name: str, output: str = "rows", value: str = "") -> list[str]:
    value = value or f"${{steps.{name}.outputs.{output}}}"
    steps = f"""
  {name}: {{module: copy}}
  Fit: {{module: fit, inputs: {{rows: "s3://b/k"}}}}
  K:
    module: keep
    inputs: {{model_data: 's3://b/m', transformer: "{value}"}}
"""
    copy = COPY.replace(
        "    rows: {type: s3}\n    q", f"    {output}: {{type: s3}}\n    q"
    )
    modules = {"keep": KEEP, "copy": copy, "fit": FIT}
    return problems(root, steps, modules=modules)


@pytest.mark.parametrize(
    ("name", "output", "fits"),
    [
        ("Preprocess", "transformer", True),
        # s3://<63>/p/<80>/<step>/<output>/
        ("L" * 38, LONG, True),
        ("L" * 39, LONG, False),
    ],
)
def test_addresses_are_reckoned_with_the_longest_names(
    tmp_path: Path, name: str, output: str, fits: bool
) -> None:
    faults = found(tmp_path, name, output)
    assert not faults if fits else len(faults) == 1
    for fault in faults:
        assert fault.startswith(
            "pipelines/p.yaml:8:51: input 'transformer' of step 'K'"
        )
        assert "may have 257 characters with the longest name" in fault


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("${steps.Fit.outputs.model}", True),
        ("${pipeline.base_location}/x", True),
        ("${pipeline.base_location}/" + "x" * 120, False),
        ("${pipeline.execution_name}" * 4, False),
        ("s3://b/" + "k" * 249, True),
        ("s3://b/" + "k" * 250, False),
    ],
)
def test_texts_are_reckoned_too(tmp_path: Path, value: str, fits: bool) -> None:
    faults = found(tmp_path, "A", value=value)
    assert not faults if fits else len(faults) == 1


def test_a_model_is_behind_the_name_of_its_job(tmp_path: Path) -> None:
    steps = f"""
  {LONG}: {{module: fit, inputs: {{rows: "s3://b/k"}}}}
  K:
    module: keep
    inputs: {{model_data: 's3://b/m', other: "${{steps.{LONG}.outputs.model}}"}}
"""
    (fault,) = problems(tmp_path, steps, modules={"keep": KEEP, "fit": FIT})
    assert "input 'other' of step 'K' may have" in fault


def test_what_is_no_address_is_kept_as_text(tmp_path: Path) -> None:
    steps = """
  K: {module: keep, inputs: {model_data: 's3://b/m', rounds: 3}}
"""
    ran = execute(compiled(tmp_path, steps, modules={"keep": KEEP}))
    assert ran.arguments("K")["CustomerMetadataProperties"] == {"rounds": "3"}
