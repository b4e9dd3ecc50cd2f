"""State machines, functions and the schedule: the resources of one pipeline.

What comes in: definitions and what fills their placeholders. What goes out:
resources. Never: a role's statements (see `roles`).
"""

from __future__ import annotations

from typing import Any, Mapping

from mlmax_pipelines.base.limits import MACHINE_NAME, check
from mlmax_pipelines.base.names import LONGEST_PREFIX, PREFIX, machine_name
from mlmax_pipelines.cloudformation import roles
from mlmax_pipelines.cloudformation.definitions import Definition, substitutions
from mlmax_pipelines.cloudformation.shape import Shape
from mlmax_pipelines.cloudformation.tags import Tag, get_att, ref, sub
from mlmax_pipelines.compiled import CompiledPipeline, Function


def state_machine(
    definition: Definition, pipeline: CompiledPipeline, filled: Mapping[str, Any]
) -> dict[str, Any]:
    """A state machine with its log and traces.

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
        "RoleArn": get_att("ExecutionRole"),
        "LoggingConfiguration": {
            "Level": "ERROR",
            "IncludeExecutionData": False,
            "Destinations": [log],
        },
        "TracingConfiguration": {"Enabled": True},
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


def function(
    made: Function, pipeline: CompiledPipeline, shape: Shape
) -> dict[str, dict[str, Any]]:
    """A Lambda function, its role and its log group.

    The code is the folder its handler is in, zipped: `src/load.handler` is
    `load.handler` in `src.zip`.
    """
    folder, _, handler = made.handler.partition("/")
    logs, role = f"{made.logical_id}LogGroup", f"{made.logical_id}Role"
    key = sub(f"${{CodeVersion}}/{folder}.zip")
    properties = {
        "Description": f"Step {made.step} of pipeline {pipeline.name}",
        "Runtime": made.runtime,
        "Handler": handler,
        "Code": {"S3Bucket": ref("CodeBucket"), "S3Key": key},
        "Role": get_att(role),
        "Timeout": made.timeout_seconds,
        "MemorySize": made.memory_mb,
        "LoggingConfig": {"LogGroup": ref(logs)},
        **_place(shape),
        "Tags": tags(pipeline.name),
    }
    name = f"/aws/lambda/${{Prefix}}-{pipeline.name}-{made.logical_id}"
    return {
        logs: log_group(name, shape),
        role: roles.function_role(logs, shape),
        made.logical_id: {"Type": "AWS::Lambda::Function", "Properties": properties},
    }


def _place(shape: Shape) -> dict[str, Any]:
    """Where a function runs, and the key it is kept under."""
    vpc = {
        "SubnetIds": Tag("Split", [",", ref("SubnetIds")]),
        "SecurityGroupIds": Tag("Split", [",", ref("SecurityGroupIds")]),
    }
    return {
        **({"VpcConfig": vpc} if shape.vpc else {}),
        **({"KmsKeyArn": ref("KmsKeyArn")} if shape.kms else {}),
    }


def schedule(pipeline: CompiledPipeline) -> dict[str, dict[str, Any]]:
    """An EventBridge Scheduler schedule and its role; off unless a parameter says so.

    Scheduler and not a rule: AWS recommends it ("Using Amazon EventBridge Scheduler
    with Amazon EventBridge"), it retries a start that failed, its role is bound to
    this account, and its input is ours instead of an event.
    """
    target = {
        "Arn": get_att("StateMachine"),
        "RoleArn": get_att("ScheduleRole"),
        "Input": "{}",
    }
    properties = {
        "Description": f"Starts pipeline {pipeline.name}",
        "ScheduleExpression": pipeline.schedule,
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "State": ref("ScheduleState"),
        "Target": target,
    }
    return {
        "ScheduleRole": roles.schedule_role("${StateMachine.Arn}"),
        "Schedule": {"Type": "AWS::Scheduler::Schedule", "Properties": properties},
    }


def tags(pipeline: str) -> list[dict[str, Any]]:
    """What a bill or a search in the console is grouped by."""
    return [
        {"Key": "mlmax:environment", "Value": ref("Environment")},
        {"Key": "mlmax:pipeline", "Value": pipeline},
    ]
