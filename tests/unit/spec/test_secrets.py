"""Secrets of a module: variables, names and keys of the right form."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.projects import COPY, problems

STEPS = "  A: {module: copy}\n"
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf"


def said(root: Path, secrets: str) -> list[str]:
    modules = {"copy": f"{COPY}secrets: {{{secrets}}}\n"}
    return problems(root, STEPS, modules=modules)


@pytest.mark.parametrize(
    "secrets",
    [
        "DB_PASSWORD: prod/db",
        f"DB_PASSWORD: '{ARN}'",
        "DB_PASSWORD: {name: prod/db}",
        "DB_PASSWORD: '${env.team}/db'",
        "A: a, B: {name: b, kms_key: 'arn:aws:kms:eu-west-1:123456789012:key/0a-1b'}",
        "A: {name: a, kms_key: '${env.key}'}",
    ],
)
def test_a_secret_has_a_name_or_an_arn_and_perhaps_a_key(
    tmp_path: Path, secrets: str
) -> None:
    assert said(tmp_path, secrets) == []


@pytest.mark.parametrize(
    ("secrets", "message", "hint"),
    [
        ("DB-PASSWORD: x", "'DB-PASSWORD' cannot be an environment", "letters, digits"),
        ("A: b c", "'b c' cannot be the name of a secret", "such as prod/db"),
        ("A: prod/*", "'prod/*' cannot be the name of a secret", ""),
        ("A: 'arn:aws:s3:::b'", "cannot be the name of a secret", "or its ARN"),
        ("A: 3", "must be the name or the ARN of a secret, found 3", ""),
        ("A: {kms_key: k}", "lacks the key 'name'", "its name, or its ARN"),
        ("A: {name: a, key: k}", "unknown key 'key'", "did you mean 'kms_key'?"),
        ("A: {name: a, kms_key: mine}", "'mine' is no ARN of a KMS key", "arn:aws:kms"),
    ],
)
def test_a_secret_of_another_form(
    tmp_path: Path, secrets: str, message: str, hint: str
) -> None:
    (found,) = said(tmp_path, secrets)
    assert found.startswith("modules/copy.yaml:17:")
    assert message in found and hint in found
