"""What Lambda needs in a template: functions of the project.

Source: AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an
Amazon VPC".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from mlmax_pipelines.compiled import Resource
from mlmax_pipelines.declared import Protection, ResourceKind, Statement
from mlmax_pipelines.steps.code import split_entry_point

FUNCTION = ResourceKind(
    type="AWS::Lambda::Function",
    label="function",
    arn=("lambda", "function:{name}"),
    deploy=(
        "lambda:CreateFunction",
        "lambda:GetFunction",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
        "lambda:DeleteFunction",
        "lambda:TagResource",
        "lambda:UntagResource",
    ),
    deployed=("function:{stack}-*",),
    principal="lambda.amazonaws.com",
    log_group="/aws/lambda/",
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
    key=Protection((("KmsKeyArn",),), "${KmsKeyArn}"),
)


def function(
    logical_id: str,
    handler: str,
    runtime: str,
    seconds: int,
    megabytes: int,
    what: str,
    environment: Mapping[str, str] = MappingProxyType({}),
    role: tuple[Statement, ...] = (),
) -> Resource:
    """A function: its code is the folder its handler is in, zipped.

    `src/load.handler` is `load.handler` in `src.zip`; `what` is its description,
    `role` what it may do besides writing its log.
    """
    folder, name = split_entry_point(handler)
    properties: dict[str, Any] = {
        "Description": what,
        "Runtime": runtime,
        "Handler": name,
        "Code": {
            "S3Bucket": "${CodeBucket}",
            "S3Key": f"${{CodeVersion}}/{folder}.zip",
        },
        "Role": f"${{{logical_id}Role.Arn}}",
        "Timeout": seconds,
        "MemorySize": megabytes,
        "LoggingConfig": {"LogGroup": f"${{{logical_id}LogGroup}}"},
    }
    if environment:
        properties["Environment"] = {"Variables": dict(environment)}
    return Resource(FUNCTION, logical_id, properties, code=folder, role=role)
