"""Chains of any length, and what of them arrives."""

from __future__ import annotations

from typing import Any


def chain(count: int) -> str:
    """Steps that read the one before them; the last one reads the first, too."""
    steps = ["  S1: {module: copy, inputs: {rows: 's3://b/r'}}\n"]
    for n in range(2, count + 1):
        other = ", other: '${steps.S1.outputs.rows}'" if n == count else ""
        rows = f"'${{steps.S{n - 1}.outputs.rows}}'"
        steps.append(f"  S{n}: {{module: copy, inputs: {{rows: {rows}{other}}}}}\n")
    return "".join(steps)


def inputs_of(request: Any) -> list[str]:
    return [place["S3Input"]["S3Uri"] for place in request["ProcessingInputs"][:-1]]
