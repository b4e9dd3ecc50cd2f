"""Events become data and spots, or findings: the same with either parser."""

from __future__ import annotations

import re

import pytest

from mlmax_pipelines.yaml import events
from mlmax_pipelines.yaml.events import MAX_DEPTH, MAX_PROBLEMS, Builder, start


def built(text: str) -> Builder:
    builder = Builder()
    builder.run(text)
    return builder


def findings(text: str) -> list[str]:
    return [
        f"{mark.line + 1}:{mark.column + 1}: {message}"
        for message, mark, _ in built(text).problems
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("NO", "NO"),
        ("true", True),
        ("False", False),
        ("2020-01-01", "2020-01-01"),
        ("12:30:45", "12:30:45"),
        ("012345678901", "012345678901"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("0", 0),
        ("-3", -3),
        ("+3", 3),
        ("1.10", 1.1),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1.4-2", "1.4-2"),
        ("1.0.0", "1.0.0"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("+", "+"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_scalars_mean_what_they_look_like(text: str, value: object) -> None:
    data = built(f"a: {text}\n").data
    assert data == {"a": value}
    assert type(data["a"]) is type(value)


def test_very_long_digits_stay_text() -> None:
    digits = "9" * 5000
    assert built(f"a: {digits}\n").data == {"a": digits}


def test_a_text_that_means_a_number_may_stand_beside_it_in_quotes() -> None:
    assert built("[1, '1', 1]\n").data == [1, "1", 1]


def test_a_spot_is_where_a_value_and_its_key_began(parser: str) -> None:
    _, children = built("a: 1\nb:\n  - x\n  - {c: 'dd'}\n").root
    key, spot = children["b"]
    assert (key.start_mark.line, key.start_mark.column) == (1, 0)
    _, (first, second) = spot
    assert (first.value, first.start_mark.line) == ("x", 2)
    assert start(second).start_mark.column == 4
    assert second[1]["c"][1].value == "dd"


def test_an_alias_stands_for_what_it_names(parser: str) -> None:
    builder = built("a: &x {k: 1}\nb: *x\nc: [*x, &y 2, *y]\n")
    assert builder.data == {"a": {"k": 1}, "b": {"k": 1}, "c": [{"k": 1}, 2, 2]}
    _, children = builder.root
    assert children["b"][1] is children["a"][1]


_BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", r"3:1: key 'a' appears twice, first on line 1"),
        ("a: !!python/name:os.system x\n", "1:4: tag '!!python/name:os.system'"),
        ("a: !mine {b: 1}\n", "1:4: tag '!mine' is not allowed"),
        (_BOMB, "6:.*aliases expand to over"),
        ("a: &x [*x]\n", r"1:8: '\*x' stands for itself"),
        ("a: *x\n", r"1:4: unknown alias '\*x'"),
        ("a: 1\n---\nb: 2\n", "2:1: a second document"),
        ("", "1:1: the file is empty"),
        ("# nothing\n", "1:1: the file is empty"),
        ("- a\n", "1:1: expected keys with values at the top, found a list"),
        ("text\n", "1:1: expected keys with values at the top, found a single value"),
        ("1: a\n", "1:1: key '1' is not text"),
        ("? [a]\n: b\n", "1:3: a key must be text, found a list"),
        ("? {a: b}\n: c\n", "1:3: a key must be text, found a mapping"),
        ("a: &x b\n*x : c\n", "2:1: a key must be text, found an alias"),
    ],
)
def test_texts_that_are_refused(parser: str, text: str, expected: str) -> None:
    (found,) = findings(text)
    assert re.match(expected, found), found


def test_what_is_wrong_in_itself_hides_nothing_behind_it(parser: str) -> None:
    assert findings("a: !x 1\na: 2\nb: {c: 1, c: !y []}\n") == [
        "1:4: tag '!x' is not allowed",
        "2:1: key 'a' appears twice, first on line 1",
        "3:11: key 'c' appears twice, first on line 3",
        "3:14: tag '!y' is not allowed",
    ]


def test_depth_has_a_limit_and_all_up_to_it_is_read(parser: str) -> None:
    def nested(levels: int) -> str:
        return "a: " + "[" * levels + "]" * levels + "\n"

    # The mapping at the top is the first level.
    assert findings(nested(MAX_DEPTH - 1)) == []
    assert findings(nested(MAX_DEPTH)) == ["1:67: nested deeper than 64 levels"]


def test_a_file_full_of_mistakes_stops_at_a_hundred() -> None:
    assert len(findings("a: 1\n" * 5000)) == MAX_PROBLEMS


def test_more_values_than_any_spec_needs_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "MAX_VALUES", 1000)
    (found,) = findings("a: [" + "1," * 2000 + "]\n")
    assert "more than 1000 values" in found
