"""Every request that a pipeline sends is one the service's own model allows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mlmax_pipelines.compiler.entry import compile_project
from tests.unit.compiler.every_field import EVERY_FIELD, LONG, PARAMETERS, STEPS
from tests.unit.compiler.projects import REPOSITORY, compiled, execute
from tests.unit.compiler.service_models import faults


def requests() -> Iterator[tuple[str, str, Any]]:
    for pipeline in compile_project(REPOSITORY):
        answers = {"Evaluate evaluation": {"Body": '{"roc_auc": 0.99}'}}
        ran = execute(pipeline, answers=answers)
        assert ran.status == "SUCCEEDED", (ran.error, ran.cause)
        yield from ran.calls


@pytest.fixture
def every_field(tmp_path: Path) -> Any:
    pipeline = compiled(
        tmp_path, STEPS, modules=EVERY_FIELD, parameters=PARAMETERS, type="Pipeline"
    )
    ran = execute(pipeline)
    assert ran.status == "SUCCEEDED", (ran.error, ran.cause)
    return ran


def test_the_reference_pipelines_send_requests_that_the_api_takes() -> None:
    calls = list(requests())
    assert len({resource for _, resource, _ in calls}) >= 7
    assert [fault for call in calls for fault in faults(*call)] == []


def test_every_field_of_every_step_type_becomes_a_request_that_the_api_takes(
    every_field: Any,
) -> None:
    calls = every_field.calls
    assert len({resource for _, resource, _ in calls}) == 9
    assert [fault for call in calls for fault in faults(*call)] == []
    assert "${" not in json.dumps(calls)


def test_a_wrong_request_is_found() -> None:
    resource = "arn:aws:states:::sagemaker:createModel"
    assert "Tags" in next(faults("S", resource, {"ModelName": "a", "Tags": "none"}))
    (found,) = faults("S", resource, {"ModelName": "a b"})
    assert found.startswith("S: .ModelName: 'a b' does not match")


def test_texts_arrive_in_arguments_as_they_were_written(every_field: Any) -> None:
    app = every_field.arguments(LONG)["AppSpecification"]
    arguments = app["ContainerArguments"]
    given = dict(zip(arguments[::2], arguments[1::2]))
    assert given["--word"] == "it's {braced} \\ of some words in a-run"
    assert given["--flag"] == "true"
    assert given["--tags"] == '[1, "two"]'
    assert given["--ratio"] == "0.5"
    assert arguments[-3:] == ["--extra", "some words", "3"]


def test_numbers_are_numbers_where_the_api_wants_them(every_field: Any) -> None:
    cluster = every_field.arguments(LONG)["ProcessingResources"]["ClusterConfig"]
    assert cluster["InstanceCount"] == 2
    transform = every_field.arguments("By data")["TransformResources"]
    assert transform == {"InstanceType": "ml.m5.large", "InstanceCount": 3}


def test_job_names_fit_at_the_longest(every_field: Any) -> None:
    names = every_field.job_names()
    assert len(names) == len(set(names)) == 7
    assert max(map(len, names)) == 63
