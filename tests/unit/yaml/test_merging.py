"""Merge keys: what they bring, where it stands, and what cannot be merged."""

from __future__ import annotations

import pytest

from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.yaml.document import parse

BASE = "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x: {<<: *base}", {"a": 1, "b": 2}),
        ("x: {<<: *base, b: 9}", {"a": 1, "b": 9}),
        ("x: {b: 9, <<: *base}", {"b": 9, "a": 1}),
        ("x: {z: 0, <<: *base, y: 5}", {"z": 0, "a": 1, "b": 2, "y": 5}),
        ("x: {<<: [*base, *more]}", {"a": 1, "b": 2, "c": 4}),
        ("x: {<<: [*more, *base], a: 7}", {"b": 3, "c": 4, "a": 7}),
        ("x: {<<: {a: 5}}", {"a": 5}),
        ("x: {<<: []}", {}),
        ("x: {'<<': *base}", {"<<": {"a": 1, "b": 2}}),
        (
            "y: &y {<<: *base, c: 3}\nx: {<<: *y, d: 4}",
            {"a": 1, "b": 2, "c": 3, "d": 4},
        ),
    ],
)
def test_keys_of_other_mappings_are_brought(
    parser: str, text: str, value: object
) -> None:
    data = parse(f"{BASE}{text}\n", "f.yaml").data
    assert data["x"] == value
    assert list(data["x"]) == list(value)  # type: ignore[call-overload]
    assert data["base"] == {"a": 1, "b": 2}


def test_a_brought_value_stands_where_it_is_written(parser: str) -> None:
    document = parse(f"{BASE}x: {{<<: *base, d: 1}}\n", "f.yaml")
    assert str(document.where(("x", "a"))) == "f.yaml:1:17"
    assert str(document.where(("x", "a"), key=True)) == "f.yaml:1:14"
    assert str(document.where(("x", "d"))) == "f.yaml:3:19"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x: {<<: 5}", "3:9"),
        ("x: {<<: ~}", "3:9"),
        ("x: {<<: [*base, 5]}", "3:17"),
        ("l: &l [1]\nx: {<<: *l}", "3:8"),
    ],
)
def test_only_mappings_are_merged(parser: str, text: str, place: str) -> None:
    with pytest.raises(SpecError, match=f"f.yaml:{place}: '<<' merges mappings, found"):
        parse(f"{BASE}{text}\n", "f.yaml")


def test_what_is_merged_again_and_again_is_counted(parser: str) -> None:
    lines = ["a0: &a0 {x: [1, 2, 3, 4, 5, 6, 7, 8]}"]
    for n in range(1, 30):
        lines.append(f"a{n}: &a{n} {{<<: *a{n - 1}, y{n}: *a{n - 1}}}")
    with pytest.raises(SpecError, match="aliases expand to over"):
        parse("\n".join(lines), "f.yaml")
