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

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from mlmax_pipelines.base.limits import HYPERPARAMETER
from mlmax_pipelines.steps.code import code_uri, split_entry_point
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import FOLDERS, Found, InputPort, ResolvedStep
from mlmax_pipelines.steps.services.sagemaker import checks
from mlmax_pipelines.steps.values import Value, as_value, call, literal, to_text


def given(step: ResolvedStep, context: BuildContext) -> dict[str, Value]:
    """All hyperparameters of a step's job; the script's own come from inputs too."""
    found: dict[str, Value] = {}
    if entry_point := step.fields.get("entry_point"):
        folder, script = split_entry_point(entry_point)
        packed = code_uri(folder, ".tar.gz", context)
        found["sagemaker_program"] = encoded(literal(script, "string"))
        found["sagemaker_submit_directory"] = encoded(literal(packed, "s3"))
    return {**found, **dict(_own(step))}


def problems(step: ResolvedStep) -> Iterator[Found]:
    written = _writer(step)
    for name, raw in step.fields.get("hyperparameters", {}).items():
        what = f"hyperparameter '{name}' of step '{step.name}'"
        place = ("hyperparameters", name)
        found = checks.check_text(place, what, raw, HYPERPARAMETER)
        value = raw if found else written(as_value(raw))
        yield from found or checks.too_long(place, what, value, HYPERPARAMETER)
    for port in _inputs(step):
        what = f"input '{port.name}' of step '{step.name}', a hyperparameter,"
        value = written(_typed(port))
        yield from checks.too_long(("inputs", port.name), what, value, HYPERPARAMETER)


def _own(step: ResolvedStep) -> Iterator[tuple[str, Value]]:
    """Those that the user gave: the module's, and then inputs."""
    written = _writer(step)
    for name, raw in step.fields.get("hyperparameters", {}).items():
        yield name, written(as_value(raw))
    for port in _inputs(step):
        yield port.name, written(_typed(port))


def _writer(step: ResolvedStep) -> Callable[[Value], Value]:
    return encoded if "entry_point" in step.fields else to_text


def _inputs(step: ResolvedStep) -> list[InputPort]:
    ports = step.inputs.values()
    return [p for p in ports if p.type not in FOLDERS and p.value.literal is not None]


def _typed(port: InputPort) -> Value:
    """Its value, of the type that the module says where nobody else does."""
    value = port.value
    return replace(value, type=port.type) if value.type == "any" else value


def encoded(value: Value) -> Value:
    """A value as the JSON text that a script's container decodes."""
    if isinstance(value.literal, bool) or value.type == "boolean":
        value = to_text(value)
    if value.is_literal:
        return literal(json.dumps(value.literal), "string")
    return call("States.JsonToString", value, type="string")
