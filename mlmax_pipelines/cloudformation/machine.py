"""State machines, log groups and schedules: the resources of one pipeline.

What comes in: definitions and what fills their placeholders. What goes out:
resources. Never: a role's statements (see `roles`).
"""

from __future__ import annotations

from typing import Any, Mapping

from mlmax_pipelines.asl.canonical import canonical_json
from mlmax_pipelines.base import names
from mlmax_pipelines.base.limits import MACHINE_NAME, check
from mlmax_pipelines.base.names import LONGEST_PREFIX, PREFIX, machine_name
from mlmax_pipelines.cloudformation import letters, roles
from mlmax_pipelines.cloudformation.definitions import Definition, substitutions
from mlmax_pipelines.cloudformation.parameters import schedule_id
from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.cloudformation.tags import Tag, get_att, ref, sub
from mlmax_pipelines.compiled import CompiledPipeline, Schedule


def state_machine(
    definition: Definition,
    pipeline: CompiledPipeline,
    filled: Mapping[str, Any],
    role: Tag,
    traces: bool = False,
) -> dict[str, Any]:
    """A state machine with its log, and with traces where they are wanted.

    Only failures are logged, and without execution data: the execution's history
    holds that for 90 days, for those who may read it; a log is often passed on.
    """
    check(
        f"name of state machine '{definition.name}' in an environment",
        len(machine_name("p" * LONGEST_PREFIX, definition.name)),
        MACHINE_NAME,
    )
    log = {"CloudWatchLogsLogGroup": {"LogGroupArn": get_att("LogGroup")}}
    properties: dict[str, Any] = {
        "StateMachineName": sub(machine_name(PREFIX, definition.name)),
        "StateMachineType": "STANDARD",
        "RoleArn": role,
        "LoggingConfiguration": {
            "Level": "ERROR",
            "IncludeExecutionData": False,
            "Destinations": [log],
        },
        **({"TracingConfiguration": {"Enabled": True}} if traces else {}),
        "Tags": tags(pipeline.name),
    }
    if used := substitutions(definition, filled):
        properties["DefinitionSubstitutions"] = used
    properties.update(definition.properties)
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}


def log_group(name: str, shape: Shape) -> dict[str, Any]:
    """A log group that goes with its stack.

    It holds no data of its own, and one that stayed behind would keep the same stack
    from being made again. Step Functions asks for names under /aws/vendedlogs/, so
    that the log's resource policy does not outgrow its limit.
    """
    key = {"KmsKeyId": ref("KmsKeyArn")} if shape.kms else {}
    return {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "LogGroupName": sub(name),
            "RetentionInDays": ref("LogRetentionDays"),
            **key,
        },
    }


def schedules(pipeline: CompiledPipeline, role: Tag) -> dict[str, dict[str, Any]]:
    """EventBridge Scheduler schedules and their role; off unless a parameter says so.

    Scheduler and not a rule: AWS recommends it ("Using Amazon EventBridge Scheduler
    with Amazon EventBridge"), it retries a start that failed, its role is bound to
    this account, and its input is ours instead of an event.
    """
    if not pipeline.schedules:
        return {}
    found = {"ScheduleRole": roles.schedule_role("${StateMachine.Arn}")}
    for one in pipeline.schedules:
        found[schedule_id(one)] = _schedule(one, pipeline.name, role)
    return found


def _schedule(schedule: Schedule, pipeline: str, role: Tag) -> dict[str, Any]:
    by = f" by {schedule.name}" if schedule.name else ""
    zone = {"ScheduleExpressionTimezone": schedule.timezone}
    properties = {
        "Description": f"Starts pipeline {pipeline}{by}",
        "ScheduleExpression": schedule.expression,
        **(zone if schedule.timezone else {}),
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "State": ref(f"{schedule_id(schedule)}State"),
        "Target": {
            "Arn": get_att("StateMachine"),
            "RoleArn": role,
            "Input": canonical_json(schedule.inputs).decode(),
            # What could not be started, for whatever reason, after all retries.
            "DeadLetterConfig": {"Arn": sub(letters.ARN)},
        },
    }
    return {"Type": "AWS::Scheduler::Schedule", "Properties": properties}


def tags(pipeline: str) -> list[dict[str, Any]]:
    """The tags of what belongs to one pipeline."""
    return names.tags(environment=ref("Environment"), pipeline=pipeline)


def environment_tags() -> list[dict[str, Any]]:
    """The tags of what the pipelines of an environment share."""
    return names.tags(environment=ref("Environment"))
