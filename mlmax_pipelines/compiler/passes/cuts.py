"""Where a chain over the limits of one definition can be cut into parts.

What comes in: built steps, linked. What goes out: stretches of steps that are within
the limits of definition size and history, each entered only at its first step and left
only at its last. Never: a cut inside a loop or between a choice and what it leads to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlmax_pipelines.asl.canonical import json_text
from mlmax_pipelines.compiler.built import BuiltStep, every
from mlmax_pipelines.steps import sdk

# Room for the reasons a real history is longer than the shortest one: retries.
_BYTES = 900_000
_EVENTS = 15_000
_EVENTS_OF = {"Task": 6, "Parallel": 4, "Map": 4}


def events(one: BuiltStep) -> int:
    """History events of a step that runs once without a retry."""
    types = (draft.state.state_type for draft in every(one.drafts))
    return sum(_EVENTS_OF.get(type, 2) for type in types if type != "Fail")


def size(one: BuiltStep) -> int:
    """Bytes of a step's states in the definition."""
    return sum(
        len(json_text(sdk.rendered(draft.state))) + len(draft.state.state_id) + 5
        for draft in one.drafts
    )


def stretches(
    built: Sequence[BuiltStep], sizes: Sequence[int]
) -> list[Sequence[BuiltStep]] | None:
    """The chain in stretches within the limits; None when it cannot be cut so.

    Greedy: each takes what it can, to the last step where a cut is possible.
    """
    cuts = _cuts(built)
    found: list[Sequence[BuiltStep]] = []
    start = 0
    last_cut = 0
    used_bytes = used_events = 0
    since_cut = (0, 0)
    for index, one in enumerate(built):
        if index in cuts and index > start:
            last_cut, since_cut = index, (0, 0)
        cost = (sizes[index], events(one))
        since_cut = (since_cut[0] + cost[0], since_cut[1] + cost[1])
        used_bytes, used_events = used_bytes + cost[0], used_events + cost[1]
        if used_bytes > _BYTES or used_events > _EVENTS:
            if last_cut <= start:
                return None
            found.append(built[start:last_cut])
            start = last_cut
            used_bytes, used_events = since_cut
    return [*found, built[start:]]


def _cuts(built: Sequence[BuiltStep]) -> set[int]:
    """Places between steps that every path passes, forward, and nothing leaves by.

    An edge from step a to step b closes every place between them but the one right
    before b; an edge back, of a choice or of a catch closes that one too, because
    only `Next` can be turned into `End`. A step that ends early closes the rest.
    """
    places = _places(built)
    closed = [0] * (len(built) + 2)
    for index, one in enumerate(built):
        for target, can_end in _targets(one):
            goal = places.get(target)
            if goal is not None and goal != index:
                low = min(index, goal) + 1
                high = max(index, goal) + (goal < index or not can_end)
                closed[low] += 1
                closed[max(low, high)] -= 1
        if _ends_early(one, index == len(built) - 1):
            closed[index + 1] += 1
            closed[len(built) + 1] -= 1
    result, depth = set(), 0
    for index in range(1, len(built)):
        depth += closed[index]
        if not depth:
            result.add(index)
    return result


def _places(built: Sequence[BuiltStep]) -> Mapping[int, int]:
    return {
        id(draft.state): index
        for index, one in enumerate(built)
        for draft in one.drafts
    }


def _targets(one: BuiltStep) -> list[tuple[int, bool]]:
    """Where a step's states go, and whether that edge may become an end."""
    found = []
    for draft in one.drafts:
        state = draft.state
        found += [(id(catch.next_step), False) for catch in state.catches]
        if state.state_type == "Choice":
            found += [(id(target), False) for _, target in state.choices]
            found.append((id(state.default), False))
        elif state.next_step is not None:
            found.append((id(state.next_step), True))
    return found


def _ends_early(one: BuiltStep, is_last: bool) -> bool:
    if is_last:
        return False
    last = one.drafts[-1].state
    return last.state_type == "Succeed" or (
        last.state_type not in ("Fail", "Choice") and last.next_step is None
    )
