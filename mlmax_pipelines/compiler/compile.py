"""A resolved pipeline -> a compiled one.

What comes in: steps whose references are values already. What goes out: the frozen
`CompiledPipeline`, or problems with their place in the spec. Never: a file is read,
an environment is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from mlmax_pipelines.asl import mark
from mlmax_pipelines.asl.canonical import canonical_json
from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.limits import DEFINITION, HISTORY, LONGEST_EXECUTION
from mlmax_pipelines.base.literals import are_in, written
from mlmax_pipelines.base.schedules import shortest_pause
from mlmax_pipelines.base.slots import TAKE
from mlmax_pipelines.compiled import CompiledPipeline, CompiledState
from mlmax_pipelines.compiler import deadline
from mlmax_pipelines.compiler.built import Built, Pass, states_of
from mlmax_pipelines.compiler.chain import Builder, link
from mlmax_pipelines.compiler.heaviest import Unbounded, attempts
from mlmax_pipelines.compiler.passes import literals, nest, opening
from mlmax_pipelines.declared import Limit
from mlmax_pipelines.resolve.resolver import ResolvedPipeline
from mlmax_pipelines.steps import sdk

# In their order: parts are made of the user's steps, the opening stands before all.
PASSES: tuple[Pass, ...] = (nest.apply, opening.apply)


def compile_pipeline(
    pipeline: ResolvedPipeline,
) -> tuple[CompiledPipeline | None, list[Problem]]:
    """Compile one pipeline; None and the problems when it breaks a limit of AWS."""
    built = _build(pipeline)
    if built.problems:
        return None, list(built.problems)
    for change in PASSES:
        built = change(built)
        if built.problems:
            return None, list(built.problems)
    definition, warnings = _bounded(built, _definition(built))
    return _hand_over(replace(built, warnings=warnings), definition), []


def _build(pipeline: ResolvedPipeline) -> Built:
    defaults = {parameter.name: parameter.default for parameter in pipeline.parameters}
    builder = Builder(pipeline.name, pipeline.steps, defaults)
    builder.context.substitutions.update(pipeline.substitutions)
    steps = builder.build(pipeline.steps)
    link(steps)
    return Built(
        pipeline,
        builder.context,
        tuple(steps),
        tuple(states_of(steps)),
        tuple(builder.states),
        problems=(*_name_problems(builder.states), *builder.context.problems),
        warnings=(*pipeline.warnings, *builder.context.warnings),
    )


def _definition(built: Built) -> dict[str, Any]:
    pipeline = built.pipeline
    fields: dict[str, Any] = {"Comment": written(pipeline.description) or pipeline.name}
    definition = sdk.definition(built.chain[0].state_id, built.chain, **fields)
    if pipeline.timeout_seconds is None:
        return definition
    return _limited(definition, pipeline.timeout_seconds)


def _limited(definition: dict[str, Any], seconds: int) -> dict[str, Any]:
    """The definition with a time limit, to which what it waits for a slot comes on
    top."""
    if TAKE in definition["States"]:
        _, _, waiting = attempts(definition["States"][TAKE])
        seconds += int(waiting)
    about, *rest = definition.items()
    limit = ("TimeoutSeconds", min(seconds, LONGEST_EXECUTION))
    return dict([about, limit, *rest])


def _bounded(
    built: Built, definition: dict[str, Any]
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The definition with a time limit, if its spec has none and its longest path is
    known; else a warning that asks for one."""
    if "TimeoutSeconds" in definition:
        return definition, (*built.warnings, *_overlaps(built, definition))
    try:
        most = _seconds(built, definition)
    except Unbounded as why:
        text = f"no time limit: '{why.state}' {why.why}"
        hint = "timeout_seconds: 86400 in the spec ends what takes longer than a day"
        found = Problem(text, built.pipeline.where, hint)
        return definition, (*built.warnings, found)
    warnings = (*built.warnings, *_overlaps(built, definition))
    return _limited(definition, most), warnings


def _seconds(built: Built, definition: dict[str, Any], tries: bool = True) -> int:
    parts = {
        f"${{{part.logical_id}Arn}}": deadline.seconds(
            part.definition, built.states, {}, tries
        )
        for part in built.parts
    }
    return deadline.seconds(definition, built.states, parts, tries)


def _overlaps(built: Built, definition: dict[str, Any]) -> Iterator[Problem]:
    """Schedules that may start it while what they started before still runs, though
    nothing was tried twice."""
    if built.pipeline.slots or not built.pipeline.schedules:
        return
    seconds = definition.get("TimeoutSeconds") or _seconds(built, definition, False)
    for one in built.pipeline.schedules:
        pause = 60 * shortest_pause(one.expression)
        if 0 < pause < seconds:
            text = (
                f"schedule {one.expression} may start it while it still runs: it may "
                f"take {seconds / 3600:.1f} h, and is started again after "
                f"{pause / 3600:.1f} h"
            )
            hint = "max_concurrent_executions: 1 lets the next one wait"
            yield Problem(text, one.where, hint)


def _limits(built: Built, texts: Sequence[bytes]) -> tuple[Limit, ...]:
    size = max(len(texts[0]) + mark.LENGTH, *map(len, texts))
    return (
        Limit("definition bytes", size, DEFINITION),
        Limit("history events without retries", built.events, HISTORY),
    )


def _digest(texts: Sequence[bytes]) -> str:
    """The SHA-256 of the list of all definitions, unmarked, as canonical JSON."""
    import hashlib

    return hashlib.sha256(b"[" + b",".join(texts) + b"]").hexdigest()


def _hand_over(built: Built, definition: dict[str, Any]) -> CompiledPipeline:
    pipeline, context = built.pipeline, built.context
    whole = (definition, *(part.definition for part in built.parts))
    texts = [canonical_json(one) for one in whole]
    settled = literals.Settled(
        whole, context.substitutions, tuple(context.resources.values())
    )
    if any(map(are_in, texts)):
        settled = literals.settle(whole, context)
        texts = [canonical_json(one) for one in settled.definitions]
    digest = _digest(texts)
    first, *parts = settled.definitions
    return CompiledPipeline(
        name=pipeline.name,
        description=pipeline.description,
        type=pipeline.type,
        parameters=pipeline.parameters,
        definition=mark.put(first, digest),
        substitutions=dict(sorted(settled.substitutions.items())),
        states=tuple(map(literals.state, built.states)),
        limits=_limits(built, texts),
        code=tuple(sorted(context.code)),
        resources=tuple(map(literals.resource, settled.resources)),
        parts=tuple(
            part._replace(definition=one) for part, one in zip(built.parts, parts)
        ),
        schedules=pipeline.schedules,
        sources=pipeline.sources,
        digest=digest,
        slots=pipeline.slots,
        warnings=built.warnings,
    )


def _name_problems(states: Sequence[CompiledState]) -> list[Problem]:
    """States the compiler adds must not meet states the user named."""
    problems = []
    seen: dict[str, CompiledState] = {}
    for state in states:
        if state.name in seen or state.name in opening.NAMES:
            other = seen[state.name].step if state.name in seen else "every pipeline"
            text = f"step '{state.step}' needs a state '{state.name}', which is taken"
            problems.append(Problem(text, state.where, f"by {other}: rename the step"))
        seen.setdefault(state.name, state)
    return problems
