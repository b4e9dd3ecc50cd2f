"""The XGBoost model as training leaves it and others find it.

In: a folder that holds xgboost-model.json, or the model.tar.gz that SageMaker packs
it into. Out: the booster, its predictions, the rows of train.csv and test.csv. An
archive is read, never unpacked, so that nothing in it can be written anywhere.
"""

from __future__ import annotations

import posixpath
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import wdbc
from csv_input import read_lines
from job import JobError

if TYPE_CHECKING:
    import xgboost  # takes seconds to load, so functions do it once input is good

MODEL_FILE = "xgboost-model.json"
ARCHIVE = "model.tar.gz"


@dataclass(frozen=True)
class Examples:
    """Labelled rows as preprocessing wrote them: n ids, n classes, n x 30 features."""

    ids: list[int]
    labels: np.ndarray
    features: np.ndarray


def read_examples(folder: Path, option: str) -> Examples:
    """Read a folder of train.csv or test.csv.

    Raises JobError unless it has rows of both classes: there is nothing to learn or to
    judge from one.
    """
    needed = [wdbc.ID, wdbc.LABEL, *wdbc.FEATURES]
    lines = list(read_lines(folder, option, needed))
    if not lines:
        raise JobError(f"no rows in '{folder}', the folder of {option}")
    try:
        examples = Examples(
            [int(line.get(wdbc.ID)) for line in lines],
            np.array([_class(line.get(wdbc.LABEL)) for line in lines]),
            np.array([[float(line.get(f)) for f in wdbc.FEATURES] for line in lines]),
        )
    except ValueError as error:
        raise JobError(f"'{folder}' is not from preprocessing: {error}") from None
    if len(set(examples.labels.tolist())) < 2:
        raise JobError(f"all {len(lines)} rows of {option} have one label")
    return examples


def _class(text: str) -> int:
    if text not in ("0", "1"):
        raise ValueError(f"{wdbc.LABEL} is '{text}', not 0 or 1")
    return int(text)


def load(folder: Path) -> xgboost.Booster:
    """The trained booster; raises JobError when there is none or it cannot be read."""
    content = _model_bytes(folder)
    import xgboost

    model = xgboost.Booster()
    try:
        model.load_model(bytearray(content))
    except xgboost.core.XGBoostError as error:
        reason = str(error).strip().splitlines()[-1]
        raise JobError(f"'{MODEL_FILE}' is not an XGBoost model: {reason}") from None
    return model


def _model_bytes(folder: Path) -> bytes:
    if (folder / MODEL_FILE).is_file():
        return (folder / MODEL_FILE).read_bytes()
    if not (folder / ARCHIVE).is_file():
        raise JobError(f"neither '{ARCHIVE}' nor '{MODEL_FILE}' in '{folder}'")
    try:
        with tarfile.open(folder / ARCHIVE) as archive:
            for member in archive:
                if posixpath.normpath(member.name) == MODEL_FILE and member.isfile():
                    content = archive.extractfile(member)
                    return content.read() if content else b""
    except (tarfile.TarError, EOFError) as error:
        raise JobError(f"'{folder / ARCHIVE}' cannot be read: {error}") from None
    raise JobError(f"'{folder / ARCHIVE}' holds no file '{MODEL_FILE}'")


def predict(model: xgboost.Booster, features: np.ndarray) -> np.ndarray:
    """The probability of the positive class, one for each row of features."""
    if features.shape[1] != model.num_features():
        raise JobError(
            f"rows have {features.shape[1]} features, "
            f"the model was trained on {model.num_features()}"
        )
    import xgboost

    return model.predict(xgboost.DMatrix(features, feature_names=model.feature_names))
