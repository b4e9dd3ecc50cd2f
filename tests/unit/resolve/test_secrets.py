"""A job is given the ARN of a secret, and may read that one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.declared import Statement
from tests.unit.compiler.projects import COPY, FIT, compiled, execute, problems

HERE = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:"
WHOLE = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf"
PART = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0a-1b"
STEPS = "  A: {module: copy}\n"
MADE = "name: made\ntype: lambda\nimplementation: {handler: src/load.handler}\n"
NEWEST = "name: newest\ntype: latest_model\nimplementation: {group: best}\n"
SCORE = """
name: score
type: batch_inference
implementation:
  image: {framework: xgboost, version: 3.0-5}
  entry_point: src/fit.py
"""


def one(root: Path, secret: str, text: str = COPY, steps: str = STEPS) -> Any:
    modules = {"m": f"{text}\nsecrets: {{DB_PASSWORD: {secret}}}\n"}
    return compiled(root, steps, modules=modules)


def fetches(pipeline: CompiledPipeline) -> list[Statement]:
    return [
        need
        for state in pipeline.states
        for need in (*state.job_role, *state.execution_role)
        if "secret" in need.reason
    ]


@pytest.mark.parametrize(
    ("secret", "resource"),
    [
        ("prod/db", f"{HERE}prod/db-??????"),
        ("'${env.team}/db'", f"{HERE}${{EnvTeam}}/db-??????"),
        (f"'{WHOLE}'", WHOLE),
        (f"'{PART}'", f"{PART}-??????"),
    ],
)
def test_its_role_may_read_that_one(tmp_path: Path, secret: str, resource: str) -> None:
    (need,) = fetches(one(tmp_path, secret))
    assert need.actions == ("secretsmanager:GetSecretValue",)
    assert need.resources == (resource,)


def test_a_key_that_is_named_decrypts_it_and_nothing_else(tmp_path: Path) -> None:
    secret = f"{{name: prod/db, kms_key: '{KEY}'}}"
    _, key = fetches(one(tmp_path / "a", secret))
    assert (key.actions, key.resources) == (("kms:Decrypt",), (KEY,))
    through = "secretsmanager.${AWS::Region}.${AWS::URLSuffix}"
    assert key.conditions == {"StringEquals": {"kms:ViaService": through}}
    secret = f"{{name: '{WHOLE}', kms_key: '{KEY}'}}"
    _, key = fetches(one(tmp_path / "b", secret))
    through = "secretsmanager.eu-west-1.${AWS::URLSuffix}"
    assert key.conditions == {"StringEquals": {"kms:ViaService": through}}


@pytest.mark.parametrize(
    ("text", "steps", "state", "path"),
    [
        (COPY, STEPS, "A", ("Environment",)),
        (
            FIT,
            "  A: {module: fit, inputs: {rows: 's3://b/k'}}\n",
            "A",
            ("Environment",),
        ),
        (
            SCORE,
            "  A: {module: score, inputs: {model_data: 's3://b/m', input_path: "
            "'s3://b/k'}}\n",
            "A model",
            ("PrimaryContainer", "Environment"),
        ),
        (
            SCORE,
            "  A: {module: score, inputs: {model_package: 'p/1', input_path: "
            "'s3://b/k'}}\n",
            "A model",
            ("Containers", 0, "Environment"),
        ),
    ],
)
def test_a_job_is_given_its_arn(
    tmp_path: Path, text: str, steps: str, state: str, path: tuple[Any, ...]
) -> None:
    ran = execute(one(tmp_path, "'${env.team}/db'", text, steps))
    found = ran.arguments(state)
    for key in path:
        found = found[key]
    arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:ml/db"
    assert found["DB_PASSWORD_ARN"] == arn
    assert "DB_PASSWORD" not in found


def test_a_function_is_given_its_arn_and_reads_it_with_its_own_role(
    tmp_path: Path,
) -> None:
    pipeline = one(tmp_path, "prod/db", MADE, "  A: {module: made}\n")
    (function,) = pipeline.resources
    variables = function.properties["Environment"]["Variables"]
    assert variables == {"DB_PASSWORD_ARN": f"{HERE}prod/db"}
    (need,) = function.role
    assert need.resources == (f"{HERE}prod/db-??????",)
    assert fetches(pipeline) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (NEWEST, "a latest_model step runs no code of yours: 'A' fetches nothing"),
        (
            "name: m\ntype: lambda\nimplementation: {function: theirs}\n",
            "the function of step 'A' exists, with a role of its own",
        ),
        (
            COPY + "  environment: {DB_PASSWORD: x}\n",
            "'DB_PASSWORD' is in 'environment' and stands for a secret",
        ),
        (
            COPY + "  environment: {DB_PASSWORD_ARN: x}\n",
            "'DB_PASSWORD_ARN' is in 'environment' and stands for a secret",
        ),
    ],
)
def test_where_a_secret_cannot_be(tmp_path: Path, text: str, message: str) -> None:
    name = next(n for n in ("newest", "copy", "m") if f"name: {n}\n" in text)
    modules = {"m": f"{text}secrets: {{DB_PASSWORD: prod/db}}\n"}
    (found,) = problems(tmp_path, f"  A: {{module: {name}}}\n", modules=modules)
    assert message in found and found.startswith("modules/m.yaml:")


def test_a_name_that_a_partial_arn_may_not_find_is_warned_about(
    tmp_path: Path,
) -> None:
    (warning,) = one(tmp_path / "a", "my-secret").warnings
    assert "'my-secret' ends in a hyphen and six characters" in warning.message
    assert one(tmp_path / "b", "my-secrets").warnings == ()
    assert one(tmp_path / "c", f"'{WHOLE}'").warnings == ()


def test_an_arn_that_is_no_value_of_a_variable_is_refused(tmp_path: Path) -> None:
    modules = {"m": f"{COPY}\nsecrets: {{DB_PASSWORD: {'n' * 200}}}\n"}
    (found,) = problems(tmp_path, STEPS, modules=modules)
    assert "the ARN of secret 'DB_PASSWORD' has 277 characters; the API takes" in found
    assert "nnn" not in found
