"""Code is shipped as folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.steps.code import code_uri, search_path, split
from mlmax_pipelines.steps.context import BuildContext, digest
from tests.unit.compiler.projects import compiled, execute, problems

FRAMEWORK = "image: {framework: xgboost, version: 3.0-5}"
TYPES = {
    "process": "processing",
    "fit": "training",
    "serve": "batch_inference",
    "load": "lambda",
}
STEPS = """
  Process: {module: process}
  Fit: {module: fit}
  Serve: {module: serve, inputs: {model_data: s3://b/m.tar.gz, input_path: s3://b/r/}}
  Load: {module: load}
"""


def modules(code: str) -> dict[str, str]:
    """Each runs `src/steps/job.py`, with this `code`."""
    script = f"{FRAMEWORK}, entry_point: src/steps/job.py{code}"
    handler = f"handler: src/steps/job.handle{code}"
    return {
        name: f"name: {name}\ntype: {type}\nimplementation: "
        f"{{{handler if type == 'lambda' else script}}}\n"
        for name, type in TYPES.items()
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "src" / "steps").mkdir(parents=True)
    script = tmp_path / "src" / "steps" / "job.py"
    script.write_text("def handle(event, context): pass\n")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "root", "parts"),
    [
        ("src/train.py", "", ("src", "train.py")),
        ("src/deep/train.py", "", ("src", "deep/train.py")),
        ("src/deep/train.py", "src", ("src", "deep/train.py")),
        ("src/deep/train.py", "src/deep", ("src/deep", "train.py")),
        ("src/deep/load.handler", "src", ("src", "deep/load.handler")),
    ],
)
def test_a_script_is_in_the_folder_that_is_shipped(
    path: str, root: str, parts: tuple[str, str]
) -> None:
    assert split(path, root) == parts


def test_a_folder_that_runs_is_shipped_under_the_deployments_version() -> None:
    context = BuildContext("p", lambda steps: {}, [], {})
    packed = code_uri("src", ".tar.gz", context)
    assert packed == "s3://${CodeBucket}/${CodeOfSrc}/src.tar.gz"
    assert list(context.code) == ["src"]
    assert set(context.substitutions) == {"CodeBucket", "CodeOfSrc"}


def test_the_archive_of_an_inner_folder_lies_in_no_other_folder() -> None:
    context = BuildContext("p", lambda steps: {}, [], {})
    place = "s3://${CodeBucket}/${CodeOfSrcFit%s}/" % digest("src/fit")
    assert code_uri("src/fit", "/", context) == f"{place}src/fit/"
    assert code_uri("src/fit", ".tar.gz", context) == f"{place}src!fit.tar.gz"


def test_only_a_script_in_a_folder_is_told_where_imports_start() -> None:
    assert search_path("job.py", "/code") == {}
    assert search_path("steps/job.py", "/code") == {"PYTHONPATH": "/code"}


@pytest.mark.parametrize("code", ["", ", code: src"])
def test_imports_start_at_the_root_of_the_code(root: Path, code: str) -> None:
    pipeline = compiled(root, STEPS, modules=modules(code))
    assert pipeline.code == ("src",)
    ran = execute(pipeline)
    processing = ran.arguments("Process")
    script = "/opt/ml/processing/input/code/steps/job.py"
    assert processing["AppSpecification"]["ContainerEntrypoint"] == ["python3", script]
    path = {"PYTHONPATH": "/opt/ml/processing/input/code"}
    assert processing["Environment"] == path
    training = ran.arguments("Fit")
    assert training["Environment"] == {"PYTHONPATH": "/opt/ml/code"}
    assert training["HyperParameters"]["sagemaker_program"] == '"steps/job.py"'
    model = ran.arguments("Serve model")["PrimaryContainer"]["Environment"]
    assert model["SAGEMAKER_PROGRAM"] == "steps.job.py"
    assert model["SAGEMAKER_SUBMIT_DIRECTORY"] == "s3://artifacts/code/0a1b/src.tar.gz"
    (function,) = (r for r in pipeline.resources if r.code)
    assert (function.code, function.properties["Handler"]) == (
        "src",
        "steps/job.handle",
    )


def test_the_root_may_be_an_inner_folder(root: Path) -> None:
    pipeline = compiled(root, STEPS, modules=modules(", code: src/steps"))
    assert pipeline.code == ("src/steps",)
    ran = execute(pipeline)
    (code,) = ran.arguments("Process")["ProcessingInputs"]
    assert code["S3Input"]["S3Uri"] == "s3://artifacts/code/0a1b/src/steps/"
    assert "Environment" not in ran.arguments("Fit")
    model = ran.arguments("Serve model")["PrimaryContainer"]["Environment"]
    assert model["SAGEMAKER_PROGRAM"] == "job.py"
    assert model["SAGEMAKER_SUBMIT_DIRECTORY"].endswith("/src!steps.tar.gz")
    (function,) = (r for r in pipeline.resources if r.code)
    key = function.properties["Code"]["S3Key"]
    assert key == "${CodeOfSrcSteps%s}/src!steps.zip" % digest("src/steps")


@pytest.mark.parametrize("code", ["lib", "src/", ".", "src/steps/job.py", "sr"])
def test_the_script_lies_in_its_code(root: Path, code: str) -> None:
    found = problems(root, STEPS, modules=modules(f", code: {code}"))
    assert len(found) == 4
    for one in found:
        assert f"is not in '{code}' | code: src/steps" in one


def test_code_is_that_of_a_script(root: Path) -> None:
    text = f"name: p\ntype: processing\nimplementation: {{{FRAMEWORK}, code: src}}\n"
    (found,) = problems(root, "  P: {module: p}\n", modules={"p": text})
    assert "'code' without 'entry_point'" in found
