"""IAM policies of two views -> who may do more, who may do less.

What comes in: what is deployed and what would be. What goes out: grants widened and
narrowed, statement by statement. Never: a widening missed because it is spelled
otherwise: what cannot be understood counts as one.

A grant is one action on one resource under one condition. It is no widening when a
grant that was there covers it: `s3:GetObject` on `bucket/training/*` lies within the
same on `bucket/*`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mlmax_pipelines.aws.views import View

BOUNDARY = "permissions boundary"
MANAGED_POLICY = "managed policy"
_DOCUMENTS = ("PolicyDocument", "KeyPolicy", "ResourcePolicy")


@dataclass(frozen=True, order=True)
class Grant:
    """`who` (of resource `holder`; "" is the holder itself) may do, or may not.

    `conditions` is JSON, "" for none.
    """

    holder: str
    who: str
    allowed: bool
    action: str
    resource: str
    conditions: str = ""


@dataclass(frozen=True)
class Statement:
    """Grants that differ in action and resource only, as people read them."""

    holder: str
    who: str
    allowed: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: str


@dataclass(frozen=True)
class Permissions:
    """What a deployment would let others do that they may not now, and the reverse."""

    widened: tuple[Statement, ...]
    narrowed: tuple[Statement, ...]


def compare(old: View, new: View) -> Permissions:
    """How IAM changes from one view to the other."""
    before, after = set(grants(old)), set(grants(new))
    more = {g for g in after - before if g.allowed and not _covered(g, before)}
    more |= {g for g in before - after if not g.allowed and not _covered(g, after)}
    less = {g for g in before - after if g.allowed and not _covered(g, after)}
    less |= {g for g in after - before if not g.allowed and not _covered(g, before)}
    return Permissions(_statements(more), _statements(less))


def grants(view: View) -> Iterator[Grant]:
    """Every grant of a view's roles and resource policies."""
    for name, resource in view.resources.items():
        properties = resource.get("Properties", {})
        holder = str(name)
        if resource["Type"] == "AWS::IAM::Role":
            yield from _of_role(holder, properties)
        elif resource["Type"] == "AWS::Lambda::Permission":
            principal, action = properties.get("Principal"), properties.get("Action")
            yield Grant(
                holder, str(principal), True, str(action), "", _json(properties)
            )
        else:
            for key in _DOCUMENTS:
                yield from _of_document(holder, properties.get(key))


def _of_role(holder: str, role: Mapping[str, Any]) -> Iterator[Grant]:
    yield from _of_document(holder, role.get("AssumeRolePolicyDocument"))
    for policy in role.get("Policies", ()):
        yield from _of_document(holder, policy.get("PolicyDocument"))
    for arn in role.get("ManagedPolicyArns", ()):
        yield Grant(holder, "", True, MANAGED_POLICY, str(arn))
    # Without its boundary a role may do more: a boundary is a denial.
    if boundary := role.get("PermissionsBoundary"):
        yield Grant(holder, "", False, BOUNDARY, str(boundary))


def _of_document(holder: str, document: Any) -> Iterator[Grant]:
    if not isinstance(document, Mapping):
        return
    statements = document.get("Statement", ())
    for statement in statements if isinstance(statements, list) else [statements]:
        allowed = statement.get("Effect") == "Allow"
        conditions = _json(statement["Condition"]) if "Condition" in statement else ""
        for who in _principals(statement):
            for action in _texts(statement, "Action"):
                for resource in _texts(statement, "Resource"):
                    made = (holder, who, allowed, action, resource, conditions)
                    yield Grant(*made)


def _texts(statement: Mapping[str, Any], key: str) -> list[str]:
    """The actions or resources; `not X` of NotAction, which covers nothing else."""
    if f"Not{key}" in statement:
        return [f"not {text}" for text in _list(statement[f"Not{key}"])]
    return [str(text) for text in _list(statement.get(key, ""))]


def _principals(statement: Mapping[str, Any]) -> list[str]:
    found = statement.get("Principal", statement.get("NotPrincipal", ""))
    if not isinstance(found, Mapping):
        return [str(found)]
    return [str(name) for names in found.values() for name in _list(names)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _covered(grant: Grant, by: Iterable[Grant]) -> bool:
    """Whether another grant reaches at least as far as this one."""
    return any(
        other.holder == grant.holder
        and other.allowed == grant.allowed
        and other.conditions in ("", grant.conditions)
        and _within(grant.who, other.who)
        and _within(grant.action.lower(), other.action.lower())
        and _within(grant.resource, other.resource)
        for other in by
        if other != grant
    )


def _within(text: str, pattern: str) -> bool:
    return text == pattern or bool(_pattern(pattern).fullmatch(text))


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"(\*|\?)", text)
    return re.compile(
        "".join({"*": ".*", "?": "."}.get(p, re.escape(p)) for p in parts)
    )


def _statements(found: Iterable[Grant]) -> tuple[Statement, ...]:
    """Grants joined: first those of equal actions, then those of equal resources."""
    by_action: dict[Any, list[str]] = {}
    for g in sorted(found):
        key = (g.holder, g.who, g.allowed, g.conditions, g.action)
        by_action.setdefault(key, []).append(g.resource)
    joined: dict[Any, list[str]] = {}
    for (holder, who, allowed, conditions, action), resources in by_action.items():
        group = (holder, who, allowed, conditions, tuple(resources))
        joined.setdefault(group, []).append(action)
    return tuple(_statement(group, actions) for group, actions in joined.items())


def _statement(group: Sequence[Any], actions: list[str]) -> Statement:
    holder, who, allowed, conditions, resources = group
    return Statement(holder, who, allowed, tuple(actions), resources, conditions)
