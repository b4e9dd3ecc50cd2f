"""What an environment decides, as the root template's parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines import environment
from mlmax_pipelines.base.errors import SpecError, Where
from mlmax_pipelines.cloudformation import parameters as parameters_of
from mlmax_pipelines.compiled import (
    CompiledPipeline,
    DataFile,
    Parameter,
    Schedule,
    Setting,
)
from mlmax_pipelines.project import settings

DAILY = Schedule("", "rate(1 day)", "", {}, Where("pipelines/p.yaml", 2, 11))
TRAINING = CompiledPipeline(
    name="training",
    description="",
    type="Pipeline",
    parameters=(
        Parameter("num_round", "integer", 120),
        Parameter("raw", "s3", "a.csv"),
        Parameter("mode", "string", "slow", enum=("slow", "fast")),
    ),
    definition={},
    substitutions={
        "TrainInstanceType": Setting("Word", "ml.m5.large", "Train", "instance_type"),
        "TrainInstanceCount": Setting("Count", 1, "Train", "instance_count"),
        "DefaultNumRound": Setting("Number", 120, "", "num_round", scope="parameter"),
        "EnvTeam": Setting("String", "ml", "", "team", scope="value"),
        "DataRaw": DataFile("a.csv", "raw"),
    },
    states=(),
    limits=(),
    schedules=(DAILY,),
)
DECLARED = {
    "Environment": {"Type": "String", "MaxLength": 10},
    "CodeBucket": {"Type": "String"},
    "LogRetentionDays": {"Type": "Number", "AllowedValues": [30, 90]},
    "DataReadArns": {"Type": "String"},
    "DataKeyArns": {"Type": "String"},
    "AlertEmail": {"Type": "String"},
    "AccessLogBucket": {"Type": "String"},
}
OWN = {
    **{
        name: parameters_of._typed(value)
        for name, value in TRAINING.substitutions.items()
        if isinstance(value, Setting)
    },
    "DataRaw": {"Type": "String", "AllowedPattern": "s3://.+"},
    "ScheduleState": {"Type": "String"},
}
SHIPPED = settings.Shipped("b", {"src": "code/1"}, {"a.csv": "s3://b/data/1/a.csv"})


def parameters(root: Path, text: str, name: str = "dev") -> dict[str, str]:
    (root / "envs").mkdir(exist_ok=True)
    (root / "envs" / f"{name}.yaml").write_text(text)
    loaded = environment.load(root, name)
    declared = {"": DECLARED, "Training": OWN}
    given = settings.parameters(root, loaded, [TRAINING], declared, SHIPPED, "aws")
    own = {f"Training{name}": value for name, value in given["Training"].items()}
    return {**given[""], **own}


def test_what_an_environment_leaves_out_keeps_its_default(tmp_path: Path) -> None:
    assert parameters(tmp_path, "values: {team: a}\n") == {
        "TrainingEnvTeam": "a",
        "Environment": "dev",
        "CodeBucket": "b",
        "TrainingDataRaw": "s3://b/data/1/a.csv",
    }


def test_what_an_environment_says_is_a_parameter(tmp_path: Path) -> None:
    text = """\
