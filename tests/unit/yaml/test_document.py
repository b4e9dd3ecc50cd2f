"""Loading YAML: the data, the positions, and every problem of a text."""

from __future__ import annotations

import gc
import os
import re
from pathlib import Path

import pytest

from mlmax_pipelines.base.errors import SpecError
from mlmax_pipelines.yaml import document as source


def test_a_scalar_is_available_as_it_is_written() -> None:
    document = source.parse("version: 1.10\nlist: [1]\n", "f.yaml")
    assert document.text_of(("version",)) == "1.10"
    assert document.text_of(("list",)) == ""


def test_positions_of_values_and_keys(parser: str) -> None:
    document = source.parse("a: 1\nb:\n  - x\n  - {c: 'dd'}\n", "f.yaml")
    assert str(document.where(("b", 1, "c"))) == "f.yaml:4:9"
    assert str(document.where(("b", 1, "c"), key=True)) == "f.yaml:4:6"
    assert str(document.where(("b", 1, "c"), offset=1)) == "f.yaml:4:11"
    assert str(document.where()) == "f.yaml:1:1"


def test_a_missing_path_stands_for_its_parent() -> None:
    document = source.parse("a:\n  b: 1\n", "f.yaml")
    assert str(document.where(("a", "zzz"))) == "f.yaml:2:3"
    assert str(document.where(("a", "b", 3))) == "f.yaml:2:6"


def test_a_problem_shows_its_line_and_a_caret() -> None:
    document = source.parse("a: 1\nbb: two\n", "f.yaml")
    text = str(document.problem("wrong", ("bb",), "do better"))
    assert text == "f.yaml:2:5: wrong\n    bb: two\n        ^\n  hint: do better"


def test_what_an_alias_brings_is_where_it_was_written(parser: str) -> None:
    document = source.parse("a: &x {k: 1}\nb: *x\nc: *x\n", "f.yaml")
    assert str(document.where(("c", "k"))) == "f.yaml:1:11"


def test_equal_texts_have_equal_digests() -> None:
    one, two = source.parse("a: 1\n", "x"), source.parse("a: 1\n", "y")
    assert one.sha256 == two.sha256
    assert one.sha256 != source.parse("a: 2\n", "x").sha256


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1, 2\n", "f.yaml:.*does not parse"),
        ("a: 'open\n", "f.yaml:.*does not parse"),
        ("steps:\n\tA: 1\n", "f.yaml:2:1: tab in the indentation"),
        ("a: " + "[" * 50_000, "nested deeper than 64 levels"),
        ("a: \x01\n", r"f.yaml:1:4: character U\+0001"),
        ("{a: ${parameters.x}}\n", r"(?s)f.yaml:1:6: .*put text with \$\{...\} in quo"),
    ],
)
def test_texts_that_are_refused(parser: str, text: str, expected: str) -> None:
    with pytest.raises(SpecError) as caught:
        source.parse(text, "f.yaml")
    assert re.search(expected, str(caught.value)), str(caught.value)


def test_all_duplicates_come_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        source.parse("a: 1\na: 2\nb: {c: 1, c: 2}\n", "f.yaml")
    places = [str(problem.where) for problem in caught.value.problems]
    assert places == ["f.yaml:2:1", "f.yaml:3:11"]


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(b"name: a\ndescription: caf\xe9\n")
    with pytest.raises(SpecError) as caught:
        source.load(file, "f.yaml")
    assert "f.yaml:2:17: not UTF-8 text: byte 0xe9" in str(caught.value)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(b"\xef\xbb\xbfname: a\n")
    assert source.load(file, "f.yaml").data == {"name": "a"}


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    with open(file, "wb") as sparse:
        sparse.truncate(100_000_000)
    with pytest.raises(SpecError) as caught:
        source.load(file, "f.yaml")
    assert "f.yaml: file too large: the limit is 5 MB" in str(caught.value)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        source.load(tmp_path / "none.yaml", "none.yaml")
    assert "none.yaml: cannot read: no such file" in str(caught.value)


def test_loading_leaves_garbage_collection_as_it_was() -> None:
    assert gc.isenabled()
    source.parse("a: 1\n", "f.yaml")
    with pytest.raises(SpecError):
        source.parse("a: [\n", "f.yaml")
    assert gc.isenabled()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.yaml")
    with pytest.raises(SpecError, match="cannot read: it is no file"):
        source.load(tmp_path / "p.yaml", "p.yaml")
