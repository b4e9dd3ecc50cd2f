"""Quotas: those that an API's model states are what it states; each names its page."""

from __future__ import annotations

import pytest
from botocore.loaders import Loader

from mlmax_pipelines.base import limits
from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.base.limits import Quota

QUOTAS = {name: q for name, q in vars(limits).items() if isinstance(q, Quota)}
# Quota -> the shape of the service's API that has it.
SHAPES = {
    "stepfunctions": {
        "DEFINITION": "Definition",
        "PAYLOAD": "SensitiveData",
        "MACHINE_NAME": "Name",
        "EXECUTION_NAME": "Name",
        "STATE_NAME": "StateName",
        "STOP_CAUSE": "SensitiveCause",
        "HISTORY_PAGE": "PageSize",
    },
    "cloudformation": {"TAGS": "Tags", "TAG_KEY": "TagKey", "TAG_VALUE": "TagValue"},
    "sagemaker": {
        "SAGEMAKER_NAME": "TrainingJobName",
        "CONTAINER_ARGUMENTS": "ContainerArguments",
        "CONTAINER_ARGUMENT": "ContainerArgument",
        "CONTAINER_PATH": "ProcessingLocalPath",
        "PROCESSING_INPUTS": "ProcessingInputs",
        "PROCESSING_OUTPUTS": "ProcessingOutputs",
        "PROCESSING_VARIABLE": "ProcessingEnvironmentValue",
        "HYPERPARAMETERS": "HyperParameters",
        "HYPERPARAMETER": "HyperParameterValue",
        "CHANNELS": "InputDataConfig",
        "TRAINING_VARIABLE": "TrainingEnvironmentValue",
        "MODEL_VARIABLE": "EnvironmentValue",
        "METADATA": "CustomerMetadataMap",
        "METADATA_VALUE": "CustomerMetadataValue",
        "METRIC_REGEX": "MetricRegex",
        "FAILURE_REASON": "FailureReason",
        "SUBNETS": "Subnets",
        "SECURITY_GROUPS": "VpcSecurityGroupIds",
    },
}


@pytest.mark.parametrize("service", SHAPES)
def test_quotas_are_those_of_the_api_s_model(service: str) -> None:
    shapes = Loader().load_service_model(service, "service-2")["shapes"]
    ours = {name: int(QUOTAS[name]) for name in SHAPES[service]}
    assert ours == {n: shapes[shape]["max"] for n, shape in SHAPES[service].items()}


@pytest.mark.parametrize("name", QUOTAS)
def test_every_quota_names_a_unit_and_a_page(name: str) -> None:
    quota = QUOTAS[name]
    assert quota.unit
    guide, _, title = quota.page.partition(", '")
    assert guide.endswith(("Guide", "Reference")) and title.endswith("'")


def test_what_is_over_a_quota_is_told_with_both_numbers_and_a_way_out() -> None:
    limits.check("template 'a'", 500, limits.RESOURCES)
    with pytest.raises(PipelineError) as caught:
        limits.check("template 'a'", 1501, limits.RESOURCES)
    problem = caught.value.problem
    assert problem.message == (
        "the template 'a' has 1,501 resources, at most 500 can be"
    )
    assert problem.hint.startswith("divide the pipeline")


@pytest.mark.parametrize(
    ("section", "number"), [("Resources", 501), ("Parameters", 201), ("Outputs", 201)]
)
def test_a_template_s_sections_have_quotas(section: str, number: int) -> None:
    template = {
        "Resources": {},
        "Parameters": {},
        section: dict.fromkeys(range(number)),
    }
    with pytest.raises(PipelineError, match=f"has {number} {section.lower()}"):
        limits.check_template("a", template)
