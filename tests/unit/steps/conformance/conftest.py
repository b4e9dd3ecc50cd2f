"""All examples, compiled once, in the pipelines `minimal` and `full`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from mlmax_pipelines.cloudformation.shape import DEFAULT, Shape, apply
from mlmax_pipelines.compiled import CompiledPipeline, Sub
from mlmax_pipelines.compiler.entry import compile_project
from tests.unit.compiler.projects import Ran, execute
from tests.unit.steps.conformance import examples
from tests.unit.steps.conformance.examples import FULL, MINIMAL

Compiled = Mapping[str, CompiledPipeline]
PROTECTED = Shape(vpc=True, kms=True)
_VALUES = {
    "SubnetIds": Sub("subnet-0a,subnet-0b"),
    "SecurityGroupIds": Sub("sg-0c"),
    "KmsKeyArn": Sub("arn:aws:kms:us-east-1:123456789012:key/k"),
}
Calls = Mapping[tuple[str, Shape], Ran]


@pytest.fixture(scope="module", autouse=True)
def plugged_in() -> Iterator[None]:
    with examples.plugged_in():
        yield


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return examples.write(tmp_path_factory.mktemp("examples"))


@pytest.fixture(scope="session")
def compiled(project: Path) -> Compiled:
    with examples.plugged_in():
        return {pipeline.name: pipeline for pipeline in compile_project(project)}


@pytest.fixture(scope="session")
def calls(compiled: Compiled) -> Calls:
    """What both pipelines ask services for, plain and with a VPC and a key."""
    found = {}
    known = examples.examples().values()
    answers = {state: answer for one in known for state, answer in one.answers.items()}
    for shape in (DEFAULT, PROTECTED):
        for variant in (MINIMAL, FULL):
            shaped = apply(compiled[variant], shape)
            values = _VALUES if shape == PROTECTED else {}
            shaped = replace(shaped, substitutions={**shaped.substitutions, **values})
            ran = execute(shaped, answers=answers)
            assert ran.status == "SUCCEEDED", (variant, shape, ran.error, ran.cause)
            found[variant, shape] = ran
    return found
