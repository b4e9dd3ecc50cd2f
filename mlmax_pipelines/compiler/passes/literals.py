"""Texts that look like placeholders and are none, in a pipeline that is whole.

What comes in: definitions and what belongs to them, with such texts marked. What goes
out: the same without marks, and other names for placeholders that would be taken for
one of these texts. Never: a text that something fills in because of its name.

CloudFormation replaces names in a definition again and again until none is left
(aws-cloudformation-resource-providers-stepfunctions, `DefinitionProcessor`), so no text
may become a name that is filled in. The brace of such a text is a placeholder itself:
cfn-lint takes what looks like one for a forgotten `Fn::Sub` (E1029).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mlmax_pipelines.base import literals
from mlmax_pipelines.compiled import (
    CompiledState,
    Quoted,
    Resource,
    Setting,
    Sub,
    Substitution,
)
from mlmax_pipelines.declared import Statement
from mlmax_pipelines.steps.context import BuildContext, digest

_BRACE = "Brace"


@dataclass(frozen=True)
class Settled:
    """A pipeline's definitions, what fills them in, and what they need."""

    definitions: tuple[Mapping[str, Any], ...]
    substitutions: Mapping[str, Substitution]
    resources: tuple[Resource, ...]


def settle(definitions: Sequence[Mapping[str, Any]], context: BuildContext) -> Settled:
    """The definitions of a pipeline that has such texts."""
    brace = context.use(_BRACE, Sub("{"))
    known = context.substitutions
    found = tuple(sorted({*literals.names(definitions)}))
    others = {name: _free(name, known, found) for name in found if name in known}
    # A setting is a parameter of the template, which an `Fn::Sub` knows by its name.
    settings = {n: to for n, to in others.items() if isinstance(known[n], Setting)}
    return Settled(
        tuple(literals.guarded(_renamed(one, others), brace) for one in definitions),
        {others.get(name, name): _of(one, others) for name, one in known.items()},
        tuple(
            one._replace(properties=_renamed(one.properties, settings))
            for one in context.resources.values()
        ),
    )


def _of(one: Substitution, others: Mapping[str, str]) -> Substitution:
    return Quoted(others.get(one.name, one.name)) if isinstance(one, Quoted) else one


def _renamed(data: Any, others: Mapping[str, str]) -> Any:
    return literals.renamed(data, others) if others else data


def _free(
    name: str, substitutions: Mapping[str, Substitution], taken: Collection[str]
) -> str:
    """Another name, the same one each time."""
    while name in substitutions or name in taken:
        name += digest(name)
    return name


def state(one: CompiledState) -> CompiledState:
    """A state whose statements are `Fn::Sub` texts."""
    roles = [*one.execution_role, *one.job_role]
    if not any(literals.OPENING in text for role in roles for text in role.resources):
        return one
    return replace(
        one,
        execution_role=tuple(map(statement, one.execution_role)),
        job_role=tuple(map(statement, one.job_role)),
    )


def statement(one: Statement) -> Statement:
    return one._replace(resources=literals.substitutable(one.resources))


def resource(one: Resource) -> Resource:
    """What a step brought along, of `Fn::Sub` texts."""
    return one._replace(
        properties=literals.substitutable(one.properties),
        role=tuple(map(statement, one.role)),
    )
