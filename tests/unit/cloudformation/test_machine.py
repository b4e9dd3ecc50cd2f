"""A state machine, its log, its schedule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

import pytest

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.cloudformation import machine
from mlmax_pipelines.cloudformation.shape import DEFAULT, Shape
from mlmax_pipelines.cloudformation.tags import Tag, ref
from mlmax_pipelines.cloudformation.templates import render
from mlmax_pipelines.compiled import CompiledPipeline, Schedule
from tests.unit.cloudformation.conftest import DAILY

Load = Callable[[bytes], dict[str, Any]]


def test_the_schedule_is_off_and_starts_with_the_defaults(
    inference: CompiledPipeline, load: Load
) -> None:
    template = load(render([inference])["inference.yaml"])
    assert template["Parameters"]["ScheduleState"]["Default"] == "DISABLED"
    schedule = template["Resources"]["Schedule"]["Properties"]
    assert schedule["ScheduleExpression"] == "rate(1 day)"
    assert schedule["State"] == ref("ScheduleState")
    assert schedule["Target"]["Input"] == "{}"


def test_several_schedules_have_names_zones_and_inputs(
    inference: CompiledPipeline, load: Load
) -> None:
    when = ("cron(0 6 * * ? *)", "Europe/Berlin", {"b": "${x}", "a": [1]})
    schedules = (
        DAILY._replace(name="nightly"),
        Schedule("first-of-month", *when, DAILY.where),
    )
    files = render([replace(inference, schedules=schedules)])
    template = load(files["inference.yaml"])
    resources = template["Resources"]
    assert "Schedule" not in resources and "ScheduleRole" in resources
    nightly = resources["NightlySchedule"]["Properties"]
    assert "ScheduleExpressionTimezone" not in nightly
    assert nightly["State"] == ref("NightlyScheduleState")
    first = resources["FirstOfMonthSchedule"]["Properties"]
    assert first["ScheduleExpression"] == "cron(0 6 * * ? *)"
    assert first["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert first["Target"]["Input"] == '{"a":[1],"b":"${x}"}'
    assert template["Parameters"]["FirstOfMonthScheduleState"]["Default"] == "DISABLED"


def test_only_failures_are_logged_and_no_data(
    training: CompiledPipeline, load: Load
) -> None:
    found = load(render([training])["training.yaml"])["Resources"]["StateMachine"]
    properties = found["Properties"]
    logging = properties["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False)
    assert "TracingConfiguration" not in properties
    assert properties["StateMachineName"] == Tag("Sub", "${Prefix}-training")


def test_traces_are_sent_where_they_are_wanted(
    training: CompiledPipeline, load: Load
) -> None:
    for shape in (DEFAULT, Shape(traces=True)):
        found = load(render([training], shape)["training.yaml"])["Resources"]
        sends = found["StateMachine"]["Properties"].get("TracingConfiguration")
        assert (sends == {"Enabled": True}) is shape.traces
        assert ("xray" in str(found["ExecutionRole"])) is shape.traces


def test_a_start_that_fails_goes_to_the_queue_of_the_stack(
    inference: CompiledPipeline, load: Load
) -> None:
    found = load(render([inference])["inference.yaml"])["Resources"]
    (schedule,) = (r for name, r in found.items() if name.endswith("Schedule"))
    queue = schedule["Properties"]["Target"]["DeadLetterConfig"]["Arn"]
    role = found["ScheduleRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    allowed = {one["Action"][0]: one["Resource"] for one in role["Statement"]}
    assert allowed["sqs:SendMessage"] == [queue]
    assert queue.value.endswith(":${Prefix}-dead-letters")


def test_a_log_goes_with_its_stack_and_has_the_environments_key() -> None:
    plain = machine.log_group("/aws/x", DEFAULT)
    assert plain["DeletionPolicy"] == "Delete"
    assert "KmsKeyId" not in plain["Properties"]
    encrypted = machine.log_group("/aws/x", Shape(kms=True))
    assert encrypted["Properties"]["KmsKeyId"] == ref("KmsKeyArn")


def test_a_name_that_is_too_long_with_a_prefix_is_refused(
    training: CompiledPipeline,
) -> None:
    with pytest.raises(PipelineError, match="has 81 characters, at most 80"):
        render([replace(training, name="x" * 43)])


def test_resources_are_tagged_with_environment_and_pipeline() -> None:
    assert machine.tags("p") == [
        {"Key": "mlmax:environment", "Value": ref("Environment")},
        {"Key": "mlmax:pipeline", "Value": "p"},
    ]


def test_a_log_is_made_after_the_role_that_must_reach_it(
    training: CompiledPipeline, load: Load
) -> None:
    """A state machine, made after both, is refused when IAM is not that far."""
    found = load(render([training])["training.yaml"])["Resources"]
    assert found["LogGroup"]["DependsOn"] == "ExecutionRole"
