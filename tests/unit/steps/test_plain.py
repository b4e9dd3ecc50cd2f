"""Values that look like secrets are warned about, and not shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.steps.plain import looks_secret
from tests.unit.compiler.projects import COPY, FIT, compiled

STEPS = "  A: {module: copy}\n"


def warned(root: Path, line: str) -> list[str]:
    modules = {"copy": f"{COPY}  environment: {{{line}}}\n"}
    parameters = "{word: {type: string, default: a}}"
    found = compiled(root, STEPS, modules=modules, parameters=parameters).warnings
    return [str(warning) for warning in found]


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD",
        "password",
        "dbPassword",
        "PGPASSWORD",
        "MYSQL_PWD",
        "API_KEY",
        "apiKey",
        "APIKEY",
        "X_API_KEY_2",
        "AWS_SECRET_ACCESS_KEY",
        "GITHUB_TOKEN",
        "client-secret",
        "AZURE_STORAGE_ACCOUNT_KEY",
        "SSH_PRIVATE_KEY",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "TEAM",
        "PWD",
        "MAX_TOKENS",
        "TOKENIZER",
        "TOKENIZERS_PARALLELISM",
        "TOKEN_LIMIT",
        "SECRET_NAME",
        "DB_PASSWORD_ARN",
        "PASSWORD_FILE",
        "AWS_ACCESS_KEY_ID",
        "KEY",
        "PRIMARY_KEY",
        "MONKEY",
        "COMPASS",
        "KEY_COLUMN",
    ],
)
def test_names_of_other_things(name: str) -> None:
    assert not looks_secret(name)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("DB_PASSWORD: hunter2", "hunter2"),
        ("DB_PASSWORD: 123456", "123456"),
        ("PLACE: 'postgres://me:hunter2@db/x'", "hunter2"),
        ("ANY: AKIAIOSFODNN7EXAMPLE", "AKIA"),
        ("ANY: '-----BEGIN RSA PRIVATE KEY-----'", "BEGIN"),
        ("ANY: ghp_0123456789012345678901234567890123456", "ghp_"),
        ("DB_PASSWORD: '${parameters.word}'", "word}"),
        ("DB_PASSWORD: '${env.team}'", "team}"),
        ("PW: '${env.db_password}'", "password}"),
    ],
)
def test_a_value_that_looks_like_a_secret_is_warned_about_and_not_shown(
    tmp_path: Path, line: str, value: str
) -> None:
    (found,) = warned(tmp_path, line)
    assert found.startswith("modules/copy.yaml:17:")
    assert "of step 'A' looks like a secret" in found
    assert "under 'secrets' of the module" in found
    assert value not in found


@pytest.mark.parametrize(
    "line",
    [
        "TEAM: ml",
        "MAX_TOKENS: 512",
        "USE_TOKEN: true",
        "TOKEN: ''",
        "GITHUB_TOKEN_NAME: ci",
        "DB_PASSWORD: arn:aws:secretsmanager:eu-west-1:123456789012:secret:a",
        "PLACE: 'https://example.com:8080/x'",
        "PLACE: 'postgres://me@db/x'",
    ],
)
def test_other_values_are_not(tmp_path: Path, line: str) -> None:
    assert warned(tmp_path, line) == []


def test_hyperparameters_and_inputs_are_seen_too(tmp_path: Path) -> None:
    text = FIT.replace("{rows:", "{api_key: {type: string}, rows:")
    text += "  hyperparameters: {hub_token: abc}\n"
    inputs = "{rows: 's3://b/k', api_key: abc}"
    steps = f"  A: {{module: fit, inputs: {inputs}}}\n"
    found = compiled(tmp_path, steps, modules={"fit": text}).warnings
    assert [warning.message.partition(" of ")[0] for warning in found] == [
        "hyperparameter 'hub_token'",
        "input 'api_key'",
    ]


def test_a_parameter_s_default_is_seen_too(tmp_path: Path) -> None:
    parameters = (
        "{api_key: {type: string, default: abc}, n: {type: integer, default: 1}}"
    )
    (found,) = compiled(tmp_path, STEPS, parameters=parameters).warnings
    assert str(found.where).startswith("pipelines/p.yaml:2:")
    assert found.message.startswith("the default of parameter 'api_key' looks like")
    assert "abc" not in str(found)
