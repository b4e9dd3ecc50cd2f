"""Where in S3 a value may lead, followed through pass, map and parallel steps.

What comes in: a value and the steps of its pipeline. What goes out: buckets and keys,
as narrow as what is known before the pipeline runs, each with the reason it is there.
Never: a place that the value cannot lead to, or a reason that is not true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mlmax_pipelines.base import layout
from mlmax_pipelines.declared import Statement
from mlmax_pipelines.steps import iam
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import ResolvedStep
from mlmax_pipelines.steps.origins import Origin
from mlmax_pipelines.steps.registry import find
from mlmax_pipelines.steps.values import Value, as_value, origins_of

OUTPUTS = "reads its inputs, which other steps put out"
PARAMETERS = "reads what its pipeline's parameters name of what the pipeline wrote"
REGISTRY = "reads what other pipelines made: a model, its transformer"
# A value of the environment: a parameter of the template, which a role may name.
_OF_ENVIRONMENT = re.compile(r"\$\{Env\w+\}")
ANYWHERE = "reads a place that only its execution knows"


@dataclass(frozen=True)
class Place:
    """Objects of a bucket: `key` may hold `*`. `why` says whose word it is; "" when
    the spec itself names the place."""

    bucket: str
    key: str
    why: str = ""


def places(value: Value, context: BuildContext) -> list[Place]:
    """Every place that a value may lead to, each once."""
    found = (
        place
        for origin in origins_of(value)
        for place in _follow(origin, context, frozenset())
    )
    return list(dict.fromkeys(found))


def reads(found: Iterable[Place], context: BuildContext) -> Iterator[Statement]:
    """Reading these places: a statement for each bucket and reason."""
    groups: dict[tuple[str, str], dict[str, None]] = {}
    for place in found:
        groups.setdefault((place.bucket, place.why), {})[place.key] = None
    for (bucket, why), keys in groups.items():
        yield iam.read_objects(bucket, (*keys,), why)
        if bucket != context.parameter("ArtifactBucket"):
            yield iam.list_bucket(bucket)


def registry(context: BuildContext) -> Place:
    """What a version in the model registry may name: any pipeline's artifacts."""
    return Place(context.parameter("ArtifactBucket"), "*", REGISTRY)


def _follow(
    origin: Origin, context: BuildContext, seen: frozenset[Origin]
) -> Iterator[Place]:
    if origin in seen:
        return  # a loop of the pipeline: what it carries came in from outside of it
    seen |= {origin}
    if origin.uri:
        yield from named(origin.uri, context)
    elif origin.parameter:
        yield from _of_parameter(origin.parameter, context)
    elif origin.registry:
        yield registry(context)
    elif origin.item:
        items = as_value(context.steps[origin.item].fields["items"])
        for inner in origins_of(items):
            yield from _follow(inner, context, seen)
    elif origin.step in context.steps:
        for inner in _of_step(context.steps[origin.step], origin.output):
            yield from _follow(inner, context, seen)
    else:
        yield Place(context.parameter("ArtifactBucket"), "*", ANYWHERE)


def _of_step(step: ResolvedStep, output: str) -> tuple[Origin, ...]:
    step_type = find(step.type)
    assert step_type is not None, step.type
    return step_type.origins(step, output)


def named(uri: str, context: BuildContext) -> Iterator[Place]:
    """A place that is written down. A bucket whose name only an execution knows, the
    environment allows."""
    bucket, _, key = uri.removeprefix(layout.SCHEME).partition("/")
    artifacts = context.parameter("ArtifactBucket")
    if bucket == artifacts:
        yield Place(bucket, _pattern(key), OUTPUTS)
    elif bucket and not set(_OF_ENVIRONMENT.sub("", bucket)) & set("*$"):
        yield Place(bucket, _pattern(key))


def _of_parameter(name: str, context: BuildContext) -> Iterator[Place]:
    """What a parameter has by default, and what its own pipeline wrote: whoever starts
    an execution may name that. Other buckets the environment allows."""
    for origin in origins_of(as_value(context.defaults.get(name))):
        if origin.uri:
            yield from named(origin.uri, context)
    artifacts = context.parameter("ArtifactBucket")
    yield Place(artifacts, layout.pipeline(context.pipeline) + "*", PARAMETERS)


def _pattern(key: str) -> str:
    """A key as the prefix that jobs take it for."""
    return key if key.endswith("*") else f"{key}*"
