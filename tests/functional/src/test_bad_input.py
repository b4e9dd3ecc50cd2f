"""Input that is not what it should be: one clear message, no traceback, exit 1."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Edit = Callable[[list[list[str]]], None]
LABEL = 31


@pytest.fixture
def table(data: Path) -> list[list[str]]:
    """The header and the first 60 rows of the real data, as cells."""
    with (data / "wdbc.csv").open(newline="") as file:
        return list(csv.reader(file))[:61]


def _text(table: list[list[str]], separator: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(table)
    return out.getvalue()


@pytest.fixture
def preprocess(tmp_path: Path, run_job: Any) -> Callable[..., Any]:
    """Run mode train on tmp_path/raw, with every output below tmp_path."""

    def run(*args: object) -> Any:
        folders = [
            word
            for name in ("train", "test", "transformer", "rejects", "metrics")
            for word in (f"--{name}", tmp_path / name)
        ]
        raw = ("--raw", tmp_path / "raw", *folders, *args)
        return run_job("preprocess", "--mode", "train", *raw)

    (tmp_path / "raw").mkdir()
    return run


def test_no_csv_file(fails: Any, preprocess: Any, tmp_path: Path) -> None:
    (tmp_path / "raw" / "notes.txt").write_text("nothing here")
    fails(preprocess(), "no CSV file (*.csv) in")


def test_no_such_folder(fails: Any, preprocess: Any, tmp_path: Path) -> None:
    (tmp_path / "raw").rmdir()
    fails(preprocess(), "does not exist: name another with --raw")


def test_a_holdout_that_does_not_exist_is_not_passed_over(
    fails: Any, preprocess: Any, tmp_path: Path, table: Any
) -> None:
    (tmp_path / "raw" / "a.csv").write_text(_text(table))
    result = preprocess("--holdout", tmp_path / "typo")
    fails(result, "typo' does not exist: name another with --holdout")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "'a.csv' is empty: its first line must name the columns"),
        (b"id;mean radius\n1;2\n", "is it separated by commas?"),
        (b"id,\xff\xfe\n", "'a.csv' is not UTF-8 text"),
        (
            b'id,"mean radius\n1,2\n',
            "'a.csv' is not a CSV file: unexpected end",
        ),
    ],
)
def test_a_file_that_is_not_the_data(
    fails: Any, preprocess: Any, tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "raw" / "a.csv").write_bytes(content)
    fails(preprocess(), message)


def _drop_column(table: list[list[str]]) -> None:
    for row in table:
        del row[4]


def _misname_column(table: list[list[str]]) -> None:
    table[0][4] = "mean_area"


def _name_twice(table: list[list[str]]) -> None:
    table[0][5] = "mean area"


def _only_header(table: list[list[str]]) -> None:
    del table[1:]


def _one_class(table: list[list[str]]) -> None:
    table[1:] = [row for row in table[1:] if row[LABEL] == "malignant"]


def _unknown_labels(table: list[list[str]]) -> None:
    for row in table[1:]:
        row[LABEL] = "M"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (_drop_column, "'a.csv' lacks column 'mean area'; its first line has"),
        (_misname_column, "is 'mean_area' meant to be 'mean area'?"),
        (_name_twice, "'a.csv' has column 'mean area' more than once"),
        (_only_header, "no data rows in"),
        (_one_class, "0 rows are 'benign' of 47 left"),
        (
            _unknown_labels,
            "all 60 rows were rejected, the first in 'a.csv' line 2: "
            "diagnosis is 'M', not 'benign' or 'malignant'",
        ),
    ],
)
def test_data_nobody_can_train_on(
    fails: Any, preprocess: Any, tmp_path: Path, table: Any, edit: Edit, message: str
) -> None:
    edit(table)
    (tmp_path / "raw" / "a.csv").write_text(_text(table))
    fails(preprocess(), message)
    assert not (tmp_path / "train").exists()


def _set(row: int, column: int, text: str) -> Edit:
    def edit(table: list[list[str]]) -> None:
        table[row][column] = text

    return edit


def _repeat_row(table: list[list[str]]) -> None:
    table.append([*table[3]])
    table[-1][0] = "1000"


def _shorten_row(table: list[list[str]]) -> None:
    del table[3][20:]


def _blank_cells(table: list[list[str]]) -> None:
    table[3][1:5] = ["", "NA", "n/a", "NaN"]


@pytest.mark.parametrize(
    ("edit", "line", "reason"),
    [
        (_set(3, 0, "x3"), 4, "bad_id"),
        (_set(3, 0, "1"), 4, "duplicate_id"),
        (_set(3, LABEL, "Benign?"), 4, "bad_label"),
        (_set(3, LABEL, ""), 4, "bad_label"),
        (_set(3, 1, "abc"), 4, "not_a_number"),
        (_set(3, 1, "1_0"), 4, "not_a_number"),
        (_set(3, 1, "inf"), 4, "not_a_number"),
        (_set(3, 1, "-12"), 4, "out_of_range"),
        (_set(3, 1, "1e999"), 4, "out_of_range"),
        (_blank_cells, 4, "missing_values"),
        (_shorten_row, 4, "field_count"),
        (_repeat_row, 62, "duplicate_row"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_reason(
    source: Path,
    tmp_path: Path,
    table: Any,
    edit: Edit,
    line: int,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(source))
    from raw_data import REASONS, read_rows

    edit(table)
    (tmp_path / "a.csv").write_text(_text(table))
    rows, rejects = read_rows(tmp_path, "--raw", labelled=True, max_missing=3)
    assert [(r.file, r.line, r.reason) for r in rejects] == [("a.csv", line, reason)]
    assert len(rows) + 1 == len(table) - 1
    assert reason in REASONS


def test_how_a_file_is_written_makes_no_difference(
    source: Path,
    tmp_path: Path,
    table: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """BOM, CRLF, quotes, blanks, blank lines, column order, extra columns, folders."""
    monkeypatch.syspath_prepend(str(source))
    from raw_data import read_rows

    plain, odd = tmp_path / "plain", tmp_path / "odd"
    plain.mkdir()
    (plain / "a.csv").write_text(_text(table).replace("\r\n", "\n"), newline="")
    cells = [[f" {cell} " for cell in [*row[::-1], "a, b"]] for row in table]
    cells[0][-1] = "remark, if any"
    first = "\ufeff" + _text(cells[:20]) + "\r\n" + _text(cells[20:30])
    (odd / "sub").mkdir(parents=True)
    (odd / "a.csv").write_text(first, newline="")
    (odd / "sub" / "b.CSV").write_text(_text([cells[0], *cells[30:]]), newline="")
    expected, none = read_rows(plain, "--raw", labelled=True, max_missing=3)
    assert len(expected) == 60
    assert not none
    assert read_rows(odd, "--raw", labelled=True, max_missing=3) == (expected, [])
    assert "'a.csv': column 'remark, if any' not used" in capsys.readouterr().err


def test_a_column_that_is_blank_everywhere_cannot_be_imputed(
    fails: Any, preprocess: Any, tmp_path: Path, table: Any
) -> None:
    for row in table[1:]:
        row[4] = ""
    (tmp_path / "raw" / "a.csv").write_text(_text(table))
    fails(preprocess(), "column 'mean area' has no value in any training row")


def test_inference_of_only_bad_rows_fails_but_keeps_the_rejects(
    fails: Any, trained: Path, tmp_path: Path, table: Any, run_job: Any
) -> None:
    for row in table[1:]:
        row[1] = "?"
    (tmp_path / "a.csv").write_text(_text(table))
    folders = ("--raw", tmp_path, "--transformer", trained / "transformer")
    outputs = ("--rejects", tmp_path / "rejects")
    result = run_job("preprocess", "--mode", "infer", *folders, *outputs)
    fails(result, "all 60 rows were rejected, the first in 'a.csv' line 2")
    rejects = (tmp_path / "rejects" / "rejects.csv").read_text().splitlines()
    assert len(rejects) == 61


def test_a_transformer_of_another_scikit_learn_is_refused(
    fails: Any, trained: Path, tmp_path: Path, data: Path, run_job: Any
) -> None:
    for file in (trained / "transformer").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    about = json.loads((tmp_path / "transformer.json").read_text())
    about["scikit_learn"] = "0.1"
    (tmp_path / "transformer.json").write_text(json.dumps(about))
    inputs = ("--raw", data / "unseen.csv", "--transformer", tmp_path)
    result = run_job("preprocess", "--mode", "infer", *inputs)
    fails(result, "was fitted by scikit-learn 0.1")
