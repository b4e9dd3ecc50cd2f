"""A pipeline of parts, as long as anybody wants."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from mlmax_pipelines.compiled import CompiledPipeline, Part, Setting


def long_chain(pipeline: CompiledPipeline, steps: int) -> CompiledPipeline:
    """The pipeline with its first job repeated in two parts, each with settings."""
    state = pipeline.definition["States"]["Step0"]
    names = [f"Long{index}" for index in range(steps)]

    def definition(some: list[str]) -> dict[str, Any]:
        text = json.dumps(state)
        states = {
            name: {
                **json.loads(
                    text.replace("Step0", name).replace('"Step1"', f'"{after}"')
                )
            }
            for name, after in zip(some, [*some[1:], "Done"])
        }
        return {"StartAt": some[0], "States": {**states, "Done": {"Type": "Succeed"}}}

    middle = steps // 2
    settings = {
        f"{name}InstanceType": Setting("Word", "ml.m5.xlarge", name, "instance_type")
        for name in names
    }
    return replace(
        pipeline,
        substitutions={**pipeline.substitutions, **settings},
        parts=(
            Part("Part1", "training-part-1", definition(names[:middle])),
            Part("Part2", "training-part-2", definition(names[middle:])),
        ),
    )
