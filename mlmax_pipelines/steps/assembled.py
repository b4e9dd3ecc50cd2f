"""Lists and objects some of whose members are there only at times.

What comes in: members, each with the boolean it depends on. What goes out: one value.
Never: a member that is always there is written other than in a payload template.

A payload template has all of its members. What may be missing is written as JSON text,
in which it is a space, and read with States.StringToJson (AWS Step Functions
Developer Guide, "Intrinsic functions for JSONPath states in Step Functions").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.base import literals
from mlmax_pipelines.steps.values import Value, array, call, join, literal, to_text


@dataclass(frozen=True)
class Member:
    """A text in a list, under a `key` in an object; with `when`, only while that is
    true; with `given`, only while that is not null."""

    value: Value
    key: str = ""
    when: Value | None = None
    given: Value | None = None

    @property
    def is_certain(self) -> bool:
        return self.when is None and self.given is None


def list_of(members: Sequence[Member]) -> Value:
    """A list of texts. One of its members must be there always, or it may be empty."""
    if all(member.is_certain for member in members):
        return array([member.value for member in members])
    return _read("[", members, "]")


def object_of(members: Sequence[Member]) -> dict[str, Any] | Value:
    """An object of texts, of which one must be there always."""
    if all(member.is_certain for member in members):
        return {member.key: member.value for member in members}
    return _read("{", members, "}")


def is_certain(members: Sequence[Member]) -> bool:
    """Whether one of them is there always."""
    return any(member.is_certain for member in members)


def _read(start: str, members: Sequence[Member], end: str) -> Value:
    """The commas stand between what is always there and its neighbours."""
    assert is_certain(members), "nothing in it is always there"
    first = next(i for i, member in enumerate(members) if member.is_certain)
    parts: list[str | Value] = [start]
    for index, member in enumerate(members):
        before, after = ("," if index > first else ""), ("," if index < first else "")
        key = f"{literals.as_json(member.key)}:" if member.key else ""
        text = join(before, key, json_text(to_text(member.value)), after)
        parts.append(_at_times(member, text))
    return call("States.StringToJson", join(*parts, end))


def json_text(value: Value) -> Value:
    """A value as JSON. What an environment puts into a text may be any text, so that
    only the state machine can write it as JSON."""
    if value.is_literal and not value.quoted:
        return literal(literals.as_json(value.literal), "string")
    if value.is_literal:
        value = call("States.ArrayGetItem", call("States.Array", value), 0)
    return call("States.JsonToString", value, type="string")


def _at_times(member: Member, text: Value) -> Value:
    """The text of a member while it is there, and a space else, which JSON does not
    count."""
    if member.when is not None:
        return _chosen(member.when, " ", text)
    if member.given is None:
        return text
    # Of all values null alone is written so.
    shown = call("States.JsonToString", member.given)
    is_null = call("States.ArrayContains", call("States.Array", shown), "null")
    return _chosen(is_null, text, " ")


def _chosen(condition: Value, otherwise: str | Value, text: str | Value) -> Value:
    """The text while a condition is true, another one else.

    No intrinsic chooses: `true` is the one word of true, false and null that falls into
    two parts at its `r`, which makes the number of parts an index.
    """
    word = call("States.StringSplit", to_text(condition), "r")
    index = call("States.ArrayLength", word, type="integer")
    both = call("States.Array", " ", otherwise, text)
    return call("States.ArrayGetItem", both, index, type="string")
