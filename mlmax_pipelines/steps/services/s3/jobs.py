"""What S3 does for a task: objects read and written, one call each.

Sources: Service Authorization Reference, Amazon S3; Amazon S3 User Guide, "Using
server-side encryption with AWS KMS keys".
"""

from __future__ import annotations

from mlmax_pipelines.declared import NO_PROTECTION, JobKind, Protection, Statement

_READ_ENCRYPTED = Statement(
    ("kms:Decrypt",),
    ("${KmsKeyArn}",),
    "reads encrypted objects",
    # S3 asks for the key on behalf of who reads an object.
    {"StringEquals": {"kms:ViaService": "s3.${AWS::Region}.${AWS::URLSuffix}"}},
)
# S3 asks to slow down with an error of no class of its own (S3.S3Exception).
_VAGUE = ("S3.S3Exception",)
_RETRIES = (("S3.SdkClientException",),)
READS_ENCRYPTED = Protection(own_role=(_READ_ENCRYPTED,))


def _call(
    action: str, function: str, *calls: str, key: Protection = NO_PROTECTION
) -> JobKind:
    return JobKind(
        integration=f"aws-sdk:s3:{action}",
        label="call of S3's API",
        calls=calls,
        retries=_RETRIES,
        vague=_VAGUE,
        key=key,
        local={"": f"mlmax_pipelines.local.services.s3:{function}"},
    )


GET_OBJECT = _call("getObject", "get_object", "s3:GetObject", key=READS_ENCRYPTED)
JOBS = (
    GET_OBJECT,
    _call("headObject", "head_object", "s3:GetObject", key=READS_ENCRYPTED),
    _call("putObject", "put_object", "s3:PutObject"),
    _call("copyObject", "copy_object", "s3:GetObject", "s3:PutObject"),
    _call("deleteObject", "delete_object", "s3:DeleteObject"),
    _call("listObjectsV2", "list_objects", "s3:ListBucket"),
)
