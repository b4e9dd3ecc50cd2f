"""Tags of a stack."""

from __future__ import annotations

import pytest

from mlmax_pipelines.base import tags


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("team", "ml", ""),
        ("cost center", "4711/a:b=c+d@e.f_g-h", ""),
        ("awsome", "x", ""),
        ("aws:x", "x", "begins with 'aws:'"),
        ("", "x", "is empty"),
        ("k", "a\tb", "has a value that has '\\t'"),
    ],
)
def test_what_can_be_a_tag(key: str, value: str, fault: str) -> None:
    found = tags.fault(key, value)
    assert found.startswith(fault) and bool(found) is bool(fault)
