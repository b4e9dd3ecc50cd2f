"""Every state of a definition, nested ones included.

What comes in: a definition. What goes out: its states, each with its path.
Never: changes the definition, or judges it.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping, NamedTuple


class FoundState(NamedTuple):
    """A state, its name, and the keys that lead to it from the definition's root."""

    path: tuple[str | int, ...]
    name: str
    state: Mapping[str, Any]


def walk_states(
    definition: Mapping[str, Any], path: tuple[str | int, ...] = ()
) -> Iterator[FoundState]:
    """Yield each state in document order, a container before what it contains."""
    for name, state in definition.get("States", {}).items():
        here = (*path, "States", name)
        yield FoundState(here, name, state)
        for keys, inner in nested_machines(state):
            yield from walk_states(inner, (*here, *keys))


def nested_machines(
    state: Mapping[str, Any],
) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """Yield the machines inside one state with the keys that lead to each."""
    for index, branch in enumerate(state.get("Branches", ())):
        yield ("Branches", index), branch
    for key in ("ItemProcessor", "Iterator"):
        if key in state:
            yield (key,), state[key]
