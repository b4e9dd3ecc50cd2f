"""Hyperparameters: text for an algorithm, JSON for a script.

What comes in: a resolved training step. What goes out: name -> value, each of them a
string or what becomes one while the pipeline runs. Never: a value that reaches a script
other than it is written: text stays text (`"1.10"`), a boolean is `true` or `false`, as
it is for every other kind of script.

A framework's container decodes each value as JSON, and takes for text what is none
(sagemaker-training-toolkit, `environment.read_hyperparameters`); the SageMaker Python
SDK encodes each so (`EstimatorBase._json_encode_hyperparameters`). Python would write a
decoded boolean as `True`, so one is sent as text. An algorithm reads the text itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlmax_pipelines.base.limits import HYPERPARAMETER
from mlmax_pipelines.steps import code
from mlmax_pipelines.steps.assembled import Member, json_text
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Found, InputPort, ResolvedStep
from mlmax_pipelines.steps.services.sagemaker import checks, options
from mlmax_pipelines.steps.values import Value, as_value, literal, to_text

# What begins so is for the toolkit of the container (its `params.SAGEMAKER_PREFIX`).
_PREFIX = "sagemaker_"
_OF_THE_TOOLKIT = ("sagemaker_program", "sagemaker_submit_directory")


def given(step: ResolvedStep, context: BuildContext) -> list[Member]:
    """All hyperparameters of a step's job; the script's own come from inputs too."""
    found: list[Member] = []
    if "entry_point" in step.fields:
        folder, script = code.of(step)
        packed = code.code_uri(folder, ".tar.gz", context)
        found += [
            Member(encoded(literal(text)), name)
            for name, text in zip(_OF_THE_TOOLKIT, (script, packed), strict=True)
        ]
    ports = [_of_input(step, port) for port in options.ports(step)]
    names = {name for name, _ in ports}
    written = _writer(step)
    for name, raw in step.fields.get("hyperparameters", {}).items():
        if name not in names:  # an input of the same name has the last word
            found.append(Member(written(as_value(raw)), name))
    return found + [member for _, member in ports if member is not None]


def problems(step: ResolvedStep) -> Iterator[Found]:
    yield from _may_be_none(step)
    written = _writer(step)
    for name, raw in step.fields.get("hyperparameters", {}).items():
        what = f"hyperparameter '{name}' of step '{step.name}'"
        place = ("hyperparameters", name)
        found = checks.check_text(place, what, raw, HYPERPARAMETER)
        value = raw if found else written(as_value(raw))
        yield from found or checks.too_long(place, what, value, HYPERPARAMETER)
        if name in _OF_THE_TOOLKIT and "entry_point" in step.fields:
            yield place, f"{what} is made of 'entry_point'", "leave it out"
    for port in options.ports(step):
        what = f"input '{port.name}' of step '{step.name}', a hyperparameter,"
        value = written(port.typed)
        yield from checks.too_long(("inputs", port.name), what, value, HYPERPARAMETER)
        if port.name.startswith(_PREFIX) and "entry_point" in step.fields:
            text = f"no script is given '{port.name}': its container keeps it to itself"
            yield ("interface", "inputs", port.name), text, "give it another name"
        if port.flag and "entry_point" not in step.fields:
            text = f"'flag' of '{port.name}' means nothing to an image's own algorithm"
            hint = "leave it out, or name the script: entry_point"
            yield ("interface", "inputs", port.name, "flag"), text, hint


def _may_be_none(step: ResolvedStep) -> Iterator[Found]:
    """An algorithm all of whose hyperparameters may be null: it takes some or nobody
    names any."""
    ports = options.ports(step)
    if {"entry_point", "hyperparameters"} & {*step.fields} or not ports:
        return
    if all(port.value.optional for port in ports):
        text = f"every hyperparameter of step '{step.name}' may be null"
        yield (), text, "give one of them a value that it always has"


def _of_input(step: ResolvedStep, port: InputPort) -> tuple[str, Member | None]:
    """The toolkit gives every hyperparameter a value, and an option without one would
    be followed by an empty argument. So its value is the option itself, once more."""
    if not port.flag:
        given = port.value if port.value.optional else None
        return port.name, Member(_writer(step)(port.typed), port.name, given=given)
    again = encoded(literal(options.spelled(port.name)))
    if port.value.is_literal:
        return port.name, Member(again, port.name) if port.value.literal else None
    return port.name, Member(again, port.name, when=port.value)


def _writer(step: ResolvedStep) -> Callable[[Value], Value]:
    return encoded if "entry_point" in step.fields else to_text


def encoded(value: Value) -> Value:
    """A value as the JSON text that a script's container decodes."""
    if isinstance(value.literal, bool) or value.type == "boolean":
        value = to_text(value)
    return json_text(value)
