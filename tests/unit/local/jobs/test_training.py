from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.base import archives
from mlmax_pipelines.local.workspace import Workspace

ACTION = "sagemaker:createTrainingJob.sync"

TRAIN = """
import argparse, os, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("--max-depth", type=int)
parser.add_argument("-e", type=float)
parser.add_argument("--train", default=os.environ["SM_CHANNEL_TRAIN"])
parser.add_argument("--model-dir", default=os.environ["SM_MODEL_DIR"])
args = parser.parse_args()
rows = pathlib.Path(args.train, "rows.csv").read_text()
model = pathlib.Path(args.model_dir, "model.txt")
model.write_text(f"{args.max_depth} {args.e} {rows}")
for auc in (0.5, 0.75):
    print(f"[1] validation-auc:{auc}")
print("loss=nonsense")
"""


def job(workspace: Workspace, script: str, tmp_path: Path, **more: Any) -> Any:
    """A training job in script mode with one channel, `train`."""
    source = tmp_path / "code"
    source.mkdir(exist_ok=True)
    (source / "train.py").write_text(script)
    archives.pack(source, tmp_path / "src.tar.gz")
    workspace.store.copy_in(tmp_path / "src.tar.gz", "s3://b/src.tar.gz")
    workspace.store.write("s3://b/train/rows.csv", b"1,2")
    return {
        "TrainingJobName": "train-1",
        "RoleArn": "role",
        "AlgorithmSpecification": {
            "TrainingImage": "image",
            "TrainingInputMode": "File",
            "MetricDefinitions": [
                {"Name": "auc", "Regex": r"validation-auc:([0-9.]+)"},
                {"Name": "loss", "Regex": r"loss=(\w+)"},
                {"Name": "absent", "Regex": r"absent=(\d+)"},
            ],
        },
        "HyperParameters": {
            "max-depth": "3",
            "e": "0.5",
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": "s3://b/src.tar.gz",
        },
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "ContentType": "text/csv",
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": "s3://b/train/",
                    }
                },
            }
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://b/models/"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 30,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        **more,
    }


def test_the_model_is_packed_and_kept(
    workspace: Workspace, call: Any, tmp_path: Path
) -> None:
    result = call(ACTION, job(workspace, TRAIN, tmp_path))
    uri = result["ModelArtifacts"]["S3ModelArtifacts"]
    assert uri == "s3://b/models/train-1/output/model.tar.gz"
    with tarfile.open(workspace.store.path(uri)) as archive:
        model = archive.extractfile("model.txt")
        assert model is not None and model.read() == b"3 0.5 1,2"


def test_the_result_has_what_describe_training_job_has(
    workspace: Workspace, call: Any, tmp_path: Path
) -> None:
    session = pytest.importorskip("botocore.session").get_session()
    model = session.get_service_model("sagemaker")
    shape = model.operation_model("DescribeTrainingJob").output_shape
    result = call(ACTION, job(workspace, TRAIN, tmp_path))
    assert set(shape.required_members) <= set(result) <= set(shape.members)
    assert result["TrainingJobStatus"] == result["SecondaryStatus"] == "Completed"


def test_metrics_are_the_last_number_each_expression_found(
    workspace: Workspace, call: Any, tmp_path: Path
) -> None:
    result = call(ACTION, job(workspace, TRAIN, tmp_path))
    [metric] = result["FinalMetricDataList"]
    assert (metric["MetricName"], metric["Value"]) == ("auc", 0.75)


def test_an_expression_that_does_not_parse_fails_the_job(
    workspace: Workspace, failure: Any, tmp_path: Path
) -> None:
    arguments = job(workspace, TRAIN, tmp_path)
    metrics = [{"Name": "auc", "Regex": "auc:(["}]
    arguments["AlgorithmSpecification"]["MetricDefinitions"] = metrics
    _, cause = failure(ACTION, arguments)
    assert "metric 'auc' does not parse" in cause["FailureReason"]


