"""Pictures of a model's figures: PNG files, drawn without a display.

In: the figures that evaluate.py works out. Out: one PNG each. It computes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import wdbc

BLUE = "#1f5fa8"
GREY = "#6b7280"
RED = "#c2410c"
SIZE_INCHES = (5.4, 4.8)
DOTS_PER_INCH = 144


def _axes(title: str, subtitle: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE_INCHES, constrained_layout={"h_pad": 0.12})
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    figure.suptitle(title, fontsize=14, fontweight="bold")
    axes.set_title(subtitle, fontsize=10, color=GREY)
    return figure, axes


def confusion_matrix(path: Path, figures: dict[str, Any]) -> None:
    """Actual against predicted class: counts, and shares of each actual class."""
    subtitle = f"{figures['rows']} test rows, accuracy {figures['accuracy']:.1%}"
    figure, axes = _axes("Confusion matrix", subtitle)
    counts = np.array(figures["confusion_matrix"])
    shares = counts / counts.sum(axis=1, keepdims=True)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        axes.text(
            column,
            row,
            f"{counts[row, column]}\n{share:.1%}",
            ha="center",
            va="center",
            fontsize=15,
            color="white" if share > 0.5 else "black",
        )
    axes.set_xticks([0, 1], labels=wdbc.LABELS, fontsize=11)
    axes.set_yticks([0, 1], labels=wdbc.LABELS, fontsize=11, rotation=90, va="center")
    axes.set_xlabel("predicted", fontsize=11)
    axes.set_ylabel("actual", fontsize=11)
    axes.tick_params(length=0)
    figure.savefig(path, dpi=DOTS_PER_INCH)


def roc_curve(
    path: Path,
    false_rate: np.ndarray,
    true_rate: np.ndarray,
    figures: dict[str, Any],
) -> None:
    """The ROC curve, chance, and where the threshold in use lies on the curve."""
    subtitle = f"{figures['rows']} test rows, {figures['positives']} {wdbc.POSITIVE}"
    figure, axes = _axes("ROC curve", subtitle)
    label = f"model (AUC = {figures['roc_auc']:.4f})"
    axes.plot(false_rate, true_rate, color=BLUE, linewidth=2.2, label=label)
    axes.fill_between(false_rate, true_rate, color=BLUE, alpha=0.08)
    axes.plot([0, 1], [0, 1], "--", color=GREY, linewidth=1, label="chance (AUC = 0.5)")
    negatives = figures["rows"] - figures["positives"]
    axes.plot(
        figures["false_positives"] / negatives,
        figures["recall"],
        "o",
        color=RED,
        markersize=8,
        label=f"threshold {figures['threshold']:g}",
    )
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_aspect("equal")
    axes.grid(alpha=0.25)
    axes.set_xlabel("false positive rate", fontsize=11)
    axes.set_ylabel("true positive rate (recall)", fontsize=11)
    axes.legend(loc="lower right", frameon=True, fontsize=10)
    figure.savefig(path, dpi=DOTS_PER_INCH)
