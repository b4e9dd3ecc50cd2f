"""The roles that an environment brings: what pipelines need of them, what they lack.

What comes in: an environment, compiled pipelines, a plan. What goes out: parameters of
the templates, and lines about each role. Never: a role changed; who brings a role keeps
it in order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mlmax_pipelines.aws import simulation, templates, views
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.aws.views import Name, View
from mlmax_pipelines.base.errors import AwsError
from mlmax_pipelines.compiled import CompiledPipeline
from mlmax_pipelines.environment import Environment, lent

_UNKNOWN = re.compile(r"\$\{([\w.]+)\}")
_ROLE = "AWS::IAM::Role"
_KINDS = {"ExecutionRole": "execution", "JobRole": "job", "ScheduleRole": "schedule"}


@dataclass(frozen=True)
class Told:
    """What there is to say of the roles, and those that lack something."""

    lines: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Need:
    """What a pipeline needs of a role; statements in IAM's terms, reasons by Sid."""

    arn: str
    kind: str
    pipeline: str
    services: tuple[str, ...]
    statements: tuple[Mapping[str, Any], ...]
    reasons: Mapping[str, str]


def parameters(environment: Environment, pipeline: str) -> Iterator[tuple[str, str]]:
    """The template's parameters for the roles of one pipeline."""
    for kind, arn in environment.roles_of(pipeline)._asdict().items():
        if arn:
            yield f"{kind.capitalize()}RoleArn", arn


def by_pipeline(environment: Environment) -> list[str]:
    """The pipelines that the environment brings roles of their own for."""
    items = environment.roles.items()
    return [name for name, one in items if isinstance(one, Mapping)]


def passed(
    environment: Environment, pipelines: Sequence[CompiledPipeline]
) -> dict[str, str]:
    """The roles that a deployment hands to services: ARN -> service. The job role is
    handed on by the state machine itself."""
    found = {}
    for one in pipelines:
        own = environment.roles_of(one.name)
        makers = {resource.kind.principal for resource in one.resources} - {""}
        found[own.execution] = "states.amazonaws.com"
        if one.schedules:
            found[own.schedule] = "scheduler.amazonaws.com"
        for principal in makers:
            found[own.function] = principal
    found.pop("", None)
    return found


def told(needs: Sequence[Need], session: Session) -> Told:
    """What the roles lack, as far as it can be seen. Raises AwsError for one that is
    not there, or that nobody can assume who has to."""
    lines: list[str] = []
    lacking: dict[str, None] = {}
    for need in needs:
        _check_account(need, session)
        simulation.check_trust(session, need.arn, need.services)
        who = f"role '{need.arn}' ({need.kind} role of pipeline '{need.pipeline}')"
        try:
            missing = list(simulation.lacks(session, need.arn, need.statements))
        except Refused as error:
            lines.append(f"{who} cannot be looked at ({error.code}); it needs:")
            lines += json.dumps(_policy(need), indent=2).splitlines()
            continue
        lines.append(f"{who} lacks:" if missing else f"{who} allows what it has to")
        for statement, resource, actions in missing:
            why = need.reasons.get(statement["Sid"], "")
            lines.append(f"  {', '.join(actions)} on {resource} ({why})")
            lacking[need.arn] = None
    if needs:
        lines.append(simulation.UNSEEN)
    return Told(tuple(lines), tuple(lacking))


def _check_account(need: Need, session: Session) -> None:
    """Raises AwsError for a role that nothing in this account can be given.

    AWS IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
    """
    account = need.arn.split(":")[4]
    if account != session.identity.account:
        text = f"role '{need.arn}' is another account's, {account}"
        here = session.identity.account
        raise AwsError(text, hint=f"a role that is passed is of this account, {here}")


def _policy(need: Need) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(need.statements)}


def needs(
    environment: Environment,
    pipelines: Sequence[CompiledPipeline],
    given: Mapping[str, str],
    pseudo: Mapping[str, str],
    stack: Stack | None,
    root: Mapping[str, Any],
) -> list[Need]:
    """What each role has to allow: what the templates would allow their own. `given`
    are the parameters of `root`, the packaged template, `stack` the deployed one."""
    if not environment.roles:
        return []
    partition = pseudo["AWS::Partition"]
    lends = lent.parameters(environment.buckets, partition)
    view = _own_roles(environment, pipelines, {**given, **lends}, pseudo, root)
    known = _Known(view, pseudo, stack, environment, pipelines)
    found: dict[tuple[str, str], Need] = {}
    for name, role in view.of_type(_ROLE).items():
        kind = _KINDS.get(name.logical_id, "function")
        pipeline = known.pipelines.get(name.stack)
        arn = pipeline and getattr(environment.roles_of(pipeline), kind)
        if not pipeline or not arn:
            continue
        need = known.need(name, role, arn, kind, pipeline)
        other = found.get((pipeline, kind))
        found[pipeline, kind] = _both(other, need) if other else need
    return list(found.values())