def test_the_same_training_gives_the_same_bytes(
    workspace: Workspace, call: Any, tmp_path: Path
) -> None:
    one = job(workspace, TRAIN, tmp_path)
    call(ACTION, one)
    call(ACTION, {**one, "TrainingJobName": "train-2"})
    first, second = (
        workspace.store.read(f"s3://b/models/train-{n}/output/model.tar.gz")
        for n in (1, 2)
    )
    assert first == second


def test_other_output_is_kept_too(
    workspace: Workspace, call: Any, tmp_path: Path
) -> None:
    script = "import os; open(os.environ['SM_OUTPUT_DATA_DIR'] + '/log', 'w')"
    call(ACTION, job(workspace, script, tmp_path))
    path = workspace.store.path("s3://b/models/train-1/output/output.tar.gz")
    with tarfile.open(path) as archive:
        assert archive.getnames() == ["log"]


def test_a_script_may_leave_why_it_failed(
    workspace: Workspace, failure: Any, tmp_path: Path
) -> None:
    script = """
import os, sys
open(os.environ["SM_OUTPUT_DIR"] + "/failure", "w").write("one class only")
sys.exit(2)
"""
    error, cause = failure(ACTION, job(workspace, script, tmp_path))
    assert error == "States.TaskFailed"
    assert cause["FailureReason"] == "AlgorithmError: one class only, exit code: 2"
    assert cause["SecondaryStatus"] == "Failed"
    assert workspace.store.objects("s3://b/models/") == []


def test_over_its_time_limit_a_job_is_stopped(
    workspace: Workspace, failure: Any, tmp_path: Path
) -> None:
    limit = {"MaxRuntimeInSeconds": 0.2}
    script = "import time; time.sleep(60)"
    arguments = job(workspace, script, tmp_path, StoppingCondition=limit)
    _, cause = failure(ACTION, arguments)
    assert cause["TrainingJobStatus"] == "Stopped"
    assert cause["SecondaryStatus"] == "MaxRuntimeExceeded"


def test_only_script_mode_can_run(
    workspace: Workspace, failure: Any, tmp_path: Path
) -> None:
    arguments = job(workspace, TRAIN, tmp_path, HyperParameters={"depth": "3"})
    _, cause = failure(ACTION, arguments)
    assert "only script mode runs" in cause["FailureReason"]


def test_a_script_that_is_not_in_the_archive_is_named(
    workspace: Workspace, failure: Any, tmp_path: Path
) -> None:
    arguments = job(workspace, TRAIN, tmp_path)
    arguments["HyperParameters"]["sagemaker_program"] = "trian.py"
    _, cause = failure(ACTION, arguments)
    assert "no script 'trian.py' in 's3://b/src.tar.gz'" in cause["FailureReason"]


