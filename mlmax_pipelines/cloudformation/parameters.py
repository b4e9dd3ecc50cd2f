"""The parameters of the templates: what a deployment or an environment decides.

What comes in: compiled pipelines. What goes out: declarations with a description,
grouped for the console, and which of them the master template hands down.
Never: an environment's value.

Which settings share one, `sharing` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Sequence

from mlmax_pipelines.base.limits import BUCKET_NAME
from mlmax_pipelines.base.names import (
    LONGEST_ENVIRONMENT,
    LONGEST_OWNER,
    LONGEST_PREFIX,
)
from mlmax_pipelines.cloudformation.sharing import Names, settings
from mlmax_pipelines.cloudformation.tags import pascal
from mlmax_pipelines.compiled import (
    CodeFolder,
    CompiledPipeline,
    DataFile,
    Schedule,
    Setting,
)

_RETENTION = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653)

# The longest value of what a text may refer to: for sizes that have to hold anywhere.
LENGTHS: Mapping[str, int] = {
    "AWS::Partition": len("aws-us-gov"),
    "AWS::Region": len("ap-southeast-1"),
    "AWS::AccountId": 12,
    "AWS::URLSuffix": len("amazonaws.com.cn"),
    "Environment": LONGEST_ENVIRONMENT,
    "Prefix": LONGEST_PREFIX,
    "JobOwner": LONGEST_OWNER,
    "ArtifactBucket": BUCKET_NAME,
    "CodeBucket": BUCKET_NAME,
}


@dataclass(frozen=True)
class Field:
    """One parameter: where the console shows it, and its declaration. `until` stands
    for a value that only packaging knows: the path of the project that is shipped, or
    the key of the environment that says it; "" for what has a default."""

    name: str
    group: str
    label: str
    declaration: Mapping[str, Any]
    until: str = ""


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"Type": "String", "Description": description, **more}


def _named(description: str, name: str, pattern: str, rule: str) -> dict[str, Any]:
    return _text(
        description,
        MaxLength=LENGTHS[name],
        AllowedPattern=pattern,
        ConstraintDescription=f"{rule}, at most {LENGTHS[name]} characters",
    )


_BUCKET = "[a-z0-9][a-z0-9.-]+[a-z0-9]"
_DEPLOYMENT: Mapping[str, dict[str, Any]] = {
    "Environment": _named(
        "Name of the environment, such as dev or prod",
        "Environment",
        "[a-z][a-z0-9-]*[a-z0-9]",
        "lowercase letters, digits and hyphens",
    ),
    "Prefix": _named(
        "What the names of state machines and model groups begin with",
        "Prefix",
        "[a-z][a-z0-9-]*[a-z0-9]",
        "lowercase letters, digits and hyphens",
    ),
    "JobOwner": _named(
        "What the names of jobs and their models begin with: the stack's name, or what "
        "stands for a longer one",
        "JobOwner",
        "[a-z][a-z0-9-]*[a-z0-9]",
        "lowercase letters, digits and hyphens",
    ),
    "ArtifactBucket": _text("Bucket for what executions write", AllowedPattern=_BUCKET),
    "AlertTopic": _text("ARN of the topic that is told of executions that fail"),
    "AlertTopicArn": _text(
        "ARN of a topic that is told instead of the stack's own; empty for none",
        Default="",
    ),
    "AlertEmail": _text(
        "Who is told of executions that fail, by e-mail; empty for nobody", Default=""
    ),
    "CodeBucket": _text(
        "Bucket that holds templates, job code and shipped data, made before the stack",
        AllowedPattern=_BUCKET,
    ),
    "PermissionsBoundary": _text(
        "ARN of a managed policy that bounds every role; empty for none", Default=""
    ),
    "AccessLogBucket": _text("Bucket for logs of access; empty for none", Default=""),
    "LogRetentionDays": {
        "Type": "Number",
        "Description": "How long logs are kept",
        "Default": 90,
        "AllowedValues": list(_RETENTION),
    },
    "SubnetIds": _text(
        "Subnets that jobs run in, separated by commas",
        AllowedPattern="subnet-[0-9a-f]+(,subnet-[0-9a-f]+)*",
    ),
    "SecurityGroupIds": _text(
        "Security groups of jobs, separated by commas",
        AllowedPattern="sg-[0-9a-f]+(,sg-[0-9a-f]+)*",
    ),
    "KmsKeyArn": _text(
        "ARN of the key that encrypts what jobs keep",
        AllowedPattern="arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+",
    ),
    "DataReadArns": _text(
        "Other buckets, and objects in them, that jobs may read, separated by commas: "
        "arn:aws:s3:::name,arn:aws:s3:::name/*; empty for none",
        Default="",
    ),
    "DataKeyArns": _text(
        "Keys that encrypt those buckets, separated by commas; empty for none",
        Default="",
    ),
}


# Of a schedule.
ON, OFF = "ENABLED", "DISABLED"
# Whose stack it is, and of which release: of the root template alone.
OWNER = [
    Field(
        "Project",
        "Deployment",
        "Project",
        _text(
            "The id of the project that owns the stack, in its project.yaml", Default=""
        ),
    ),
    Field(
        "ToolVersion",
        "Deployment",
        "ToolVersion",
        _text("The release of mlmax-pipelines that deployed the stack", Default=""),
    ),
]
DEPLOYMENT_NAMES = frozenset(_DEPLOYMENT)
# What nested stacks get from the shared one, and nobody gives.
FROM_SHARED = ("ArtifactBucket", "AlertTopic")


def deployment(names: Iterable[str]) -> list[Field]:
    """The parameters that do not belong to one pipeline, in their own order."""
    wanted = set(names)
    return [
        Field(name, "Deployment", name, declaration)
        for name, declaration in _DEPLOYMENT.items()
        if name in wanted
    ]


def own(pipeline: CompiledPipeline, names: Names) -> list[Field]:
    """The parameters of one pipeline alone: schedule, settings, shipped data."""
    fields = [_schedule(one) for one in pipeline.schedules]
    merged: dict[str, Field] = {}
    for token, setting in settings(pipeline).items():
        name = names[token]
        if name not in merged:
            merged[name] = _setting(name, setting, name != token)
    fields += merged.values()
    values = pipeline.substitutions.items()
    fields += [_code(n, one) for n, one in values if isinstance(one, CodeFolder)]
    return fields + [_data(n, file) for n, file in values if isinstance(file, DataFile)]


def section(fields: Sequence[Field]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The Parameters section, and the Metadata that groups it in the console."""
    groups: dict[str, list[str]] = {}
    for field in fields:
        groups.setdefault(field.group, []).append(field.name)
    interface = {
        "ParameterGroups": [
            {"Label": {"default": label}, "Parameters": names}
            for label, names in groups.items()
        ],
        "ParameterLabels": {
            f.name: {"default": f.label} for f in fields if f.label != f.name
        },
    }
    parameters = {field.name: dict(field.declaration) for field in fields}
    return parameters, {"AWS::CloudFormation::Interface": interface}


