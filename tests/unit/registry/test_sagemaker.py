from __future__ import annotations

import pytest

from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.registry.contract import RegistryError
from mlmax_pipelines.registry.sagemaker import Registry


def test_sagemaker_says_why_it_refuses(on_sagemaker: Registry) -> None:
    with pytest.raises(RegistryError, match="Model package .*none/1 not found"):
        on_sagemaker.describe_package("arn:aws:sagemaker:::model-package/none/1")


def test_no_answer_is_not_a_refusal_of_the_registry(
    on_sagemaker: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(Refused, match="cannot reach sagemaker"):
        Registry(Session("us-east-1")).list_packages({})


def test_times_are_seconds_wherever_they_are(on_sagemaker: Registry) -> None:
    made = on_sagemaker.create_package({"ModelPackageGroupName": "Cancer"})
    described = on_sagemaker.describe_package(made["ModelPackageArn"])
    assert "ResponseMetadata" not in described
    assert isinstance(described["CreationTime"], float)
