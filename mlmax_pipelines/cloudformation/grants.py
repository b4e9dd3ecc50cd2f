"""What jobs, states and functions may do in a VPC and with a key of the user's.

What comes in: nothing. What goes out: statements. Never: another key than the one the
environment names.

Sources: Amazon SageMaker Developer Guide, "How to use SageMaker AI execution roles"
(CreateProcessingJob, CreateTrainingJob, CreateModel: private VPC, KMS key); AWS Lambda
Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC";
Service Authorization Reference, Amazon EC2; Amazon S3 User Guide, "Using server-side
encryption with AWS KMS keys".
"""

from __future__ import annotations

from mlmax_pipelines.compiled import Statement

_EC2 = "arn:${AWS::Partition}:ec2:${AWS::Region}"
_INTERFACES = f"{_EC2}:${{AWS::AccountId}}:network-interface/*"
_KEY = ("${KmsKeyArn}",)
_NO_RESOURCE = "these actions take no resource"
# S3 asks for the key on behalf of who reads or writes an object.
_VIA_S3 = {"StringEquals": {"kms:ViaService": "s3.${AWS::Region}.${AWS::URLSuffix}"}}

NETWORK_OF_JOBS = (
    # A subnet or security group may be shared by another account of an organization.
    Statement(
        ("ec2:CreateNetworkInterface",),
        (_INTERFACES, f"{_EC2}:*:subnet/*", f"{_EC2}:*:security-group/*"),
        "connects its job to the VPC",
    ),
    Statement(
        (
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DeleteNetworkInterfacePermission",
        ),
        (_INTERFACES,),
        "lends SageMaker its job's network interface, and takes it away after",
    ),
    Statement(
        (
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeVpcs",
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeSubnets",
            "ec2:DescribeSecurityGroups",
        ),
        ("*",),
        "looks at the VPC its job runs in",
        wildcard=_NO_RESOURCE,
    ),
)
# Lambda checks these when the function is made, and uses them itself.
NETWORK_OF_FUNCTIONS = Statement(
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
)
KEY_OF_JOBS = (
    Statement(
        ("kms:Decrypt", "kms:GenerateDataKey"),
        _KEY,
        "reads and writes encrypted objects",
        _VIA_S3,
    ),
    Statement(("kms:Encrypt",), _KEY, "SageMaker encrypts what its job puts out"),
    Statement(
        ("kms:CreateGrant",),
        _KEY,
        "lets the volumes of its job use the key",
        {"Bool": {"kms:GrantIsForAWSResource": "true"}},
    ),
)
READ_ENCRYPTED = Statement(("kms:Decrypt",), _KEY, "reads encrypted objects", _VIA_S3)
