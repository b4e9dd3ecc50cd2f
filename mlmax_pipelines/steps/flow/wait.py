"""wait: a pause, for a number of seconds or until a time."""

from __future__ import annotations

from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, Field, Found, ResolvedStep, StepType
from mlmax_pipelines.steps.values import Value, as_value, expression


class Wait(StepType):
    type = "wait"
    summary = "a pause, for a number of seconds or until a time"
    is_job = False
    outputs = {}
    output_kinds = ()
    fields = {
        "seconds": Field("integer", "how long", minimum=0, references=True),
        "timestamp": Field(
            "string", "until when, 2030-01-31T12:00:00Z", references=True
        ),
    }

    def check(self, step: ResolvedStep) -> list[Found]:
        given = [name for name in self.fields if name in step.fields]
        if len(given) == 1:
            return []
        found = " and ".join(f"'{name}'" for name in given) or "neither"
        text = f"wait step '{step.name}' needs 'seconds' or 'timestamp', found {found}"
        return [(("seconds",), text, "seconds: 60")]

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        (name,) = (name for name in self.fields if name in step.fields)
        value = step.fields[name]
        if isinstance(value, Value) and not value.is_literal:
            return [Draft(sdk.wait(step.name, **{f"{name}_path": expression(value)}))]
        return [Draft(sdk.wait(step.name, **{name: as_value(value).literal}))]


TYPE = Wait()
