"""The metrics that a training job prints, found by MetricDefinitions.

What comes in: a log and regular expressions with one group. What goes out: the last
value of each, as FinalMetricDataList has them. Never: fails a job for a bad line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mlmax_pipelines.local.tail import LONGEST_BYTES


def compile_patterns(definitions: Sequence[Any]) -> dict[str, re.Pattern[str]]:
    """Each metric's pattern. Raises ValueError for one that does not parse."""
    patterns = {}
    for item in definitions:
        try:
            patterns[item["Name"]] = re.compile(item["Regex"])
        except re.error as error:
            raise ValueError(
                f"the regular expression of metric '{item['Name']}' does not parse: "
                f"{error}"
            ) from None
    return patterns


def final_metrics(
    log: Path, definitions: Sequence[Any], timestamp: int
) -> list[dict[str, Any]]:
    """AWS page "Define training metrics": the first group of the last match."""
    if not definitions:
        return []
    patterns = compile_patterns(definitions)
    values: dict[str, float] = {}
    with log.open(encoding="utf-8", errors="replace") as lines:
        # A line may be as long as a job likes.
        for line in iter(lambda: lines.readline(LONGEST_BYTES), ""):
            for name, pattern in patterns.items():
                for match in pattern.finditer(line):
                    _keep(values, name, match)
    return [
        {"MetricName": name, "Value": values[name], "Timestamp": timestamp}
        for name in patterns
        if name in values
    ]


def _keep(values: dict[str, float], name: str, match: re.Match[str]) -> None:
    try:
        value = float(match.group(1))
    except (ValueError, IndexError, TypeError):
        # SageMaker drops what is not a number, too.
        return
    if math.isfinite(value):
        values[name] = value
    else:
        # CloudWatch, where metrics go, takes no NaN and no infinity ("PutMetricData"),
        # and what came before is not what it ended with.
        values.pop(name, None)
