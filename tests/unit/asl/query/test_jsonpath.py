"""JSONPath: the fast path, the library's part, and where AWS differs from it."""

import subprocess
import sys

import pytest

from mlmax_pipelines.asl.failures import EvaluationError, PathNotFound
from mlmax_pipelines.asl.query.jsonpath import compile_path, compile_prefixed
from mlmax_pipelines.asl.query.path_steps import PathSyntaxError

BOOKS = {
    "books": [
        {"title": "A", "year": 1997, "tags": ["x"]},
        {"title": "B", "year": 1998},
    ],
    "shelf": {"c d": [1, 2], "height": 3},
    "x-y": 3,
    "é": 4,
    "0": 9,
    "a.b": 5,
    "oldest": 1997,
    'quo"te': 6,
    "back\\slash": 7,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.books[0].title", "A"),
        ("$.books[-1].title", "B"),
        ("$.shelf['c d'][1]", 2),
        ('$["shelf"]["height"]', 3),
        ("$.x-y", 3),
        ("$.é", 4),
        ("$.0", 9),
        ("$['a.b']", 5),
        ("$.shelf.['height']", 3),
    ],
)
def test_a_definite_path_yields_the_value_itself(path, value):
    assert compile_path(path).definite
    assert compile_path(path).find(BOOKS) == value


def test_the_root_is_the_document():
    assert compile_path("$").find(BOOKS) is BOOKS


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$.books[*].title", ["A", "B"]),
        ("$.books[0,1].title", ["A", "B"]),
        ("$.books[1:].title", ["B"]),
        ("$.books[-1:].title", ["B"]),
        ("$..year", [1997, 1998]),
        ("$..['year']", [1997, 1998]),
        ("$.shelf.*", [[1, 2], 3]),
        ("$.books[?(@.year == 1998)].title", ["B"]),
        ("$.books[?(@.year > 1997 || @.title == 'A')].title", ["A", "B"]),
        ("$.books[?(@.tags)].title", ["A"]),
        ("$.books[?(!@.tags)].title", ["B"]),
        ("$.books[?(@.title =~ /[A]/)].title", ["A"]),
        ("$.books[?(@.year == $.oldest)].title", ["A"]),
        ("$.books[?(@.title in ['B', 'C'])].year", [1998]),
    ],
)
def test_any_other_path_yields_a_list(path, values):
    assert not compile_path(path).definite
    assert compile_path(path).find(BOOKS) == values


@pytest.mark.parametrize(
    "path", ["$.no[*]", "$.no.no[1:]", "$..no", "$.books[?(@.no)]", "$.books[7:]"]
)
def test_a_list_path_that_finds_nothing_yields_an_empty_list(path):
    assert compile_path(path).find(BOOKS) == []


def test_a_filter_tests_an_object_itself():
    assert compile_path("$.shelf[?(@.height == 3)]").find(BOOKS) == [BOOKS["shelf"]]
    assert compile_path("$.shelf[?(@.height == 4)]").find(BOOKS) == []


def test_nothing_is_unescaped_in_a_quoted_name():
    assert compile_path("$['quo\"te']").find(BOOKS) == 6
    assert compile_path("$['back\\slash']").find(BOOKS) == 7
    assert compile_path("$..['back\\slash']").find([BOOKS]) == [7]


def test_several_names_at_the_end_yield_one_object():
    path = compile_path("$.shelf['height','no','c d']")
    assert path.find(BOOKS) == {"height": 3, "c d": [1, 2]}
    each = compile_path("$.books[*]['title','year']").find(BOOKS)
    assert each == [{"title": "A", "year": 1997}, {"title": "B", "year": 1998}]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.books.length()", 2),
        ("$.books[*].year.max()", 1998),
        ("$.shelf['c d'].sum()", 3),
        ("$.shelf['c d'].avg()", 1.5),
        ("$.shelf.keys()", ["c d", "height"]),
    ],
)
def test_a_path_may_end_in_a_function(path, value):
    assert compile_path(path).find(BOOKS) == value


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("$.no", "No results for path: $['no']"),
        ("$.books[5]", "No results for path: $['books'][5]"),
        ("$.no.such.path", "Missing property in path $['no']"),
        ("$.oldest.x", "Expected to find an object with property ['x']"),
        ("$.shelf[0]", "Filter: [0] can only be applied to arrays."),
        ("$.oldest.length()", "length() cannot be applied"),
    ],
)
def test_a_definite_path_that_finds_nothing_says_why(path, reason):
    with pytest.raises(PathNotFound) as missing:
        compile_path(path).find(BOOKS)
    assert missing.value.reason.startswith(reason)
    assert missing.value.text == path
    assert missing.value.document is BOOKS


@pytest.mark.parametrize("path", ["books", "$books", "$.books[", "$.", "$.a[0"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(PathSyntaxError):
        compile_path(path)


def test_what_the_library_refuses_is_an_evaluation_error():
    with pytest.raises(EvaluationError, match="Invalid path"):
        compile_path("$.books[(@.length-1)]").find(BOOKS)


def test_a_prefixed_path_keeps_its_spelling_in_errors():
    path = compile_prefixed("$$.Execution.No", "$$")
    with pytest.raises(PathNotFound) as missing:
        path.find({"Execution": {}})
    assert missing.value.text == "$$.Execution.No"


def test_reference_paths_never_import_the_library():
    code = (
        "import sys\n"
        "from mlmax_pipelines.asl.query.jsonpath import compile_path\n"
        "compile_path(\"$.a['b'][0]\").find({'a': {'b': [1]}})\n"
        "sys.exit('jsonpath' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("path", ["$..a", "$[*]", "$[?(@.a)]", "$[0,1]"])
@pytest.mark.parametrize("text", ['[{"a": 1}]', "no JSON"])
def test_a_text_is_no_json_to_look_into(path, text):
    assert compile_path(path).find(text) == []
