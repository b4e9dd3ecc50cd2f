"""What each intrinsic function gives, as AWS does, and what it refuses."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mlmax_pipelines.asl.query.intrinsic_functions import (
    FUNCTIONS,
    IntrinsicError,
    Literal,
)

LIST = [1, 2, 3, 4, 5]
MIXED = [1, 1, 1.5, True, "1", None, [1], [1], {"a": 1}, {"a": 1}]
OBJECT = {"k": 1, "é": [True]}
REORDERED = {"é": [True], "k": 1}


def call(function: str, *values: Any) -> Any:
    return FUNCTIONS[function](values)


@pytest.mark.parametrize(
    ("function", "values", "expected"),
    [
        ("Array", [Literal("x"), None], ["x", None]),
        ("ArrayPartition", [LIST, 2], [[1, 2], [3, 4], [5]]),
        ("ArrayPartition", [[], 2], []),
        ("ArrayContains", [LIST, 3], True),
        ("ArrayContains", [MIXED, OBJECT], False),
        ("ArrayContains", [[OBJECT], OBJECT], True),
        ("ArrayContains", [[OBJECT], REORDERED], False),
        ("ArrayContains", [[1], True], False),
        ("ArrayRange", [1, 9, 2], [1, 3, 5, 7, 9]),
        ("ArrayRange", [5, 1, -2], [5, 3, 1]),
        ("ArrayRange", [1, 1000, 1], list(range(1, 1001))),
        ("ArrayRange", [1.6, 1.4, 1], [1]),
        ("ArrayRange", [5.4, -0.6, -2.4], [5, 3, 1]),
        ("ArrayGetItem", [LIST, 4], 5),
        ("ArrayGetItem", [LIST, 1.9], 2),
        ("ArrayGetItem", [[], 9], None),
        ("ArrayLength", [LIST], 5),
        ("ArrayUnique", [MIXED], [1, 1.5, True, "1", None, [1], {"a": 1}]),
        ("Base64Encode", ["Data to encode"], "RGF0YSB0byBlbmNvZGU="),
        ("Base64Decode", ["RGF0YSB0byBlbmNvZGU="], "Data to encode"),
        ("Hash", ["input data", "SHA-1"], "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("Hash", [{"a": 1}, "MD5"], "bb6cb5c68df4652941caf652a366f2d8"),
        ("JsonMerge", [OBJECT, {"k": 2}, False], {"k": 2, "é": [True]}),
        ("StringToJson", ['{"k": [1, null]}'], {"k": [1, None]}),
        ("StringToJson", [""], None),
        ("JsonToString", [OBJECT], '{"k":1,"é":[true]}'),
        ("JsonToString", ["text"], '"text"'),
        ("MathAdd", [111, -1], 110),
        ("MathAdd", [-1.5, 0], -1),
        ("MathAdd", [1.5, 2.4], 4),
        ("StringSplit", ["a,b;;c", ",;"], ["a", "b", "c"]),
        ("StringSplit", ["", ","], []),
        ("StringSplit", ["a", ""], ["a"]),
        ("StringSplit", ["a.b", "."], ["a", "b"]),
        ("StringSplit", ["a-b]c^d", "^-]"], ["a", "b", "c", "d"]),
        ("Format", ["no holes"], "no holes"),
        ("Format", ["{} and {}", "x", 1], "x and 1"),
        ("Format", ["{}{}{}{}", None, True, 1.5, "é"], "nulltrue1.5é"),
        ("Format", [Literal(r"\{\} it\'s a \\ {}"), 1], "{} it's a \\ 1"),
        ("Format", [r"\{}", 1], r"\1"),
        ("Format", [Literal("{}"), Literal("{}")], "{}"),
    ],
)
def test_a_function_gives_what_aws_gives(
    function: str, values: list[Any], expected: Any
) -> None:
    found = call(function, *values)
    assert found == expected
    assert str(found) == str(expected)


def test_uuids_are_version_4_and_differ() -> None:
    first, second = call("UUID"), call("UUID")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-.*", first)
    assert first != second


def test_random_numbers_stay_below_the_end_and_repeat_with_a_seed() -> None:
    assert {call("MathRandom", 1, 4) for _ in range(200)} == {1, 2, 3}
    seeded = [call("MathRandom", 1, 1_000_000, 7) for _ in range(2)]
    assert seeded[0] == seeded[1]


@pytest.mark.parametrize(
    ("function", "values", "reason"),
    [
        ("ArrayPartition", [LIST, 0], "must be a positive integer"),
        ("ArrayPartition", [LIST, 0.6], "must be a positive integer"),
        ("ArrayPartition", ["a,b", 1], "argument 1 must be an array"),
        ("ArrayRange", [1, 1001, 1], "more than 1000"),
        ("ArrayRange", [1, 2, 0], "must not be 0"),
        ("ArrayGetItem", [LIST, 5], "outside the array"),
        ("ArrayGetItem", [LIST, -1], "outside the array"),
        ("ArrayLength", [1], "must be an array"),
        ("Base64Encode", [1], "must be a string"),
        ("Base64Encode", ["x" * 10_001], "longer than 10000 characters"),
        ("Base64Decode", ["a"], "not Base64"),
        ("Base64Decode", ["YQ==!"], "not Base64"),
        ("Base64Decode", ["/w=="], "not Base64 of UTF-8 text"),
        ("Hash", ["x", "CRC"], "no algorithm 'CRC'; allowed are MD5"),
        ("Hash", ["x" * 10_001, "MD5"], "longer than 10000 characters"),
        ("JsonMerge", [OBJECT, LIST, False], "only JSON objects"),
        ("JsonMerge", [OBJECT, OBJECT, True], "shallow"),
        ("StringToJson", ["{"], "not JSON text"),
        ("StringToJson", ["[" * 9999], "not JSON text"),
        ("StringToJson", ["NaN"], "not JSON text"),
        ("MathAdd", ["1", 1], "argument 1 must be a number"),
        ("MathAdd", [True, 1], "must be a number"),
        ("MathRandom", [2, 2], "below the end"),
        ("Format", ["{}"], "number of arguments do not match"),
        ("Format", ["{}", LIST], "only strings, numbers"),
        ("ArrayLength", [], "0 arguments given, 1 expected"),
        ("UUID", [1], "1 arguments given, 0 expected"),
    ],
)
def test_what_a_function_refuses(function: str, values: list[Any], reason: str) -> None:
    with pytest.raises(IntrinsicError, match=re.escape(reason)):
        call(function, *values)
