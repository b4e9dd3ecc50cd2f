"""What SageMaker does for a task: its jobs, its models, its registry.

What comes in: nothing. What goes out: kinds of jobs. Never: a step type; those stand
beside this file.

Sources: AWS Step Functions Developer Guide, "Create and manage Amazon SageMaker AI jobs
with Step Functions"; Service Authorization Reference, Amazon SageMaker AI; Amazon
SageMaker Developer Guide, "Log groups and streams that Amazon SageMaker AI sends to
Amazon CloudWatch Logs", "Amazon SageMaker metrics in Amazon CloudWatch" and "How to use
SageMaker AI execution roles" (private VPC, KMS key); API Reference, Create...Job.
SageMaker refuses a volume key for instance types with local storage (ml.g5, ml.p4d,
...: "Instance Store Volumes"), which encrypt it in hardware.
"""

from __future__ import annotations

from mlmax_pipelines.base.limits import SAGEMAKER_NAME
from mlmax_pipelines.declared import NO_PROTECTION, JobKind, Protection, Statement

PRINCIPAL = "sagemaker.amazonaws.com"
SYNC = ".sync"
_TAGS = ("sagemaker:AddTags", "sagemaker:ListTags")
_HERE = "mlmax_pipelines.local"
# What the optimized integrations call throttling, faults of the service and quotas in
# use: the guide above, and the SDK's own examples of retries on SageMaker tasks.
# An error without a class of its own has the name of all of them: throttling, and what
# validation or IAM refuses.
_SCARCE = ("SageMaker.ResourceLimitExceededException",)
_VAGUE = ("SageMaker.AmazonSageMakerException",)
# `aws-sdk:` integrations name errors Service.ErrorException: the same guide, "Learning
# to use AWS service SDK integrations". An error without a class of its own, such as
# throttling, has the service's.
_SDK_RETRIES = (("SageMaker.SdkClientException",),)
_SDK_VAGUE = ("SageMaker.SageMakerException",)
_FIVE_DAYS = 5 * 86_400
_RUNTIME = (
    # Of a spot job: running and waiting together.
    ("StoppingCondition", "MaxWaitTimeInSeconds"),
    ("StoppingCondition", "MaxRuntimeInSeconds"),
)
_EC2 = "arn:${AWS::Partition}:ec2:${AWS::Region}"
_INTERFACES = f"{_EC2}:${{AWS::AccountId}}:network-interface/*"

# A substitution is text: the lists that the requests want are made by the state.
_VPC = {
    "Subnets.$": "States.StringSplit('${SubnetIds}', ',')",
    "SecurityGroupIds.$": "States.StringSplit('${SecurityGroupIds}', ',')",
}
_JOIN_VPC = (
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
        wildcard="these actions take no resource",
    ),
)
_KEY = ("${KmsKeyArn}",)
_USE_KEY = (
    Statement(
        ("kms:Decrypt", "kms:GenerateDataKey"),
        _KEY,
        "reads and writes encrypted objects",
        # S3 asks for the key on behalf of who reads or writes an object.
        {"StringEquals": {"kms:ViaService": "s3.${AWS::Region}.${AWS::URLSuffix}"}},
    ),
    Statement(("kms:Encrypt",), _KEY, "SageMaker encrypts what its job puts out"),
    Statement(
        ("kms:CreateGrant",),
        _KEY,
        "lets the volumes of its job use the key",
        {"Bool": {"kms:GrantIsForAWSResource": "true"}},
    ),
)


def _network(*field: str) -> Protection:
    return Protection((field,), _VPC, job_role=_JOIN_VPC)


def _key(*fields: tuple[str, ...]) -> Protection:
    return Protection(fields, _KEY[0], if_there=True, job_role=_USE_KEY)


_ISOLATED = "EnableNetworkIsolation"
_ENCRYPTED = "EnableInterContainerTrafficEncryption"


def _on(*field: str) -> Protection:
    return Protection((field,), True)


