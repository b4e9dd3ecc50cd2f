"""succeed: ends the execution, or its branch, as SUCCEEDED."""

from __future__ import annotations

from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, ResolvedStep, StepType


class Succeed(StepType):
    type = "succeed"
    summary = "ends the execution as SUCCEEDED"
    is_job = False
    outputs = {}
    output_kinds = ()

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        return [Draft(sdk.succeed(step.name), goes_on=False)]


TYPE = Succeed()
