"""IAM statements of many states -> one inline policy that IAM accepts.

What comes in: statements, each with the states that need it. What goes out: the
statements of a policy with Sids, and the reason of each. Never: a `*` action, or a
`*` resource without the reason why AWS offers nothing narrower.

A role's inline policies may have 10,240 characters together (IAM quotas, "IAM and STS
character limits"; white space does not count). A policy is written as narrowly as
that allows, at the first of three levels that fits: each state's own statements, equal
ones once; statements with equal actions joined; the names of one pipeline's jobs and
folders replaced by the pipeline's prefix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Callable, Iterable, Sequence

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.limits import INLINE_POLICY, refuse
from mlmax_pipelines.base.names import jobs_slug
from mlmax_pipelines.cloudformation.parameters import LENGTHS
from mlmax_pipelines.cloudformation.tags import pascal, sub
from mlmax_pipelines.declared import Conditions, Statement

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9:.]+)\}")
# The longest ARN of a role, a function or a log group that a template makes.
_ARN_LENGTH = 160
_FRAME = len('{"Version":"2012-10-17","Statement":[]}')
_STATES_NAMED = 3


@dataclass(frozen=True)
class Grant:
    """A statement and the names of the states that need it."""

    statement: Statement
    states: tuple[str, ...]

    @property
    def sid(self) -> str:
        """`TrainCreateTrainingJob`; the action alone when several states share it."""
        action = self.statement.actions[0].partition(":")[2]
        return pascal(f"{self.states[0]} {action}") if len(self.states) == 1 else action

    @property
    def why(self) -> str:
        """Which states need the statement, what for, and why a `*` is in it."""
        who = ", ".join(self.states[:_STATES_NAMED])
        if len(self.states) > _STATES_NAMED:
            who += f" and {len(self.states) - _STATES_NAMED} more states"
        text = f"{who}: {self.statement.reason}" if who else self.statement.reason
        return f"{text}; {self.statement.wildcard}" if self.statement.wildcard else text


def grants(needs: Iterable[tuple[str, Statement]]) -> list[Grant]:
    """(state, statement) pairs with equal statements once, in order of appearance, and
    each of their reasons."""
    found: dict[Any, list[tuple[str, Statement]]] = {}
    for state, statement in needs:
        key = (statement.actions, statement.resources, _conditions(statement))
        found.setdefault(key, []).append((state, statement))
    return [_granted(same) for same in found.values()]


def _granted(same: Sequence[tuple[str, Statement]]) -> Grant:
    states = dict.fromkeys(state for state, _ in same if state)
    why = ", ".join(dict.fromkeys(statement.reason for _, statement in same))
    return Grant(same[0][1]._replace(reason=why), tuple(states))


def fitted(
    found: list[Grant], pipeline: str, role: str, others: int = 0
) -> list[Grant]:
    """The narrowest form of the grants that IAM accepts as one inline policy.

    `others` are the characters of the role's other policies. Raises PipelineError when
    no form is accepted, or when a statement allows too much.
    """
    for grant in found:
        _check(grant)
    for level in (_as_they_are, _joined, _widened):
        found = level(found, pipeline)
        if _fits(found, INLINE_POLICY - others):
            return found
    size = _FRAME + sum(map(_size, found)) + others
    error = refuse(
        f"policy of the {role} of pipeline '{pipeline}'", size, INLINE_POLICY
    )
    if others:
        hint = f"the environment's 'data_buckets' take {others:,}: name fewer"
        raise PipelineError(str(error), hint=hint)
    raise error


def statements(found: Sequence[Grant]) -> list[dict[str, Any]]:
    """The policy's statements, in CloudFormation's terms."""
    return [_statement(sid, grant.statement) for sid, grant in _sids(found)]


def reasons(found: Sequence[Grant]) -> dict[str, str]:
    """Sid -> why the statement is there: for the role's Metadata."""
    return {sid: grant.why for sid, grant in _sids(found)}


def _conditions(statement: Statement) -> Any:
    if not statement.conditions:
        return ()
    return tuple((op, tuple(c.items())) for op, c in statement.conditions.items())


