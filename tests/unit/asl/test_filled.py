"""Definitions recognised as filled-in templates."""

from __future__ import annotations

from typing import Any

import pytest

from mlmax_pipelines.asl.filled import fits

NAMES = ("Bucket", "Role", "Count")


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ({"a": [1, True, None]}, {"a": [1, True, None]}),
        ({"a": "${Role}"}, {"a": "arn:aws:iam::1:role/r"}),
        ("s3://${Bucket}/x/${Bucket}", "s3://b/x/b"),
        (["${Bucket}", "s3://${Bucket}/k"], ["b", "s3://b/k"]),
        ("${Count}", 2),
        ("States.Format('${Bucket}/{}', $.a[0])", "States.Format('b/{}', $.a[0])"),
        ("${Other}", "${Other}"),
    ],
)
def test_a_filled_template_fits(template: Any, filled: Any) -> None:
    assert fits(template, filled, NAMES)


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1}, [1]),
        ([1, 2], [1]),
        ("s3://${Bucket}/x", "s3://b/y"),
        ("s3://${Bucket}/${Bucket}", "s3://b/c"),
        (["${Bucket}", "s3://${Bucket}/k"], ["b", "s3://c/k"]),
        ("${Other}", "value"),
    ],
)
def test_what_was_made_from_something_else_does_not(template: Any, filled: Any) -> None:
    assert not fits(template, filled, NAMES)
