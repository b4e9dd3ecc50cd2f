"""hyperparameters: what a script's container decodes, and what an algorithm reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.environment import Environment
from mlmax_pipelines.local.jobs import training_environment as toolkit
from tests.unit.compiler import projects
from tests.unit.compiler.projects import compiled, execute, problems

TYPES = {
    "text": "string",
    "ratio": "number",
    "rounds": "integer",
    "flag": "boolean",
    "words": "list",
    "about": "object",
}
PORTS = ", ".join(f"{name}: {{type: {type}}}" for name, type in TYPES.items())
SCRIPT = f"""
name: fit
type: training
interface: {{inputs: {{{PORTS}}}}}
implementation:
  image: {{framework: xgboost, version: 3.0-5}}
  entry_point: src/fit.py
"""
GIVEN: dict[str, Any] = {
    "text": "1.10",
    "ratio": 0.1,
    "rounds": 7,
    "flag": True,
    "words": [1, "two"],
    "about": {"a": 'say "it\'s" \\ {done}'},
}
LITERALS = "  A: {module: fit, inputs: %s}\n" % json.dumps(GIVEN)
REFERENCES = "  A:\n    module: fit\n    inputs:\n" + "".join(
    f"      {name}: ${{parameters.{name}}}\n" for name in GIVEN
)
HEAD = {"parameters": f"{{{PORTS}}}"}


def sent(root: Path, steps: str, module: str = SCRIPT, **head: str) -> Any:
    pipeline = compiled(root, steps, modules={"f": module}, **head)
    return execute(pipeline, GIVEN).arguments("A")["HyperParameters"]


@pytest.mark.parametrize("steps", [LITERALS, REFERENCES], ids=["literal", "run time"])
def test_a_script_is_given_what_is_written(tmp_path: Path, steps: str) -> None:
    found = toolkit.own_hyperparameters(sent(tmp_path, steps, **HEAD))
    assert found == {**GIVEN, "flag": "true"}
    words = toolkit.arguments(found)
    assert words[words.index("--text") + 1] == "1.10"
    assert words[words.index("--flag") + 1] == "true"


@pytest.mark.parametrize("steps", [LITERALS, REFERENCES], ids=["literal", "run time"])
def test_it_is_what_the_sdk_sends_but_for_booleans(tmp_path: Path, steps: str) -> None:
    found = sent(tmp_path, steps, **HEAD)
    decoded = {name: json.loads(found[name]) for name in GIVEN}
    assert decoded == {**GIVEN, "flag": "true"}
    assert found["text"] == json.dumps(GIVEN["text"])
    assert json.loads(found["sagemaker_program"]) == "fit.py"
    code = json.loads(found["sagemaker_submit_directory"])
    assert code.startswith("s3://") and code.endswith("/src.tar.gz")


def test_text_around_a_reference_stays_text(tmp_path: Path) -> None:
    fit = SCRIPT.replace(
        "  entry_point", "  hyperparameters: {p: '1${parameters.text}'}\n  entry_point"
    )
    found = sent(tmp_path, LITERALS, fit, **HEAD)
    assert found["p"] == '"11.10"'


def test_a_list_with_references_is_a_list(tmp_path: Path) -> None:
    fit = SCRIPT.replace(
        "  entry_point",
        "  hyperparameters: {p: [1, '${parameters.rounds}']}\n  entry_point",
    )
    assert sent(tmp_path, LITERALS, fit, **HEAD)["p"] == "[1,7]"


def test_a_reference_inside_an_object_is_refused(tmp_path: Path) -> None:
    fit = SCRIPT.replace(
        "  entry_point",
        "  hyperparameters: {p: {a: ['${parameters.text}']}}\n  entry_point",
    )
    (found,) = problems(tmp_path, LITERALS, modules={"f": fit}, **HEAD)
    text = "hyperparameter 'p' of step 'A': a reference cannot stand inside an object"
    assert f"modules/f.yaml:7:24: {text}" in found


def test_an_algorithm_reads_text_as_it_is(tmp_path: Path) -> None:
    algorithm = """
name: fit
type: training
interface: {inputs: {text: {type: string}, flag: {type: boolean}}}
implementation: {image: {framework: xgboost, version: 3.0-5}}
"""
    wanted = {"text": "1.10", "flag": "true"}
    for number, text in enumerate(("'1.10'", "${parameters.text}")):
        steps = f'  A: {{module: fit, inputs: {{text: "{text}", flag: true}}}}\n'
        steps = steps.replace("\"'", "'").replace("'\"", "'")
        assert sent(tmp_path / str(number), steps, algorithm, **HEAD) == wanted


def test_one_that_is_too_long_is_refused_as_it_is_sent(tmp_path: Path) -> None:
    steps = LITERALS.replace("1.10", "x" * 2499)
    (found,) = problems(tmp_path, steps, modules={"f": SCRIPT}, **HEAD)
    assert "input 'text' of step 'A', a hyperparameter, has 2,501 characters" in found


def test_a_name_that_no_script_is_given_is_refused(tmp_path: Path) -> None:
    fit = SCRIPT.replace("text:", "sagemaker_text:")
    fit = fit.replace(
        "  entry_point", "  hyperparameters: {sagemaker_program: x}\n  entry_point"
    )
    steps = LITERALS.replace('"text"', '"sagemaker_text"')
    found = problems(tmp_path, steps, modules={"f": fit}, **HEAD)
    assert len(found) == 2
    assert "no script is given 'sagemaker_text': its container keeps it" in found[0]
    assert "'sagemaker_program' of step 'A' is made of 'entry_point'" in found[1]


def test_whatever_an_environment_says_arrives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = 'say "it\'s" \\ {done}'
    environment = Environment("production", "local", values={"team": odd})
    monkeypatch.setattr(projects, "ENVIRONMENT", environment)
    fit = SCRIPT.replace(
        "  entry_point",
        "  hyperparameters: {p: '${env.team}', q: 'a-${env.team}'}\n  entry_point",
    )
    found = toolkit.own_hyperparameters(sent(tmp_path, LITERALS, fit, **HEAD))
    assert (found["p"], found["q"]) == (odd, f"a-{odd}")


def test_a_literal_placeholder_reaches_the_script_as_it_is(tmp_path: Path) -> None:
    """As a module's default, by an escape, and within a list."""
    module = SCRIPT.replace(
        "text: {type: string}", "text: {type: string, default: '${A}'}"
    )
    steps = "  A: {module: fit, inputs: {ratio: 1, rounds: 2, flag: true,"
    steps += " words: ['$${A}', 'ü'], about: {'$${B}': \"it's $${A}\"}}}\n"
    found = sent(tmp_path, steps, module)
    assert json.loads(found["text"]) == "${A}"
    assert json.loads(found["words"]) == ["${A}", "ü"]
    assert json.loads(found["about"]) == {"${B}": "it's ${A}"}
