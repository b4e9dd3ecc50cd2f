"""What Lambda needs in a template: functions of the project.

Source: AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an
Amazon VPC"; the permissions that CloudFormation's schema of AWS::Lambda::Function names
for its handlers.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from mlmax_pipelines.compiled import Resource
from mlmax_pipelines.declared import (
    LISTING,
    NO_ACTION,
    Answer,
    Need,
    Protection,
    ResourceKind,
    Statement,
)

_FUNCTIONS = ("function:{made}",)
_DEPLOY = (
    Need(
        "lambda",
        "CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction "
        "GetFunctionCodeSigningConfig GetFunctionRecursionConfig "
        "GetFunctionScalingConfig GetRuntimeManagementConfig ListTags TagResource "
        "UntagResource UpdateFunctionCode UpdateFunctionConfiguration",
        _FUNCTIONS,
    ),
    Need(
        "lambda",
        "PutFunctionConcurrency",
        _FUNCTIONS,
        ("ReservedConcurrentExecutions",),
    ),
    Need(
        "ec2",
        "DescribeNetworkInterfaces DescribeSecurityGroups DescribeSubnets DescribeVpcs",
        ("*",),
        ("VpcConfig",),
    ),
    Need(
        "kms",
        "CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey",
        ("{key}",),
        ("KmsKeyArn",),
    ),
    Need("lambda", "ListFunctions", (), (LISTING,)),
    Need("lambda", "AssociateRuntimeAlias", (), (NO_ACTION,)),
    Need("lambda", "PutRuntimeManagementConfig", (), ("RuntimeManagementConfig",)),
    Need(
        "lambda",
        "DeleteFunctionCodeSigningConfig GetCodeSigningConfig "
        "PutFunctionCodeSigningConfig",
        (),
        ("CodeSigningConfigArn",),
    ),
    Need("lambda", "GetLayerVersion", (), ("Layers",)),
    Need("lambda", "PassCapacityProvider", (), ("CapacityProviderConfig",)),
    Need("lambda", "PublishVersion", (), ("PublishToLatestPublished",)),
    Need("lambda", "PutFunctionRecursionConfig", (), ("RecursiveLoop",)),
    Need("lambda", "PutFunctionScalingConfig", (), ("FunctionScalingConfig",)),
    Need("elasticfilesystem", "DescribeMountTargets", (), ("FileSystemConfigs",)),
    Need("s3files", "ListMountTargets", (), ("FileSystemConfigs",)),
    Need("s3", "GetObjectVersion", (), ("Code.S3ObjectVersion",)),
)
_THROUGH_S3 = "s3.${AWS::Region}.${AWS::URLSuffix}"
_ANSWERS = (
    Answer(
        "ReservedConcurrentExecutions",
        "it takes what the account has left; 'concurrency' in its module reserves some",
        ("CKV_AWS_115",),
        ("LAMBDA_CONCURRENCY_CHECK",),
    ),
    Answer(
        "DeadLetterConfig",
        "a state machine calls it and waits for the answer: none is lost",
        ("CKV_AWS_116",),
        ("LAMBDA_DLQ_CHECK",),
    ),
    Answer(
        "VpcConfig",
        "it needs no network; 'vpc' in the environment puts it into yours",
        ("CKV_AWS_117",),
        ("LAMBDA_INSIDE_VPC",),
    ),
    Answer(
        "KmsKeyArn",
        "Lambda's own key encrypts its variables; 'kms_key' in the environment does "
        "with yours",
        ("CKV_AWS_173",),
    ),
)
FUNCTION = ResourceKind(
    type="AWS::Lambda::Function",
    label="function",
    arn=("lambda", "function:{name}"),
    deploy=_DEPLOY,
    answers=_ANSWERS,
    principal="lambda.amazonaws.com",
    log_group="/aws/lambda/",
    made_by="lambda:createFunction",
    network=Protection(
        (("VpcConfig",),),
        {"SubnetIds": "${SubnetIds}", "SecurityGroupIds": "${SecurityGroupIds}"},
        own_role=(
            # Lambda checks these when the function is made, and uses them itself.
            Statement(
                (
                    "ec2:CreateNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSubnets",
                    "ec2:DeleteNetworkInterface",
                    "ec2:AssignPrivateIpAddresses",
                    "ec2:UnassignPrivateIpAddresses",
                ),
                ("*",),
                "Lambda connects the function to the VPC",
                wildcard="Lambda asks for them on all resources",
            ),
        ),
    ),
    key=Protection(
        (("KmsKeyArn",),),
        "${KmsKeyArn}",
        own_role=(
            Statement(
                ("kms:Decrypt",),
                ("${KmsKeyArn}",),
                "reads encrypted objects that it is told of",
                {"StringEquals": {"kms:ViaService": _THROUGH_S3}},
            ),
        ),
    ),
)


def function(
    logical_id: str,
    code: tuple[str, str],
    handler: str,
    runtime: str,
    seconds: int,
    megabytes: int,
    what: str,
    environment: Mapping[str, str] = MappingProxyType({}),
    role: tuple[Statement, ...] = (),
    reserved: int = 0,
) -> Resource:
    """A function: its code is the folder its handler is in, zipped.

    `load.handler` of the folder `src` is in `src.zip`; `code` is the folder and the
    key of that, `what` its description, `role` what it may do besides writing its log,
    `reserved` how many of the account's concurrent executions are its own.
    """
    properties: dict[str, Any] = {
        "Description": what,
        "Runtime": runtime,
        "Handler": handler,
        "Code": {
            "S3Bucket": "${CodeBucket}",
            "S3Key": code[1],
        },
        "Role": f"${{{logical_id}Role.Arn}}",
        "Timeout": seconds,
        "MemorySize": megabytes,
        "LoggingConfig": {"LogGroup": f"${{{logical_id}LogGroup}}"},
    }
    if reserved:
        properties["ReservedConcurrentExecutions"] = reserved
    if environment:
        properties["Environment"] = {"Variables": dict(environment)}
    return Resource(FUNCTION, logical_id, properties, code=code[0], role=role)
