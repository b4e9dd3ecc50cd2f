"""Registries of each kind; SageMaker's is moto's, a server talked to by HTTP."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.registry import local, sagemaker
from tests.functional.aws.conftest import Emulator
from tests.functional.aws.moto_server import serving

PREFIX = "arn:aws:sagemaker:us-east-1:000000000000:"


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with serving(tmp_path_factory.mktemp("moto")) as found:
        yield found


@pytest.fixture
def on_this_machine(tmp_path: Path) -> local.Registry:
    return local.Registry(tmp_path, PREFIX)


@pytest.fixture
def on_sagemaker(moto: Emulator, monkeypatch: pytest.MonkeyPatch) -> sagemaker.Registry:
    """With the groups `Cancer` and `Other`, as a template would make them."""
    # moto keeps no accounts apart.
    urllib.request.urlopen(f"{moto.url}/moto-api/reset", b"").close()
    for name, value in moto.variables("test").items():
        monkeypatch.setenv(name, value)
    for group in ("Cancer", "Other"):
        moto.client("sagemaker", "test").create_model_package_group(
            ModelPackageGroupName=group
        )
    return sagemaker.Registry(Session("us-east-1"))
