"""What a parameter may be."""

from __future__ import annotations

import pytest

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.project import allowed


def test_a_stack_name_that_others_begin_with_has_to_fit() -> None:
    declared = {"Parameters": {"Prefix": {"Type": "String", "MaxLength": 5}}}
    allowed.check_stack_name("short", {"Inner": declared}, "dev")
    with pytest.raises(UsageError, match="cannot be a stack's name: at most 5"):
        allowed.check_stack_name("longer", {"Inner": declared}, "dev")


@pytest.mark.parametrize(
    ("value", "declared", "told"),
    [
        ("a", {"AllowedValues": ["a", "b"]}, ""),
        ("c", {"AllowedValues": ["a", "b"]}, "must be one of a, b"),
        ("aaa", {"MaxLength": 2}, "at most 2 characters are allowed"),
        ("A", {"AllowedPattern": "[a-z]"}, "must match [a-z]"),
        ("A", {"AllowedPattern": "[a-z]", "ConstraintDescription": "no"}, "no"),
    ],
)
def test_a_declaration_says_what_is_wrong(
    value: str, declared: dict[str, object], told: str
) -> None:
    assert allowed.wrong(value, declared) == told
