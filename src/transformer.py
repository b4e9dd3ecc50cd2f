"""The transformer: fitted once on the training rows, then only ever applied.

In: raw measurements, missing ones as NaN. Out: the model's features, in the order of
the schema: missing values replaced by the training rows' medians, then scaled to mean
0 and variance 1. It is kept as two files: transformer.joblib (the scikit-learn
pipeline) and transformer.json (what a reader and a later run need to know about it).

scikit-learn takes seconds to load, so functions do it once their input is good.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import wdbc
from job import JobError, write_json

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

PIPELINE_FILE = "transformer.joblib"
ABOUT_FILE = "transformer.json"


def fit(values: np.ndarray) -> Pipeline:
    """Fit on training rows x measurements; every column needs a value somewhere."""
    for column, name in enumerate(wdbc.FEATURES):
        if np.isnan(values[:, column]).all():
            raise JobError(f"column '{name}' has no value in any training row")
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(SimpleImputer(strategy="median"), StandardScaler()).fit(values)


def save(pipeline: Pipeline, folder: Path, max_missing: int) -> None:
    """Write both files; `max_missing` goes along, so that inference judges alike."""
    import joblib

    imputer, scaler = pipeline[0], pipeline[-1]
    about = {
        "scikit_learn": version("scikit-learn"),
        "max_missing": max_missing,
        "features": list(wdbc.FEATURES),
        "medians": imputer.statistics_.tolist(),
        "means": scaler.mean_.tolist(),
        "scales": scaler.scale_.tolist(),
    }
    write_json(folder / ABOUT_FILE, about)
    joblib.dump(pipeline, folder / PIPELINE_FILE)


def about(folder: Path, option: str) -> dict[str, Any]:
    """What transformer.json says.

    Raises JobError when a file is missing, or the transformer was fitted for other
    columns or by another scikit-learn, whose pipelines need not behave alike.
    """
    for name in (ABOUT_FILE, PIPELINE_FILE):
        if not (folder / name).is_file():
            raise JobError(f"no '{name}' in '{folder}', the folder of {option}")
    found: dict[str, Any] = json.loads((folder / ABOUT_FILE).read_text("utf-8"))
    if found["features"] != list(wdbc.FEATURES):
        raise JobError("the transformer was fitted for other columns: train again")
    if found["scikit_learn"] != version("scikit-learn"):
        raise JobError(
            f"the transformer was fitted by scikit-learn {found['scikit_learn']}, this "
            f"is {version('scikit-learn')}: train again, or run in the same image"
        )
    return found


def load(folder: Path) -> Pipeline:
    """The fitted pipeline.

    A joblib file runs code as it is loaded: load only what training here wrote.
    """
    import joblib

    return joblib.load(folder / PIPELINE_FILE)
