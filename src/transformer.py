"""The transformer: fitted once on the training rows, then only ever applied.

In: raw measurements, missing ones as NaN. Out: the model's features, in the order of
the schema: missing values replaced by the training rows' medians, then scaled to mean
0 and variance 1. It is kept as two files: transformer.joblib (the scikit-learn
pipeline) and transformer.json (what a reader and a later run need to know about it).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

import wdbc
from job import JobError, write_json

PIPELINE_FILE = "transformer.joblib"
ABOUT_FILE = "transformer.json"


def fit(values: np.ndarray) -> Pipeline:
    """Fit on training rows x measurements; every column needs a value somewhere."""
    for column, name in enumerate(wdbc.FEATURES):
        if np.isnan(values[:, column]).all():
            raise JobError(f"column '{name}' has no value in any training row")
    return make_pipeline(SimpleImputer(strategy="median"), StandardScaler()).fit(values)


def save(pipeline: Pipeline, folder: Path, max_missing: int) -> None:
    """Write both files; `max_missing` goes along, so that inference judges alike."""
    imputer, scaler = pipeline[0], pipeline[-1]
    about = {
        "scikit_learn": sklearn.__version__,
        "max_missing": max_missing,
        "positive_class": wdbc.POSITIVE,
        "features": list(wdbc.FEATURES),
        "medians": imputer.statistics_.tolist(),
        "means": scaler.mean_.tolist(),
        "scales": scaler.scale_.tolist(),
    }
    write_json(folder / ABOUT_FILE, about)
    joblib.dump(pipeline, folder / PIPELINE_FILE)


def load(folder: Path, option: str) -> tuple[Pipeline, dict[str, Any]]:
    """The fitted pipeline and what transformer.json says.

    A joblib file runs code when it is loaded: load only what training here wrote.
    Raises JobError when a file is missing, or it was fitted for other columns or by
    another scikit-learn, whose pipelines need not behave alike.
    """
    for name in (ABOUT_FILE, PIPELINE_FILE):
        if not (folder / name).is_file():
            raise JobError(f"no '{name}' in '{folder}', the folder of {option}")
    about = json.loads((folder / ABOUT_FILE).read_text(encoding="utf-8"))
    if about["features"] != list(wdbc.FEATURES):
        raise JobError("the transformer was fitted for other columns: train again")
    if about["scikit_learn"] != sklearn.__version__:
        raise JobError(
            f"the transformer was fitted by scikit-learn {about['scikit_learn']}, "
            f"this is {sklearn.__version__}: train again, or run in the same image"
        )
    return joblib.load(folder / PIPELINE_FILE), about
