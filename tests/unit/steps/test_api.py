"""Requests, held against the service models that botocore ships."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.steps import api
from mlmax_pipelines.steps.api import UNKNOWN, as_given, faults, operation

PACKAGE = "aws-sdk:sagemaker:createModelPackage"
JOB = "sagemaker:createProcessingJob.sync"


def argument(text: str) -> dict[str, Any]:
    return {"AppSpecification": {"ContainerArguments": ["--a", text]}}


@pytest.mark.parametrize(
    ("integration", "request_", "rule", "path"),
    [
        (PACKAGE, {"ModelApprovalStatus": "approved"}, "enum", "ModelApprovalStatus"),
        (
            PACKAGE,
            {"CustomerMetadataProperties": {"a": "x" * 257}},
            "max",
            "CustomerMetadataProperties.a",
        ),
        (JOB, argument("x" * 300), "max", "AppSpecification.ContainerArguments.1"),
        (
            JOB,
            {"ProcessingResources": {"ClusterConfig": {"VolumeSizeInGB": 0}}},
            "min",
            "ProcessingResources.ClusterConfig.VolumeSizeInGB",
        ),
        (JOB, {"Environment": {"a-b": "x"}}, "pattern", "Environment.a-b"),
        (JOB, {"Environment": {"1a": "x" * 257}}, "pattern", "Environment.1a"),
        ("lambda:invoke", {"InvocationType": "event"}, "enum", "InvocationType"),
        ("aws-sdk:s3:putObject", {"StorageClass": "cold"}, "enum", "StorageClass"),
        ("dynamodb:putItem", {"ReturnValues": "old"}, "enum", "ReturnValues"),
        # Step Functions writes each member with a capital.
        ("states:startExecution", {"Name": "x" * 81}, "max", "Name"),
    ],
)
def test_what_an_api_refuses(
    integration: str, request_: Any, rule: str, path: str
) -> None:
    found = next(faults(integration, request_))
    assert (found.rule, ".".join(map(str, found.path))) == (rule, path)


@pytest.mark.parametrize(
    ("integration", "request_"),
    [
        (PACKAGE, {"ModelApprovalStatus": "Approved", "Unheard": "of"}),
        (PACKAGE, {"ModelApprovalStatus.$": "$.parameters.approval"}),
        (JOB, argument("${Token}" * 100)),
        (JOB, argument("x" * 256)),
        ("http:invoke", {"Method": "what"}),
        ("aws-sdk:nobody:knowsThis", {"A": 1}),
        ("aws-sdk:sagemaker:nobodyKnowsThis", {"A": 1}),
        ("lambda:invoke", {"Payload": {"a": [1]}}),
        # Classes of characters that only Java knows are not judged.
        (PACKAGE, {"CustomerMetadataProperties": {"\u00fc": "\u00fc"}}),
        (JOB, {"AppSpecification": "no mapping", "ProcessingInputs": 5}),
    ],
)
def test_what_is_right_or_unknown_is_nobodys_fault(
    integration: str, request_: Any
) -> None:
    assert list(faults(integration, request_)) == []


def test_what_a_task_is_given_is_known() -> None:
    found = next(faults(JOB, argument("${x" * 100), as_given))
    assert found.constraint == "Member must have length less than or equal to 256"
    assert found.size == 300


def test_whoever_knows_more_says_it() -> None:
    def known(key: str, value: Any) -> Any:
        return "approved" if key == "ModelApprovalStatus.$" else UNKNOWN

    (found,) = faults(PACKAGE, {"ModelApprovalStatus.$": "$.x", "A": "b"}, known)
    assert found.value == "approved" and "Approved, Rejected" in found.constraint


def test_an_operation_is_called_as_the_api_calls_it() -> None:
    assert operation(JOB) == "CreateProcessingJob"
    assert operation(PACKAGE) == "CreateModelPackage"


def test_botocore_is_read_and_not_imported() -> None:
    code = (
        "from mlmax_pipelines.steps.api import faults; import sys; "
        f"found = list(faults({PACKAGE!r}, {{'ModelApprovalStatus': 'x'}})); "
        "sys.exit('botocore' in sys.modules or not found)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("service", ["sagemaker", "s3", "sns", "sqs", "stepfunctions"])
def test_every_entry_of_a_model_is_found(service: str) -> None:
    model = api._model(service)
    assert model is not None
    whole = json.loads(model._text)
    for name, entry in whole["operations"].items():
        assert model.operation(name) == entry
    for name, entry in whole["shapes"].items():
        assert model._entry(True, name) == entry


def test_models_may_be_packed_or_not(tmp_path: Path) -> None:
    (tmp_path / "service-2.json").write_text("{}")
    assert api._text(tmp_path / "service-2.json") == b"{}"


def test_without_botocore_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert api._model.__wrapped__("sagemaker") is None