def schedule_id(schedule: Schedule) -> str:
    """The logical id of a schedule; behind it `State` is the parameter's that turns it
    on."""
    return f"{pascal(schedule.name)}Schedule"


def _schedule(schedule: Schedule) -> Field:
    zone = f" {schedule.timezone}" if schedule.timezone else ""
    declaration = _text(
        f"Whether the pipeline starts by itself: {schedule.expression}{zone}",
        Default=OFF,
        AllowedValues=[ON, OFF],
    )
    label = f"State of {schedule.name}" if schedule.name else "State"
    return Field(f"{schedule_id(schedule)}State", "Schedule", label, declaration)


def _setting(name: str, setting: Setting, shared: bool) -> Field:
    default = _typed(setting)
    label = setting.key.replace("_", " ")
    if setting.scope != "step":
        text = setting.description
        group = "Defaults of the pipeline's parameters"
        if setting.scope == "value":
            group = "Values of the environment"
    elif shared:
        text = f"{label} of every step that has {setting.default}"
        group = "Settings that steps share"
    else:
        text = setting.description or f"{label} of step {setting.step}"
        group = f"Settings of step {setting.step}"
    if setting.type == "Json":
        text += " (JSON)"
    return Field(name, group, label, {**default, "Description": text})


# Nothing that JSON would have to escape.
_URI = r's3://[^"\\$\x00-\x1f]+'
# What a parameter may be, for each type of setting that is not any text.
_FORMS: Mapping[str, tuple[str, str]] = {
    "Word": ("[A-Za-z0-9.-]+", "letters, digits, '.' and '-'"),
    "Number": (r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?", "a number"),
    "Count": (r"[1-9]\d*", "a whole number, 1 or more"),
}


def _typed(setting: Setting) -> dict[str, Any]:
    """Text all of it: of a number CloudFormation would make its own spelling."""
    default = setting.text(setting.default)
    declaration = _text("", Default=default)
    if setting.type == "Boolean":
        declaration["AllowedValues"] = ["true", "false"]
    elif setting.enum:
        # What is optional has a default beside those that are listed.
        listed = dict.fromkeys([*map(setting.text, setting.enum), default])
        declaration["AllowedValues"] = list(listed)
    elif setting.type in _FORMS:
        pattern, what = _FORMS[setting.type]
        declaration["AllowedPattern"] = pattern
        declaration["ConstraintDescription"] = f"must be {what}"
    return declaration


def _code(name: str, code: CodeFolder) -> Field:
    text = f"Folder of CodeBucket that holds {code.folder}/ of this deployment"
    declaration = _text(text, AllowedPattern="[a-z0-9/]+", MaxLength=80)
    group = "Shipped code"
    return Field(name, group, f"{code.folder}/", declaration, code.folder)


def _data(name: str, file: DataFile) -> Field:
    declaration = _text(
        f"S3 URI of {file.path} as uploaded by this deployment",
        AllowedPattern=_URI,
        ConstraintDescription="must be an s3:// URI without quotes, '\\' and '$'",
    )
    return Field(name, "Shipped data", file.path, declaration, file.path)
