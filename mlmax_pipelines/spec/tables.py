"""The keys of pipelines, steps and modules: one table each.

What comes in: nothing. What goes out: Fields that the parser, its messages and the
JSON Schema share. Keys that belong to a step type stand in that type's own file.
"""

from __future__ import annotations

from mlmax_pipelines.steps.contract import Field

PIPELINE_TYPES = (
    "Pipeline",
    "TrainingPipeline",
    "BatchInferencePipeline",
    "MonitoringPipeline",
)
PARAMETER_TYPES = ("string", "number", "integer", "boolean", "s3", "list", "object")
PORT_TYPES = (*PARAMETER_TYPES, "metrics")

_DESCRIPTION = Field("string", "what it is, for people")
_TIMEOUT = Field("integer", "fails after this many seconds", minimum=1)
_ERRORS = Field(
    "list", "error names, States.ALL for any", required=True, items=Field("string")
)

_TYPED = {
    "type": Field("string", "its type", required=True, enum=PARAMETER_TYPES),
    "default": Field("any", "its value when an execution gives none"),
    "description": _DESCRIPTION,
    "enum": Field("list", "the values it may have", items=Field("any")),
}
PARAMETER = {
    **_TYPED,
    "minimum": Field("number", "the least number it may be"),
    "maximum": Field("number", "the largest number it may be"),
    "items": Field(
        "string",
        "the type of a list's items; s3: files, each brought as one",
        enum=tuple(type for type in PARAMETER_TYPES if type != "list"),
    ),
}

RETRIER = {
    "errors": Field(
        "list",
        "error names, States.ALL for any; without, a failed task and one out of time",
        items=Field("string"),
    ),
    "interval_seconds": Field("integer", "before the first retry", minimum=1),
    "max_attempts": Field("integer", "retries at most, 0 for none", minimum=0),
    "backoff_rate": Field("number", "each wait grows by this factor", minimum=1),
    "max_delay_seconds": Field("integer", "no wait grows beyond this", minimum=1),
    "jitter": Field("boolean", "wait a random part of the time"),
}

CATCHER = {
    "errors": _ERRORS,
    "next": Field("step", "the step that handles them", required=True),
}

STEP = {
    "module": Field("string", "the name or id of the module it runs"),
    "type": Field("string", "its step type, where it has no module"),
    "description": _DESCRIPTION,
    "inputs": Field("mapping", "values of the module's inputs", items=Field("any")),
    "next": Field("step", "the step after it; without, the one below"),
    "end": Field("boolean", "true: nothing comes after it"),
    "retry": Field(
        "list",
        "when to try again; [] for never, a number for so many further attempts",
        items=Field("mapping", "one rule", fields=RETRIER),
        forms=(Field("integer", "so many further attempts", minimum=0),),
    ),
    "catch": Field(
        "list",
        "which step handles which errors",
        items=Field("mapping", "one rule", fields=CATCHER),
    ),
    "timeout_seconds": _TIMEOUT,
}

STEPS = Field("mapping", "the steps, in order", required=True)

_SCHEDULE = Field(
    "mapping",
    "one schedule",
    fields={
        "name": Field("string", "what an environment calls it to turn it on"),
        "expression": Field("string", "rate(...), cron(...) or at(...)", required=True),
        "timezone": Field("string", "whose time is meant, like Europe/Berlin: UTC"),
        "inputs": Field("mapping", "the input of the executions that it starts"),
    },
)

PIPELINE = {
    "name": Field("string", "what it is called everywhere", required=True),
    "description": _DESCRIPTION,
    "type": Field("string", "what kind of pipeline it is", enum=PIPELINE_TYPES),
    "parameters": Field(
        "mapping",
        "the input of an execution",
        items=Field("mapping", "one parameter", fields=PARAMETER),
    ),
    "steps": STEPS,
    "schedule": Field(
        "string",
        "when it starts by itself: rate(...), cron(...), at(...), or several of them",
        forms=(_SCHEDULE, Field("list", "several of them", items=_SCHEDULE)),
    ),
    "timeout_seconds": _TIMEOUT,
    "max_concurrent_executions": Field(
        "integer", "how many executions may run at a time; without, any", minimum=1
    ),
    "when_full": Field(
        "string",
        "what an execution does that is one too many: wait, for a week at most",
        enum=("wait", "fail"),
    ),
}

_LOCAL_PATH = Field(
    "string", "the container's folder with its files, /opt/ml/processing/..."
)
_PORT_TYPE = Field("string", "its type", required=True, enum=PORT_TYPES)
INPUT = {
    **_TYPED,
    "type": _PORT_TYPE,
    "flag": Field("boolean", "true: an option without a value, there while it is true"),
    "local_path": _LOCAL_PATH,
    "content_type": Field("string", "of its files, such as text/csv"),
    "compression": Field("string", "of its files", enum=("None", "Gzip")),
    "distribution": Field(
        "string",
        "all files to every instance, or a part of them to each",
        enum=("FullyReplicated", "ShardedByS3Key"),
    ),
}
# What of it only some step types know.
INPUT_MORE = tuple(key for key in INPUT if key not in _TYPED)

OUTPUT = {
    "type": _PORT_TYPE,
    "description": _DESCRIPTION,
    "file": Field("string", "the JSON file of metrics, metrics.json"),
    "values": Field(
        "mapping",
        "names and types of the metrics in the file",
        items=Field("string", "a type", enum=PARAMETER_TYPES),
    ),
    "local_path": _LOCAL_PATH,
}
OUTPUT_MORE = ("local_path",)

STATEMENT = {
    "actions": Field(
        "list", "such as [s3:GetObject]", required=True, items=Field("string")
    ),
    "resources": Field(
        "list",
        "ARNs; they may hold ${AWS::Region}, ${AWS::AccountId}, ..., ${env.X}",
        required=True,
        items=Field("string"),
    ),
    "reason": Field("string", "what the module does with it", required=True),
    "wildcard": Field("string", "why a resource is '*': what offers nothing narrower"),
    "conditions": Field(
        "mapping",
        "such as StringEquals: {aws:RequestTag/team: fraud}",
        items=Field("mapping", "by operator", items=Field("any", "a value, or some")),
    ),
}

SECRET = {
    "name": Field("string", "its name, or its ARN", required=True),
    "kms_key": Field("string", "the ARN of the key of yours that encrypts it"),
}

MODULE = {
    "name": Field("string", "what steps call it", required=True),
    "id": Field("string", "another name for it, that never changes"),
    "version": Field("string", "its version"),
    "type": Field("string", "the step type that builds it", required=True),
    "description": _DESCRIPTION,
    "inputs": Field("mapping", "values of inputs, the same in every pipeline"),
    "interface": Field(
        "mapping",
        "what it takes and gives",
        fields={
            "inputs": Field(
                "mapping",
                "by name",
                items=Field("mapping", "one input", fields=INPUT),
            ),
            "outputs": Field(
                "mapping",
                "by name",
                items=Field("mapping", "one output", fields=OUTPUT),
            ),
        },
    ),
    "implementation": Field("mapping", "how it runs: the keys of its type"),
    "iam": Field(
        "list",
        "what the role that does its work may do besides",
        items=Field("mapping", "one statement", fields=STATEMENT),
    ),
    "secrets": Field(
        "mapping",
        "NAME: a secret of AWS Secrets Manager. On AWS NAME_ARN has its ARN, in a "
        "local run NAME has its value, from the caller's environment",
        items=Field("any", "a name or an ARN, or {name: ..., kms_key: ...}"),
    ),
}
