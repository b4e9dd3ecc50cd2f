"""Preprocess, train and evaluate on the real data: counts, figures, files."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def _json(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text())
    assert isinstance(content, dict)
    return content


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_read_is_in_exactly_one_place(trained: Path) -> None:
    counts = _json(trained / "metrics" / "metrics.json")
    assert counts["rows_read"] == 569
    parts = ("rows_train", "rows_test", "rows_holdout", "rows_rejected")
    assert sum(counts[part] for part in parts) == 569
    assert counts["rows_holdout"] == 40
    assert counts["rows_train"] == len(_rows(trained / "train" / "train.csv"))
    assert counts["rows_test"] == len(_rows(trained / "test" / "test.csv"))


def test_train_test_and_unseen_rows_share_no_id(trained: Path, data: Path) -> None:
    files = (
        trained / "train/train.csv",
        trained / "test/test.csv",
        data / "unseen.csv",
    )
    train, test, unseen = ({row["id"] for row in _rows(path)} for path in files)
    assert not train & test
    assert not (train | test) & unseen


def test_split_keeps_the_share_of_each_class(trained: Path) -> None:
    counts = _json(trained / "metrics" / "metrics.json")
    train = counts["positives_train"] / counts["rows_train"]
    test = counts["positives_test"] / counts["rows_test"]
    assert train == pytest.approx(test, abs=0.01)


def test_labels_are_those_of_the_raw_data(trained: Path, data: Path) -> None:
    truth = {row["id"]: row["diagnosis"] for row in _rows(data / "wdbc.csv")}
    for row in _rows(trained / "test" / "test.csv"):
        assert (row["diagnosis"] == "1") == (truth[row["id"]] == "malignant")


def test_transformer_is_fitted_on_the_training_rows_alone(trained: Path) -> None:
    def features(name: str) -> np.ndarray:
        rows = _rows(trained / name / f"{name}.csv")
        return np.array([[float(x) for x in list(row.values())[2:]] for row in rows])

    assert np.allclose(features("train").mean(axis=0), 0, atol=1e-9)
    assert np.allclose(features("train").std(axis=0), 1, atol=1e-9)
    assert not np.allclose(features("test").mean(axis=0), 0, atol=1e-3)


def test_model_is_good_on_rows_it_was_not_trained_on(trained: Path) -> None:
    metrics = _json(trained / "evaluation" / "metrics.json")
    assert metrics["roc_auc"] > 0.98
    assert metrics["accuracy"] > 0.93


def test_metrics_agree_with_the_predictions_listed(trained: Path) -> None:
    metrics = _json(trained / "evaluation" / "metrics.json")
    rows = _rows(trained / "evaluation" / "predictions.csv")
    right = [row["diagnosis"] == row["prediction"] for row in rows]
    assert metrics["accuracy"] == round(sum(right) / len(right), 6)
    (tn, fp), (fn, tp) = metrics["confusion_matrix"]
    assert tn + tp == sum(right)
    assert metrics["precision"] == round(tp / (tp + fp), 6)
    assert metrics["recall"] == round(tp / (tp + fn), 6)
    assert metrics["rows"] == tn + fp + fn + tp == len(rows)


def test_roc_auc_is_the_share_of_pairs_in_the_right_order(trained: Path) -> None:
    rows = _rows(trained / "evaluation" / "predictions.csv")
    sick, well = (
        np.array([float(r["probability"]) for r in rows if r["diagnosis"] == name])
        for name in ("malignant", "benign")
    )
    pairs = np.sign(sick[:, None] - well[None, :])
    auc = _json(trained / "evaluation" / "metrics.json")["roc_auc"]
    assert auc == round(float((pairs + 1).mean() / 2), 6)


def test_pictures_are_png_files(trained: Path) -> None:
    for name in ("confusion_matrix.png", "roc_curve.png"):
        content = (trained / "evaluation" / name).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) > 10_000


def test_training_prints_metrics_a_regex_can_read(trained: Path) -> None:
    log = (trained / "train.log").read_text()
    losses = re.findall(r"\[\d+\]\ttrain-logloss:([0-9.]+)\ttrain-auc:[0-9.]+", log)
    assert len(losses) > 5
    assert float(losses[-1]) < float(losses[0])


@pytest.mark.parametrize(
    "file",
    [
        "metrics/metrics.json",
        "train/train.csv",
        "test/test.csv",
        "transformer/transformer.json",
        "model/xgboost-model.json",
        "evaluation/metrics.json",
        "evaluation/predictions.csv",
    ],
)
def test_the_same_seed_gives_the_same_bytes(
    trained: Path, trained_again: Path, file: str
) -> None:
    assert (trained / file).read_bytes() == (trained_again / file).read_bytes()


def test_data_is_what_scikit_learn_ships(data: Path) -> None:
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    rows = _rows(data / "wdbc.csv")
    assert list(rows[0]) == ["id", *bunch.feature_names, "diagnosis"]
    values = [[float(row[name]) for name in bunch.feature_names] for row in rows]
    assert np.array_equal(np.array(values), bunch.data)
    names = bunch.target_names[bunch.target]
    assert [row["diagnosis"] for row in rows] == list(names)
    assert [int(row["id"]) for row in rows] == list(range(1, 570))


def test_unseen_rows_are_every_fourteenth_and_six_made_up(data: Path) -> None:
    raw = {row.pop("id"): row for row in _rows(data / "wdbc.csv")}
    unseen = _rows(data / "unseen.csv")
    for number, row in enumerate(unseen[:40], start=1):
        truth = raw[row.pop("id")]
        assert truth is raw[str(14 * number)]
        assert row == {k: v for k, v in truth.items() if k != "diagnosis"}
    assert [row["id"] for row in unseen[40:]] == [*map(str, range(9001, 9006)), "84"]
