from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.compiled import (
    CompiledPipeline,
    DataFile,
    Image,
    Part,
    Setting,
    Sub,
)
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.local import substitutions
from mlmax_pipelines.steps.services.lambda_ import resources

ENVIRONMENT = Environment(
    "local", "local", steps={"p": {"Train": {"instance_type": "ml.c5.large"}}}
)


def pipeline(**values: Any) -> CompiledPipeline:
    function = resources.function("Load", "src/load.handler", "python3.12", 3, 128, "L")
    part = Part("Part1", "p-part-1", {})
    return CompiledPipeline(
        "p",
        "",
        "Pipeline",
        (),
        {},
        values,
        (),
        (),
        resources=(function,),
        parts=(part,),
    )


def value(substitution: Any, environment: Environment = ENVIRONMENT) -> Any:
    files = {"data/x.csv": "s3://artifacts/data/1/x.csv"}
    found = substitutions.values(pipeline(X=substitution), environment, "code/1", files)
    return found["X"]


@pytest.mark.parametrize(
    ("substitution", "expected"),
    [
        (Sub("arn:${AWS::Partition}:states:::a.sync"), "arn:aws:states:::a.sync"),
        (
            Sub("s3://${ArtifactBucket}/${CodeVersion}/src/"),
            "s3://artifacts/code/1/src/",
        ),
        (Sub("${Prefix}-${Environment}"), "mlmax-local-local"),
        (Sub("${JobRole.Arn}"), "arn:aws:iam::000000000000:role/local"),
        (
            Sub("${Load.Arn}"),
            "arn:aws:lambda:us-east-1:000000000000:function:Load",
        ),
        (
            Sub("${Part1.Arn}"),
            "arn:aws:states:us-east-1:000000000000:stateMachine:p-part-1",
        ),
        (Image("sklearn", "1.4-2"), "000000000000.local/sklearn:1.4-2-cpu"),
        (Image(uri="${AWS::AccountId}.dkr/x:1"), "000000000000.dkr/x:1"),
        (DataFile("data/x.csv", "input"), "s3://artifacts/data/1/x.csv"),
        (Setting("String", "ml.m5.large", "Train", "instance_type"), "ml.c5.large"),
        (Setting("String", "ml.m5.large", "Test", "instance_type"), "ml.m5.large"),
        (Setting("Number", 2, "Train", "instance_count"), "2"),
    ],
)
def test_each_substitution_has_its_local_value(
    substitution: Any, expected: Any
) -> None:
    assert value(substitution) == expected


def test_a_name_without_a_local_value_is_refused() -> None:
    with pytest.raises(UsageError, match="'\\${Vpc.Id}' has no value in a local run"):
        value(Sub("${Vpc.Id}"))


def test_tokens_are_replaced_wherever_they_stand() -> None:
    definition = {"a": "${N}", "b": ["x ${N} ${S}"], "${S}": {"c": "${S}"}}
    resolved = substitutions.resolve(definition, {"N": 3, "S": 'a "b" \\ é'})
    text = 'a "b" \\ é'
    assert resolved == {"a": 3, "b": [f"x 3 {text}"], text: {"c": text}}


def test_other_text_in_braces_is_left_alone() -> None:
    definition = {"a": "${HOME} ${!x} $.a {}", "b": 'say "${X}"'}
    assert substitutions.resolve(definition, {"Y": 1}) == definition


def test_the_definition_itself_is_not_changed() -> None:
    definition = {"a": "${N}"}
    substitutions.resolve(definition, {"N": 3})
    assert definition == {"a": "${N}"}
