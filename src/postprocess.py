"""Join the model's probabilities to the ids of their rows, and sum the run up.

In: the batch transform's output (one *.out file), ids.csv and rejects.csv from
preprocess.py --mode infer. Out, in one folder: predictions.csv (id, probability,
prediction), rejects.csv as it came, and summary.json (numbers at the top level). Every
row of the run's input is in exactly one of the two CSV files.
"""

from __future__ import annotations

import argparse
import math
import shutil
from collections import Counter
from pathlib import Path

import job
import wdbc
from csv_input import read_lines
from job import INPUTS, OUTPUTS, JobError


def arguments() -> argparse.Namespace:
    """The command line; every folder defaults to its place in the container."""
    parser = job.parser(__doc__)
    add = parser.add_argument
    add("--scores", type=Path, default=INPUTS / "scores", help="in: *.out")
    add("--ids", type=Path, default=INPUTS / "ids", help="in: ids.csv")
    add("--rejects", type=Path, default=INPUTS / "rejects", help="in: rejects.csv")
    add(
        "--predictions", type=Path, default=OUTPUTS / "predictions", help="out: results"
    )
    add(
        "--threshold",
        type=job.fraction,
        default=0.5,
        help=f"probability from which a row counts as {wdbc.POSITIVE}",
    )
    return parser.parse_args()


def read_scores(folder: Path) -> list[float]:
    """The probabilities, one per line of the only *.out file below a folder."""
    files = sorted(folder.rglob("*.out")) if folder.is_dir() else []
    if len(files) != 1:
        raise JobError(f"{len(files)} files *.out in '{folder}', one is needed")
    lines = files[0].read_text(encoding="utf-8").split()
    if not lines:
        raise JobError(f"'{files[0]}' is empty: nothing was predicted")
    return [_probability(text, files[0].name) for text in lines]


def _probability(text: str, file: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise JobError(f"'{file}' holds '{text}', which is no probability")
    return value


def read_column(folder: Path, option: str, column: str) -> list[str]:
    """One column of a folder's CSV files."""
    lines = read_lines(folder, option, [column], quiet=True)
    return [line.get(column) for line in lines]


def main() -> None:
    """Join, write, count."""
    args = arguments()
    scores = read_scores(args.scores)
    ids = read_column(args.ids, "--ids", wdbc.ID)
    reasons = Counter(read_column(args.rejects, "--rejects", "reason"))
    if len(scores) != len(ids):
        raise JobError(f"{len(scores)} scores for {len(ids)} ids: they must match")
    classes = [int(score >= args.threshold) for score in scores]
    summary = {
        "rows_in": len(ids) + reasons.total(),
        "rows_predicted": len(ids),
        "rows_rejected": reasons.total(),
        "positives": sum(classes),
        "mean_probability": round(sum(scores) / len(scores), 6),
        "threshold": args.threshold,
        **{f"rejected_{reason}": number for reason, number in sorted(reasons.items())},
    }
    names = [wdbc.LABELS[label] for label in classes]
    rows = zip(ids, scores, names, strict=True)
    header = (wdbc.ID, "probability", "prediction")
    job.write_csv(args.predictions / "predictions.csv", header, rows)
    shutil.copyfile(args.rejects / "rejects.csv", args.predictions / "rejects.csv")
    job.write_json(args.predictions / "summary.json", summary)
    for name, number in summary.items():
        print(f"{name}: {number}")


if __name__ == "__main__":
    job.run(main, job.PROCESSING_MESSAGE)
