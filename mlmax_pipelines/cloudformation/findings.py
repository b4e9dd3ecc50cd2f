"""What scanners find in a template, answered where it stands.

What comes in: a template's resources. What goes out: the same, with the reason in the
Metadata of each for what it lacks: an option that nobody took, or something it has no
use for. Never: a finding answered of a resource that has the property.

checkov skips a check that Metadata names with a comment ("Suppressing and skipping
policies" in its documentation); rules of cfn-guard's registry pass over resources whose
Metadata names them, and take no reason: it stands in `WhyNot`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mlmax_pipelines.declared import Answer, ResourceKind

_ROLE = "AWS::IAM::Role"
_ANSWERS: Mapping[str, tuple[Answer, ...]] = {
    "AWS::S3::Bucket": (
        Answer(
            "ReplicationConfiguration",
            "a copy elsewhere is the account's to decide; versions help after mistakes",
            rules=("S3_BUCKET_REPLICATION_ENABLED",),
        ),
        Answer(
            "ObjectLockEnabled",
            "a job that is tried again writes once more, and old versions go",
            rules=("S3_BUCKET_DEFAULT_LOCK_ENABLED",),
        ),
    ),
    "AWS::Logs::LogGroup": (
        Answer(
            "KmsKeyId",
            "AWS's own key encrypts it; 'kms_key' in the environment does with yours",
            ("CKV_AWS_158",),
            ("CLOUDWATCH_LOG_GROUP_ENCRYPTED",),
        ),
    ),
    "AWS::StepFunctions::StateMachine": (
        Answer(
            "LoggingConfiguration",
            "what the recorder could not record is kept in a queue",
            ("CKV_AWS_285",),
            ("STEP_FUNCTIONS_STATE_MACHINE_LOGGING_ENABLED",),
        ),
        Answer(
            "TracingConfiguration",
            "environments choose it: tracing: true",
            ("CKV_AWS_284",),
        ),
    ),
    "AWS::DynamoDB::Table": (
        Answer(
            "PointInTimeRecoverySpecification",
            "it says who runs now, which nobody wants back",
            ("CKV_AWS_28",),
            ("DYNAMODB_PITR_ENABLED",),
        ),
        Answer(
            "SSESpecification",
            "AWS's own key encrypts it; it holds names of executions alone",
            ("CKV_AWS_119",),
            ("DYNAMODB_TABLE_ENCRYPTED_KMS",),
        ),
    ),
    "AWS::SNS::Topic": (
        Answer(
            "KmsMasterKeyId",
            "alarms cannot publish under AWS's own key; 'kms_key' in the environment "
            "encrypts it",
            ("CKV_AWS_26",),
            ("SNS_ENCRYPTED_KMS",),
        ),
    ),
    _ROLE: (
        Answer(
            "",
            "what one role may do is written where the role is, and goes with it",
            rules=("IAM_NO_INLINE_POLICY_CHECK",),
        ),
    ),
}
# Found where something is allowed on all resources, for which a role has its reasons.
_EVERYWHERE = Answer("", "WhyAllowed says of each why", ("CKV_AWS_111",))


def answered(
    resources: Mapping[str, dict[str, Any]], kinds: Iterable[ResourceKind] = ()
) -> dict[str, dict[str, Any]]:
    """The resources with their answers; `kinds` are those of what steps brought."""
    known = {**_ANSWERS, **{kind.type: kind.answers for kind in kinds}}
    return {
        name: _with_answers(resource, known.get(resource["Type"], ()))
        for name, resource in resources.items()
    }


def _with_answers(
    resource: dict[str, Any], answers: tuple[Answer, ...]
) -> dict[str, Any]:
    found = [one for one in answers if one.property not in resource["Properties"]]
    if resource["Type"] == _ROLE and _is_wide(resource):
        found.append(_EVERYWHERE)
    skipped = [
        {"id": check, "comment": one.reason} for one in found for check in one.checks
    ]
    rules = {rule: one.reason for one in found for rule in one.rules}
    metadata = dict(resource.get("Metadata", {}))
    if skipped:
        metadata["checkov"] = {"skip": skipped}
    if rules:
        metadata["guard"] = {"SuppressedRules": list(rules)}
        metadata["WhyNot"] = rules
    if not metadata:
        return resource
    rest = {key: value for key, value in resource.items() if key not in _FIRST}
    return {"Type": resource["Type"], "Metadata": metadata, **rest}


_FIRST = ("Type", "Metadata")


def _is_wide(role: Mapping[str, Any]) -> bool:
    """Whether one of a role's own statements is about all resources."""
    policies = role["Properties"]["Policies"]
    documents = (one["PolicyDocument"] for one in policies if isinstance(one, Mapping))
    return any(
        "*" in statement["Resource"]
        for document in documents
        for statement in document["Statement"]
        if isinstance(statement["Resource"], list)
    )
