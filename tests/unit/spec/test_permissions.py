"""IAM statements of a module: actions, resources and reasons of the right form."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.projects import COPY, problems

STEPS = "  A: {module: copy}\n"


def said(root: Path, statement: str) -> list[str]:
    return problems(root, STEPS, modules={"copy": f"{COPY}iam:\n- {statement}\n"})


@pytest.mark.parametrize(
    ("actions", "message", "hint"),
    [
        ("[GetObject]", "'GetObject' is no action of IAM", "such as s3:GetObject"),
        ("[s3.GetObject]", "'s3.GetObject' is no action", "service:Action"),
        ("['s3:Get*']", "action 's3:Get*' has a wildcard", "name every action"),
        ("['*']", "action '*' has a wildcard", "name every action"),
        ("[]", "'iam[0].actions' is empty", ""),
        (
            "s3:GetObject",
            "must be a list, found 's3:GetObject'",
            "write [s3:GetObject]",
        ),
    ],
)
def test_an_action_that_is_none(
    tmp_path: Path, actions: str, message: str, hint: str
) -> None:
    rest = "resources: ['arn:aws:s3:::b/k'], reason: reads it"
    (found, *_) = said(tmp_path, f"{{actions: {actions}, {rest}}}")
    assert found.startswith("modules/copy.yaml:18:")
    assert message in found and hint in found


@pytest.mark.parametrize(
    ("resource", "message", "hint"),
    [
        ("*", "resource '*' is anything, and nothing says why", "'wildcard'"),
        ("arn:aws:s3:::*", "resource 'arn:aws:s3:::*' is anything", "name the"),
        ("arn:*:*:*:*:table/x", "is anything, and nothing says why", ""),
        ("s3://b/k", "'s3://b/k' is no ARN", "arn:aws:s3:::b/k"),
        ("scores", "'scores' is no ARN", "arn:aws:dynamodb:"),
        ("arn:aws:s3", "'arn:aws:s3' is no ARN", ""),
    ],
)
def test_a_resource_that_is_none_or_anything(
    tmp_path: Path, resource: str, message: str, hint: str
) -> None:
    rest = "actions: [s3:GetObject], reason: reads it"
    (found,) = said(tmp_path, f"{{resources: ['{resource}'], {rest}}}")
    assert message in found and hint in found


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("true", 'must be text, or a list of texts, found true | quote it: "true"'),
        ("[a, 3]", "must be text, or a list of texts, found 3"),
        ("{a: b}", "must be text, or a list of texts, found keys with values"),
    ],
)
def test_a_condition_s_value_is_text(tmp_path: Path, value: str, message: str) -> None:
    rest = "actions: [s3:GetObject], resources: ['arn:aws:s3:::b/k'], reason: reads it"
    (found,) = said(tmp_path, f"{{{rest}, conditions: {{Bool: {{a: {value}}}}}}}")
    assert message in found


def test_a_statement_says_why(tmp_path: Path) -> None:
    bare = "{actions: [s3:GetObject], resources: ['arn:aws:s3:::b/k']"
    (found,) = said(tmp_path / "a", bare + "}")
    assert "'iam[0]' lacks the key 'reason' | what the module does with it" in found
    (found,) = said(tmp_path / "b", bare + ", reason: ''}")
    assert "'iam[0].reason' is empty" in found
    reason = "reason: lists them, wildcard: it takes no resource"
    star = "{actions: [s3:ListAllMyBuckets], resources: ['*'], "
    assert said(tmp_path / "c", star + reason + "}") == []
