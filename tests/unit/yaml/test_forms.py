"""Forms of a file's data."""

from __future__ import annotations

import pytest

from mlmax_pipelines.yaml.document import parse
from mlmax_pipelines.yaml.forms import dynamic_references, list_of, mapping_of, shaped

CHECK = mapping_of(list_of(shaped("[a-z]+", "a word")))


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("{a: [b, c]}", []),
        ("[a]", ["x.yaml:1:4: 'k' must be a mapping, found 'list'"]),
        ("{a: b}", ["x.yaml:1:8: 'a' must be a list, found 'b'"]),
        (
            "{a: [b, 5], c: [D]}",
            [
                "x.yaml:1:12: 'a' must be a word, found '5'",
                "x.yaml:1:20: 'c' must be a word, found 'D'",
            ],
        ),
    ],
)
def test_each_fault_stands_where_it_is(text: str, faults: list[str]) -> None:
    document = parse(f"k: {text}\n", "x.yaml")
    found = CHECK(document, ("k",), document.data["k"])
    assert [f"{one.where}: {one.message}" for one in found] == faults


def test_what_cloudformation_would_resolve_is_found_wherever_it_stands() -> None:
    text = 'a: ["x{{resolve:ssm:/x}}", {b: "{{ x }}"}]\n"{{resolve:ssm:y}}": 1\n'
    found = dynamic_references(parse(text, "x.yaml"))
    assert [str(one.where) for one in found] == ["x.yaml:1:5", "x.yaml:2:22"]
