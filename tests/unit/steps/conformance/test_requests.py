"""Every request that a step type builds is one that the service's own model allows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mlmax_pipelines.cloudformation.shape import DEFAULT, Shape
from mlmax_pipelines.compiler.entry import compile_project
from tests.unit.compiler.projects import REPOSITORY, execute
from tests.unit.compiler.service_models import faults
from tests.unit.steps.conformance.conftest import PROTECTED, Calls, Compiled
from tests.unit.steps.conformance.examples import FULL, MINIMAL, types

# A name as long as one may be, in the example of `processing`.
LONG = "L" + "o" * 68 + "g"
METRICS = dict.fromkeys(("accuracy", "precision", "recall", "f1", "roc_auc"), 0.99)


@pytest.fixture
def full(calls: Calls) -> Any:
    return calls[FULL, DEFAULT]


def asked(
    type: str, variant: str, shape: Shape, compiled: Compiled, calls: Calls
) -> list[tuple[str, str, Any]]:
    """(state, resource, arguments) of the calls that a type's states made."""
    states = {s.name for s in compiled[variant].states if s.step_type == type}
    return [call for call in calls[variant, shape].calls if call[0] in states]


@pytest.mark.parametrize("shape", [DEFAULT, PROTECTED], ids=["plain", "vpc-and-key"])
@pytest.mark.parametrize("variant", [MINIMAL, FULL])
@pytest.mark.parametrize("type", types())
def test_a_request_is_one_that_the_api_takes(
    type: str, variant: str, shape: Shape, compiled: Compiled, calls: Calls
) -> None:
    made = asked(type, variant, shape, compiled, calls)
    tasks = [s for s in compiled[variant].states if s.step_type == type and s.job]
    assert {state for state, _, _ in made} == {state.name for state in tasks}
    found = [fault for call in made for fault in faults(*call)]
    assert not found, f"mend the request that '{type}' builds: {found}"
    assert "${" not in json.dumps(made), f"a value of '{type}' is not filled in"


def requests() -> Iterator[tuple[str, str, Any]]:
    for pipeline in compile_project(REPOSITORY):
        answers = {"Evaluate evaluation file": {"Body": json.dumps(METRICS)}}
        ran = execute(pipeline, answers=answers)
        assert ran.status == "SUCCEEDED", (ran.error, ran.cause)
        yield from ran.calls


def test_the_reference_pipelines_send_requests_that_the_api_takes() -> None:
    calls = list(requests())
    assert len({resource for _, resource, _ in calls}) >= 7
    assert [fault for call in calls for fault in faults(*call)] == []


def test_a_wrong_request_is_found() -> None:
    resource = "arn:aws:states:::sagemaker:createModel"
    assert "Tags" in next(faults("S", resource, {"ModelName": "a", "Tags": "none"}))
    (found,) = faults("S", resource, {"ModelName": "a b"})
    assert found.startswith("S: .ModelName: 'a b' does not match")


def test_texts_arrive_in_arguments_as_they_were_written(full: Any) -> None:
    app = full.arguments(LONG)["AppSpecification"]
    arguments = app["ContainerArguments"]
    arguments.remove("--verbose")
    given = dict(zip(arguments[::2], arguments[1::2]))
    assert given["--word"] == "it's {braced} \\ of some words in a-run"
    assert given["--flag"] == "true"
    assert given["--tags"] == '[1, "two"]'
    assert given["--ratio"] == "0.5"
    assert arguments[-3:] == ["--extra", "some words", "3"]


def test_numbers_are_numbers_where_the_api_wants_them(full: Any) -> None:
    cluster = full.arguments(LONG)["ProcessingResources"]["ClusterConfig"]
    assert cluster["InstanceCount"] == 2
    transform = full.arguments("By data")["TransformResources"]
    assert transform == {"InstanceType": "ml.m5.large", "InstanceCount": 3}


def test_job_names_fit_at_the_longest(full: Any) -> None:
    names = full.job_names()
    assert len(names) == len(set(names)) == 11
    assert max(map(len, names)) == 63
