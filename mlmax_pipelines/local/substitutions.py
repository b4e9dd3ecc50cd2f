"""The definition as it is on this machine: every `${Name}` replaced by its value.

What comes in: a compiled pipeline and its environment. What goes out: definitions
that the interpreter runs. Never: changes text in `${...}` that the pipeline did not
register, or uploads anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.layout import LOCAL_BUCKET
from mlmax_pipelines.base.names import machine_name, stack_name
from mlmax_pipelines.compiled import (
    CodeFolder,
    CompiledPipeline,
    DataFile,
    Image,
    Quoted,
    Resource,
    Setting,
    Sub,
    Substitution,
)
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.local.workspace import ACCOUNT, PARTITION, REGION, arn

# In JSON text: a string that is one token and nothing else, or a token in a string.
_TOKEN = re.compile(r'"\$\{(\w+)\}"|\$\{(\w+)\}')
_NAME = re.compile(r"\$\{([\w:.]+)\}")
# What an intrinsic takes for its own (AWS Step Functions, Intrinsics).
_IN_INTRINSIC = re.compile(r"([\\'{}])")
# How `Fn::Sub` has a `${...}` that is none of its own.
_LITERAL = re.compile(r"\$\{!([^}]*)\}")


def resolve(definition: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """A copy of the definition with each `${Name}` of `values` replaced.

    A string that is one token becomes the value itself, number or text.
    """

    def replace(match: re.Match[str]) -> str:
        whole, inner = match.groups()
        if (whole or inner) not in values:
            return match.group()
        if whole:
            return json.dumps(values[whole])
        return json.dumps(str(values[inner]))[1:-1]

    return json.loads(_TOKEN.sub(replace, json.dumps(definition)))


def values(
    pipeline: CompiledPipeline,
    environment: Environment,
    code: Mapping[str, str],
    files: Mapping[str, str],
) -> dict[str, Any]:
    """The value of each of the pipeline's substitutions.

    `code` maps a code folder to its version, a key of the store; `files` a project file
    to its URI.
    """
    names = _names(pipeline, environment)

    def value(substitution: Substitution) -> Any:
        if isinstance(substitution, Quoted):
            setting = pipeline.substitutions[substitution.name]
            return _IN_INTRINSIC.sub(r"\\\1", value(setting))
        if isinstance(substitution, Sub):
            return _text(substitution.text, {**names, **settings})
        if isinstance(substitution, Image):
            return _image(substitution, names)
        if isinstance(substitution, DataFile):
            return files[substitution.path]
        if isinstance(substitution, CodeFolder):
            return code[substitution.folder]
        return _setting(substitution, pipeline.name, environment)

    items = pipeline.substitutions.items()
    settings = {n: value(item) for n, item in items if isinstance(item, Setting)}
    return {name: value(item) for name, item in items}


def filler(
    pipeline: CompiledPipeline,
    environment: Environment,
    known: Mapping[str, Any],
) -> Callable[[str], str]:
    """What fills in the texts of the pipeline's resources, which are `Fn::Sub`'s;
    `known` are the values of its substitutions."""
    names = {**known, **_names(pipeline, environment)}

    def fill(text: str) -> str:
        return _LITERAL.sub(r"${\1}", _text(text, names))

    return fill


def machine_arn(name: str) -> str:
    """The ARN of a state machine of this machine."""
    return arn("states", f"stateMachine:{name}")


def resource_arn(resource: Resource) -> str:
    """The ARN of what a step brought along; its name here is its logical id."""
    service, form = resource.kind.arn
    return arn(service, form.format(name=resource.logical_id))


def _names(pipeline: CompiledPipeline, environment: Environment) -> dict[str, str]:
    """What `${...}` in the text of an `Fn::Sub` stands for."""
    names = {
        "AWS::AccountId": ACCOUNT,
        "AWS::Partition": PARTITION,
        "AWS::Region": REGION,
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackName": machine_name(stack_name(environment.name), pipeline.name),
        "ArtifactBucket": LOCAL_BUCKET,
        "CodeBucket": LOCAL_BUCKET,
        "Environment": environment.name,
        "JobOwner": environment.name,
        "JobRole.Arn": arn("iam", "role/local"),
        "Prefix": stack_name(environment.name),
    }
    for part in pipeline.parts:
        names[part.logical_id] = names[f"{part.logical_id}.Arn"] = machine_arn(
            part.name
        )
    for resource in pipeline.resources:
        names[resource.logical_id] = resource.logical_id
        names[f"{resource.logical_id}.Arn"] = resource_arn(resource)
    return names


def _text(text: str, names: Mapping[str, str]) -> str:
    def replace(match: re.Match[str]) -> str:
        if match[1] not in names:
            known = ", ".join(sorted(names))
            raise UsageError(
                f"'${{{match[1]}}}' has no value in a local run",
                hint=f"these have: {known}",
            )
        return names[match[1]]

    return _NAME.sub(replace, text)


def _image(image: Image, names: Mapping[str, str]) -> str:
    """The name of an image nobody pulls: jobs run as processes."""
    if image.uri:
        return _text(image.uri, names)
    return f"{ACCOUNT}.local/{image.framework}:{image.version}-{image.processor}"


def _setting(setting: Setting, pipeline: str, environment: Environment) -> Any:
    """The environment's value, or else the default, as text."""
    if setting.scope == "value" and setting.key not in environment.values:
        raise UsageError(
            f"environment '{environment.name}' has no value '{setting.key}'",
            hint=f"add it to 'values' in envs/{environment.name}.yaml",
        )
    chosen = environment.chosen(setting.path(pipeline), setting.default)
    return setting.text(chosen)