def _check(grant: Grant) -> None:
    statement = grant.statement
    who = f"state '{grant.states[0]}'" if grant.states else "the template"
    for action in statement.actions:
        if "*" in action:
            message = f"{who} asks for the action '{action}': name every action"
            raise PipelineError(message)
    if "*" in statement.resources and not statement.wildcard:
        message = f"{who} asks for '{statement.actions[0]}' on '*' without a reason"
        raise PipelineError(message)


def _as_they_are(found: list[Grant], pipeline: str) -> list[Grant]:
    return found


def _joined(found: list[Grant], pipeline: str) -> list[Grant]:
    """One statement for equal actions and conditions, with all their resources."""
    return _join(found, lambda resource: resource)


def _widened(found: list[Grant], pipeline: str) -> list[Grant]:
    """Joined, and `job/${JobOwner}-<pipeline>-x-*` is `.../<pipeline>-*`."""
    job = jobs_slug(pipeline)
    narrow = re.compile(
        rf"(.*[/:]\$\{{(?:JobOwner|Prefix)\}}-(?:{pipeline}|{job})-"
        rf"|.*\}}/{pipeline}/).*[^*].*"
    )
    return _join(found, lambda resource: narrow.sub(r"\1*", resource))


def _join(found: list[Grant], widen: Callable[[str], str]) -> list[Grant]:
    groups: dict[Any, list[Grant]] = {}
    for grant in found:
        key = (grant.statement.actions, _conditions(grant.statement))
        groups.setdefault(key, []).append(grant)
    return [_one(group, widen) for group in groups.values()]


def _one(group: list[Grant], widen: Callable[[str], str]) -> Grant:
    resources = (widen(r) for grant in group for r in grant.statement.resources)
    states = dict.fromkeys(state for grant in group for state in grant.states)
    statement = group[0].statement
    why = ", ".join(dict.fromkeys(grant.statement.reason for grant in group))
    merged = statement._replace(resources=tuple(dict.fromkeys(resources)), reason=why)
    return Grant(merged, tuple(states))


def _fits(found: list[Grant], room: int) -> bool:
    size = _FRAME
    for grant in found:
        size += _size(grant)
        if size > room:
            return False
    return True


def _size(grant: Grant) -> int:
    """Characters of a statement at the most, once its names are filled in."""
    statement = grant.statement
    texts = [*statement.actions, *map(_longest, statement.resources), grant.sid]
    for operator, condition in statement.conditions.items():
        texts += [operator, *condition]
        texts += [_longest(text) for one in condition.values() for text in _texts(one)]
    # Per text two quotes and a comma; then the keys and brackets of a statement.
    frame = '{"Sid":,"Effect":"Allow","Action":[],"Resource":[],"Condition":{:{}}}12'
    return sum(map(len, texts)) + 3 * len(texts) + len(frame)


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _longest(text: str) -> str:
    return _PLACEHOLDER.sub(lambda m: "x" * LENGTHS.get(m[1], _ARN_LENGTH), text)


def _sids(found: Sequence[Grant]) -> Iterable[tuple[str, Grant]]:
    """Sids have to be unique in a policy: the second of a name gets a 2."""
    seen: dict[str, int] = {}
    for grant in found:
        count = seen[grant.sid] = seen.get(grant.sid, 0) + 1
        yield (grant.sid if count == 1 else f"{grant.sid}{count}"), grant


def _statement(sid: str, statement: Statement) -> dict[str, Any]:
    result: dict[str, Any] = {"Sid": sid, "Effect": "Allow"}
    result["Action"] = list(statement.actions)
    result["Resource"] = [sub(resource) for resource in statement.resources]
    if statement.conditions:
        result["Condition"] = _filled(statement.conditions)
    return result


def _filled(conditions: Conditions) -> dict[str, Any]:
    return {
        operator: {
            key: sub(one) if isinstance(one, str) else list(map(sub, one))
            for key, one in condition.items()
        }
        for operator, condition in conditions.items()
    }
