"""Inputs against parameters: what is taken, what is refused, all of it at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.base.errors import SpecError, Where
from mlmax_pipelines.compiled import Parameter
from mlmax_pipelines.project.inputs import Given, Inputs, check

HERE = Path(__file__).parent


def one(type: str, value: Any, is_text: bool = True, **more: Any) -> Any:
    """What an input of that type makes of one value."""
    parameter = Parameter("x", type, **more)
    given = Given("x", value, HERE, is_text)
    checked = check("p", [parameter], [given])
    return {**checked.values, **checked.uploads}["x"]


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("string", "5", "5"),
        ("string", "", ""),
        ("integer", "5", 5),
        ("integer", "-5", -5),
        ("number", "0.95", 0.95),
        ("number", "1e-3", 0.001),
        ("number", "2", 2),
        ("number", ".5", 0.5),
        ("number", "-1.", -1.0),
        ("integer", "+5", 5),
        ("boolean", "True", True),
        ("boolean", "FALSE", False),
        ("boolean", " false ", False),
        ("boolean", "true", True),
        ("list", '["a", 1]', ["a", 1]),
        ("object", '{"a": {"b": 1}}', {"a": {"b": 1}}),
        ("s3", "s3://bucket/key/", "s3://bucket/key/"),
    ],
)
def test_text_is_read_as_the_declared_type(type: str, text: str, value: Any) -> None:
    found = one(type, text)
    assert found == value
    assert isinstance(found, value.__class__)


@pytest.mark.parametrize(
    ("type", "text", "allowed"),
    [
        ("integer", "5.5", "whole number"),
        ("integer", "5.0", "whole number"),
        ("integer", "true", "whole number"),
        ("number", "high", "a number"),
        ("number", "NaN", "a number"),
        ("number", "1e999", "a number"),
        ("boolean", "yes", "true or false"),
        ("boolean", "1", "true or false"),
        ("list", "a,b", "list in JSON"),
        ("object", "[1]", "object in JSON"),
        ("s3", "http://bucket/key", "s3://bucket/key"),
        ("s3", "", "s3://bucket/key"),
        ("s3", "s3:///key", "names no bucket"),
        ("s3", "no/such/file.csv", "no file or folder 'no/such/file.csv'"),
    ],
)
def test_text_that_does_not_fit_is_refused(type: str, text: str, allowed: str) -> None:
    with pytest.raises(SpecError) as caught:
        one(type, text)
    assert allowed in str(caught.value)
    assert "'x'" in str(caught.value)


def test_data_of_another_type_is_refused() -> None:
    with pytest.raises(SpecError, match="input 'x' is '5', must be text"):
        one("string", 5, is_text=False)


def test_data_of_the_type_is_taken_as_it_is() -> None:
    assert one("number", 3, is_text=False) == 3


def test_value_outside_the_enum_is_refused() -> None:
    with pytest.raises(SpecError, match="'c', must be one of 'a', 'b'"):
        one("string", "c", enum=("a", "b"))


def test_a_local_path_is_to_be_uploaded() -> None:
    assert one("s3", Path(__file__).name) == Path(__file__)


def test_a_folder_without_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    with pytest.raises(SpecError, match="input 'x': no file in the folder"):
        one("s3", str(tmp_path))
    (tmp_path / "inner" / "a.csv").touch()
    assert one("s3", str(tmp_path)) == tmp_path


def test_a_home_that_nobody_has_is_a_path_that_is_not_there() -> None:
    with pytest.raises(SpecError, match="no file or folder '~nobody at all/x.csv'"):
        one("s3", "~nobody at all/x.csv")


def test_the_later_value_for_a_name_counts() -> None:
    parameters = [Parameter("x", "string", "default")]
    given = [Given("x", "env", HERE), Given("x", "typed", HERE, is_text=True)]
    assert check("p", parameters, given) == Inputs({"x": "typed"}, {})


def test_a_default_is_left_to_the_state_machine() -> None:
    assert check("p", [Parameter("x", "string", "default")], []) == Inputs()


def test_every_problem_comes_at_once() -> None:
    parameters = [Parameter("rate", "number"), Parameter("needed", "s3")]
    given = [Given("rate", "fast", HERE, True), Given("ratee", "1", HERE, True)]
    with pytest.raises(SpecError) as caught:
        check("p", parameters, given)
    text = str(caught.value)
    assert len(caught.value.problems) == 3
    assert "has no input 'ratee'" in text
    assert "did you mean 'rate'? inputs of 'p': rate, needed" in text
    assert "input 'rate' is 'fast'" in text
    assert "needs a value for input 'needed'" in text


def test_a_problem_names_the_place_in_its_file() -> None:
    given = Given("x", "a", HERE, where=Where("in.yaml", 3, 5))
    with pytest.raises(SpecError, match=r"in.yaml:3:5: input 'x' is 'a'"):
        check("p", [Parameter("x", "number")], [given])


def test_what_an_environment_names_lies_in_the_project(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    for place in (tmp_path, tmp_path / "project"):
        (place / "x.csv").write_text("1")
    parameter = Parameter("x", "s3")
    where = Where("envs/local.yaml")

    def preset(value: str) -> Inputs:
        folder = tmp_path / "project"
        given = Given("x", value, folder, where=where, inside=True)
        return check("p", [parameter], [given])

    assert preset("x.csv").uploads and preset("s3://b/k").values
    for path in ("../x.csv", str(tmp_path / "x.csv")):
        with pytest.raises(SpecError, match="is outside of the project; --input may"):
            preset(path)


def test_a_pipe_is_no_file_to_upload(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SpecError, match="'.*pipe' is neither a file nor a folder"):
        one("s3", str(tmp_path / "pipe"))
