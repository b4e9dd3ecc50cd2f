"""What Lambda would refuse of a function is found while it is compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.projects import compiled, problems

MADE = """\
name: made
type: lambda
implementation:
  handler: src/load.handler
  environment: {%s}
"""
STEPS = "  A: {module: made}\n"


@pytest.mark.parametrize(
    ("variables", "message", "hint"),
    [
        ("X: 1", "'X' cannot be a variable of a function", "two or more letters"),
        ("_AB: 1", "'_AB' cannot be a variable", "beginning with a letter"),
        ("A-B: 1", "'A-B' cannot be a variable", ""),
        ("AWS_REGION: x", "'AWS_REGION' is set by Lambda itself", "another name"),
        ("AB: null", "'AB' has no value", "leave it out"),
        ('AB: {a: "$${HOME}"}', "'AB' is a list or an object", "as JSON"),
        ("AB: [1, 2]", "'AB' is a list or an object", "as JSON"),
        (
            'PLACE: "${parameters.rows}"',
            "'PLACE' has a value only while the pipeline runs",
            "give it as an input",
        ),
        (f"LONG: {'x' * 4093}", "have 4,097 bytes together", "Lambda takes 4,096"),
    ],
)
def test_variables_that_a_function_cannot_have(
    tmp_path: Path, variables: str, message: str, hint: str
) -> None:
    (found,) = problems(
        tmp_path,
        STEPS,
        modules={"made": MADE % variables},
        parameters="{rows: {type: s3, default: 's3://b/k'}}",
    )
    assert found.startswith("modules/made.yaml:5:")
    assert message in found and hint in found


def test_variables_reach_the_function_as_they_are_written(tmp_path: Path) -> None:
    variables = 'TEAM: "of ${env.team}", HOME_OF: "$${HOME}", ROWS: 3, ON: true'
    pipeline = compiled(tmp_path, STEPS, modules={"made": MADE % variables})
    (function,) = pipeline.resources
    assert function.properties["Environment"]["Variables"] == {
        "TEAM": "of ${EnvTeam}",
        "HOME_OF": "${!HOME}",
        "ROWS": "3",
        "ON": "true",
    }


def test_a_function_that_exists_has_variables_of_its_own(tmp_path: Path) -> None:
    text = "name: made\ntype: lambda\n"
    text += "implementation: {function: theirs, environment: {AB: c}}\n"
    (found,) = problems(tmp_path, STEPS, modules={"made": text})
    assert "the function of step 'A' exists, with variables of its own" in found


def test_a_secret_s_variable_is_one_that_a_function_can_have(tmp_path: Path) -> None:
    text = "name: made\ntype: lambda\nimplementation: {handler: src/load.handler}\n"
    text += "secrets: {_PASSWORD: prod/db}\n"
    (found,) = problems(tmp_path, STEPS, modules={"made": text})
    assert found.startswith("modules/made.yaml:4:")
    assert "'_PASSWORD_ARN' cannot be a variable of a function" in found


def test_a_function_made_here_is_in_python(tmp_path: Path) -> None:
    text = "name: made\ntype: lambda\n"
    text += "implementation: {handler: src/load.handler, runtime: nodejs20.x}\n"
    found = problems(tmp_path, STEPS, modules={"made": text})
    assert any("'nodejs20.x' is no Python" in one for one in found)
