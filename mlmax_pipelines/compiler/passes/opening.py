"""The states every definition opens with: the execution's input, with defaults.

What comes in: the parameters of a pipeline. What goes out: states that make
`{"pipeline": ..., "parameters": ..., "steps": {}}` of any input, so that an execution
started from the console or a schedule with `{}` works like one started here.
"""

from __future__ import annotations

from typing import Any

from mlmax_pipelines.compiled import MISSING, DataFile, Parameter, Setting
from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.contract import BuildContext, identifier
from mlmax_pipelines.steps.sdk import State
from mlmax_pipelines.steps.values import Value, literal, put

DEFAULTS = "Defaults"
PARAMETERS = "Parameters"
CHECK = "Check parameters"
MISSING_PARAMETER = "Missing parameter"
_KINDS = {"number": "Number", "integer": "Number", "boolean": "Boolean"}
NAMES = (DEFAULTS, PARAMETERS, CHECK, MISSING_PARAMETER)


def opening(
    parameters: tuple[Parameter, ...], context: BuildContext, first: State
) -> list[State]:
    """The opening states, linked in order and on to the first state of the steps."""
    defaults: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.default is not MISSING:
            put(defaults, parameter.name, _default(parameter, context))
    start = sdk.pass_(DEFAULTS, parameters=defaults, result_path="$.defaults")
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


def _default(parameter: Parameter, context: BuildContext) -> Value:
    """A default that an environment may override; lists and objects stay as given.

    A substitution is always text, so numbers and booleans are read out of it.
    """
    default, name = parameter.default, identifier(parameter.name)
    if parameter.type == "s3" and is_file(default):
        file = DataFile(default, parameter.name)
        return literal(context.use(f"Data{name}", file))
    if not _is_setting(parameter):
        return literal(default)
    kind = _KINDS.get(parameter.type, "String")
    text = parameter.description or f"{parameter.name} of {context.pipeline}"
    setting = Setting(kind, default, "", parameter.name, text, "parameter")
    token = context.use(f"Default{name}", setting)
    if kind == "String":
        return literal(token)
    return Value(parameter.type, expression=f"States.StringToJson('{token}')")


def _is_setting(parameter: Parameter) -> bool:
    """A text that JSON would have to escape cannot stand for a substitution."""
    if parameter.type in ("list", "object"):
        return False
    default = parameter.default
    return (
        not isinstance(default, str)
        or default.isprintable()
        and not (set(default) & {'"', "\\"})
    )


def is_file(value: Any) -> bool:
    """True for a default that is a path of the project, which is shipped."""
    return isinstance(value, str) and bool(value) and "://" not in value
