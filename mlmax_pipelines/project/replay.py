"""An execution of another place, or of another day, run again here from a step on.

What comes in: where it ran, its history, and a backend of this machine. What goes out:
a local execution that begins in that step, with the data the step began with then.
Never: runs a step before it, or changes anything where it ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.backends.contract import Backend, ExecutionRecord
from mlmax_pipelines.backends.local import LocalBackend
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.layout import SCHEME
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.local import resume
from mlmax_pipelines.local.resume import Start
from mlmax_pipelines.observe.units import size
from mlmax_pipelines.project import copying


def replay(
    source: Backend,
    record: ExecutionRecord,
    target: LocalBackend,
    pipeline: CompiledPipeline,
    step: str,
    tell: Callable[[str], None],
) -> ExecutionRecord:
    """Start it; `step` "" is the one it failed in, or the first. Raises UsageError
    when it never came to that step, or `pipeline` has it no more."""
    begin = _start(source, record, pipeline, step)
    if source is not target:
        _bring(source, target, begin.data, tell)
    name = f"{record.name[:60]}-replay"
    steps = {state: name for name, state in first_states(pipeline).items()}
    tell(f"replaying '{record.name}' from '{steps.get(begin.state, begin.state)}'")
    free = _free(target, f"{pipeline.name}/{name}", name)
    return target.start(pipeline, record.input or {}, free, begin)


def _start(
    source: Backend, record: ExecutionRecord, pipeline: CompiledPipeline, step: str
) -> Start:
    top = pipeline.definition["States"]
    first = first_states(pipeline)
    wanted = [*first.values()]
    if step:
        wanted = [name for name in [first.get(step, step)] if name in top]
    if not wanted:
        there = ", ".join(f"'{name}'" for name in first)
        raise UsageError(
            f"pipeline '{pipeline.name}' has no step '{step}' to begin with",
            hint=f"there are: {there}; a step inside a branch or a map runs with it",
        )
    events = list(source.events(record.id))
    entered = resume.last_entered(events, wanted)
    if not step and record.status == "SUCCEEDED":
        entered = next(_entered(events, wanted), None)
    if entered is None:
        steps = {state: step for step, state in first.items()}
        came = dict.fromkeys(steps[e.details["name"]] for e in _entered(events, steps))
        raise UsageError(
            f"execution '{record.name}' never came to '{step or wanted[0]}'",
            hint=f"it came to: {', '.join(map(repr, came)) or 'nothing'}",
        )
    return resume.start_of(entered)


def first_states(pipeline: CompiledPipeline) -> dict[str, str]:
    """Where each of the steps begins that stand in no branch and no map."""
    top = pipeline.definition["States"]
    found: dict[str, str] = {}
    for state in pipeline.states:
        if state.step and state.name in top:
            found.setdefault(state.step, state.name)
    return found


def _entered(events: Any, names: Any) -> Iterator[Any]:
    for event in events:
        if event.type.endswith("StateEntered") and event.details["name"] in names:
            yield event


def _free(target: LocalBackend, path: str, name: str) -> str:
    """`name`, or the same with the first number that is not taken."""
    number = 1
    while True:
        tried = name if number == 1 else f"{name}-{number}"
        try:
            target.describe(f"{path.rpartition('/')[0]}/{tried}")
        except UsageError:
            return tried
        number += 1


def _bring(
    source: Backend, target: LocalBackend, data: Any, tell: Callable[[str], None]
) -> None:
    """Copy what the data point to, under the same address, unless it is there."""
    found = [item for uri in sorted(set(_uris(data))) for item in source.objects(uri)]
    fit, left_out = copying.fitting(found, SCHEME)
    missing = [item for item in fit if not _is_there(target, item)]
    if missing:
        total = size(sum(item.size for item in missing))
        tell(f"downloading {len(missing)} files, {total}, into the local store")
    left_out += copying.copy(source, missing, target.place)
    for line in copying.told(left_out):
        tell(line)


def _is_there(target: LocalBackend, item: Artifact) -> bool:
    try:
        path = target.place(item.uri)
    except UsageError:
        return False
    return path.is_file() and path.stat().st_size == item.size


def _uris(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.startswith(SCHEME):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _uris(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _uris(inner)