def test_an_unsafe_code_archive_is_refused(
    workspace: Workspace, failure: Any, tmp_path: Path
) -> None:
    arguments = job(workspace, TRAIN, tmp_path)
    with tarfile.open(tmp_path / "bad.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "code" / "train.py", "../../train.py")
    workspace.store.copy_in(tmp_path / "bad.tar.gz", "s3://b/src.tar.gz")
    _, cause = failure(ACTION, arguments)
    assert "holds a path out of it" in cause["FailureReason"]


# Every name of the training toolkit's ENVIRONMENT_VARIABLES.md, for this job.
DOCUMENTED = """
SM_MODEL_DIR SM_CHANNELS SM_CHANNEL_TRAIN SM_HPS SM_HP_MAX-DEPTH SM_HP_E
SM_CURRENT_HOST SM_HOSTS SM_NUM_GPUS SM_NUM_NEURONS SM_NUM_CPUS SM_LOG_LEVEL
SM_NETWORK_INTERFACE_NAME SM_USER_ARGS SM_INPUT_DIR SM_INPUT_CONFIG_DIR
SM_RESOURCE_CONFIG SM_INPUT_DATA_CONFIG SM_TRAINING_ENV SM_OUTPUT_DATA_DIR
SM_OUTPUT_DIR SM_OUTPUT_INTERMEDIATE_DIR SM_MODULE_NAME SM_MODULE_DIR
SM_USER_ENTRY_POINT SM_FRAMEWORK_PARAMS SM_FRAMEWORK_MODULE
SM_CURRENT_INSTANCE_TYPE SM_CURRENT_INSTANCE_GROUP SM_INSTANCE_GROUPS
SM_CURRENT_INSTANCE_GROUP_HOSTS SM_INSTANCE_GROUPS_DICT SM_IS_HETERO
SM_DISTRIBUTION_INSTANCE_GROUPS
TRAINING_JOB_NAME TRAINING_JOB_ARN
""".split()


@pytest.fixture
def shown(workspace: Workspace, call: Any, tmp_path: Path) -> dict[str, str]:
    """The environment that a script sees, with `argv` in it."""
    script = """
import json, os, sys
print(json.dumps({**os.environ, "argv": json.dumps(sys.argv[1:]), "cwd": os.getcwd()}))
"""
    call(ACTION, job(workspace, script, tmp_path))
    [(_, log)] = workspace.logs.list()
    found: dict[str, str] = json.loads(log.read_text())
    return found


def test_a_script_sees_every_documented_variable(shown: dict[str, str]) -> None:
    assert [name for name in DOCUMENTED if name not in shown] == []


def test_variables_have_the_toolkits_form(shown: dict[str, str]) -> None:
    assert shown["SM_CHANNELS"] == '["train"]'
    assert shown["SM_HOSTS"] == '["algo-1"]'
    assert shown["SM_CURRENT_HOST"] == "algo-1"
    assert shown["SM_HPS"] == '{"e":0.5,"max-depth":3}'
    assert shown["SM_HP_MAX-DEPTH"] == "3"
    assert shown["SM_USER_ARGS"] == '["-e","0.5","--max-depth","3"]'
    assert shown["SM_MODULE_NAME"] == "train"
    assert shown["SM_USER_ENTRY_POINT"] == "train.py"
    assert shown["SM_CURRENT_INSTANCE_TYPE"] == "ml.m5.large"
    assert shown["SM_CHANNEL_TRAIN"].endswith("/opt/ml/input/data/train")
    assert shown["TRAINING_JOB_NAME"] == "train-1"
    assert shown["cwd"].endswith("/opt/ml/code")


def test_hyperparameters_become_arguments(shown: dict[str, str]) -> None:
    assert json.loads(shown["argv"]) == ["-e", "0.5", "--max-depth", "3"]


def test_configuration_is_where_the_container_has_it(
    workspace: Workspace, call: Any, tmp_path: Path
) -> None:
    script = """
import os, pathlib
for path in sorted(pathlib.Path(os.environ["SM_INPUT_CONFIG_DIR"]).iterdir()):
    print(path.read_text())
"""
    call(ACTION, job(workspace, script, tmp_path))
    [(_, log)] = workspace.logs.list()
    hyperparameters, data, resources = map(json.loads, log.read_text().splitlines())
    assert hyperparameters["max-depth"] == "3"
    assert data["train"]["ContentType"] == "text/csv"
    assert resources["hosts"] == ["algo-1"]


BOARD = """
import os, pathlib, sys
pathlib.Path(os.environ["SM_OUTPUT_DIR"], "tensorboard", "events").write_text("e")
sys.exit("--fail" in sys.argv)
"""


@pytest.mark.parametrize("path", [None, "/opt/ml/output/tensorboard"])
@pytest.mark.parametrize("fails", [False, True])
def test_what_is_written_for_tensorboard_is_kept(
    workspace: Workspace,
    call: Any,
    failure: Any,
    tmp_path: Path,
    path: str | None,
    fails: bool,
) -> None:
    config = {"S3OutputPath": "s3://b/board/", **({"LocalPath": path} if path else {})}
    given = job(workspace, BOARD, tmp_path, TensorBoardOutputConfig=config)
    if fails:
        given["HyperParameters"]["fail"] = "1"
    (failure if fails else call)(ACTION, given)
    kept = workspace.store.path("s3://b/board/train-1/tensorboard-output/events")
    assert kept.read_text() == "e"


def test_without_tensorboard_there_is_no_folder_for_it(
    workspace: Workspace, failure: Any, tmp_path: Path
) -> None:
    _, cause = failure(ACTION, job(workspace, BOARD, tmp_path))
    assert "FileNotFoundError" in cause["FailureReason"]
