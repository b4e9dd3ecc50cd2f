"""Preprocess, predict and postprocess the unseen rows."""

from __future__ import annotations

import csv
import importlib
import json
import re
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch, source: Path) -> ModuleType:
    """inference.py as the container's model server imports it."""
    monkeypatch.syspath_prepend(str(source))
    return importlib.import_module("inference")


def test_every_row_is_either_predicted_or_rejected(inferred: Path, data: Path) -> None:
    sent = [row["id"] for row in _rows(data / "unseen.csv")]
    predicted = [row["id"] for row in _rows(inferred / "predictions/predictions.csv")]
    rejected = [row["id"] for row in _rows(inferred / "predictions/rejects.csv")]
    assert sorted(predicted + rejected) == sorted(sent)


def test_predictions_keep_the_order_of_the_rows_sent(
    inferred: Path, data: Path
) -> None:
    sent = [row["id"] for row in _rows(data / "unseen.csv")][:41]
    rows = _rows(inferred / "predictions" / "predictions.csv")
    assert [row["id"] for row in rows] == sent


def test_rejects_name_line_and_reason(inferred: Path) -> None:
    found = {
        (row["file"], row["line"], row["id"], row["reason"]): row["detail"]
        for row in _rows(inferred / "predictions" / "rejects.csv")
    }
    assert found == {
        ("unseen.csv", "43", "9002", "not_a_number"): "'mean radius' is '17,99', "
        "not a number",
        ("unseen.csv", "44", "9003", "out_of_range"): "'mean area' is -1001.0, "
        "not 3 to 32000",
        ("unseen.csv", "45", "9004", "missing_values"): "6 of 30 measurements are "
        "missing, at most 3 may be",
        ("unseen.csv", "46", "9005", "out_of_range"): "'worst radius' is 25380.0, "
        "not 1 to 100",
        ("unseen.csv", "47", "84", "duplicate_id"): "id 84 was first used in "
        "unseen.csv line 7",
    }


def test_summary_adds_up(inferred: Path) -> None:
    summary = json.loads((inferred / "predictions" / "summary.json").read_text())
    rows = _rows(inferred / "predictions" / "predictions.csv")
    assert summary["rows_in"] == 46
    assert summary["rows_predicted"] == len(rows) == 41
    reasons = [v for name, v in summary.items() if name.startswith("rejected_")]
    assert summary["rows_rejected"] == sum(reasons) == 5
    malignant = sum(row["prediction"] == "malignant" for row in rows)
    assert summary["positives"] == malignant
    mean = np.mean([float(row["probability"]) for row in rows])
    assert summary["mean_probability"] == pytest.approx(mean, abs=1e-6)
    metrics = json.loads((inferred / "metrics" / "metrics.json").read_text())
    assert metrics["rows_read"] == 46
    assert metrics["values_imputed"] == 1


def test_unseen_rows_are_mostly_predicted_right(inferred: Path, data: Path) -> None:
    truth = {row["id"]: row["diagnosis"] for row in _rows(data / "wdbc.csv")}
    rows = _rows(inferred / "predictions" / "predictions.csv")
    right = [r["prediction"] == truth[r["id"]] for r in rows if r["id"] in truth]
    assert len(right) == 40
    assert sum(right) >= 37


def test_both_modes_prepare_a_row_alike(
    trained: Path, data: Path, tmp_path: Path, run_job: Any
) -> None:
    """The test rows, sent again without labels, come out as in test.csv."""
    expected = {row["id"]: row for row in _rows(trained / "test" / "test.csv")}
    raw = [row for row in _rows(data / "wdbc.csv") if row["id"] in expected]
    names = [name for name in raw[0] if name != "diagnosis"]
    with (tmp_path / "raw.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, names[::-1], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(raw)
    outputs = [
        word
        for name in ("features", "ids", "rejects", "metrics")
        for word in (f"--{name}", tmp_path / name)
    ]
    inputs = ("--raw", tmp_path / "raw.csv", "--transformer", trained / "transformer")
    result = run_job("preprocess", "--mode", "infer", *inputs, *outputs)
    assert result.returncode == 0, result.stderr
    features = (tmp_path / "features" / "features.csv").read_text().splitlines()
    ids = [row["id"] for row in _rows(tmp_path / "ids" / "ids.csv")]
    assert len(ids) == len(features) == 106
    for row_id, line in zip(ids, features, strict=True):
        assert line.split(",") == list(expected[row_id].values())[2:]


def test_handler_answers_as_the_model_server_expects(
    handler: ModuleType, trained: Path, inferred: Path
) -> None:
    body = (inferred / "features" / "features.csv").read_bytes()
    model = handler.model_fn(str(trained / "model"))
    for sent in (body, bytearray(body), body.decode()):
        features = handler.input_fn(sent, "text/csv; charset=utf-8")
        answer = handler.output_fn(handler.predict_fn(features, model), "text/csv")
        assert answer == (inferred / "scores" / "features.csv.out").read_text()


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        ("1,2", "application/json", "'application/json' is not 'text/csv'"),
        ("", "text/csv", "no lines to predict"),
        ("1,2\n3", "text/csv", "differ in their number of fields"),
        ("1,abc", "text/csv", "not all numbers"),
    ],
)
def test_handler_refuses_what_it_cannot_read(
    handler: ModuleType, body: str, content_type: str, message: str
) -> None:
    with pytest.raises(Exception, match=message):
        handler.input_fn(body, content_type)


def test_handler_refuses_another_number_of_features(
    handler: ModuleType, trained: Path
) -> None:
    model = handler.model_fn(str(trained / "model"))
    with pytest.raises(Exception, match="rows have 2 features, .* trained on 30"):
        handler.predict_fn(handler.input_fn("1,2", "text/csv"), model)


def test_handler_refuses_a_model_that_is_none(
    handler: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "xgboost-model.json").write_text("{}")
    with pytest.raises(Exception, match="'xgboost-model.json' is not an XGBoost model"):
        handler.model_fn(str(tmp_path))


@pytest.fixture
def to_join(inferred: Path, tmp_path: Path) -> Path:
    """The inputs of postprocess.py, to be broken."""
    for name in ("scores", "ids", "rejects"):
        shutil.copytree(inferred / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ("0.5\n0.25\n", "2 scores for 41 ids"),
        ("", "is empty: nothing was predicted"),
        ("0.5\nnan\n", "holds 'nan', which is no probability"),
        ("0.5\n1.5\n", "holds '1.5', which is no probability"),
        (None, "0 files .*out in .* one is needed"),
    ],
)
def test_scores_that_do_not_belong_to_the_ids_are_refused(
    to_join: Path, run_job: Any, scores: str | None, message: str
) -> None:
    file = to_join / "scores" / "features.csv.out"
    if scores is None:
        file.unlink()
    else:
        file.write_text(scores)
    inputs = [w for n in ("scores", "ids", "rejects") for w in (f"--{n}", to_join / n)]
    result = run_job("postprocess", *inputs, "--predictions", to_join / "out")
    assert result.returncode == 1
    assert re.search(message, result.stderr), result.stderr
    assert not (to_join / "out").exists()
