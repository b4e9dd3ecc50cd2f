"""Intrinsic functions: grammar, what each one does, how each one refuses."""

import re

import pytest

from mlmax_pipelines.asl.failures import EvaluationError
from mlmax_pipelines.asl.query.expression import Scope, compile_expression
from mlmax_pipelines.asl.query.intrinsics import IntrinsicSyntaxError

INPUT = {
    "list": [1, 2, 3, 4, 5],
    "mixed": [1, 1, 1.5, True, "1", None, [1], [1], {"a": 1}, {"a": 1}],
    "text": "a,b;;c",
    "json": '{"k": [1, null]}',
    "object": {"k": 1, "é": [True]},
    "reordered": {"é": [True], "k": 1},
    "other": {"k": 2},
    "template": "{} and {}",
    "half": -1.5,
}


def evaluate(text, input=INPUT, variables=None):
    context = {"Execution": {"Id": "id-1"}}
    return compile_expression(text)(Scope(input, variables or {}, lambda: context))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("States.Array()", []),
        ("States.Array(1, 'two', $.list[2], null, true, -1.5)",
         [1, "two", 3, None, True, -1.5]),
        ("States.ArrayPartition($.list, 2)", [[1, 2], [3, 4], [5]]),
        ("States.ArrayPartition(States.Array(), 2)", []),
        ("States.ArrayContains($.list, 3)", True),
        ("States.ArrayContains($.mixed, $.object)", False),
        ("States.ArrayContains(States.Array($.object), $.object)", True),
        ("States.ArrayContains(States.Array(1), true)", False),
        ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
        ("States.ArrayRange(5, 1, -2)", [5, 3, 1]),
        ("States.ArrayRange(1, 1000, 1)", list(range(1, 1001))),
        ("States.ArrayGetItem($.list, 4)", 5),
        ("States.ArrayGetItem($.list, 1.9)", 2),
        ("States.ArrayGetItem(States.Array(), 9)", None),
        ("States.ArrayRange(1.6, 1.4, 1)", [1]),
        ("States.ArrayRange(5.4, -0.6, -2.4)", [5, 3, 1]),
        ("States.ArrayContains(States.Array($.object), $.reordered)", False),
        ("States.ArrayLength($.list)", 5),
        ("States.ArrayLength($.list[1:3])", 2),
        ("States.ArrayUnique($.mixed)",
         [1, 1.5, True, "1", None, [1], {"a": 1}]),
        ("States.Base64Encode('Data to encode')", "RGF0YSB0byBlbmNvZGU="),
        ("States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", "Data to encode"),
        ("States.Hash('input data', 'SHA-1')",
         "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("States.JsonMerge($.object, $.other, false)", {"k": 2, "é": [True]}),
        ("States.StringToJson($.json)", {"k": [1, None]}),
        ("States.StringToJson('')", None),
        ("States.JsonToString($.object)", '{"k":1,"é":[true]}'),
        ("States.JsonToString('text')", '"text"'),
        ("States.MathAdd(111, -1)", 110),
        ("States.MathAdd($.half, 0)", -1),
        ("States.MathAdd(1.5, 2.4)", 4),
        ("States.StringSplit($.text, ',;')", ["a", "b", "c"]),
        ("States.StringSplit('', ',')", []),
        ("States.StringSplit('a.b', '.')", ["a", "b"]),
        ("States.StringSplit('a-b]c^d', '^-]')", ["a", "b", "c", "d"]),
        ("States.Format('no holes')", "no holes"),
        ("States.Format($.template, 'x', 1)", "x and 1"),
        ("States.Format('{}{}{}{}', null, true, 1.5, 'é')", "nulltrue1.5é"),
        (r"States.Format('\{\} it\'s a \\ {}', 1)", "{} it's a \\ 1"),
        ("States.Format('{}', '{}')", "{}"),
        ("States.Format('{}', $$.Execution.Id)", "id-1"),
        ("States.Format('{}', $name.first)", "Ada"),
        ("States.Format('a\nb {}', 1)", "a\nb 1"),
        ("States.ArrayGetItem(States.StringSplit($.text, ','), 0)", "a"),
        ("States.ArrayLength($.mixed[?(@.a == 1)])", 2),
        ("States.Array( 1 , 2 )", [1, 2]),
        (r"States.Array('it\'s', 'a, b)')", ["it's", "a, b)"]),
    ],
)  # fmt: skip
def test_a_function_gives_what_aws_gives(text, value):
    found = evaluate(text, variables={"name": {"first": "Ada"}})
    assert found == value
    assert str(found) == str(value)


