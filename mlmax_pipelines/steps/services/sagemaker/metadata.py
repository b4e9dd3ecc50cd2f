"""What a version of a model keeps beside the model: the addresses of its artifacts.

What comes in: the inputs of a step that registers a model. What goes out: the version's
metadata, and what of it would be too long in some execution. Never: a value that AWS
would refuse once the model has been trained.

An address has the name of the artifacts' bucket and of the execution in it: it is
reckoned with the longest that either can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.limits import (
    BUCKET_NAME,
    EXECUTION_NAME,
    METADATA,
    METADATA_VALUE,
    SAGEMAKER_NAME,
)
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Found, ResolvedStep
from mlmax_pipelines.steps.places import OUTPUTS, places
from mlmax_pipelines.steps.services.sagemaker import checks
from mlmax_pipelines.steps.values import Value, origins_of, to_text

OWN = ("model_data", "metrics", "approval")
# Digits of an item's index, one map inside another; and what a training job puts
# behind the address it is given.
_INDEX = len("1234/1234")
_MODEL = SAGEMAKER_NAME + len("/output/model.tar.gz")
_KNOWN = {
    "$.pipeline.execution_name": EXECUTION_NAME,
    "$.pipeline.start_time": len("2030-01-31T12:00:00.000Z"),
    "$.index": _INDEX,
}


def of(step: ResolvedStep) -> dict[str, Any]:
    """The metadata of the version: text, all of it."""
    ports = step.inputs.values()
    return {port.name: to_text(port.typed) for port in ports if port.name not in OWN}


def problems(step: ResolvedStep) -> list[Found]:
    """What is too long whatever the execution, and too many."""
    found = checks.too_many("values of metadata", step, len(of(step)), METADATA)
    for name, value in of(step).items():
        what = f"input '{name}' of step '{step.name}', metadata of the model,"
        found += checks.too_long(("inputs", name), what, value, METADATA_VALUE)
    return found


def too_long(step: ResolvedStep, context: BuildContext) -> Iterator[Problem]:
    """A problem for each value that would be too long in some execution."""
    hint = "give the pipeline, the step or the output that it comes from a shorter name"
    for name, value in of(step).items():
        length = _longest(value, context)
        if length > METADATA_VALUE:
            text = (
                f"input '{name}' of step '{step.name}' may have {length} characters "
                f"with the longest name of an execution; metadata of a model may have "
                f"{METADATA_VALUE}"
            )
            yield step.problem(("inputs", name), text, hint)


def _longest(value: Value, context: BuildContext) -> int:
    """The longest text a value may become, as far as anything is known of it."""
    if value.parts:
        return sum(map(_length, value.parts))
    steps = (context.steps.get(origin.step) for origin in origins_of(value))
    trained = any(step is not None and step.type == "training" for step in steps)
    lengths = (
        len(layout.SCHEME) + BUCKET_NAME + 1 + _of_key(place.key)
        for place in places(value, context)
        if place.why == OUTPUTS
    )
    return max(lengths, default=0) + (_MODEL if trained else 0)


def _of_key(pattern: str) -> int:
    """The length of a key: the first `*` is an execution's name, others an index."""
    first, star, rest = pattern.removesuffix("*").partition("*")
    indices = rest.count("*")
    known = len(first) + len(rest) - indices
    return known + EXECUTION_NAME * bool(star) + _INDEX * indices


def _length(part: str | Value) -> int:
    if isinstance(part, Value):
        return _KNOWN.get(part.expression, 0)
    bucket = "${ArtifactBucket}"
    return len(part) + (BUCKET_NAME - len(bucket)) * part.count(bucket)
