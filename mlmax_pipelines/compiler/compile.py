"""A resolved pipeline -> a compiled one.

What comes in: steps whose references are values already. What goes out: the frozen
`CompiledPipeline`, or problems with their place in the spec. Never: a file is read,
an environment is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.asl.canonical import canonical_json
from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.limits import DEFINITION, HISTORY
from mlmax_pipelines.compiled import CompiledPipeline, CompiledState, Limit, Part
from mlmax_pipelines.compiler.chain import Builder, BuiltStep, link, states_of
from mlmax_pipelines.compiler.passes import cuts as split
from mlmax_pipelines.compiler.passes import nest as parts
from mlmax_pipelines.compiler.passes import opening
from mlmax_pipelines.resolve.resolver import ResolvedPipeline
from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.contract import BuildContext
from mlmax_pipelines.steps.sdk import State


@dataclass(frozen=True)
class Found:
    """What was compiled, before it is handed over."""

    definition: dict[str, Any]
    states: Sequence[CompiledState]
    parts: Sequence[Part]
    limits: tuple[Limit, ...]
    digest: str


def compile_pipeline(
    pipeline: ResolvedPipeline,
) -> tuple[CompiledPipeline | None, list[Problem]]:
    """Compile one pipeline; None and the problems when it breaks a limit of AWS."""
    defaults = {parameter.name: parameter.default for parameter in pipeline.parameters}
    builder = Builder(pipeline.name, pipeline.steps, defaults)
    builder.context.substitutions.update(pipeline.substitutions)
    built = builder.build(pipeline.steps)
    link(built)
    problems = _name_problems(builder.states, pipeline)
    sizes = [split.size(one) for one in built]
    pieces = split.segments(built, sizes)
    if pieces is None:
        problems.append(_too_large(pipeline, sum(sizes)))
    if problems or pieces is None:
        return None, problems
    made, rest, added = _parts(pieces, builder, pipeline)
    first = opening.opening(pipeline.parameters, builder.context, rest[0])
    definition = _definition(pipeline, first, rest)
    states = (*_opening_records(first), *added, *builder.states)
    texts = [canonical_json(d) for d in (definition, *(p.definition for p in made))]
    found = Found(definition, states, made, _limits(texts, pieces), _digest(texts))
    return _hand_over(pipeline, builder.context, found), []


def _parts(
    pieces: Sequence[Sequence[BuiltStep]], builder: Builder, pipeline: ResolvedPipeline
) -> tuple[list[Part], list[State], list[CompiledState]]:
    """Parts, the states behind the opening, and the records of states added."""
    if len(pieces) == 1:
        return [], list(states_of(pieces[0])), []
    segment_of = {one.step.name: i for i, piece in enumerate(pieces) for one in piece}
    last_readers: dict[str, int] = {}
    for reader, sources in pipeline.reads.items():
        for key in sources:
            last_readers[key] = max(last_readers.get(key, 0), segment_of[reader])
    made, drafts = parts.build_parts(pieces, last_readers, builder.context)
    return made, [draft.state for draft in drafts], parts.records(drafts)


def _definition(
    pipeline: ResolvedPipeline, first: Sequence[State], rest: Sequence[State]
) -> dict[str, Any]:
    fields: dict[str, Any] = {"Comment": pipeline.description or pipeline.name}
    if pipeline.timeout_seconds is not None:
        fields["TimeoutSeconds"] = pipeline.timeout_seconds
    return sdk.definition(opening.DEFAULTS, [*first, *rest], **fields)


def _opening_records(first: Sequence[State]) -> list[CompiledState]:
    return [
        CompiledState(state.state_id, state.state_type, "", "opening", None)
        for state in first
    ]


def _limits(
    texts: Sequence[bytes], pieces: Sequence[Sequence[BuiltStep]]
) -> tuple[Limit, ...]:
    size = max(map(len, texts))
    events = max(sum(map(split.events, piece)) for piece in pieces) + 8
    return (
        Limit("definition bytes", size, DEFINITION),
        Limit("history events without retries", events, HISTORY),
    )


def _digest(texts: Sequence[bytes]) -> str:
    """The SHA-256 of the list of all definitions as canonical JSON."""
    import hashlib

    return hashlib.sha256(b"[" + b",".join(texts) + b"]").hexdigest()


def _hand_over(
    pipeline: ResolvedPipeline, context: BuildContext, found: Found
) -> CompiledPipeline:
    return CompiledPipeline(
        name=pipeline.name,
        description=pipeline.description,
        type=pipeline.type,
        parameters=pipeline.parameters,
        definition=found.definition,
        substitutions=dict(sorted(context.substitutions.items())),
        states=tuple(found.states),
        limits=found.limits,
        code=tuple(sorted(context.code)),
        functions=tuple(context.functions),
        model_groups=tuple(sorted(context.model_groups)),
        parts=tuple(found.parts),
        schedule=pipeline.schedule,
        sources=pipeline.sources,
        digest=found.digest,
    )


def _name_problems(
    states: Sequence[CompiledState], pipeline: ResolvedPipeline
) -> list[Problem]:
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


def _too_large(pipeline: ResolvedPipeline, size: int) -> Problem:
    text = (
        f"pipeline '{pipeline.name}' needs a definition of {size:,} bytes; one holds "
        f"{DEFINITION:,}, and there is no place where it can be split"
    )
    hint = "a split needs a step that every path passes, outside of any loop"
    return Problem(text, pipeline.where, hint)
