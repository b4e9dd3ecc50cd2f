"""ResultPath: where a result goes, and what it never touches."""

import pytest

from mlmax_pipelines.asl.failures import EvaluationError
from mlmax_pipelines.asl.resultpath import check, put_result


@pytest.mark.parametrize(
    ("path", "output"),
    [
        (None, {"a": {"b": 1}, "l": [1, 2]}),
        ("$", "R"),
        ("$.a", {"a": "R", "l": [1, 2]}),
        ("$.a.c", {"a": {"b": 1, "c": "R"}, "l": [1, 2]}),
        ("$.x.y.z", {"a": {"b": 1}, "l": [1, 2], "x": {"y": {"z": "R"}}}),
        ("$.l[1]", {"a": {"b": 1}, "l": [1, "R"]}),
        ("$['a']['c d']", {"a": {"b": 1, "c d": "R"}, "l": [1, 2]}),
    ],
)
def test_the_result_goes_where_the_path_says(path, output):
    assert put_result(path, {"a": {"b": 1}, "l": [1, 2]}, "R") == output


def test_the_document_is_not_changed_and_the_rest_is_shared():
    document = {"a": {"b": 1}, "c": {}}
    output = put_result("$.a.b", document, 2)
    assert document == {"a": {"b": 1}, "c": {}}
    assert output["c"] is document["c"]


@pytest.mark.parametrize("path", ["$.a.b.c", "$.l[5]", "$.a[0]", "$.l[*]"])
def test_a_path_that_runs_into_something_else_does_not_match(path):
    with pytest.raises(EvaluationError, match="Unable to apply ReferencePath") as error:
        put_result(path, {"a": {"b": 1}, "l": []}, "R")
    assert error.value.error == "States.ResultPathMatchFailure"


def test_what_is_no_path_is_refused_before_anything_runs():
    assert check("$.a[0]") == "$.a[0]" and check(None) is None
    with pytest.raises(ValueError):
        check("Pass")
