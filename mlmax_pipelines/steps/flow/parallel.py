"""parallel: branches that run at the same time; it ends when all of them have.

What later steps read of the steps inside is kept under `$.steps.<Parallel>`.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, Field, ResolvedStep, StepType
from mlmax_pipelines.steps.outputs import DROPPED
from mlmax_pipelines.steps.values import result


class Parallel(StepType):
    type = "parallel"
    summary = "branches that run at the same time"
    is_job = False
    outputs = {}
    output_kinds = ()
    fields = {
        "branches": Field(
            "list",
            "the branches, each with its own steps",
            required=True,
            items=Field("mapping", fields={"steps": Field("any", required=True)}),
        )
    }

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        branches = [context.chain(branch) for branch in step.branches]
        kept: dict[str, Any] = {
            inner.key: result(f"$[{index}].steps.{inner.key}")
            for index, branch in enumerate(step.branches)
            for inner in branch
            if inner.is_read
        }
        state = sdk.parallel(step.name, branches, **_keep(step, kept))
        return [Draft(state)]


def _keep(step: ResolvedStep, kept: dict[str, Any]) -> dict[str, Any]:
    if not kept:
        return dict(DROPPED)
    return {"result_selector": kept, "result_path": f"$.steps.{step.key}"}


TYPE = Parallel()
