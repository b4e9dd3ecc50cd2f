"""A review of a deployment, in the words of the person who has to approve it.

What comes in: a `Review`. What goes out: lines. Never: prints, or leaves out what lets
somebody do more or loses data.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import click

from mlmax_pipelines.aws.changes import (
    ABSENT,
    SCHEDULE,
    Field,
    ResourceChange,
    Review,
    StateChange,
)
from mlmax_pipelines.aws.permissions import BOUNDARY, MANAGED_POLICY, Statement
from mlmax_pipelines.cli.app import show

_LONGEST = 90
_SIGNS = {
    "added": ("+", "green"),
    "changed": ("~", "yellow"),
    "removed": ("-", "red"),
    "replaced": ("!", "red"),
}


def lines(review: Review) -> Iterator[str]:
    """The review, section by section; sections without changes are left out."""
    if review.first:
        yield from _first(review)
    else:
        yield from _states(review)
        yield from _permissions(review)
        yield from _section("parameters", [_field(f) for f in review.parameters])
        yield from _section("tags", [_field(f) for f in review.tags])
        yield from _section(
            "changed by hand; a deployment puts it back", list(_drift(review))
        )
        yield from _section("resources", [_resource(r) for r in review.resources])
    yield from (f"note: {note}" for note in review.notes)
    yield from review.roles


def shown(review: Review) -> None:
    """Print it, and what it comes to."""
    for line in lines(review):
        show(line)
    show(counts(review))


def counts(review: Review) -> str:
    """`2 resources changed, 1 replaced`."""
    kinds = [change.kind for change in review.resources]
    found = [(kinds.count(kind), kind) for kind in _SIGNS]
    parts = [f"{count} {kind}" for count, kind in found if count]
    return "resources: " + (", ".join(parts) or "none changed")


def _first(review: Review) -> Iterator[str]:
    """Everything is new: what there will be, not each property of it."""
    for machine, found in groupby(review.states, lambda change: change.machine):
        names = [change.state for change in found if change.state]
        yield _signed("added", f"state machine {machine}: {', '.join(names)}")
    types: dict[str, int] = {}
    for change in review.resources:
        types[change.type] = types.get(change.type, 0) + 1
    for kind, count in sorted(types.items()):
        yield _signed("added", f"{count} {kind}")
    count = len(review.permissions.widened)
    yield f"with {count} IAM statements: 'pipeline explain NAME' says what for"


def _drift(review: Review) -> Iterator[str]:
    for name, fields in review.drift:
        yield _signed("changed", name)
        yield from (f"    {_difference(one)}" for one in fields)


def _states(review: Review) -> Iterator[str]:
    for machine, found in groupby(review.states, lambda change: change.machine):
        yield f"state machine {machine}"
        for change in found:
            yield from _state(change)


def _state(change: StateChange) -> Iterator[str]:
    what = f"state {change.state}" if change.state else "the state machine"
    yield "  " + _signed(change.kind, what)
    for one in change.fields:
        yield f"      {_difference(one)}"


def _permissions(review: Review) -> Iterator[str]:
    found = [_statement(s, True) for s in review.permissions.widened]
    found += [_statement(s, False) for s in review.permissions.narrowed]
    yield from _section("permissions", found)


def _statement(statement: Statement, widened: bool) -> str:
    who = f"{statement.holder}"
    if statement.who:
        who += f" lets {statement.who}" if statement.allowed else f" ({statement.who})"
    if statement.actions == (BOUNDARY,):
        what = f"{who} {'loses' if widened else 'gets'} its permissions boundary"
        return _grant(widened, f"{what} {statement.resources[0]}")
    verb = {
        (True, True): "may now",
        (True, False): "may no longer",
        (False, True): "is no longer denied",
        (False, False): "is now denied",
    }[statement.allowed, widened]
    if statement.actions == (MANAGED_POLICY,):
        verb = "gets the policy" if widened else "loses the policy"
        return _grant(widened, f"{who} {verb} {', '.join(statement.resources)}")
    resources = [text for text in statement.resources if text]
    on = f" on {', '.join(resources)}" if resources else ""
    under = f" if {statement.conditions}" if statement.conditions else ""
    return _grant(widened, f"{who} {verb} {', '.join(statement.actions)}{on}{under}")


def _grant(widened: bool, text: str) -> str:
    word = click.style("wider ", fg="red") if widened else "tighter "
    return f"{word}{text}"


def _resource(change: ResourceChange) -> str:
    fields = f": {', '.join(change.fields)}" if change.fields else ""
    text = f"{change.name} ({change.type})"
    if change.kind == "replaced":
        text = f"{text} is REPLACED{fields}"
    else:
        text += fields
    if change.loses:
        goes = "what it holds goes with it"
        text += f"; {'nothing starts by it' if change.type == SCHEDULE else goes}"
        return click.style(f"{_SIGNS[change.kind][0]} {text}", fg="red")
    return _signed(change.kind, text)


def _field(one: Field) -> str:
    if one.old == ABSENT:
        return _signed("added", f"{one.path}: {_short(one.new)}")
    if one.new == ABSENT:
        return _signed("removed", f"{one.path} (was {_short(one.old)})")
    return _signed("changed", _difference(one))


def _difference(one: Field) -> str:
    return f"{one.path}: {_short(one.old)} -> {_short(one.new)}"


def _section(title: str, found: list[str]) -> Iterator[str]:
    if found:
        yield title
        yield from (f"  {line}" for line in found)


def _signed(kind: str, text: str) -> str:
    sign, color = _SIGNS[kind]
    styled = click.style(sign, fg=color)
    return (
        click.style(f"{sign} {text}", fg=color)
        if kind == "replaced"
        else (f"{styled} {text}")
    )


def _short(text: str) -> str:
    text = text or "''"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
