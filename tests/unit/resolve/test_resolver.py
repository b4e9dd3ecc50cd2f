"""What references become: values that arrive, and no more of a result than is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.steps.services.sagemaker.processing import Processing
from tests.unit.compiler.projects import compiled, execute


def test_values_of_every_kind_arrive(tmp_path: Path) -> None:
    steps = """\
  A: {module: copy}
  B:
    module: call
    inputs:
      folder: ${steps.A.outputs.rows}
      metrics: ${steps.A.outputs.quality}
      score: ${steps.A.outputs.quality.score}
      name: ${pipeline.name}
      run: "${pipeline.execution_name}/${parameters.n}/${steps.A.outputs.quality.score}"
      id: ${pipeline.execution_id}
      started: ${pipeline.start_time}
      base: ${pipeline.base_location}/x
      team: ${env.team}
      deep: ${parameters.settings.a[1].b}
      raw: ${steps.A.output.ProcessingResources.ClusterConfig}
      plain: [1, two, {three: 3}]
      dollar: $${not} a reference
"""
    settings = "settings: {type: object, default: {a: [0, {b: found}]}}"
    parameters = f"{{n: {{type: integer, default: 2}}, {settings}}}"
    ran = execute(compiled(tmp_path, steps, parameters=parameters))
    assert ran.status == "SUCCEEDED", ran.cause
    payload = ran.arguments("B")["Payload"]
    started, raw = payload.pop("started"), payload.pop("raw")
    assert payload == {
        "folder": "s3://artifacts/p/a-run/A/rows/",
        "metrics": {"score": 0.5, "name": "first"},
        "score": 0.5,
        "name": "p",
        "run": "a-run/2/0.5",
        "id": "arn:aws:states:us-east-1:000000000000:execution:p:a-run",
        "base": "s3://artifacts/p/a-run/x",
        "team": "ml",
        "deep": "found",
        "plain": [1, "two", {"three": 3}],
        "dollar": "${not} a reference",
    }
    assert started.startswith("2030-")
    assert raw["InstanceCount"] == 1


def test_only_what_is_read_is_kept(tmp_path: Path) -> None:
    steps = """\
  A: {module: fit, inputs: {rows: "s3://b/r"}}
  B: {module: fit, inputs: {rows: "${steps.A.outputs.model}"}}
"""
    states = compiled(tmp_path, steps).definition["States"]
    model = {"outputs": {"model.$": "$.ModelArtifacts.S3ModelArtifacts"}}
    assert states["A"]["ResultSelector"] == model
    assert states["A"]["ResultPath"] == "$.steps.A"
    assert states["B"]["ResultPath"] == "$.dropped"


def test_the_same_name_in_other_words_is_one_step(tmp_path: Path) -> None:
    steps = """\
  Train Model: {module: fit, inputs: {rows: "s3://b/r"}}
  B: {module: fit, inputs: {rows: "${steps.Train Model.outputs.model}"}}
"""
    ran = execute(compiled(tmp_path, steps))
    channel = ran.arguments("B")["InputDataConfig"][0]
    uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
    assert uri.startswith("s3://artifacts/p/a-run/Train_Model/model/")
    assert uri.endswith("/output/model.tar.gz")


def test_what_a_type_finds_odd_is_handed_on_once_and_without_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = [(("entry_point",), "an odd name", "rename it")]
    monkeypatch.setattr(Processing, "warn", lambda self, step: odd)
    pipeline = compiled(tmp_path, "  A: {module: copy}\n  B: {module: copy}\n")
    (warning,) = pipeline.warnings
    assert (warning.message, warning.hint) == ("an odd name", "rename it")
    assert str(warning.where).startswith("modules/copy.yaml:16:")
    assert warning.source == ""
