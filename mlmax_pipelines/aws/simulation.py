"""What a role that exists may do: read off it, and asked of IAM's policy simulator.

What comes in: a role's ARN, who has to assume it, statements that it needs. What goes
out: what it lacks. Never: a permission tried out, or one guessed; a simulation does not
see the policies of buckets and keys, nor session policies.

Sources: AWS IAM API Reference, "GetRole" and "SimulatePrincipalPolicy".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.base.errors import AwsError

UNSEEN = "a simulation does not see policies of buckets and keys, nor session policies"
_NO_ROLE = "NoSuchEntity"
_ALLOWED = "allowed"
# What stands for `*` and `?` of a pattern: a thing of such a name is among them.
_SAMPLES = {"*": "x", "?": "x"}
_ACCOUNT = re.compile(r"^(arn:[^:]*:[^:]*:[^:]*:)\*(:.*)$")
Statement = Mapping[str, Any]


def check_trust(session: Session, arn: str, services: Sequence[str]) -> None:
    """Raises AwsError when there is no such role or a service cannot assume it.

    A role that may not be read is not judged.
    """
    try:
        role = session.call("iam", "get_role", RoleName=arn.rpartition("/")[2])["Role"]
    except Refused as error:
        if error.code == _NO_ROLE:
            raise AwsError(f"there is no role '{arn}'", hint="see 'roles'") from None
        return
    trusted = set(_trusted(role["AssumeRolePolicyDocument"]))
    for service in services:
        if service not in trusted:
            text = f"role '{arn}' cannot be assumed by {service}"
            found = ", ".join(sorted(trusted)) or "no service"
            raise AwsError(text, hint=f"its trust policy names {found}")


def _trusted(document: Any) -> Iterator[str]:
    """The services that a trust policy lets assume its role."""
    statements = document.get("Statement", ())
    for one in statements if isinstance(statements, list) else [statements]:
        principal = one.get("Principal", {})
        if one.get("Effect") == "Allow" and isinstance(principal, Mapping):
            yield from _list(principal.get("Service", ()))


def lacks(
    session: Session, arn: str, statements: Sequence[Statement]
) -> Iterator[tuple[Statement, str, list[str]]]:
    """Statement, resource and the actions on it that a role is not allowed.

    Raises Refused when nobody may ask.
    """
    for one in statements:
        for resource in _list(one["Resource"]):
            refused = [
                result["EvalActionName"]
                for result in _simulated(session, arn, one, resource)
                if result["EvalDecision"] != _ALLOWED
            ]
            if refused:
                yield one, resource, refused


def _simulated(
    session: Session, arn: str, statement: Statement, resource: str
) -> Iterator[Any]:
    pages = session.pages(
        "iam",
        "simulate_principal_policy",
        PolicySourceArn=arn,
        ActionNames=_list(statement["Action"]),
        ResourceArns=[_sample(resource)],
        ContextEntries=list(_context(statement.get("Condition", {}))),
    )
    for page in pages:
        yield from page["EvaluationResults"]


def _sample(resource: str) -> str:
    """Something that a pattern of resources covers; `*` itself is all of them."""
    if resource == "*":
        return resource
    resource = _ACCOUNT.sub(r"\g<1>111122223333\g<2>", resource)
    return "".join(_SAMPLES.get(letter, letter) for letter in resource)


def _context(conditions: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The context in which a statement's own conditions hold."""
    for operator, tests in conditions.items():
        type = "boolean" if operator.startswith("Bool") else "string"
        for key, values in tests.items():
            samples = [_sample(str(value)) for value in _list(values)]
            yield {
                "ContextKeyName": key,
                "ContextKeyValues": samples,
                "ContextKeyType": type,
            }


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
