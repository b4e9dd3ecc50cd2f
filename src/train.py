"""Train an XGBoost classifier on the rows that preprocessing wrote.

Runs as a SageMaker training job in script mode: the channels `train` and, if there
is one, `validation` hold CSV files as preprocess.py writes them; hyperparameters come
as options. Writes xgboost-model.json into the model folder and prints metrics every
ten rounds, as "[10]<tab>train-logloss:0.1<tab>train-auc:0.99". The test rows have no
business here.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

import booster
import job
import wdbc

if TYPE_CHECKING:
    import xgboost  # takes seconds to load, so functions do it once input is good


def arguments() -> argparse.Namespace:
    """The command line; folders default to SageMaker's SM_ variables."""
    parser = job.parser(__doc__)
    add = parser.add_argument
    channels = job.ROOT / "input" / "data"
    add(
        "--train",
        type=Path,
        help="in: CSV files to train on",
        default=_env("CHANNEL_TRAIN", channels / "train"),
    )
    add(
        "--validation",
        type=Path,
        help="in, optional: CSV files that metrics are printed for as well",
        default=_env("CHANNEL_VALIDATION"),
    )
    add(
        "--model_dir",
        type=Path,
        help="out: xgboost-model.json",
        default=_env("MODEL_DIR", job.ROOT / "model"),
    )
    add("--num_round", type=job.count, default=120, help="number of trees")
    add("--max_depth", type=job.count, default=3, help="of a tree")
    add("--eta", type=job.fraction, default=0.1, help="learning rate")
    add("--subsample", type=job.share, default=0.8, help="part of rows for a tree")
    add(
        "--colsample_bytree",
        type=job.share,
        default=0.8,
        help="part of columns for a tree",
    )
    add("--min_child_weight", type=float, default=1.0, help="smallest weight of a leaf")
    add("--seed", type=job.count, default=7, help="of row and column samples")
    add(
        "--nthread",
        type=job.count,
        default=1,
        help="threads, 0 for every core; one gives the same model on every machine",
    )
    return parser.parse_args()


def _env(name: str, default: Path | None = None) -> Path | None:
    value = os.environ.get(f"SM_{name}")
    return Path(value) if value else default


def train(args: argparse.Namespace) -> xgboost.Booster:
    """The trained booster; one seed and one thread give the same bytes everywhere."""
    matrices = {"train": matrix(args.train, "--train")}
    if args.validation:
        matrices["validation"] = matrix(args.validation, "--validation")
    import xgboost

    return xgboost.train(
        {
            "objective": "binary:logistic",
            "eval_metric": ["logloss", "auc"],
            "tree_method": "hist",
            "max_depth": args.max_depth,
            "eta": args.eta,
            "subsample": args.subsample,
            "colsample_bytree": args.colsample_bytree,
            "min_child_weight": args.min_child_weight,
            "seed": args.seed,
            "nthread": args.nthread,
        },
        matrices["train"],
        num_boost_round=args.num_round,
        evals=[(data, name) for name, data in matrices.items()],
        verbose_eval=10,
    )


def matrix(folder: Path, option: str) -> xgboost.DMatrix:
    """A channel as XGBoost's matrix."""
    examples = booster.read_examples(folder, option)
    import xgboost

    return xgboost.DMatrix(
        examples.features, label=examples.labels, feature_names=list(wdbc.FEATURES)
    )


def main() -> None:
    """Train and save."""
    args = arguments()
    model = train(args)
    args.model_dir.mkdir(parents=True, exist_ok=True)
    model.save_model(args.model_dir / booster.MODEL_FILE)
    print(
        f"trained {model.num_boosted_rounds()} trees on {model.num_features()} features"
    )


if __name__ == "__main__":
    job.run(main, job.TRAINING_MESSAGE)
