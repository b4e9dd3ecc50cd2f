"""`$${NAME}` is the text `${NAME}`, wherever it stands and whatever the name is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlmax_pipelines.cloudformation.definitions import definitions
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline
from tests.unit.compiler.projects import MODULES, compiled, execute
from tests.unit.conftest import Lint

# No name of ours; the bucket, a setting of the step, a kind of job, a value of envs/.
NAMES = [
    "HOME",
    "ArtifactBucket",
    "AInstanceType",
    "SagemakerCreateProcessingJobSync",
    "EnvTeam",
    "no word",
]
MODULE = """
name: say
type: processing
interface:
  inputs: {{word: {{type: string}}, given: {{type: string, default: "{0}"}}}}
implementation:
  image: {{framework: sklearn, version: 1.4-2}}
  entry_point: src/copy.py
  arguments: ["{0}", "of ${{env.team}} {0}"]
  environment: {{PLACE: "{0}/x"}}
"""
LOAD = """
name: load
type: lambda
implementation:
  handler: src/load.handler
  environment: {{PLACE: "{0}", TEAM: "${{env.team}}"}}
"""
STEPS = """
  A:
    module: say
    description: "A {0} and ${{it}}"
    inputs: {{word: "{0} of ${{parameters.who}}"}}
  B:
    type: pass
    result: {{"{0}": "{0}", deep: [{{a: "{0}"}}], list: ["{0}", "${{parameters.who}}"]}}
  L: {{module: load}}
  Gate:
    type: choice
    choices: [{{when: {{value: "${{parameters.who}}", equals: "{0}"}}, next: D}}]
    default: C
  C: {{type: fail, error: E, cause: "{0}"}}
  D: {{type: fail, error: Matched, cause: "{0} for ${{parameters.who}}"}}
"""
HEAD = '{{who: {{type: string}}, words: {{type: list, default: ["{0}"]}}}}'


def made(tmp_path: Path, name: str) -> CompiledPipeline:
    text = "$${%s}" % name
    modules = {**MODULES, "say": MODULE.format(text), "load": LOAD.format(text)}
    return compiled(
        tmp_path,
        STEPS.format(text),
        modules=modules,
        parameters=HEAD.format(text),
        description=f"'costs {text}'",
    )


@pytest.mark.parametrize("name", NAMES)
def test_it_arrives_as_it_is(tmp_path: Path, name: str) -> None:
    pipeline = made(tmp_path, name)
    text = f"${{{name}}}"
    ran = execute(pipeline, {"who": "me"})
    request = ran.arguments("A")
    arguments = request["AppSpecification"]["ContainerArguments"]
    words = [f"{text} of me", text, text, f"of ml {text}"]
    assert [a for a in arguments if not a.startswith("--")] == words
    assert request["Environment"]["PLACE"] == f"{text}/x"
    assert (ran.error, ran.cause) == ("E", text)
    ran = execute(pipeline, {"who": text})
    assert (ran.error, ran.cause) == ("Matched", f"{text} for {text}")


@pytest.mark.parametrize("name", NAMES)
def test_what_later_states_get_is_the_text(tmp_path: Path, name: str) -> None:
    text = f"${{{name}}}"
    ran = execute(made(tmp_path, name), {"who": "me"})
    exits = [e for e in ran.events if e.type == "PassStateExited"]
    data = json.loads(exits[-1].details["output"])
    outputs = data["steps"]["B"]["outputs"]
    assert outputs == {text: text, "deep": [{"a": text}], "list": [text, "me"]}
    assert data["parameters"]["words"] == [text]


@pytest.mark.parametrize("name", NAMES)
def test_cloudformation_fills_in_nothing_of_it(tmp_path: Path, name: str) -> None:
    """It replaces names again and again, until none is left."""
    pipeline = made(tmp_path, name)
    (definition,) = definitions(pipeline, {})
    filled, before = json.dumps(definition.inline), ""
    while filled != before:
        before = filled
        for token in definition.used:
            value = "{" if token == "Brace" else "filled in"
            filled = filled.replace(f"${{{token}}}", value)
    assert f"costs ${{{name}}}" in filled


@pytest.mark.parametrize("name", NAMES)
def test_a_functions_environment_has_it_as_sub_has_it(
    tmp_path: Path, name: str
) -> None:
    pipeline = made(tmp_path, name)
    (function,) = pipeline.resources
    variables = function.properties["Environment"]["Variables"]
    assert variables["PLACE"] == f"${{!{name}}}"
    token = variables["TEAM"].removeprefix("${").removesuffix("}")
    assert token in pipeline.substitutions and token != name


def test_without_such_texts_names_are_what_they_are(tmp_path: Path) -> None:
    pipeline = compiled(tmp_path, "  A: {module: copy}\n")
    assert "ArtifactBucket" in pipeline.substitutions
    assert "Brace" not in pipeline.substitutions


@pytest.mark.functional
def test_cfn_lint_finds_nothing_in_it(tmp_path: Path, lint: Lint) -> None:
    assert lint(render([made(tmp_path, "ArtifactBucket")])) == ""
