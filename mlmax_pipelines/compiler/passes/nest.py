"""Segments of a long chain -> nested state machines and the states that run them.

What comes in: segments (see `split`) and which steps read which. What goes out: a
`Part` per segment, and one state per part that starts it, waits for it, and keeps of
its output what later segments read. Never: more than that crosses from part to part,
so that the payload stays within 256 KiB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlmax_pipelines.base.names import part_name
from mlmax_pipelines.compiled import CompiledState, Part, Statement, Sub
from mlmax_pipelines.compiler.chain import BuiltStep, states_of
from mlmax_pipelines.steps import iam, sdk
from mlmax_pipelines.steps.contract import BuildContext, Draft

KIND = "part"


def build_parts(
    segments: Sequence[Sequence[BuiltStep]],
    last_readers: Mapping[str, int],
    context: BuildContext,
) -> tuple[list[Part], list[Draft]]:
    """The parts and the drafts of the states that run them, in order.

    `last_readers` says for the key of a step the last segment that reads it.
    """
    parts, drafts = [], []
    for index, segment in enumerate(segments):
        _end(segment)
        number = index + 1
        definition = sdk.definition(segment[0].entry.state_id, states_of(segment))
        logical_id = f"Part{number}"
        name = part_name(context.pipeline, number)
        parts.append(Part(logical_id, name, definition))
        kept = [key for key, last in last_readers.items() if last > index]
        earlier = {one.step.key for done in segments[:number] for one in done}
        draft = _run(number, [k for k in kept if k in earlier], context)
        drafts.append(draft)
    for draft, after in zip(drafts, drafts[1:]):
        draft.state.next_step = after.state
    return parts, drafts


def records(drafts: Sequence[Draft]) -> list[CompiledState]:
    return [
        CompiledState(
            name=draft.state.state_id,
            type=draft.state.state_type,
            step="",
            kind=KIND,
            where=None,
            execution_role=draft.execution_role,
        )
        for draft in drafts
    ]


def _end(segment: Sequence[BuiltStep]) -> None:
    """`Next` that leaves the segment becomes `End`."""
    inside = {id(state) for state in states_of(segment)}
    for state in states_of(segment):
        if state.next_step is not None and id(state.next_step) not in inside:
            sdk.end(state)


def _run(number: int, kept: Sequence[str], context: BuildContext) -> Draft:
    machine = context.use(f"Part{number}Arn", Sub(f"${{Part{number}.Arn}}"))
    request = {
        "StateMachineArn": machine,
        "Input": {
            "pipeline.$": "$.pipeline",
            "parameters.$": "$.parameters",
            "steps.$": "$.steps",
            # The console shows the execution that started this one.
            "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id",
        },
    }
    fields: dict[str, object] = {"result_path": None}
    if kept:
        selector = {f"{key}.$": f"$.Output.steps.{key}" for key in kept}
        fields = {"result_selector": selector, "result_path": "$.steps"}
    state = sdk.task(
        f"Part {number}",
        context.integration("states:startExecution.sync:2"),
        parameters=request,
        **fields,
    )
    return Draft(state, _statements(number))


def _statements(number: int) -> tuple[Statement, ...]:
    machine = f"${{Part{number}.Arn}}"
    executions = iam.arn("states", f"execution:${{Part{number}.Name}}:*")
    return (
        iam.allow(("states:StartExecution",), [machine], "starts its part"),
        iam.allow(
            ("states:DescribeExecution", "states:StopExecution"),
            [executions],
            "follows and stops its part",
        ),
        iam.managed_rule("StepFunctionsExecution"),
    )