def _job(
    word: str,
    console: str,
    image: str,
    network: Protection,
    key: Protection,
    machines: tuple[str, ...],
    isolation: Protection = NO_PROTECTION,
    traffic: Protection = NO_PROTECTION,
) -> JobKind:
    """`Processing` -> what all of SageMaker's jobs have, under that word's names."""
    path = f"{word.lower()}-job"
    return JobKind(
        integration=f"sagemaker:create{word}Job",
        label=f"{word.lower()} job",
        patterns=("", SYNC),
        calls=(f"sagemaker:Create{word}Job",),
        follows=(f"sagemaker:Describe{word}Job", f"sagemaker:Stop{word}Job"),
        tags=_TAGS,
        rule=f"SageMaker{word}Jobs",
        name=f"{word}JobName",
        name_length=SAGEMAKER_NAME,
        resource=path,
        principal=PRINCIPAL,
        log_group=f"/aws/sagemaker/{word}Jobs",
        namespace=f"/aws/sagemaker/{word}Jobs",
        dimension="Host",
        console=f"sagemaker#/{console}/{{name}}",
        images=(image,) if image else (),
        scarce=_SCARCE,
        vague=_VAGUE,
        network=network,
        key=key,
        isolation=isolation,
        traffic=traffic,
        runtime=_RUNTIME,
        machines=machines,
        local={SYNC: f"{_HERE}.jobs.{word.lower()}:run"},
    )


PROCESSING = _job(
    "Processing",
    "processing-jobs",
    "ImageUri",
    _network("NetworkConfig", "VpcConfig"),
    _key(
        ("ProcessingOutputConfig", "KmsKeyId"),
        ("ProcessingResources", "ClusterConfig", "VolumeKmsKeyId"),
    ),
    ("ProcessingResources", "ClusterConfig"),
    isolation=_on("NetworkConfig", _ISOLATED),
    traffic=_on("NetworkConfig", _ENCRYPTED),
)
TRAINING = _job(
    "Training",
    "jobs",
    "TrainingImage",
    _network("VpcConfig"),
    _key(("OutputDataConfig", "KmsKeyId"), ("ResourceConfig", "VolumeKmsKeyId")),
    ("ResourceConfig",),
    isolation=_on(_ISOLATED),
    traffic=_on(_ENCRYPTED),
)
TRANSFORM = _job(
    "Transform",
    "transform-jobs",
    "",
    Protection(
        job_role=_JOIN_VPC,
        why_no_fields="it runs where its model says, with the model's role",
    ),
    _key(("TransformOutput", "KmsKeyId"), ("TransformResources", "VolumeKmsKeyId")),
    ("TransformResources",),
    # Its request has no bound: as long as a processing job may take.
)._replace(longest=_FIVE_DAYS)
MODEL = JobKind(
    integration="sagemaker:createModel",
    label="model",
    calls=("sagemaker:CreateModel",),
    tags=_TAGS,
    name="ModelName",
    name_length=SAGEMAKER_NAME,
    resource="model",
    principal=PRINCIPAL,
    images=("Image",),
    scarce=_SCARCE,
    vague=_VAGUE,
    network=Protection((("VpcConfig",),), _VPC),
    isolation=_on(_ISOLATED),
    key=Protection(why_no_fields="it keeps the address of an artifact, not the data"),
    local={"": f"{_HERE}.services.models:create_model"},
)


def _call(action: str, function: str, images: tuple[str, ...] = ()) -> JobKind:
    """One call of the API through Step Functions' own SDK integration."""
    return JobKind(
        integration=f"aws-sdk:sagemaker:{action}",
        label="call of SageMaker's API",
        calls=(f"sagemaker:{action[0].upper()}{action[1:]}",),
        images=images,
        retries=_SDK_RETRIES,
        vague=_SDK_VAGUE,
        local={"": f"{_HERE}.services.models:{function}"},
    )


CREATE_PACKAGE = _call("createModelPackage", "create_package", ("Image",))
DESCRIBE_PACKAGE = _call("describeModelPackage", "describe_package")
LIST_PACKAGES = _call("listModelPackages", "list_packages")
DELETE_MODEL = _call("deleteModel", "delete_model")
JOBS = (
    PROCESSING,
    TRAINING,
    TRANSFORM,
    MODEL,
    CREATE_PACKAGE,
    DESCRIBE_PACKAGE,
    LIST_PACKAGES,
    _call("updateModelPackage", "update_package"),
    _call("createModel", "create_model", ("Image",)),
    _call("describeModel", "describe_model"),
    DELETE_MODEL,
)
