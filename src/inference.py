"""Score rows with the trained model: the handler of a SageMaker batch transform.

The XGBoost container calls model_fn, input_fn, predict_fn and output_fn. In: lines of
features as preprocess.py --mode infer writes them, without header and id. Out: one
probability of the positive class per line, in the same order. Run by hand it does the
same to every CSV file of a folder and names the results as batch transform does:
features.csv becomes features.csv.out.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import booster
import job
from csv_input import csv_files
from job import INPUTS, OUTPUTS, JobError

if TYPE_CHECKING:
    import xgboost

CONTENT_TYPE = "text/csv"


def model_fn(model_dir: str) -> xgboost.Booster:
    """Load the model that train.py saved."""
    return booster.load(Path(model_dir))


def input_fn(body: str | bytes | bytearray, content_type: str) -> np.ndarray:
    """CSV lines -> rows x features; an empty cell is a missing value."""
    if content_type.split(";")[0].strip() != CONTENT_TYPE:
        raise JobError(f"content type '{content_type}' is not '{CONTENT_TYPE}'")
    text = body if isinstance(body, str) else bytes(body).decode("utf-8-sig")
    rows = [_numbers(cells) for cells in csv.reader(text.splitlines()) if cells]
    if not rows:
        raise JobError("no lines to predict")
    if len({len(row) for row in rows}) > 1:
        raise JobError("lines differ in their number of fields")
    return np.array(rows, dtype=np.float64)


def _numbers(cells: Iterable[str]) -> list[float]:
    try:
        return [float(cell) if cell.strip() else float("nan") for cell in cells]
    except ValueError as error:
        raise JobError(f"a line is not all numbers: {error}") from None


def predict_fn(features: np.ndarray, model: xgboost.Booster) -> np.ndarray:
    """The probability of the positive class for each row."""
    return booster.predict(model, features)


def output_fn(prediction: np.ndarray, accept: str) -> str:
    """One probability per line, with the nine digits that a float32 needs."""
    if accept not in (CONTENT_TYPE, "*/*"):
        raise JobError(f"accept type '{accept}' is not '{CONTENT_TYPE}'")
    return "".join(f"{probability:.9g}\n" for probability in prediction.tolist())


def arguments() -> argparse.Namespace:
    """The command line for a run outside the model server."""
    parser = job.parser(__doc__)
    add = parser.add_argument
    model_dir = Path(os.environ.get("SM_MODEL_DIR", job.ROOT / "model"))
    add("--model", type=Path, default=model_dir, help="in: the trained model")
    add("--input", type=Path, default=INPUTS / "features", help="in: CSV files")
    add("--output", type=Path, default=OUTPUTS / "scores", help="out: *.csv.out")
    return parser.parse_args()


def main() -> None:
    """Score every file of the input folder."""
    args = arguments()
    files = csv_files(args.input, "--input")
    model = model_fn(args.model)
    args.output.mkdir(parents=True, exist_ok=True)
    for path in files:
        features = input_fn(path.read_bytes(), CONTENT_TYPE)
        scores = output_fn(predict_fn(features, model), CONTENT_TYPE)
        (args.output / f"{path.name}.out").write_text(scores, encoding="utf-8")
        print(f"{path.name}: {len(features)} rows scored")


if __name__ == "__main__":
    job.run(main, job.PROCESSING_MESSAGE)
