from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmax_pipelines import environment
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.compiled import (
    CodeFolder,
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
from tests.unit.compiler.projects import compiled, run_definition
from tests.unit.local import deployed

ENVIRONMENT = Environment(
    "local", "local", steps={"p": {"Train": {"instance_type": "ml.c5.large"}}}
)


def pipeline(**values: Any) -> CompiledPipeline:
    function = resources.function(
        "Load", ("src", "key"), "load.handler", "python3.12", 3, 128, "L"
    )
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
    code = {"src": "code/1"}
    found = substitutions.values(pipeline(X=substitution), environment, code, files)
    return found["X"]


@pytest.mark.parametrize(
    ("substitution", "expected"),
    [
        (Sub("arn:${AWS::Partition}:states:::a.sync"), "arn:aws:states:::a.sync"),
        (Sub("s3://${CodeBucket}/x"), "s3://artifacts/x"),
        (CodeFolder("src"), "code/1"),
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


# What JSON, an intrinsic or a definition's tokens would take for their own.
SPECIAL = st.sampled_from(
    ["'", '"', "\\", "{", "}", "{}", "$", "${Prefix}", "${EnvTeam}", "\n", "\t", "é"]
)
TEXTS = st.lists(SPECIAL | st.text("ab,:{$", max_size=3), max_size=5).map("".join)
SAYS = """
  Say:
    type: pass
    result:
      alone: "${env.team}"
      joined: "it's ${env.team} of ${pipeline.execution_name}"
      constant: "it's {${env.team}"
      list: ["${env.team}", "${pipeline.execution_name}"]
      nulls: [null, "${env.team}"]
      deep: [{a: "${env.team}"}, null]
      lists: [["${env.team}", null], [["${pipeline.execution_name}"]]]
      both: [null, "${env.team}", {a: "${env.team}"}]
      parameter: "${parameters.word}"
      also: "${parameters.word}/${env.team}"
      object: "${parameters.object}"
      number: "${parameters.number}"
      count: "${parameters.count}"
      flag: "${parameters.flag}"
"""
HEAD = """{
  word: {type: string, default: a}, object: {type: object, default: {}},
  number: {type: number, default: 1}, count: {type: integer, default: 1},
  flag: {type: boolean, default: true}}"""


def said(definition: Any) -> Any:
    definition["States"]["Say"].pop("Next", None)
    return run_definition(definition).output["steps"]["Say"]["outputs"]


@pytest.mark.proof("examples")
@given(
    team=TEXTS.filter(bool),
    word=TEXTS,
    number=st.floats(allow_nan=False, allow_infinity=False),
    count=st.integers(),
    flag=st.booleans(),
)
def test_what_an_environment_says_arrives_here_and_there(
    team: str, word: str, number: float, count: int, flag: bool
) -> None:
    given = {
        "word": word,
        "object": {"a": [word, None, {team: number}]},
        "number": number,
        "count": count,
        "flag": flag,
    }
    file = {"parameters": {"p": given}, "values": {"team": team}}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        pipeline = compiled(root, SAYS, parameters=HEAD)
        (root / "envs").mkdir()
        (root / "envs/dev.yaml").write_text(json.dumps(file))
        env = environment.load(root, "dev")
        there = deployed.definition(root, pipeline, env)
    filled = substitutions.values(
        pipeline, env, dict.fromkeys(pipeline.code, "code/0a1b"), {}
    )
    here = substitutions.resolve(pipeline.definition, filled)
    for definition in (here, there):
        found = said(definition)
        assert found["alone"] == team
        assert found["joined"] == f"it's {team} of a-run"
        assert found["constant"] == "it's {" + team
        assert found["list"] == [team, "a-run"]
        assert found["nulls"] == [None, team]
        assert found["deep"] == [{"a": team}, None]
        assert found["lists"] == [[team, None], [["a-run"]]]
        assert found["both"] == [None, team, {"a": team}]
        assert found["parameter"] == word
        assert found["also"] == f"{word}/{team}"
        assert {k: found[k] for k in ("object", "number", "count", "flag")} == {
            k: given[k] for k in ("object", "number", "count", "flag")
        }


@pytest.mark.parametrize("type", ["string", "number", "list", "object", "s3"])
def test_a_default_arrives_here_and_there(tmp_path: Path, type: str) -> None:
    values = {
        "string": 'say "${Prefix}"\\\n\t{it\'s}',
        "number": -1e-05,
        "list": [None, "'{}'"],
        "object": {"$": '"'},
        "s3": "s3://b/it's $\"{x}\\.csv",
    }
    head = json.dumps({"x": {"type": type, "default": values[type]}})
    steps = '  Say: {type: pass, result: {x: "${parameters.x}"}}\n'
    pipeline = compiled(tmp_path, steps, parameters=head)
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs/dev.yaml").write_text("region: us-east-1\n")
    env = environment.load(tmp_path, "dev")
    filled = substitutions.values(
        pipeline, env, dict.fromkeys(pipeline.code, "code/0a1b"), {}
    )
    for definition in (
        substitutions.resolve(pipeline.definition, filled),
        deployed.definition(tmp_path, pipeline, env),
    ):
        assert said(definition) == {"x": values[type]}
