from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.local.jobs import training_environment as toolkit

GIVEN = {
    "depth": "3",
    "name": "plain",
    "list": "[1, 2]",
    "sagemaker_program": '"train.py"',
    "sagemaker_own_setting": "1",
    "_tuning_objective_metric": "auc",
}
CHANNELS = [{"ChannelName": "train", "ContentType": "text/csv"}]


@pytest.mark.parametrize(
    ("value", "text"),
    [({"b": 1, "a": 2}, "a=2,b=1"), (None, ""), (True, "True"), ([1], "[1]")],
)
def test_arguments_are_written_as_the_toolkit_writes_them(
    value: Any, text: str
) -> None:
    assert toolkit.arguments({"key": value}) == ["--key", text]


def test_a_short_name_has_one_dash() -> None:
    assert toolkit.arguments({"n": 1, "long": 2}) == ["--long", "2", "-n", "1"]


def test_hyperparameters_are_the_scripts_or_the_toolkits() -> None:
    own = {"depth": 3, "name": "plain", "list": [1, 2]}
    assert toolkit.own_hyperparameters(GIVEN) == own
    assert toolkit.toolkit_hyperparameters(GIVEN) == {
        "sagemaker_program": "train.py",
        "sagemaker_own_setting": 1,
    }


def test_variables_say_what_the_toolkit_says() -> None:
    found = toolkit.variables(Path("/ml"), CHANNELS, GIVEN, "ml.m5.large")
    assert found["SM_CHANNEL_TRAIN"] == "/ml/input/data/train"
    assert found["SM_HP_DEPTH"] == "3"
    assert found["SM_CHANNELS"] == '["train"]'
    assert found["SM_USER_ARGS"] == json.dumps(
        ["--depth", "3", "--list", "[1, 2]", "--name", "plain"], separators=(",", ":")
    )
    assert (found["SM_USER_ENTRY_POINT"], found["SM_MODULE_NAME"]) == (
        "train.py",
        "train",
    )
    assert json.loads(found["SM_FRAMEWORK_PARAMS"]) == {"sagemaker_own_setting": 1}
    assert json.loads(found["SM_TRAINING_ENV"])["current_host"] == "algo-1"


@pytest.mark.parametrize(
    ("sent", "text"), [("null", ""), ("true", "true"), ('"1.10"', "1.10")]
)
def test_a_variable_holds_what_the_toolkit_writes(sent: str, text: str) -> None:
    hyperparameters = {"max-depth": sent}
    found = toolkit.variables(Path("/ml"), (), hyperparameters, "ml.m5.large")
    assert found["SM_HP_MAX-DEPTH"] == text


def test_one_host_stands_for_all() -> None:
    found = toolkit.resource_config("ml.m5.large")
    assert found["hosts"] == [found["current_host"]] == ["algo-1"]
    [group] = found["instance_groups"]
    assert group["instance_type"] == "ml.m5.large"


def test_channels_are_described_as_in_the_container() -> None:
    found = toolkit.input_data_config([*CHANNELS, {"ChannelName": "test"}])
    assert found["train"]["ContentType"] == "text/csv"
    assert "ContentType" not in found["test"]
    assert found["test"]["TrainingInputMode"] == "File"


def test_a_channel_says_how_its_files_are_distributed() -> None:
    source = {"S3DataSource": {"S3DataDistributionType": "ShardedByS3Key"}}
    channel = {"ChannelName": "train", "DataSource": source}
    found = toolkit.input_data_config([channel, {"ChannelName": "test"}])
    assert found["train"]["S3DistributionType"] == "ShardedByS3Key"
    assert found["test"]["S3DistributionType"] == "FullyReplicated"
