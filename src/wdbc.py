"""The schema of the Wisconsin Diagnostic Breast Cancer data.

The one place that knows the columns, their types and the values they may have;
data/README.md describes the same in words. It reads nothing and writes nothing.
"""

from __future__ import annotations

ID = "id"
LABEL = "diagnosis"

# A class is the index of its label: the positive class, 1, is "malignant".
LABELS = ("benign", "malignant")
POSITIVE = LABELS[1]

# Lowest and highest value that a cell nucleus can have: wider than anything seen,
# so that only a broken value (a wrong sign, unit or column) falls outside.
_MEASUREMENTS = {
    "radius": (1.0, 100.0),
    "texture": (1.0, 100.0),
    "perimeter": (5.0, 700.0),
    "area": (3.0, 32000.0),
    "smoothness": (0.001, 1.0),
    "compactness": (0.001, 5.0),
    "concavity": (0.0, 5.0),
    "concave points": (0.0, 1.0),
    "symmetry": (0.01, 1.0),
    "fractal dimension": (0.001, 1.0),
}

# Each measurement comes as the mean, standard error and worst over a sample's nuclei.
FEATURES: dict[str, tuple[float, float]] = {
    **{f"mean {name}": limits for name, limits in _MEASUREMENTS.items()},
    **{f"{name} error": (0.0, high) for name, (_, high) in _MEASUREMENTS.items()},
    **{f"worst {name}": limits for name, limits in _MEASUREMENTS.items()},
}
