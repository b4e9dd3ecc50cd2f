"""fail: ends the execution as FAILED, with an error and a cause people understand.

One that names neither keeps those of the error whose catch led to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlmax_pipelines.asl.paths import path_text
from mlmax_pipelines.base.names import state_name
from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft, Field, ResolvedStep, StepType
from mlmax_pipelines.steps.values import Value, as_value, expression, state_data

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
            "string",
            "a name for the error; without both, those of the error that was caught",
            default=_ERROR,
            references=True,
        ),
        "cause": Field("string", "what happened, with values: ${...}", references=True),
    }

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        if step.caught:
            return list(_kept(step))
        fields: dict[str, Any] = {}
        for name in ("error", "cause"):
            value = step.fields.get(name, _ERROR if name == "error" else None)
            if isinstance(value, Value) and not value.is_literal:
                fields[f"{name}_path"] = expression(value)
            elif value is not None:
                fields[name] = as_value(value).literal
        return [Draft(sdk.fail(step.name, **fields), goes_on=False)]


def _kept(step: ResolvedStep) -> Iterator[Draft]:
    """A state for each error that may have led here, which fails with it once more.

    Not every error has a cause ("Handling errors in Step Functions workflows").
    """
    choice = Draft(sdk.choice(step.name), goes_on=False)
    yield choice
    for key in step.caught:
        error, cause = (
            state_data(path_text(("steps", key, "error", part)), "string")
            for part in ("Error", "Cause")
        )
        known = {"error_path": expression(error)}
        for name, value, more in (
            (key, cause, {"cause_path": expression(cause)}),
            (f"{key} error", error, {}),
        ):
            state = sdk.fail(state_name(step.name, name), **known, **more)
            choice.choices.append((sdk.rule("IsPresent", value, True), state.state_id))
            yield Draft(state, goes_on=False)
    if step.is_caught:
        choice.default = choice.choices.pop()[1]
    else:
        choice.default = state_name(step.name, "itself")
        yield Draft(sdk.fail(choice.default, error=_ERROR), goes_on=False)


TYPE = Fail()
