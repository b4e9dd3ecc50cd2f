"""What an environment names and nothing allows is said before it is deployed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines import environment
from mlmax_pipelines.aws import foreign
from tests.unit.compiler.projects import compiled

PARAMETERS = "{rows: {type: s3, default: 's3://known/a'}, word: {type: string}}"
STEPS = """
  A:
    module: copy
    inputs: {rows: "${parameters.rows}", word: "s3://${env.bucket}/x"}
  B: {module: copy, inputs: {word: "${env.place}"}}
"""


def said(root: Path, text: str) -> list[str]:
    pipeline = compiled(root, STEPS, parameters=PARAMETERS)
    (root / "envs").mkdir()
    (root / "envs/dev.yaml").write_text(text + "\n")
    loaded = environment.load(root, "dev")
    return [str(warning) for warning in foreign.warnings(root, loaded, [pipeline])]


@pytest.mark.parametrize(
    "text",
    [
        "parameters: {p: {rows: 's3://lake/b'}}",
        "parameters: {p: {word: 'in s3://lake/b'}}",
        "parameters: {p: {word: ['s3://lake/b']}}",
        "values: {place: 's3://lake/b'}",
    ],
)
def test_a_bucket_that_nothing_allows(tmp_path: Path, text: str) -> None:
    (found,) = said(tmp_path, text)
    assert found.startswith("envs/dev.yaml:1:")
    assert "nothing allows jobs to read bucket 'lake', which is named here" in found
    assert "list it in 'data_buckets' of envs/dev.yaml" in found


@pytest.mark.parametrize(
    "text",
    [
        "parameters: {p: {rows: 's3://lake/b'}}\ndata_buckets: [lake]",
        "parameters: {p: {rows: 's3://lake/b'}}\ndata_buckets: [{name: lake}]",
        "parameters: {p: {rows: 's3://known/b'}}",
        "parameters: {p: {rows: data/rows.csv}}",
        "parameters: {other: {rows: 's3://lake/b'}}",
        "values: {place: 's3://mine/b', bucket: mine}",
        "values: {unused: 's3://lake/b'}",
    ],
)
def test_a_bucket_that_something_allows(tmp_path: Path, text: str) -> None:
    assert said(tmp_path, text) == []
