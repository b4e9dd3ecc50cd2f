"""Every quota of AWS that is checked, shown or kept to, each with its page.

What comes in: how much of something is used. What goes out: a PipelineError that names
the number and the quota. Never: a quota of one account or region, which can be raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlmax_pipelines.base.errors import PipelineError


class Quota(int):
    """So many of a unit at most, the AWS page that says so, and what helps."""

    unit: str
    page: str
    hint: str

    def __new__(cls, allowed: int, unit: str, page: str, hint: str = "") -> Quota:
        quota = super().__new__(cls, allowed)
        quota.unit, quota.page, quota.hint = unit, page, hint
        return quota


_SPLIT = "divide the pipeline: a step can start another pipeline"
_FEWER = "keep fewer pipelines in one project"

_STATES = "Step Functions Developer Guide, 'Step Functions service quotas'"
DEFINITION = Quota(1_048_576, "bytes", _STATES, _SPLIT)
# In seconds: a year.
LONGEST_EXECUTION = 31_536_000
HISTORY = Quota(25_000, "events", _STATES)
# The input or output of a state, a task or an execution, as UTF-8.
PAYLOAD = Quota(262_144, "bytes", _STATES)
MACHINE_NAME = Quota(80, "characters", _STATES, "give the pipeline a shorter name")
STATE_NAME = Quota(80, "characters", "Step Functions API Reference, 'TestState'")
EXECUTION_NAME = Quota(
    80, "characters", "Step Functions API Reference, 'StartExecution'"
)
STOP_CAUSE = Quota(
    32_768, "characters", "Step Functions API Reference, 'StopExecution'"
)
HISTORY_PAGE = Quota(
    1_000, "events", "Step Functions API Reference, 'GetExecutionHistory'"
)
INLINE_MAP = Quota(
    40,
    "concurrent iterations",
    "Step Functions Developer Guide, 'Using Map state in Inline mode'",
)
_INTRINSICS = "Step Functions Developer Guide, 'Intrinsics for JSONPath states'"
INTRINSIC_NESTING = Quota(10, "calls", _INTRINSICS)
INTRINSIC_RANGE = Quota(1_000, "elements", _INTRINSICS)
INTRINSIC_TEXT = Quota(10_000, "characters", _INTRINSICS)

_CLOUDFORMATION = "CloudFormation User Guide, 'CloudFormation quotas'"
RESOURCES = Quota(500, "resources", _CLOUDFORMATION, _SPLIT)
# Of all stacks nested in one another, created, updated or deleted in one operation.
OPERATION = Quota(2_500, "resources", _CLOUDFORMATION, _FEWER)
PARAMETERS = Quota(200, "parameters", _CLOUDFORMATION, _SPLIT)
OUTPUTS = Quota(200, "outputs", _CLOUDFORMATION, _FEWER)
PARAMETER_VALUE = Quota(4_096, "bytes", _CLOUDFORMATION, "pass it as an input instead")
PARAMETER_TEXT = Quota(
    4_000, "characters", "CloudFormation User Guide, 'Parameters'", "say it in fewer"
)
_TAG = "CloudFormation API Reference, 'Tag'"
TAGS = Quota(50, "tags", "CloudFormation API Reference, 'CreateStack'")
TAG_KEY = Quota(128, "characters", _TAG)
TAG_VALUE = Quota(256, "characters", _TAG)
# The page says 1 MB; CloudFormation refuses what is above a million bytes.
TEMPLATE = Quota(1_000_000, "bytes", _CLOUDFORMATION, _SPLIT)

_IAM = "IAM User Guide, 'IAM and STS quotas'"
# Of all inline policies of a role together; white space does not count.
INLINE_POLICY = Quota(10_240, "characters", _IAM, _SPLIT)
# Of one managed policy; white space does not count.
MANAGED_POLICY = Quota(6_144, "characters", _IAM)

WIDGETS = Quota(
    500,
    "widgets",
    "CloudWatch User Guide, 'Dashboard body structure and syntax'",
    _FEWER,
)
WIDGET_ALARMS = Quota(
    100, "alarms", "CloudWatch User Guide, 'Dashboard body structure and syntax'"
)
BUCKET_NAME = Quota(63, "characters", "S3 User Guide, 'Bucket naming rules'")
LISTED_OBJECTS = Quota(1_000, "keys", "S3 API Reference, 'ListObjectsV2'")

_SAGEMAKER = "SageMaker API Reference, "
# The name of a job, a model, or a group of model packages.
SAGEMAKER_NAME = Quota(63, "characters", f"{_SAGEMAKER}'CreateTrainingJob'")
CONTAINER_ARGUMENTS = Quota(100, "arguments", f"{_SAGEMAKER}'AppSpecification'")
CONTAINER_PATH = Quota(256, "characters", f"{_SAGEMAKER}'ProcessingS3Input'")
CONTAINER_ARGUMENT = Quota(256, "characters", f"{_SAGEMAKER}'AppSpecification'")
PROCESSING_INPUTS = Quota(10, "inputs", f"{_SAGEMAKER}'CreateProcessingJob'")
PROCESSING_OUTPUTS = Quota(10, "outputs", f"{_SAGEMAKER}'ProcessingOutputConfig'")
PROCESSING_VARIABLE = Quota(256, "characters", f"{_SAGEMAKER}'CreateProcessingJob'")
HYPERPARAMETERS = Quota(100, "hyperparameters", f"{_SAGEMAKER}'CreateTrainingJob'")
HYPERPARAMETER = Quota(2_500, "characters", f"{_SAGEMAKER}'CreateTrainingJob'")
CHANNELS = Quota(20, "channels", f"{_SAGEMAKER}'CreateTrainingJob'")
TRAINING_VARIABLE = Quota(512, "characters", f"{_SAGEMAKER}'CreateTrainingJob'")
MODEL_VARIABLE = Quota(1_024, "characters", f"{_SAGEMAKER}'ContainerDefinition'")
METADATA = Quota(50, "values", f"{_SAGEMAKER}'CreateModelPackage'")
METADATA_VALUE = Quota(256, "characters", f"{_SAGEMAKER}'CreateModelPackage'")
METRIC_REGEX = Quota(500, "characters", f"{_SAGEMAKER}'MetricDefinition'")
FAILURE_REASON = Quota(1_024, "characters", f"{_SAGEMAKER}'DescribeTrainingJob'")
SUBNETS = Quota(16, "subnets", f"{_SAGEMAKER}'VpcConfig'")
SECURITY_GROUPS = Quota(5, "security groups", f"{_SAGEMAKER}'VpcConfig'")


_LAMBDA = "Lambda Developer Guide, 'Lambda quotas'"
FUNCTION_VARIABLES = Quota(4_096, "bytes", _LAMBDA)


def refuse(what: str, used: int, quota: Quota) -> PipelineError:
    """The error for something over its limit."""
    message = f"the {what} has {used:,} {quota.unit}, at most {quota:,} can be"
    return PipelineError(message, hint=quota.hint)


def check(what: str, used: int, quota: Quota) -> None:
    if used > quota:
        raise refuse(what, used, quota)


def check_template(name: str, template: Mapping[str, Any]) -> None:
    """Raises PipelineError when a template has more of something than it may."""
    check(f"template '{name}'", len(template["Resources"]), RESOURCES)
    check(f"template '{name}'", len(template["Parameters"]), PARAMETERS)
    check(f"template '{name}'", len(template.get("Outputs", ())), OUTPUTS)
