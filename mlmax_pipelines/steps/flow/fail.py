"""fail: ends the execution as FAILED, with an error and a cause people understand."""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, Field, ResolvedStep, StepType
from mlmax_pipelines.steps.values import Value, as_value, expression

_ERROR = "Failed"


class Fail(StepType):
    type = "fail"
    summary = "ends the execution as FAILED, with an error and a cause"
    is_job = False
    outputs = {}
    output_kinds = ()
    errors = {_ERROR: "a `fail` step that names no error: its cause says what happened"}
    fields = {
        "error": Field(
            "string", "a name for the error", default=_ERROR, references=True
        ),
        "cause": Field("string", "what happened, with values: ${...}", references=True),
    }

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        fields: dict[str, Any] = {}
        for name in ("error", "cause"):
            value = step.fields.get(name, _ERROR if name == "error" else None)
            if isinstance(value, Value) and not value.is_literal:
                fields[f"{name}_path"] = expression(value)
            elif value is not None:
                fields[name] = as_value(value).literal
        return [Draft(sdk.fail(step.name, **fields), goes_on=False)]


TYPE = Fail()