def _both(one: Need, other: Need) -> Need:
    """Two functions of a pipeline have one role."""
    return replace(
        one,
        statements=(*one.statements, *other.statements),
        reasons={**one.reasons, **other.reasons},
    )


def _own_roles(
    environment: Environment,
    pipelines: Sequence[CompiledPipeline],
    given: Mapping[str, str],
    pseudo: Mapping[str, str],
    packaged: Mapping[str, Any],
) -> View:
    """All resources as they would be if the environment brought no role."""
    from mlmax_pipelines.cloudformation import shape
    from mlmax_pipelines.cloudformation.templates import render

    files = render(pipelines, shape.of(environment))
    root = templates.parse(files["master.yaml"])
    nested = {
        logical_id: templates.parse(files[resource["Properties"]["TemplateURL"][2:]])
        for logical_id, resource in root["Resources"].items()
    }
    for name in packaged["Resources"]:
        handed = templates.parameters(packaged, name).items()
        told = {key: one for key, one in handed if isinstance(one, str)}
        templates.parameters(root, name).update(told)
    return views.view(root, nested, given, pseudo)


class _Known:
    """What is known of names and ARNs before, or after, a deployment."""

    def __init__(
        self,
        view: View,
        pseudo: Mapping[str, str],
        stack: Stack | None,
        environment: Environment,
        pipelines: Sequence[CompiledPipeline],
    ) -> None:
        from mlmax_pipelines.cloudformation.tags import pascal

        self.pipelines = {pascal(one.name): one.name for one in pipelines}
        self._view, self._pseudo, self._environment = view, pseudo, environment
        self._outputs = stack.outputs if stack else {}

    def need(
        self, name: Name, role: Mapping[str, Any], arn: str, kind: str, pipeline: str
    ) -> Need:
        trust = role["AssumeRolePolicyDocument"]["Statement"]
        statements = [
            {**one, "Resource": [self._filled(text, name) for text in one["Resource"]]}
            for policy in role["Policies"]
            for one in policy["PolicyDocument"]["Statement"]
        ]
        metadata = self._view.resources[name].get("Metadata", {})
        services = tuple(one["Principal"]["Service"] for one in trust)
        reasons = metadata.get("WhyAllowed", {})
        return Need(arn, kind, pipeline, services, tuple(statements), reasons)

    def _filled(self, text: str, name: Name) -> str:
        return _UNKNOWN.sub(lambda m: self._of(m[1], name), text)

    def _of(self, reference: str, name: Name) -> str:
        """What a name stands for that CloudFormation fills in: as much as is known."""
        logical_id, _, attribute = reference.partition(".")
        stack = self._pseudo["AWS::StackName"]
        if logical_id == "Shared":
            key = attribute.removeprefix("Outputs.")
            return self._outputs.get(key) or f"{stack}-shared-*".lower()
        one = self._view.resources.get(Name(name.stack, logical_id), {})
        properties = one.get("Properties", {})
        return self._arn(one.get("Type", ""), properties, logical_id, name.stack)

    def _arn(
        self, type: str, properties: Mapping[str, Any], logical_id: str, stack: str
    ) -> str:
        made_up = f"{self._pseudo['AWS::StackName']}-*"
        if type == "AWS::Logs::LogGroup":
            return self._named("logs", f"log-group:{properties['LogGroupName']}:*")
        if type == "AWS::StepFunctions::StateMachine":
            return self._named(
                "states", f"stateMachine:{properties['StateMachineName']}"
            )
        if type == "AWS::Lambda::Function":
            return self._named("lambda", f"function:{made_up}")
        if type == _ROLE:
            roles = self._environment.roles_of(self.pipelines[stack])
            kind = _KINDS.get(logical_id, "function")
            account = self._pseudo["AWS::AccountId"]
            own = f"arn:{self._pseudo['AWS::Partition']}:iam::{account}:role/{made_up}"
            return getattr(roles, kind) or own
        return "*"

    def _named(self, service: str, resource: str) -> str:
        partition, region = self._pseudo["AWS::Partition"], self._pseudo["AWS::Region"]
        account = self._pseudo["AWS::AccountId"]
        return f"arn:{partition}:{service}:{region}:{account}:{resource}"
