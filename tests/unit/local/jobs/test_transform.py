from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.base import archives
from mlmax_pipelines.local.workspace import Workspace

ACTION = "sagemaker:createTransformJob.sync"

HANDLERS = """
import os
def model_fn(model_dir):
    print("loaded")
    return int(open(os.path.join(model_dir, "factor")).read())
def input_fn(body, content_type):
    assert isinstance(body, str) and content_type == "text/csv"
    print("batch", len(body.splitlines()))
    return [float(line) for line in body.splitlines()]
def predict_fn(data, model):
    return [model * value for value in data]
def output_fn(prediction, accept):
    return "\\n".join(map(str, prediction))
"""


@pytest.fixture
def model(workspace: Workspace, call: Any, tmp_path: Path) -> str:
    """A model that multiplies by 2; its handlers are code of the store."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "factor").write_text("2")
    archives.pack(tmp_path / "model", tmp_path / "m.tar.gz")
    workspace.store.copy_in(tmp_path / "m.tar.gz", "s3://b/model.tar.gz")
    put_handlers(workspace, HANDLERS)
    call("sagemaker:createModel", {"ModelName": "m", "PrimaryContainer": container()})
    return "m"


def put_handlers(workspace: Workspace, text: str) -> None:
    workspace.store.write("s3://artifacts/code/1/src/inference.py", text.encode())


def container() -> dict[str, Any]:
    return {
        "Image": "image",
        "ModelDataUrl": "s3://b/model.tar.gz",
        "Environment": {
            "SAGEMAKER_PROGRAM": "inference.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": "s3://artifacts/code/1/src.tar.gz",
        },
    }


def job(model: str, **more: Any) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in/"}
    given = more.pop("input", {})
    return {
        "TransformJobName": "t",
        "ModelName": model,
        "TransformInput": {
            "DataSource": {"S3DataSource": source},
            "ContentType": "text/csv",
            "SplitType": "Line",
            **given,
        },
        "TransformOutput": {"S3OutputPath": "s3://b/out/", "AssembleWith": "Line"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        **more,
    }


def put_inputs(workspace: Workspace) -> None:
    workspace.store.write("s3://b/in/a.csv", b"1\n2\n")
    workspace.store.write("s3://b/in/sub/b.csv", b"3\n")


def log(workspace: Workspace) -> list[str]:
    return [line for _, path in workspace.logs.list() for line in _lines(path)]


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def test_every_file_is_answered_by_one_of_its_name(
    workspace: Workspace, call: Any, model: str
) -> None:
    put_inputs(workspace)
    result = call(ACTION, job(model))
    assert workspace.store.read("s3://b/out/a.csv.out") == b"2.0\n4.0\n"
    assert workspace.store.read("s3://b/out/sub/b.csv.out") == b"6.0\n"
    assert result["TransformJobStatus"] == "Completed"


def test_the_model_is_loaded_once(workspace: Workspace, call: Any, model: str) -> None:
    put_inputs(workspace)
    call(ACTION, job(model))
    assert log(workspace).count("loaded") == 1


def test_the_result_has_what_describe_transform_job_has(
    workspace: Workspace, call: Any, model: str
) -> None:
    session = pytest.importorskip("botocore.session").get_session()
    service = session.get_service_model("sagemaker")
    shape = service.operation_model("DescribeTransformJob").output_shape
    put_inputs(workspace)
    result = call(ACTION, job(model))
    assert set(shape.required_members) <= set(result) <= set(shape.members)


@pytest.mark.parametrize(
    ("more", "batches"),
    [
        ({}, ["batch 5"]),
        ({"BatchStrategy": "SingleRecord"}, ["batch 1"] * 5),
        # Two lines of two bytes fit into four bytes.
        ({"MaxPayloadInMB": 4 / 1048576}, ["batch 2", "batch 2", "batch 1"]),
        ({"input": {"SplitType": "None"}}, ["batch 5"]),
    ],
)
def test_files_are_split_into_batches(
    workspace: Workspace, call: Any, model: str, more: Any, batches: list[str]
) -> None:
    workspace.store.write("s3://b/in/a.csv", b"1\n2\n3\n4\n5")
    call(ACTION, job(model, **more))
    assert [line for line in log(workspace) if "batch" in line] == batches
    expected = b"2.0\n4.0\n6.0\n8.0\n10.0\n"
    assert workspace.store.read("s3://b/out/a.csv.out") == expected


def test_a_file_over_the_payload_limit_is_refused(
    workspace: Workspace, failure: Any, model: str
) -> None:
    workspace.store.write("s3://b/in/a.csv", b"1\n2\n3\n")
    whole = {"SplitType": "None"}
    arguments = job(model, MaxPayloadInMB=4 / 1048576, input=whole)
    _, cause = failure(ACTION, arguments)
    assert "over MaxPayloadInMB" in cause["FailureReason"]


def test_a_model_of_the_registry_brings_its_own_container(
    workspace: Workspace, call: Any, model: str
) -> None:
    put_inputs(workspace)
    package = call(
        "aws-sdk:sagemaker:createModelPackage",
        {
            "ModelPackageGroupName": "G",
            "InferenceSpecification": {"Containers": [container()]},
        },
    )
    named = [{"ModelPackageName": package["ModelPackageArn"]}]
    call("sagemaker:createModel", {"ModelName": "m2", "Containers": named})
    call(ACTION, job("m2"))
    assert workspace.store.read("s3://b/out/a.csv.out") == b"2.0\n4.0\n"


def test_a_handler_that_fails_fails_the_job(
    workspace: Workspace, failure: Any, model: str
) -> None:
    workspace.store.write("s3://b/in/a.csv", b"one\n")
    error, cause = failure(ACTION, job(model))
    assert error == "States.TaskFailed"
    assert cause["TransformJobStatus"] == "Failed"
    assert "could not convert string to float: 'one'" in cause["FailureReason"]
    assert workspace.store.objects("s3://b/out/") == []


def test_a_missing_handler_is_named(
    workspace: Workspace, failure: Any, model: str
) -> None:
    put_inputs(workspace)
    put_handlers(workspace, HANDLERS.replace("predict_fn", "predict"))
    _, cause = failure(ACTION, job(model))
    assert "'inference.py' has no function 'predict_fn'" in cause["FailureReason"]


def test_one_function_may_do_it_all(
    workspace: Workspace, call: Any, model: str
) -> None:
    put_inputs(workspace)
    put_handlers(
        workspace,
        "def model_fn(d): return 1\n"
        "def transform_fn(model, body, content_type, accept):\n"
        "    return body.upper().encode(), accept\n",
    )
    call(ACTION, job(model))
    assert workspace.store.read("s3://b/out/a.csv.out") == b"1\n2\n"


def test_an_unknown_model_is_named(workspace: Workspace, failure: Any) -> None:
    put_inputs(workspace)
    _, cause = failure(ACTION, job("nobody"))
    assert "Could not find model 'nobody'" in cause["FailureReason"]


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"DataProcessing": {"JoinSource": "Input"}}, "DataProcessing"),
        ({"DataProcessing": {"InputFilter": "$[1:]"}}, "DataProcessing"),
        ({"input": {"SplitType": "RecordIO"}}, "SplitType 'RecordIO'"),
        ({"input": {"CompressionType": "Gzip"}}, "CompressionType"),
    ],
)
def test_what_is_not_done_is_refused(
    workspace: Workspace, failure: Any, model: str, more: Any, named: str
) -> None:
    put_inputs(workspace)
    _, cause = failure(ACTION, job(model, **more))
    assert named in cause["FailureReason"]
