"""A pipeline over the limits of one definition -> parts and the states that run them.

What comes in: a built pipeline. What goes out: the same one; or, with a `Part` for each
stretch of its steps (see `cuts`), one state per part that starts it, waits for it, and
keeps of its output what later parts read. Never: more than that crosses from part to
part, so that the payload stays within 256 KiB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.limits import DEFINITION
from mlmax_pipelines.base.names import part_name
from mlmax_pipelines.compiled import Job, Part, Sub
from mlmax_pipelines.compiler.built import Built, BuiltStep, records, states_of
from mlmax_pipelines.compiler.passes import cuts
from mlmax_pipelines.declared import JobKind, Statement
from mlmax_pipelines.resolve.resolver import ResolvedPipeline
from mlmax_pipelines.steps import iam, sdk
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import Draft
from mlmax_pipelines.steps.outputs import DROPPED
from mlmax_pipelines.steps.values import context_object, result, state_data

TYPE = "part"
# Events of the execution itself and of the opening states.
_OTHER_EVENTS = 8


def apply(built: Built) -> Built:
    """The pipeline in as many parts as its size asks for, most often one."""
    sizes = [cuts.size(one) for one in built.steps]
    stretches = cuts.stretches(built.steps, sizes)
    if stretches is None:
        return replace(built, problems=(_too_large(built.pipeline, sum(sizes)),))
    longest = max(sum(map(cuts.events, steps)) for steps in stretches)
    built = replace(built, events=longest + _OTHER_EVENTS)
    if len(stretches) == 1:
        return built
    readers = _last_readers(stretches, built.pipeline)
    parts, drafts = build_parts(stretches, readers, built.context)
    return replace(
        built,
        parts=tuple(parts),
        chain=tuple(draft.state for draft in drafts),
        states=(*records(drafts, TYPE), *built.states),
    )


def _last_readers(
    stretches: Sequence[Sequence[BuiltStep]], pipeline: ResolvedPipeline
) -> dict[str, int]:
    """The key of a step -> the number of the last part that reads it."""
    part_of = {one.step.name: i for i, steps in enumerate(stretches) for one in steps}
    last: dict[str, int] = {}
    for reader, sources in pipeline.reads.items():
        for key in sources:
            last[key] = max(last.get(key, 0), part_of[reader])
    return last


def build_parts(
    stretches: Sequence[Sequence[BuiltStep]],
    last_readers: Mapping[str, int],
    context: BuildContext,
) -> tuple[list[Part], list[Draft]]:
    """The parts and the drafts of the states that run them, in order."""
    parts, drafts = [], []
    for index, steps in enumerate(stretches):
        _end(steps)
        number = index + 1
        definition = sdk.definition(steps[0].entry.state_id, states_of(steps))
        logical_id = f"Part{number}"
        name = part_name(context.pipeline, number)
        parts.append(Part(logical_id, name, definition))
        kept = [key for key, last in last_readers.items() if last > index]
        earlier = {one.step.key for done in stretches[:number] for one in done}
        draft = _run(number, [k for k in kept if k in earlier], context)
        drafts.append(draft)
    for draft, after in zip(drafts, drafts[1:]):
        draft.state.next_step = after.state
    return parts, drafts


def _too_large(pipeline: ResolvedPipeline, size: int) -> Problem:
    text = (
        f"pipeline '{pipeline.name}' needs a definition of {size:,} bytes; one holds "
        f"{DEFINITION:,}, and there is no place where it can be split"
    )
    hint = "a split needs a step that every path passes, outside of any loop"
    return Problem(text, pipeline.where, hint)


def _end(steps: Sequence[BuiltStep]) -> None:
    """`Next` that leaves the part becomes `End`."""
    inside = {id(state) for state in states_of(steps)}
    for state in states_of(steps):
        if state.next_step is not None and id(state.next_step) not in inside:
            sdk.end(state)


def _run(number: int, kept: Sequence[str], context: BuildContext) -> Draft:
    # Few pipelines are so long that they need it.
    from mlmax_pipelines.steps.services.states.jobs import START_EXECUTION, SYNC_JSON

    machine = context.use(f"Part{number}Arn", Sub(f"${{Part{number}.Arn}}"))
    request = {
        "StateMachineArn": machine,
        "Input": {
            "pipeline": state_data("$.pipeline"),
            "parameters": state_data("$.parameters"),
            "steps": state_data("$.steps"),
            # The console shows the execution that started this one.
            "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": context_object(
                "$$.Execution.Id"
            ),
        },
    }
    fields: dict[str, object] = dict(DROPPED)
    if kept:
        selector = {key: result(f"$.Output.steps.{key}") for key in kept}
        fields = {"result_selector": selector, "result_path": "$.steps"}
    job = Job(START_EXECUTION, SYNC_JSON)
    draft = context.task(f"Part {number}", job, request, **fields)
    draft.execution_role = _statements(number, job.kind)
    return draft


def _statements(number: int, kind: JobKind) -> tuple[Statement, ...]:
    machine = f"${{Part{number}.Arn}}"
    executions = iam.arn("states", f"execution:${{Part{number}.Name}}:*")
    return (
        iam.allow(kind.calls, [machine], "starts its part"),
        iam.allow(kind.follows, [executions], "follows and stops its part"),
        iam.managed_rule(kind.rule),
    )
