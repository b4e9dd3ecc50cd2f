"""The states every definition opens with: the execution's input, with defaults.

What comes in: the parameters of a pipeline. What goes out: states that make
`{"pipeline": ..., "parameters": ..., "steps": {}}` of any input, so that an execution
started from the console or a schedule with `{}` works like one started here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mlmax_pipelines.asl.paths import path_text
from mlmax_pipelines.base.limits import PARAMETER_VALUE
from mlmax_pipelines.base.literals import written
from mlmax_pipelines.base.names import TAG_CHARACTERS
from mlmax_pipelines.base.slots import TAKE
from mlmax_pipelines.compiled import MISSING, DataFile, Parameter, Quoted, Setting
from mlmax_pipelines.compiler.built import Built, records
from mlmax_pipelines.compiler.passes import inputs, slots
from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.context import BuildContext, identifiers
from mlmax_pipelines.steps.contract import Draft
from mlmax_pipelines.steps.sdk import State
from mlmax_pipelines.steps.values import (
    Value,
    call,
    context_object,
    join,
    literal,
    state_data,
)

DEFAULTS = "Defaults"
PARAMETERS = "Parameters"
CHECK = "Check parameters"
MISSING_PARAMETER = "Missing parameter"
TYPE = "opening"
_ERROR = "MissingParameter"
# As a step type has them: names of errors, and what they mean.
ERRORS = {
    _ERROR: "the input lacks a parameter that has no default: give it, `-i x=...`",
    slots.ERROR: "as many executions ran as may at the same time: wait, or stop one",
    inputs.INVALID: "a value of the input is none that its parameter can have",
}
_SETTING_TYPES = {
    "string": "String",
    "s3": "String",
    "number": "Number",
    "integer": "Number",
    "boolean": "Boolean",
}
NAMES = (DEFAULTS, PARAMETERS, CHECK, MISSING_PARAMETER, *inputs.NAMES, *slots.NAMES)


def apply(built: Built) -> Built:
    """The pipeline with the opening states before its first one."""
    first, taking = built.chain[0], []
    if built.pipeline.slots:
        taking = slots.take(built.pipeline.slots, built.context, first)
        first = taking[0].state
    states = opening(built.pipeline.parameters, built.context, first)
    drafts = [*map(Draft, states), *taking]
    return replace(
        built,
        chain=(*(draft.state for draft in drafts), *built.chain),
        states=(
            *records(map(Draft, states), TYPE),
            # People see it as a step: it may take long.
            *(replace(one, step=TAKE) for one in records(taking, TYPE)),
            *built.states,
        ),
    )


def opening(
    parameters: tuple[Parameter, ...], context: BuildContext, first: State
) -> list[State]:
    """The opening states, linked in order and on to the first state of the steps."""
    names = identifiers(parameter.name for parameter in parameters)
    defaults = {
        parameter.name: _default(parameter, names[parameter.name], context)
        for parameter in parameters
        if parameter.default is not MISSING
    }
    start = sdk.pass_(DEFAULTS, parameters=defaults, result_path="$.defaults")
    merged = sdk.pass_(PARAMETERS, parameters=_merged(context.pipeline))
    required = [p.name for p in parameters if p.default is MISSING]
    guards = inputs.checks(parameters, first)
    checks = _check(required, guards[0]) if required else []
    checks += guards
    start.next_step = merged
    merged.next_step = checks[0] if checks else first
    return [start, merged, *checks]


def _merged(pipeline: str) -> dict[str, Any]:
    given = context_object("$$.Execution.Input", "object")
    name = context_object("$$.Execution.Name")
    return {
        "pipeline": {
            "name": pipeline,
            "execution_name": name,
            "execution_tag": _tag(name),
            "execution_id": context_object("$$.Execution.Id"),
            "start_time": context_object("$$.Execution.StartTime"),
        },
        "parameters": call("States.JsonMerge", state_data("$.defaults"), given, False),
        "steps": {},
    }


def _tag(name: Value) -> Value:
    """What `names.execution_tag` says, worked out where the execution is.

    StringSplit separates at each of a text's characters and drops empty parts: of what
    only has those the `~` alone is left, which no execution's name has. AWS Step
    Functions Developer Guide, "Intrinsics for JSONPath states".
    """
    parts = call("States.StringSplit", join("~-", name), TAG_CHARACTERS)
    count = call("States.ArrayLength", parts)
    # Of 1 and 1 one is left, of 1 and more two.
    which = call("States.ArrayUnique", call("States.Array", 1, count))
    either = call("States.Array", "", name, call("States.Hash", name, "MD5"))
    return call("States.ArrayGetItem", either, call("States.ArrayLength", which))


def _check(required: list[str], first: State) -> list[State]:
    values = [state_data(path_text(("parameters", name))) for name in required]
    rules = [sdk.rule("IsPresent", value, False) for value in values]
    absent = rules[0] if len(rules) == 1 else sdk.combine("Or", rules)
    names = ", ".join(f"'{name}'" for name in required)
    cause = f"the input must have a value for: {names}"
    failed = sdk.fail(MISSING_PARAMETER, error=_ERROR, cause=cause)
    check = sdk.choice(CHECK)
    check.add_choice(absent, failed)
    check.default_choice(first)
    return [check, failed]


def _default(parameter: Parameter, name: str, context: BuildContext) -> Value:
    """A default that an environment may override.

    A substitution is always text, so what is none is read out of it. Null, lists and
    objects are JSON; those too long for a template's parameter stay as given.
    """
    default = parameter.default
    if parameter.type == "s3" and is_file(default):
        file = DataFile(default, parameter.name)
        return literal(context.use(f"Data{name}", file))
    if any(map(is_file, parameter.places)):
        return literal(list(_files(parameter, name, context)))
    kind = "Json" if default is None else _SETTING_TYPES.get(parameter.type, "Json")
    text = parameter.description or f"{parameter.name} of {context.pipeline}"
    setting = Setting(
        kind, default, "", parameter.name, text, "parameter", parameter.enum
    )
    if kind == "Json" and not _can_be_set(setting.text(default)):
        return literal(written(default))
    token = context.use(f"Default{name}", setting)
    if kind == "String":
        return literal(token)
    if kind == "Json":
        token = context.use(f"QuotedDefault{name}", Quoted(f"Default{name}"))
    return call("States.StringToJson", token, type=parameter.type)


def _files(parameter: Parameter, name: str, context: BuildContext) -> Iterator[str]:
    """The addresses of a list of files, each shipped as a single one is."""
    for index, place in enumerate(parameter.places):
        if is_file(place):
            file = DataFile(place, f"{parameter.name}[{index}]")
            yield context.use(f"Item{index}Data{name}", file)
        else:
            yield written(place)


def _can_be_set(text: str) -> bool:
    """Whether a parameter of the template may have this value. One that looks like a
    placeholder would be filled in by CloudFormation."""
    return len(text.encode()) <= PARAMETER_VALUE and "${" not in text


def is_file(value: Any) -> bool:
    """True for a default that is a path of the project, which is shipped."""
    return isinstance(value, str) and bool(value) and "://" not in value
