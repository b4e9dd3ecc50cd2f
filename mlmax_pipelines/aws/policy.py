"""The IAM policy that whoever deploys needs, worked out from the templates.

What comes in: the templates of a project, a stack's name, a bucket. What goes out:
policy documents, each small enough for a managed policy. Never: a `*` action, or a
resource that is not the deployment's own, but where AWS knows no resource to name.

What a type of resource takes is declared (`handlers`, and the kinds of what steps bring
along); what a template sets says which of it is needed. With a permissions boundary,
roles are made and changed only under it: else whoever may make a role could make one
that may do anything.

Sources: "Actions, resources, and condition keys for AWS services" in the Service
Authorization Reference; "Permissions boundaries for IAM entities", section on
delegating responsibility to others, in the IAM User Guide.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlmax_pipelines.aws import templates
from mlmax_pipelines.aws.handlers import HANDLERS
from mlmax_pipelines.aws.using import DEPLOYS, USES
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.limits import MANAGED_POLICY, check
from mlmax_pipelines.base.names import MADE_UP_STACK, jobs_owner
from mlmax_pipelines.declared import Need, ResourceKind

Statement = Mapping[str, Any]
_UPLOADED = (*("code", "data", "definitions", "deployments", "packages", "templates"),)
# Who takes over a role that every template makes.
_PASSED_TO = {
    "events.amazonaws.com",
    "scheduler.amazonaws.com",
    "states.amazonaws.com",
}
_STATES_LOGS = "/aws/vendedlogs/states/"
_ROLE = "AWS::IAM::Role"
# Whose condition key `iam:PermissionsBoundary` is the role's boundary, or the one it
# would get: those that give a role permissions. The reference names the key for others
# as well, only since lately: where it is missing, they would be denied.
_BOUNDED = frozenset(
    f"iam:{name}"
    for name in (
        "CreateRole",
        "DeleteRolePolicy",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
    )
)
_UNBIND = "iam:DeleteRolePermissionsBoundary"


@dataclass(frozen=True)
class Scope:
    """Where a policy applies; `account` may be `*`, `key` a KMS key's ARN or "", and
    `boundary` the ARN of the policy that bounds every role or "". `lent` are roles that
    are there already, with the services they are handed to."""

    stack: str
    bucket: str
    partition: str
    region: str
    account: str = "*"
    key: str = ""
    boundary: str = ""
    lent: tuple[tuple[str, str], ...] = ()

    def arn(self, service: str, resource: str) -> str:
        """A resource's ARN; of IAM, budgets, dashboards without region, a bucket's has
        no account either."""
        region, account = self.region, self.account
        if service in ("iam", "s3", "budgets") or resource.startswith("dashboard/"):
            region = ""
        if service == "s3":
            account = ""
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"

    @property
    def made(self) -> list[str]:
        """What names that CloudFormation makes up look like: they begin with the
        stack's name, or with as much of it as they have room for."""
        short = self.stack[:MADE_UP_STACK]
        return sorted({f"{self.stack}-*", f"{short}-*"})


def documents(
    files: Mapping[str, bytes], scope: Scope, kinds: Iterable[ResourceKind]
) -> list[dict[str, Any]]:
    """The policies for deploying these templates to a stack; `kinds` are those of the
    resources that steps brought along, which say themselves what they take.

    Raises PipelineError for a resource type, or a property, that it knows nothing of.
    """
    brought = {kind.type: kind for kind in kinds}
    rendered = _rendered(files)
    found = [*_upload(scope), *_declared(DEPLOYS, scope), *_neighbours(scope)]
    found += _handlers(rendered, scope, brought)
    if _ROLE in rendered:
        principals = {kind.principal for kind in brought.values() if kind.principal}
        found.append(_pass_roles(scope, sorted(principals | _PASSED_TO)))
    found += _lent_roles(scope)
    if scope.key:
        names = "DescribeKey CreateGrant Decrypt Encrypt GenerateDataKey"
        found.append(_allow("UseKey", _named("kms", names), [scope.key]))
    return list(_split(found))


def of_users(who: str, scope: Scope) -> list[dict[str, Any]]:
    """The policies of who uses a deployed environment, one of `using.USES`."""
    found = _declared(USES[who], scope)
    if scope.key and who != "approve":
        names = "Decrypt" if who == "look" else "Decrypt GenerateDataKey"
        found.append(_allow("UseKey", _named("kms", names), [scope.key]))
    return list(_split(found))


def _declared(needs: Mapping[str, Need], scope: Scope) -> list[Statement]:
    return [
        _allow(sid, _named(need.service, need.actions), list(_filled(need, scope, ())))
        for sid, need in needs.items()
    ]


def _lent_roles(scope: Scope) -> Iterator[Statement]:
    """Hand on the roles that are there already; look at what they allow."""
    services: dict[str, list[str]] = {}
    for role, service in scope.lent:
        services.setdefault(service, []).append(role)
    for service, roles in services.items():
        passed = {"StringEquals": {"iam:PassedToService": service}}
        sid = f"Pass{service.partition('.')[0].capitalize()}Role"
        yield {**_allow(sid, ["iam:PassRole"], roles), "Condition": passed}
    if scope.lent:
        looks = _named("iam", "GetRole SimulatePrincipalPolicy")
        yield _allow("LookAtRoles", looks, sorted({role for role, _ in scope.lent}))


