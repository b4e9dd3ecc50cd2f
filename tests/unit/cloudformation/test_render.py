"""What `emit` writes reads back as what it was given, and reads well."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mlmax_pipelines.cloudformation.render import emit
from mlmax_pipelines.cloudformation.tags import Tag, get_att, ref, sub, when

TRICKY = st.sampled_from(
    [
        *("on", "Off", "yes", "NO", "y", "n", "true", "null", "~", "", " ", "="),
        *("1.0", "0x1F", "0o17", "1e3", "1_000", "12:30:45", "2012-10-17", ".inf"),
        *("- a", "? a", "a: b", "a #b", "#a", "&a", "*a", "!a", "%a", "@a", "`a"),
        *("a:", "a ", " a", "[a", "{a", "a]", "|", ">", "<<", "---", "...", "-", "./a"),
        *("'", '"', "\\", "it's", 'say "x"', "C:\\x", "$.steps.X", "${A}", "a\tb"),
        *("a\nb", "a\n", "\na", "a\n\n", " a\nb", "a\n  b\n\tc", "a\r\nb", "\x85a"),
        *("\u2028", "\ufeff", "\x7f", "é", "naïve: ça", "日本", "🎉", "\x00", "a:x"),
    ]
)
TEXT = TRICKY | st.text(max_size=30)
LEAVES = st.booleans() | st.integers() | TEXT
LEAVES |= st.floats(allow_nan=False)
DATA = st.dictionaries(
    TEXT,
    st.recursive(
        LEAVES,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4)
        ),
        max_leaves=20,
    ),
    max_size=5,
)


@pytest.mark.proof("examples")
@given(DATA)
def test_what_is_written_reads_back_in_its_order(data: dict[str, Any]) -> None:
    assert list(yaml.safe_load(emit(data)).items()) == list(data.items())


class _Loader(yaml.SafeLoader):
    pass


def _tagged(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> Tag:
    if isinstance(node, yaml.ScalarNode):
        return Tag(name, loader.construct_scalar(node))
    assert isinstance(node, yaml.SequenceNode)
    return Tag(name, loader.construct_sequence(node, deep=True))


_Loader.add_multi_constructor("!", _tagged)


@pytest.mark.parametrize(
    "tag",
    [
        sub("arn:${AWS::Partition}:s3:::${Bucket}/a b: c"),
        sub("${Bucket}"),
        get_att("Role"),
        when("Given", {"a": [1, ref("B")]}),
        when("Given", "x, y", "[z]"),
        Tag("FindInMap", ["Images", ref("AWS::Region"), "Xgboost"]),
        Tag("Not", [Tag("Equals", [ref("A"), ""])]),
        Tag("Join", [",", ref("A")]),
        Tag("Sub", "first ${A}\nsecond\n"),
    ],
)
def test_tags_read_back_wherever_they_stand(tag: Tag) -> None:
    data = {"key": tag, "list": [tag, [tag], {"deep": tag}]}
    assert yaml.load(emit(data), _Loader) == data


def test_output_is_block_style_with_quotes_only_where_needed() -> None:
    data = {
        "Resource": "${CreateProcessingJobSync}",
        "Version": "2012-10-17",
        "States": {"A": {"Next": "B C", "on": "on", "Cause": "no: good"}},
        "Script": "first\n  second\n",
        "Image": Tag("FindInMap", ["Images", ref("AWS::Region"), "Xgboost"]),
        "List": ["a", {"b": 1, "c": []}, ["d"]],
    }
    assert emit(data).splitlines() == [
        "Resource: ${CreateProcessingJobSync}",
        'Version: "2012-10-17"',
        "States:",
        "  A:",
        "    Next: B C",
        '    "on": "on"',
        '    Cause: "no: good"',
        "Script: |",
        "  first",
        "    second",
        "Image: !FindInMap [Images, !Ref AWS::Region, Xgboost]",
        "List:",
        "  - a",
        "  - b: 1",
        "    c: []",
        "  - - d",
    ]


def test_long_lines_are_not_wrapped() -> None:
    text = "word " * 200 + "end"
    assert emit({"Description": text}) == f"Description: {text}\n"