def test_uuids_are_version_4_and_differ():
    first, second = evaluate("States.UUID()"), evaluate("States.UUID()")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-.*", first)
    assert first != second


def test_random_numbers_stay_below_the_end_and_repeat_with_a_seed():
    numbers = {evaluate("States.MathRandom(1, 4)") for _ in range(200)}
    assert numbers == {1, 2, 3}
    seeded = [evaluate("States.MathRandom(1, 1000000, 7)") for _ in range(2)]
    assert seeded[0] == seeded[1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("States.ArrayPartition($.list, 0)", "must be a positive integer"),
        ("States.ArrayPartition($.list, 0.6)", "must be a positive integer"),
        ("States.ArrayPartition($.text, 1)", "must be an array"),
        ("States.ArrayRange(1, 1001, 1)", "more than 1000"),
        ("States.ArrayRange(1, 2, 0)", "must not be 0"),
        ("States.ArrayGetItem($.list, 5)", "outside the array"),
        ("States.ArrayGetItem($.list, -1)", "outside the array"),
        ("States.ArrayLength(1)", "must be an array"),
        ("States.Base64Encode(1)", "must be a string"),
        ("States.Base64Decode('a')", "not Base64"),
        ("States.Hash('x', 'CRC')", "no algorithm 'CRC'; allowed are MD5"),
        ("States.JsonMerge($.object, $.list, false)", "only JSON objects"),
        ("States.JsonMerge($.object, $.other, true)", "shallow"),
        ("States.StringToJson('{')", "not JSON text"),
        ("States.StringToJson('NaN')", "not JSON text"),
        ("States.MathAdd('1', 1)", "must be a number"),
        ("States.MathAdd(true, 1)", "must be a number"),
        ("States.MathRandom(2, 2)", "below the end"),
        ("States.Format('{}')", "number of arguments do not match"),
        ("States.Format('{}', $.list)", "only strings, numbers"),
        ("States.ArrayLength()", "0 arguments given, 1 expected"),
    ],
)
def test_refused_arguments_are_a_runtime_error(text, reason):
    with pytest.raises(EvaluationError, match=re.escape(reason)) as error:
        evaluate(text)
    assert error.value.error == "States.Runtime"
    name = text.partition("(")[0]
    assert error.value.message.startswith(
        f"The function '{text}' had the following error: Invalid arguments in {name}: "
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "States.Format('{}',$.no)",
            "The JsonPath argument for the field '$.no' could not be found in the "
            "input '{\"a\":[1]}'",
        ),
        (
            "States.Format('{}', States.Array($.a[1]))",
            "The JsonPath argument for the field '$.a[1]' could not be found in the "
            "input '{\"a\":[1]}'",
        ),
        (
            "States.Array($$.Execution.No)",
            "The JsonPath argument for the field '$.Execution.No' could not be found "
            "in the input '{\"a\":[1]}'",
        ),
        (
            "States.Array($.a[0][0])",
            "Filter: [0] can only be applied to arrays. Current context is: 1",
        ),
    ],
)
def test_an_argument_that_finds_nothing_is_a_runtime_error(text, reason):
    with pytest.raises(EvaluationError) as error:
        evaluate(text, {"a": [1]})
    assert error.value.error == "States.Runtime"
    assert error.value.message == (
        f"The function '{text}' had the following error: {reason}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "States.Nope()",
        "States.Array(1",
        "States.Array(1,)",
        "States.Array(1 2)",
        "States.Array() x",
        "States.Array(word)",
        "States.Array(" * 11 + ")" * 11,
    ],
)
def test_what_is_no_call_is_refused(text):
    with pytest.raises(IntrinsicSyntaxError):
        compile_expression(text)
