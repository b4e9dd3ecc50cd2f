"""Judge the trained model on the test rows.

In: the model folder (model.tar.gz) and test.csv. Out, in one folder: metrics.json
(numbers at the top level, where a pipeline's choice can read them), predictions.csv
(what was predicted for each test row), confusion_matrix.png and roc_curve.png. The
positive class is "malignant".
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

import booster
import job
import wdbc
from job import INPUTS, OUTPUTS


def arguments() -> argparse.Namespace:
    """The command line; every folder defaults to its place in the container."""
    parser = job.parser(__doc__)
    add = parser.add_argument
    add("--model", type=Path, default=INPUTS / "model", help="in: model.tar.gz")
    add("--test", type=Path, default=INPUTS / "test", help="in: test.csv")
    add("--evaluation", type=Path, default=OUTPUTS / "evaluation", help="out: results")
    add(
        "--threshold",
        type=job.fraction,
        default=0.5,
        help=f"probability from which a row counts as {wdbc.POSITIVE}",
    )
    return parser.parse_args()


def evaluate(
    labels: np.ndarray, probabilities: np.ndarray, threshold: float
) -> dict[str, Any]:
    """Every figure of merit, to six digits; the matrix is actual x predicted."""
    from sklearn import metrics  # takes seconds to load

    predicted = (probabilities >= threshold).astype(int)
    matrix = metrics.confusion_matrix(labels, predicted, labels=[0, 1])
    scores = {
        "accuracy": metrics.accuracy_score(labels, predicted),
        "precision": metrics.precision_score(labels, predicted, zero_division=0),
        "recall": metrics.recall_score(labels, predicted, zero_division=0),
        "f1": metrics.f1_score(labels, predicted, zero_division=0),
        "roc_auc": metrics.roc_auc_score(labels, probabilities),
    }
    cells = ("true_negatives", "false_positives", "false_negatives", "true_positives")
    return {
        **{name: round(float(score), 6) for name, score in scores.items()},
        "threshold": threshold,
        "rows": len(labels),
        "positives": int(labels.sum()),
        **dict(zip(cells, matrix.ravel().tolist(), strict=True)),
        "confusion_matrix": matrix.tolist(),
        "labels": list(wdbc.LABELS),
    }


def main() -> None:
    """Predict the test rows, write figures and pictures."""
    args = arguments()
    examples = booster.read_examples(args.test, "--test")
    model = booster.load(args.model)
    probabilities = booster.predict(model, examples.features)
    figures = evaluate(examples.labels, probabilities, args.threshold)
    job.write_json(args.evaluation / "metrics.json", figures)
    write_predictions(args.evaluation, examples, probabilities, args.threshold)
    draw(args.evaluation, figures, examples.labels, probabilities)
    for name in ("accuracy", "precision", "recall", "f1", "roc_auc"):
        print(f"{name}: {figures[name]}")


def write_predictions(
    folder: Path,
    examples: booster.Examples,
    probabilities: np.ndarray,
    threshold: float,
) -> None:
    """Write predictions.csv: a reader's way to the rows the model got wrong."""
    rows = (
        (row_id, wdbc.LABELS[label], f"{p:.9g}", wdbc.LABELS[int(p >= threshold)])
        for row_id, label, p in zip(
            examples.ids, examples.labels.tolist(), probabilities.tolist(), strict=True
        )
    )
    header = (wdbc.ID, wdbc.LABEL, "probability", "prediction")
    job.write_csv(folder / "predictions.csv", header, rows)


def draw(
    folder: Path,
    figures: dict[str, Any],
    labels: np.ndarray,
    probabilities: np.ndarray,
) -> None:
    """Draw both pictures."""
    from sklearn import metrics

    import pictures  # loads matplotlib

    pictures.confusion_matrix(folder / "confusion_matrix.png", figures)
    false_rate, true_rate, _ = metrics.roc_curve(labels, probabilities)
    pictures.roc_curve(folder / "roc_curve.png", false_rate, true_rate, figures)


if __name__ == "__main__":
    job.run(main, job.PROCESSING_MESSAGE)
