"""Raw CSV files -> checked, split and transformed rows.

--mode train   reads labelled rows, keeps those of --holdout out, splits the others
               into train and test, fits the transformer on train and applies it.
               Writes train, test, transformer, rejects and metrics.
--mode infer   reads rows without labels and applies the transformer that training
               fitted. Writes features, ids (in the same order), rejects and metrics.

Both modes check every row the same way. A bad row is set aside with its reason and
counted; a file that lacks a column ends the job.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np

import job
import transformer
import wdbc
from job import INPUTS, OUTPUTS, JobError
from raw_data import REASONS, Reject, Row, read_ids, read_rows

OUTPUT_HELP = {
    "train": "train.csv: id, label (0 or 1), features",
    "test": "test.csv: the same columns",
    "features": "features.csv: features alone, without a header",
    "ids": "ids.csv: the id of each line in features.csv",
    "rejects": "rejects.csv: the rows set aside, each with its reason",
    "metrics": "metrics.json: counts",
}
REJECTS_HEADER = ("file", "line", "id", "reason", "detail")


def arguments() -> argparse.Namespace:
    """The command line; every folder defaults to its place in the container."""
    parser = job.parser(__doc__)
    add = parser.add_argument
    add("--mode", choices=["train", "infer"], required=True, help="what to do")
    add("--raw", type=Path, default=INPUTS / "raw", help="in: raw CSV files")
    add(
        "--holdout",
        type=Path,
        default=INPUTS / "holdout",
        help="in, mode train, optional: CSV files with the ids to keep out",
    )
    add(
        "--transformer",
        type=Path,
        help=f"out of mode train (default: {OUTPUTS / 'transformer'}), "
        f"in to mode infer (default: {INPUTS / 'transformer'})",
    )
    for name, content in OUTPUT_HELP.items():
        add(f"--{name}", type=Path, default=OUTPUTS / name, help=f"out: {content}")
    add("--test_size", type=job.fraction, default=0.2, help="part kept for test")
    add("--seed", type=job.count, default=7, help="of the split")
    add(
        "--max_missing",
        type=job.count,
        default=3,
        help="missing measurements allowed in a row; mode infer uses training's",
    )
    return parser.parse_args()


def train(args: argparse.Namespace) -> None:
    """Mode train; raises JobError when the rows left cannot train a classifier."""
    rows, rejects = read_rows(args.raw, "--raw", True, args.max_missing)
    write_rejects(args.rejects, rejects)
    refuse_none(rows, rejects)
    held_out = holdout_ids(args.holdout)
    left = [row for row in rows if row.id not in held_out]
    train_rows, test_rows = split(left, args.test_size, args.seed)
    pipeline = transformer.fit(matrix(train_rows))
    transformer.save(
        pipeline, args.transformer or OUTPUTS / "transformer", args.max_missing
    )
    for path, part in (
        (args.train / "train.csv", train_rows),
        (args.test / "test.csv", test_rows),
    ):
        features = pipeline.transform(matrix(part)).tolist()
        body = ([row.id, row.label, *x] for row, x in zip(part, features, strict=True))
        job.write_csv(path, (wdbc.ID, wdbc.LABEL, *wdbc.FEATURES), body)
    counts = {
        "rows_read": len(rows) + len(rejects),
        "rows_rejected": len(rejects),
        "rows_holdout": len(rows) - len(left),
        "rows_train": len(train_rows),
        "rows_test": len(test_rows),
        "positives_train": sum(row.label or 0 for row in train_rows),
        "positives_test": sum(row.label or 0 for row in test_rows),
    }
    write_metrics(args.metrics, counts, left, rejects)


def infer(args: argparse.Namespace) -> None:
    """Mode infer; raises JobError when no row is left to predict."""
    folder = args.transformer or INPUTS / "transformer"
    about = transformer.about(folder, "--transformer")
    rows, rejects = read_rows(args.raw, "--raw", False, about["max_missing"])
    write_rejects(args.rejects, rejects)
    refuse_none(rows, rejects)
    # Batch transform sends these lines to the model as they are: no header, no id.
    features = transformer.load(folder).transform(matrix(rows)).tolist()
    job.write_csv(args.features / "features.csv", None, features)
    job.write_csv(args.ids / "ids.csv", (wdbc.ID,), ([row.id] for row in rows))
    counts = {
        "rows_read": len(rows) + len(rejects),
        "rows_rejected": len(rejects),
        "rows_features": len(rows),
    }
    write_metrics(args.metrics, counts, rows, rejects)


def holdout_ids(folder: Path) -> set[int]:
    """The ids to keep out of training; none when nothing is mounted there."""
    if folder == INPUTS / "holdout" and not folder.exists():
        return set()
    return read_ids(folder, "--holdout")


def split(rows: list[Row], test_size: float, seed: int) -> tuple[list[Row], list[Row]]:
    """Train and test rows, each class split alike, in the order they were read.

    Only numpy's frozen RandomState decides, so that one seed gives the same split
    with every version of every library.
    """
    random = np.random.RandomState(seed)
    test_ids: set[int] = set()
    for label, name in enumerate(wdbc.LABELS):
        ids = [row.id for row in rows if row.label == label]
        if len(ids) < 2:
            raise JobError(
                f"{len(ids)} rows are '{name}' of {len(rows)} left to train and test "
                "on: each class needs two or more"
            )
        size = min(max(round(len(ids) * test_size), 1), len(ids) - 1)
        test_ids.update(ids[i] for i in random.permutation(len(ids))[:size])
    train_rows = [row for row in rows if row.id not in test_ids]
    return train_rows, [row for row in rows if row.id in test_ids]


def matrix(rows: list[Row]) -> np.ndarray:
    """Rows x measurements, missing ones NaN."""
    return np.array([row.values for row in rows], dtype=np.float64)


def refuse_none(rows: list[Row], rejects: list[Reject]) -> None:
    """Raise JobError when every row was rejected, with the first reason."""
    if not rows:
        first = rejects[0]
        raise JobError(
            f"all {len(rejects)} rows were rejected, the first in '{first.file}' "
            f"line {first.line}: {first.detail}"
        )


def write_rejects(folder: Path, rejects: Iterable[Reject]) -> None:
    """Write rejects.csv, with its header also when there are none."""
    lines = ((r.file, r.line, r.id, r.reason, r.detail) for r in rejects)
    job.write_csv(folder / "rejects.csv", REJECTS_HEADER, lines)


def write_metrics(
    folder: Path, counts: dict[str, int], used: list[Row], rejects: list[Reject]
) -> None:
    """Write metrics.json: flat counts, and one for each reason that occurred."""
    reasons = [reject.reason for reject in rejects]
    metrics = {
        **counts,
        "values_imputed": sum(int(np.isnan(row.values).sum()) for row in used),
        **{
            f"rejected_{reason}": reasons.count(reason)
            for reason in REASONS
            if reason in reasons
        },
    }
    job.write_json(folder / "metrics.json", metrics)
    for name, number in metrics.items():
        if number or name in counts:
            print(f"{name}: {number}")


def main() -> None:
    """Run the mode asked for."""
    args = arguments()
    {"train": train, "infer": infer}[args.mode](args)


if __name__ == "__main__":
    job.run(main, job.PROCESSING_MESSAGE)
