"""Input that is not what it should be: one clear message, no traceback, exit 1."""

from __future__ import annotations

import csv
import io
import json
import tarfile
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
        return run_job("preprocess", "--mode", "train", *raw, ML_ROOT=tmp_path)

    (tmp_path / "raw").mkdir()
    (tmp_path / "output").mkdir()
    return run


def _fails(result: Any, message: str) -> None:
    assert result.returncode == 1, result.stdout
    assert result.stderr.splitlines()[-1].startswith("error: ")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_no_csv_file(preprocess: Any, tmp_path: Path) -> None:
    (tmp_path / "raw" / "notes.txt").write_text("nothing here")
    _fails(preprocess(), "no CSV file (*.csv) in")


def test_no_such_folder(preprocess: Any, tmp_path: Path) -> None:
    (tmp_path / "raw").rmdir()
    _fails(preprocess(), "does not exist: name another with --raw")


def test_a_holdout_that_does_not_exist_is_not_passed_over(
    preprocess: Any, tmp_path: Path, table: Any
) -> None:
    (tmp_path / "raw" / "a.csv").write_text(_text(table))
    result = preprocess("--holdout", tmp_path / "typo")
    _fails(result, "typo' does not exist: name another with --holdout")


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
    preprocess: Any, tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "raw" / "a.csv").write_bytes(content)
    _fails(preprocess(), message)


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
    preprocess: Any, tmp_path: Path, table: Any, edit: Edit, message: str
) -> None:
    edit(table)
    (tmp_path / "raw" / "a.csv").write_text(_text(table))
    _fails(preprocess(), message)
    assert not (tmp_path / "train").exists()


def test_the_message_is_left_where_sagemaker_shows_it(
    preprocess: Any, tmp_path: Path
) -> None:
    preprocess()
    assert "no CSV file" in (tmp_path / "output" / "message").read_text()


def test_training_leaves_its_message_where_sagemaker_shows_it(
    tmp_path: Path, run_job: Any
) -> None:
    result = run_job("train", "--train", tmp_path, SM_OUTPUT_DIR=tmp_path)
    _fails(result, "no CSV file")
    assert "no CSV file" in (tmp_path / "failure").read_text()


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
    preprocess: Any, tmp_path: Path, table: Any
) -> None:
    for row in table[1:]:
        row[4] = ""
    (tmp_path / "raw" / "a.csv").write_text(_text(table))
    _fails(preprocess(), "column 'mean area' has no value in any training row")


def test_inference_of_only_bad_rows_fails_but_keeps_the_rejects(
    trained: Path, tmp_path: Path, table: Any, run_job: Any
) -> None:
    for row in table[1:]:
        row[1] = "?"
    (tmp_path / "a.csv").write_text(_text(table))
    folders = ("--raw", tmp_path, "--transformer", trained / "transformer")
    outputs = ("--rejects", tmp_path / "rejects")
    result = run_job("preprocess", "--mode", "infer", *folders, *outputs)
    _fails(result, "all 60 rows were rejected, the first in 'a.csv' line 2")
    rejects = (tmp_path / "rejects" / "rejects.csv").read_text().splitlines()
    assert len(rejects) == 61


def test_a_transformer_of_another_scikit_learn_is_refused(
    trained: Path, tmp_path: Path, data: Path, run_job: Any
) -> None:
    for file in (trained / "transformer").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    about = json.loads((tmp_path / "transformer.json").read_text())
    about["scikit_learn"] = "0.1"
    (tmp_path / "transformer.json").write_text(json.dumps(about))
    inputs = ("--raw", data / "unseen.csv", "--transformer", tmp_path)
    result = run_job("preprocess", "--mode", "infer", *inputs)
    _fails(result, "was fitted by scikit-learn 0.1")


def _archive(path: Path, name: str, content: bytes, link: str = "") -> None:
    member = tarfile.TarInfo(name)
    member.size = 0 if link else len(content)
    if link:
        member.type, member.linkname = tarfile.SYMTYPE, link
    with tarfile.open(path / "model.tar.gz", "w:gz") as archive:
        archive.addfile(member, None if link else io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("../xgboost-model.json", ""),
        ("/xgboost-model.json", ""),
        ("other.json", ""),
        ("xgboost-model.json", "/etc/passwd"),
    ],
)
def test_an_archive_without_the_model_is_refused_and_writes_nothing(
    trained: Path, tmp_path: Path, run_job: Any, name: str, link: str
) -> None:
    (tmp_path / "model").mkdir()
    content = (trained / "model" / "xgboost-model.json").read_bytes()
    _archive(tmp_path / "model", name, content, link)
    inputs = ("--model", tmp_path / "model", "--test", trained / "test")
    result = run_job("evaluate", *inputs, "--evaluation", tmp_path / "out")
    _fails(result, "holds no file 'xgboost-model.json'")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_damaged_archive_is_refused(
    trained: Path, tmp_path: Path, run_job: Any
) -> None:
    content = (trained / "packed" / "model.tar.gz").read_bytes()
    (tmp_path / "model.tar.gz").write_bytes(content[:2000])
    inputs = ("--model", tmp_path, "--test", trained / "test")
    _fails(run_job("evaluate", *inputs), "cannot be read")


@pytest.mark.parametrize("script", ["train", "evaluate"])
def test_rows_of_one_class_are_refused(
    trained: Path, tmp_path: Path, run_job: Any, script: str
) -> None:
    lines = (trained / "test" / "test.csv").read_text().splitlines()
    kept = [lines[0], *(line for line in lines[1:] if line.split(",")[1] == "1")]
    (tmp_path / "rows.csv").write_text("\n".join(kept))
    option = {"train": "--train", "evaluate": "--test"}[script]
    folders = () if script == "train" else ("--model", trained / "packed")
    result = run_job(script, option, tmp_path, *folders, SM_MODEL_DIR=tmp_path / "m")
    _fails(result, "have one label")


@pytest.mark.parametrize(
    "script", ["preprocess", "train", "evaluate", "inference", "postprocess"]
)
def test_help_shows_every_folder_and_its_place_in_the_container(
    run_job: Any, script: str
) -> None:
    result = run_job(script, "--help", COLUMNS=300)
    assert result.returncode == 0
    assert "in: " in result.stdout
    assert "out: " in result.stdout
    assert "(default: /opt/ml/" in result.stdout


@pytest.mark.parametrize(
    ("script", "args"),
    [
        ("preprocess", ("--mode", "train", "--test-size", "1.5")),
        ("preprocess", ("--mode", "both")),
        ("preprocess", ()),
        ("train", ("--eta", "0")),
        ("postprocess", ("--threshold", "often")),
    ],
)
def test_a_wrong_option_is_a_usage_error(
    run_job: Any, script: str, args: tuple[str, ...]
) -> None:
    result = run_job(script, *args)
    assert result.returncode == 2
    assert "usage: " in result.stderr