steps: {training: {Train: {instance_type: ml.t3.medium, instance_count: 2}}}
parameters: {training: {num_round: 20, raw: "s3://other/b.csv"}}
values: {team: fraud}
schedule: {training: true}
log_retention_days: 30
alert_email: me@example.com
access_logs: logs
data_buckets: [raw, {name: lake, kms_key: "arn:aws:kms:eu-west-1:123456789012:key/a"}]
"""
    found = parameters(tmp_path, text)
    assert found["TrainingTrainInstanceType"] == "ml.t3.medium"
    assert found["TrainingTrainInstanceCount"] == "2"
    assert found["TrainingDefaultNumRound"] == "20"
    assert found["TrainingDataRaw"] == "s3://other/b.csv"
    assert found["TrainingEnvTeam"] == "fraud"
    assert found["TrainingScheduleState"] == "ENABLED"
    assert found["LogRetentionDays"] == "30"
    assert found["AlertEmail"] == "me@example.com"
    assert found["AccessLogBucket"] == "logs"
    raw, lake = (f"arn:aws:s3:::{n},arn:aws:s3:::{n}/*" for n in ("raw", "lake"))
    assert found["DataReadArns"] == f"{raw},{lake}"
    assert found["DataKeyArns"] == "arn:aws:kms:eu-west-1:123456789012:key/a"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "steps: {trainin: {}}",
            "envs/dev.yaml:1:9: no pipeline 'trainin'",
        ),
        (
            "steps: {training: {Trian: {instance_type: x}}}",
            "no step 'Trian' with settings\n    steps",
        ),
        (
            "steps: {training: {Train: {instance_typ: x}}}",
            "step 'Train' has no setting 'instance_typ'",
        ),
        (
            "parameters: {training: {num_rounds: 1}}",
            "pipeline 'training' has no parameter 'num_rounds'",
        ),
        (
            "log_retention_days: 31",
            "envs/dev.yaml:1:21: 'log_retention_days' is '31': must be one of 30, 90",
        ),
        (
            "steps: {training: {Train: {instance_count: many}}}",
            "Train.instance_count' is 'many': must be a whole number, 1 or more",
        ),
        (
            "steps: {training: {Train: {instance_count: 1.5}}}",
            "is '1.5': must be a whole number, 1 or more",
        ),
        (
            "parameters: {training: {num_round: twelve}}",
            "dev.yaml:1:36: input 'num_round' is 'twelve', must be a whole number",
        ),
        (
            "parameters: {training: {num_round: 1.5}}",
            "dev.yaml:1:36: input 'num_round' is '1.5', must be a whole number",
        ),
        (
            "parameters: {training: {num_round: null}}",
            "dev.yaml:1:36: input 'num_round' is 'null', must be a whole number",
        ),
        (
            "parameters: {training: {raw: 5}}",
            "dev.yaml:1:30: input 'raw' is '5', must be 's3://bucket/key'",
        ),
        (
            "parameters: {training: {mode: quick}}",
            "dev.yaml:1:31: input 'mode' is 'quick', must be one of 'slow', 'fast'",
        ),
        (
            'values: {team: "a\\bc"}',
            "dev.yaml:1:16: 'values.team' has the control character U+0008",
        ),
        (
            "values: {other: 1}",
            "no value 'team', which pipeline 'training' reads",
        ),
        (
            "region: us-east-1",
            "no value 'team', which pipeline 'training' reads",
        ),
        (
            "parameters: {training: {raw: elsewhere.csv}}",
            "is 'elsewhere.csv': must match s3://.+",
        ),
    ],
)
def test_what_nothing_could_use_is_refused_where_it_is_written(
    tmp_path: Path, text: str, found: str
) -> None:
    with pytest.raises(SpecError) as caught:
        parameters(tmp_path, text + "\n")
    assert found in str(caught.value)


@pytest.mark.parametrize("text", ["x" * 4097, "\u00e9" * 2049])
def test_a_value_that_no_parameter_can_hold_is_refused_and_not_shown(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(SpecError) as caught:
        parameters(tmp_path, f"values: {{team: {text}}}\n")
    (problem,) = caught.value.problems
    assert str(problem.where) == "envs/dev.yaml:1:16"
    assert "'values.team' makes 4," in problem.message
    assert text not in problem.message and len(problem.message) < 100


def test_many_buckets_are_refused_where_they_are_written(tmp_path: Path) -> None:
    buckets = ", ".join(f"bucket-{number:03}" for number in range(100))
    text = f"values: {{team: a}}\ndata_buckets: [{buckets}]\n"
    with pytest.raises(SpecError, match="envs/dev.yaml:2:15: 'data_buckets' makes"):
        parameters(tmp_path, text)


def test_the_nearest_name_is_offered(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="did you mean 'Train'"):
        parameters(tmp_path, "steps: {training: {Trian: {instance_type: x}}}\n")


def test_an_environments_name_has_to_fit(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="'Environment' is 'production-eu'"):
        parameters(tmp_path, "values: {team: a}\n", "production-eu")
