"""Payload templates."""

import pytest

from mlmax_pipelines.asl.failures import EvaluationError
from mlmax_pipelines.asl.payload import compile_template
from mlmax_pipelines.asl.query.expression import Scope


def make(template, input, variables=None):
    scope = Scope(input, variables or {}, lambda: {"State": {"Name": "S"}})
    return compile_template(template)(scope)


def test_fields_take_the_values_of_their_paths():
    template = {
        "constant": "$.x",
        "path.$": "$.x",
        "context.$": "$$.State.Name",
        "variable.$": "$v[0]",
        "function.$": "States.Array($.x)",
        "nested": {"deep.$": "$.x", "list": [{"in.$": "$.x"}, "plain"]},
    }
    assert make(template, {"x": 1}, {"v": [2]}) == {
        "constant": "$.x",
        "path": 1,
        "context": "S",
        "variable": 2,
        "function": [1],
        "nested": {"deep": 1, "list": [{"in": 1}, "plain"]},
    }


def test_a_template_without_paths_is_handed_out_as_it_is():
    template = {"a": [1, {"b": None}]}
    assert make(template, {}) is template


def test_a_path_that_finds_nothing_names_the_field_and_the_input():
    with pytest.raises(EvaluationError) as error:
        make({"deep": {"value.$": "$.no"}}, {"a": 1})
    assert error.value.error == "States.Runtime"
    assert error.value.message == (
        "The JSONPath '$.no' specified for the field 'value.$' could not be found in "
        "the input '{\"a\":1}'"
    )


def test_an_index_behind_the_end_of_an_array_is_null():
    assert make({"a.$": "$.list[5]"}, {"list": [1]}) == {"a": None}
    for path in ("$.list[5].x", "$.list[0].x", "$.x[0]"):
        with pytest.raises(EvaluationError, match="could not be found"):
            make({"a.$": path}, {"list": [1]})


def test_an_unassigned_variable_is_a_runtime_error():
    with pytest.raises(EvaluationError, match=r"'\$v' specified for the field 'a.\$'"):
        make({"a.$": "$v"}, {})


def test_nothing_can_be_found_in_null():
    with pytest.raises(EvaluationError, match="null or empty input"):
        make({"a.$": "$.x"}, None)


def test_a_path_field_must_be_text():
    with pytest.raises(ValueError, match="'a.\\$' must be a path"):
        compile_template({"a.$": 1})
