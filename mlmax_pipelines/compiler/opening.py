"""The states every definition opens with: the execution's input, with defaults.

What comes in: the parameters of a pipeline. What goes out: states that make
`{"pipeline": ..., "parameters": ..., "steps": {}}` of any input, so that an execution
started from the console or a schedule with `{}` works like one started here.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.compiled import MISSING, DataFile, Parameter
from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.base import BuildContext, identifier
from mlmax_pipelines.steps.sdk import State

DEFAULTS = "Defaults"
PARAMETERS = "Parameters"
CHECK = "Check parameters"
MISSING_PARAMETER = "Missing parameter"
NAMES = (DEFAULTS, PARAMETERS, CHECK, MISSING_PARAMETER)


def opening(
    parameters: tuple[Parameter, ...], context: BuildContext, first: State
) -> list[State]:
    """The opening states, linked in order and on to the first state of the steps."""
    defaults = {
        parameter.name: _default(parameter, context)
        for parameter in parameters
        if parameter.default is not MISSING
    }
    start = sdk.pass_(DEFAULTS, result=defaults, result_path="$.defaults")
    merged = sdk.pass_(PARAMETERS, parameters=_merged(context.pipeline))
    required = [p.name for p in parameters if p.default is MISSING]
    checks = _check(required, first) if required else []
    start.next_step = merged
    merged.next_step = checks[0] if checks else first
    return [start, merged, *checks]


def _merged(pipeline: str) -> dict[str, Any]:
    return {
        "pipeline": {
            "name": pipeline,
            "execution_name.$": "$$.Execution.Name",
            "execution_id.$": "$$.Execution.Id",
            "start_time.$": "$$.Execution.StartTime",
        },
        "parameters.$": "States.JsonMerge($.defaults, $$.Execution.Input, false)",
        "steps": {},
    }


def _check(required: list[str], first: State) -> list[State]:
    rules = [sdk.rule("IsPresent", f"$.parameters.{n}", False) for n in required]
    absent = rules[0] if len(rules) == 1 else sdk.combine("Or", rules)
    names = ", ".join(f"'{name}'" for name in required)
    cause = f"the input must have a value for: {names}"
    failed = sdk.fail(MISSING_PARAMETER, error="MissingParameter", cause=cause)
    check = sdk.choice(CHECK)
    check.add_choice(absent, failed)
    check.default_choice(first)
    return [check, failed]


def _default(parameter: Parameter, context: BuildContext) -> Any:
    value = parameter.default
    if parameter.type == "s3" and is_file(value):
        name = "Data" + identifier(parameter.name)
        return context.use(name, DataFile(value, parameter.name))
    return value


def is_file(value: Any) -> bool:
    """True for a default that is a path of the project, which is shipped."""
    return isinstance(value, str) and bool(value) and "://" not in value
