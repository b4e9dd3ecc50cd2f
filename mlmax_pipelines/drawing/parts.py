"""A pipeline that was split into parts -> one definition again, for a picture.

What comes in: a compiled pipeline. What goes out: a definition to draw, never to run:
the parts' steps in one chain, or each part inside the state that runs it.
"""

from __future__ import annotations

from typing import Any, Mapping

from mlmax_pipelines.compiled import CompiledPipeline

Definition = Mapping[str, Any]


def whole(pipeline: CompiledPipeline, states: bool) -> Definition:
    """The definition with its parts in it; with `states`, as clusters."""
    if not pipeline.parts:
        return pipeline.definition
    runners = [state.name for state in pipeline.states if state.step_type == "part"]
    parts = {name: part.definition for name, part in zip(runners, pipeline.parts)}
    draw = _clustered if states else _chained
    return draw(pipeline.definition, parts)


def _clustered(definition: Definition, parts: Mapping[str, Definition]) -> Definition:
    states = {
        name: {**state, "Branches": [parts[name]]} if name in parts else state
        for name, state in definition["States"].items()
    }
    return {**definition, "States": states}


def _chained(definition: Definition, parts: Mapping[str, Definition]) -> Definition:
    entries = {name: str(part["StartAt"]) for name, part in parts.items()}
    states: dict[str, Any] = {}
    for name, state in definition["States"].items():
        if name in parts:
            follower = state.get("Next")
            states.update(_opened(parts[name], entries.get(follower, follower)))
        else:
            states[name] = {
                key: entries.get(value, value) if key in ("Next", "Default") else value
                for key, value in state.items()
            }
    start = definition["StartAt"]
    return {"StartAt": entries.get(start, start), "States": states}


def _opened(part: Definition, follower: str | None) -> dict[str, Any]:
    """The states of a part, its end leading on to the next one."""
    if follower is None:
        return dict(part["States"])
    return {
        name: {**state, "End": False, "Next": follower} if state.get("End") else state
        for name, state in part["States"].items()
    }
