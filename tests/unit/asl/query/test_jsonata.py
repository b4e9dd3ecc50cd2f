"""The queries that compiled pipelines hold, and nothing more of the language."""

from __future__ import annotations

import pytest

from mlmax_pipelines.asl.failures import EvaluationError
from mlmax_pipelines.asl.query.expression import Scope
from mlmax_pipelines.asl.query.jsonata import QUERY_ERROR, compile_query, reads

PARSE = "{% $parse($states.result.Body) %}"


def evaluate(text: str, data: object) -> object:
    return compile_query(text)(Scope(data, {}, dict))


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("{% $states.input.a.b %}", "input"),
        ('{% \'a\' & $states.input.b & "c\\"" %}', "input"),
        (PARSE, "result"),
        ("{%$parse( $states.result.Body )%}", "result"),
        ("{% $states.input.a & $states.result.b %}", ""),
        ("{% $states.input %}", ""),
        ("{% 'a' %}", ""),
        ("{% $parse($states.result.Body %}", ""),
        ("{% $sum($states.input.a) %}", ""),
        ("{% $states.input.a + 1 %}", ""),
    ],
)
def test_what_a_query_reads(text: str, root: str) -> None:
    assert reads(text) == root


def test_paths_and_texts_are_put_together() -> None:
    text = "{% 'a/' & $states.input.b.c & '/d' %}"
    assert evaluate(text, {"b": {"c": "x"}}) == "a/x/d"
    assert evaluate("{% $states.input.b %}", {"b": [1]}) == [1]


def test_json_is_parsed() -> None:
    assert evaluate(PARSE, {"Body": '{"a": [1, null]}'}) == {"a": [1, None]}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"Body": '{"a": NaN}'}, "no JSON"),
        ({"Body": "\ufeff{}"}, "no JSON"),
        ({"Body": ""}, "no JSON"),
        ({"Body": 3}, "no text"),
        ({}, "undefined"),
        ([], "undefined"),
    ],
)
def test_what_cannot_be_evaluated_is_an_error_that_can_be_caught(
    data: object, why: str
) -> None:
    with pytest.raises(EvaluationError, match=why) as raised:
        evaluate(PARSE, data)
    assert raised.value.error == QUERY_ERROR


def test_only_texts_are_joined() -> None:
    with pytest.raises(EvaluationError, match="joins what is no text"):
        evaluate("{% 'a' & $states.input.b %}", {"b": 1})


def test_more_of_the_language_does_not_compile() -> None:
    with pytest.raises(ValueError, match="more of JSONata"):
        compile_query("{% $now() %}")
