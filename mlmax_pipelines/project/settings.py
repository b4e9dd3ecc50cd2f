"""What an environment decides -> values of the root template's parameters.

What comes in: an environment, compiled pipelines, what was packaged, the parameters
the root template declares. What goes out: parameter name -> text. Never: a value that
CloudFormation would refuse, or one that nothing in the templates uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlmax_pipelines import __version__, lent
from mlmax_pipelines.base.errors import Problem, SpecError, UsageError
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.base.limits import PARAMETER_VALUE
from mlmax_pipelines.base.names import jobs_owner
from mlmax_pipelines.compiled import (
    MISSING,
    CodeFolder,
    CompiledPipeline,
    DataFile,
    Setting,
)
from mlmax_pipelines.environment import FOLDER, Environment
from mlmax_pipelines.project import locks, roles, schedules, unfit

if TYPE_CHECKING:
    from mlmax_pipelines.yaml.document import Document

_Path = tuple[Any, ...]
# What is neither a line's end nor a tab; and halves of characters.
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Shipped:
    """Where packaging puts things: the bucket, the version of each code folder, the S3
    URI of data."""

    bucket: str
    code: Mapping[str, str]
    data: Mapping[str, str]


@dataclass(frozen=True)
class _Value:
    """One parameter's value, and the place in the environment's file it is from."""

    name: str
    value: str
    path: _Path = ()


def parameters(
    root: Path,
    environment: Environment,
    pipelines: Sequence[CompiledPipeline],
    declared: Mapping[str, Any],
    shipped: Shipped,
    partition: str,
) -> dict[str, str]:
    """The root template's parameters, those that keep their default left out.

    Raises SpecError with every setting that nothing has or that is not allowed.
    """
    from mlmax_pipelines.yaml.document import load

    file = f"{FOLDER}/{environment.name}.yaml"
    document = load(root / file, file)
    wrong = list(problems(document, environment, pipelines))
    found = [
        *_of_deployment(environment, shipped, partition),
        *_of_pipelines(environment, pipelines, shipped),
    ]
    told = {problem.where for problem in wrong}
    for item in found:
        is_told = bool(item.path) and document.where(item.path) in told
        if item.name in declared and not is_told:
            wrong += _refused(document, item, declared[item.name])
    if wrong:
        raise SpecError(wrong)
    return {item.name: item.value for item in found if item.name in declared}


def problems(
    document: Document, environment: Environment, pipelines: Sequence[CompiledPipeline]
) -> Iterator[Problem]:
    """What is wrong with the settings for pipelines."""
    yield from _unknown(document, environment, pipelines)
    yield from locks.unknown(document, environment, pipelines)
    yield from unfit.problems(document, environment, pipelines)


def _of_deployment(
    environment: Environment, shipped: Shipped, partition: str
) -> Iterator[_Value]:
    yield _Value("Project", environment.project)
    yield _Value("ToolVersion", __version__)
    yield _Value("Environment", environment.name)
    yield _Value("JobOwner", jobs_owner(environment.stack_name))
    yield _Value("CodeBucket", shipped.bucket)
    days = environment.log_retention_days
    chosen: Mapping[str, tuple[str, _Path]] = {
        "PermissionsBoundary": (
            environment.permissions_boundary,
            ("permissions_boundary",),
        ),
        "LogRetentionDays": (str(days) if days else "", ("log_retention_days",)),
        "AlertEmail": (environment.alert_email, ("alert_email",)),
        "AccessLogBucket": (environment.access_logs, ("access_logs",)),
        **{
            name: (value, ("data_buckets",))
            for name, value in lent.parameters(environment.buckets, partition).items()
        },
        "KmsKeyArn": (environment.kms_key, ("kms_key",)),
        "SubnetIds": (_ids(environment, "subnets"), ("vpc", "subnets")),
        "SecurityGroupIds": (
            _ids(environment, "security_groups"),
            ("vpc", "security_groups"),
        ),
    }
    for name, (value, path) in chosen.items():
        if value:
            yield _Value(name, value, path)


def _ids(environment: Environment, key: str) -> str:
    return ",".join(environment.vpc.get(key, ()))


def _of_pipelines(
    environment: Environment, pipelines: Sequence[CompiledPipeline], shipped: Shipped
) -> Iterator[_Value]:
    from mlmax_pipelines.cloudformation import parameters, shape, sharing
    from mlmax_pipelines.cloudformation.tags import pascal

    names = sharing.names(pipelines, shape.of(environment).own)
    for one in pipelines:
        prefix = pascal(one.name)
        for name, value in one.substitutions.items():
            if isinstance(value, DataFile):
                chosen, path = data_path(environment, one.name, value)
                yield _Value(prefix + name, shipped.data.get(chosen, chosen), path)
            elif isinstance(value, CodeFolder):
                yield _Value(prefix + name, shipped.code[value.folder])
            elif isinstance(value, Setting):
                name = prefix + names[one.name][name]
                yield from _setting(environment, one.name, name, value)
        for name, arn in roles.parameters(environment, one.name):
            yield _Value(prefix + name, arn, ("roles",))
        for schedule, state in schedules.states(environment, one):
            name = f"{prefix}{parameters.schedule_id(schedule)}State"
            yield _Value(name, state, ("schedule", one.name))


def data_path(
    environment: Environment, pipeline: str, file: DataFile
) -> tuple[str, _Path]:
    """What an environment puts in place of a shipped file, or that file itself.

    A path of the project or an S3 URI, and where it is written if it is.
    """
    path = ("parameters", pipeline, file.parameter)
    chosen = environment.parameters.get(pipeline, {}).get(file.parameter)
    return (file.path, ()) if chosen is None else (str(chosen), path)


def _setting(
    environment: Environment, pipeline: str, name: str, setting: Setting
) -> Iterator[_Value]:
    path: _Path = {
        "step": ("steps", pipeline, setting.step, setting.key),
        "parameter": ("parameters", pipeline, setting.key),
        "value": ("values", setting.key),
    }[setting.scope]
    found: Any = getattr(environment, path[0])
    for key in path[1:]:
        found = found.get(key, MISSING) if isinstance(found, Mapping) else MISSING
    if found is not MISSING:
        yield _Value(name, setting.text(found), path)


def _unknown(
    document: Document, environment: Environment, pipelines: Sequence[CompiledPipeline]
) -> Iterator[Problem]:
    """Settings of pipelines, steps and keys that do not exist."""
    by_name = {one.name: one for one in pipelines}
    for key, named in (
        ("steps", environment.steps),
        ("parameters", environment.parameters),
        ("schedule", environment.schedule),
        ("roles", roles.by_pipeline(environment)),
    ):
        for name in named:
            if name not in by_name:
                here = " in this environment" * bool(environment.pipelines)
                text = f"no pipeline '{name}'{here}"
                yield _nearest(document, text, (key, name), sorted(by_name))
    for name, one in by_name.items():
        yield from _unknown_settings(document, environment.steps.get(name, {}), one)
        for key in environment.parameters.get(name, {}):
            known = sorted(parameter.name for parameter in one.parameters)
            if key not in known:
                text = f"pipeline '{name}' has no parameter '{key}'"
                yield _nearest(document, text, ("parameters", name, key), known)
        files = {parameter.name for parameter in one.parameters if parameter.places}
        lists = {parameter.name for parameter in one.parameters if parameter.items}
        for key in files & lists & {*environment.parameters.get(name, {})}:
            text = f"an environment cannot replace the files of list '{key}'"
            hint = f"name them in the spec, or when it is started: -i {key}=..."
            path: _Path = ("parameters", name, key)
            yield document.problem(text, path, hint, key=True)
        yield from schedules.unknown(document, environment, one)


def _unknown_settings(
    document: Document, steps: Mapping[str, Mapping[str, Any]], one: CompiledPipeline
) -> Iterator[Problem]:
    known: dict[str, list[str]] = {}
    for value in one.substitutions.values():
        if isinstance(value, Setting) and value.scope == "step":
            known.setdefault(value.step, []).append(value.key)
    for step, values in steps.items():
        path = ("steps", one.name, step)
        if step not in known:
            text = f"pipeline '{one.name}' has no step '{step}' with settings"
            yield _nearest(document, text, path, sorted(known))
            continue
        for key in values:
            if key not in known[step]:
                text = f"step '{step}' has no setting '{key}'"
                yield _nearest(document, text, (*path, key), sorted(known[step]))


def _nearest(
    document: Document, text: str, path: _Path, known: Sequence[str]
) -> Problem:
    allowed = ", ".join(f"'{name}'" for name in known) or "none"
    hint = f"{question(str(path[-1]), known)} there are: {allowed}".lstrip()
    return document.problem(text, path, hint, key=True)


def _refused(
    document: Document, item: _Value, declared: Mapping[str, Any]
) -> list[Problem]:
    """What CloudFormation would say against a value, said before it is asked."""
    what = ".".join(map(str, item.path)) or item.name
    if unsaid := _unspeakable(item.value):
        problem = document.problem(f"'{what}' {unsaid}", item.path)
        return [problem.unseen]
    if wrong := _wrong(item.value, declared):
        text = f"'{what}' is '{item.value}': {wrong}"
        return [document.problem(text, item.path) if item.path else Problem(text)]
    return []


def _unspeakable(value: str) -> str:
    """What no parameter can hold, or no definition; the value is not worth showing."""
    size = len(value.encode())
    if size > PARAMETER_VALUE:
        return f"makes {size:,} bytes of a template's parameter, at most " + (
            f"{PARAMETER_VALUE:,} can be"
        )
    if found := _CONTROL.search(value):
        return f"has the control character U+{ord(found[0]):04X}"
    return ""


def _wrong(value: str, declared: Mapping[str, Any]) -> str:
    allowed = declared.get("AllowedValues")
    if allowed and value not in map(str, allowed):
        return f"must be one of {', '.join(map(str, allowed))}"
    if len(value) > declared.get("MaxLength", len(value)):
        return f"at most {declared['MaxLength']} characters are allowed"
    pattern = declared.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, value):
        return str(declared.get("ConstraintDescription", f"must match {pattern}"))
    return ""


def check_stack_name(
    name: str, nested: Mapping[str, Mapping[str, Any]], env: str
) -> None:
    """Raises UsageError when names that begin with the stack's would be refused."""
    for template in nested.values():
        declared = template.get("Parameters", {}).get("Prefix")
        if declared and (wrong := _wrong(name, declared)):
            raise UsageError(
                f"'{name}' cannot be a stack's name: {wrong}",
                hint=f"write another 'stack' into {FOLDER}/{env}.yaml",
            )