def _handlers(
    rendered: Mapping[str, set[str]],
    scope: Scope,
    brought: Mapping[str, ResourceKind],
) -> Iterator[Statement]:
    """What CloudFormation does in the deployer's name, type by type."""
    logs = {kind.log_group for kind in brought.values()} - {""}
    anywhere: set[str] = set()
    for type, properties in sorted(rendered.items()):
        grouped: dict[tuple[str, ...], set[str]] = {}
        for need in _needs(type, properties, brought):
            places = tuple(_filled(need, scope, sorted({_STATES_LOGS, *logs})))
            grouped.setdefault(places, set()).update(_named(need.service, need.actions))
        anywhere |= grouped.pop(("*",), set())
        grouped.pop((scope.key,), None)
        for number, (places, actions) in enumerate(grouped.items(), 1):
            sid = type.replace("AWS::", "").replace("::", "")
            more = str(number) if number > 1 else ""
            yield from _bounded(_allow(f"{sid}{more}", actions, places), scope)
    if anywhere:
        yield _allow("WhereThereIsNoResource", anywhere, ["*"])


def _rendered(files: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Type of resource -> the properties that templates set."""
    found: dict[str, set[str]] = {}
    for name, content in files.items():
        if name.endswith(".yaml"):
            for resource in templates.parse(content)["Resources"].values():
                known = found.setdefault(resource["Type"], set())
                known.update(_set(resource.get("Properties", {}), ""))
    return found


def _set(value: Any, path: str) -> Iterator[str]:
    """`Code`, `Code.S3Key`, ...: the keys of a mapping and of those in it."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            inner = f"{path}.{key}" if path else key
            yield inner
            yield from _set(item, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _set(item, path)


def _needs(
    type: str, properties: set[str], brought: Mapping[str, ResourceKind]
) -> Iterator[Need]:
    """What a type takes for what is set of it."""
    known = brought[type].deploy if type in brought else HANDLERS.get(type)
    if known is None:
        raise PipelineError(f"it is not known what deploying '{type}' takes")
    for need in known:
        used = properties.intersection(need.properties)
        if used and not need.places:
            text = f"it is not known what setting '{min(used)}' of '{type}' takes"
            raise PipelineError(text)
        if used or not need.properties:
            yield need


def _filled(need: Need, scope: Scope, logs: Sequence[str]) -> Iterator[str]:
    """The ARNs of a need's places."""
    lists = {"{made}": scope.made, "{logs}": logs}
    for place in need.places:
        texts = [place]
        for name, values in lists.items():
            if name in place:
                texts = [place.replace(name, value) for value in values]
        for text in texts:
            given = {"stack": scope.stack, "region": scope.region, "key": scope.key}
            given |= {"bucket": scope.bucket, "owner": jobs_owner(scope.stack)}
            filled = text.format(**given)
            # A bucket's name has no capitals.
            filled = filled.lower() if need.service == "s3" else filled
            whole = filled == "*" or place == "{key}"
            yield filled if whole else scope.arn(need.service, filled)


def _bounded(statement: Statement, scope: Scope) -> Iterator[Statement]:
    """A statement, in two if a boundary is asked for: what gives roles permissions does
    so under that boundary alone, and nobody takes it off."""
    actions = set(statement["Action"])
    if not (scope.boundary and actions & _BOUNDED):
        yield statement
        return
    yield {**statement, "Action": sorted(actions - _BOUNDED - {_UNBIND})}
    under = {"StringEquals": {"iam:PermissionsBoundary": scope.boundary}}
    bounded = sorted(actions & _BOUNDED)
    sid = f"{statement['Sid']}UnderBoundary"
    yield {**statement, "Sid": sid, "Action": bounded, "Condition": under}


def _upload(scope: Scope) -> Iterator[Statement]:
    bucket = scope.arn("s3", scope.bucket)
    yield _allow("FindUploads", ["s3:ListBucket"], [bucket])
    actions = ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"]
    yield _allow("Upload", actions, [f"{bucket}/{folder}/*" for folder in _UPLOADED])


def _neighbours(scope: Scope) -> Iterator[Statement]:
    """Whether there is a stack whose name this one's begins with: another team's."""
    name = scope.stack
    shorter = [name[:at] for at, letter in enumerate(name) if letter == "-"]
    if places := [scope.arn("cloudformation", f"stack/{one}/*") for one in shorter]:
        yield _allow("SeeNeighbours", ["cloudformation:DescribeStacks"], places)


def _pass_roles(scope: Scope, services: Sequence[str]) -> Statement:
    """Roles may be handed to the services that the templates hand them to."""
    roles = [scope.arn("iam", f"role/{made}") for made in scope.made]
    passed = _allow("PassRoles", ["iam:PassRole"], roles)
    return {**passed, "Condition": {"StringEquals": {"iam:PassedToService": services}}}


def _split(found: Iterable[Statement]) -> Iterator[dict[str, Any]]:
    """As few documents as will do, in the statements' order."""
    held: list[Statement] = []
    for one in found:
        check(f"statement '{one['Sid']}'", size(_document([one])), MANAGED_POLICY)
        if held and size(_document([*held, one])) > MANAGED_POLICY:
            yield _document(held)
            held = []
        held.append(one)
    yield _document(held)


def _document(found: Sequence[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(found)}


def size(document: Mapping[str, Any]) -> int:
    """Characters as IAM counts them: white space is none."""
    return len("".join(json.dumps(document).split()))


def _named(service: str, names: str) -> list[str]:
    return [f"{service}:{name}" for name in names.split()]


def _allow(sid: str, actions: Iterable[str], resources: Iterable[str]) -> Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": list(resources),
    }
