"""What an environment decides -> values of the root template's parameters.

What comes in: an environment, compiled pipelines, what was packaged, the parameters
the root template declares. What goes out: parameter name -> text. Never: a value that
CloudFormation would refuse, or one that nothing in the templates uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlmax_pipelines import __version__
from mlmax_pipelines.base.errors import Problem, SpecError
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.base.names import CHOSEN, jobs_owner
from mlmax_pipelines.base.slots import KEY
from mlmax_pipelines.compiled import (
    MISSING,
    CodeFolder,
    CompiledPipeline,
    DataFile,
    Setting,
)
from mlmax_pipelines.environment import FOLDER, Environment, lent
from mlmax_pipelines.project import allowed, bounds, locks, roles, schedules, unfit

if TYPE_CHECKING:
    from mlmax_pipelines.yaml.document import Document

_Path = tuple[Any, ...]


@dataclass(frozen=True)
class Shipped:
    """Where packaging puts things: the bucket, the version of each code folder, the S3
    URI of data."""

    bucket: str
    code: Mapping[str, str]
    data: Mapping[str, str]


@dataclass(frozen=True)
class _Value:
    """One parameter's value, and the place in the environment's file it is from;
    `stack` is the nested one whose parameter it is, "" for the root."""

    name: str
    value: str
    path: _Path = ()
    stack: str = ""


# What of a network is which parameter.
_NETWORK = {"SubnetIds": "subnets", "SecurityGroupIds": "security_groups"}


def parameters(
    root: Path,
    environment: Environment,
    pipelines: Sequence[CompiledPipeline],
    declared: Mapping[str, Mapping[str, Any]],
    shipped: Shipped,
    partition: str,
) -> dict[str, dict[str, str]]:
    """The parameters of the root template, "", and of those nested in it by logical id,
    as all of them are `declared`; those that keep their default left out.

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
        if item.name in declared[item.stack] and not is_told:
            wrong += _refused(document, item, declared[item.stack][item.name])
    if wrong:
        raise SpecError(wrong)
    given: dict[str, dict[str, str]] = {stack: {} for stack in declared}
    for item in found:
        if item.name in declared[item.stack]:
            given[item.stack][item.name] = item.value
    return given


def problems(
    document: Document, environment: Environment, pipelines: Sequence[CompiledPipeline]
) -> Iterator[Problem]:
    """What is wrong with the settings for pipelines."""
    yield from _unknown(document, environment, pipelines)
    yield from locks.unknown(document, environment, pipelines)
    yield from unfit.problems(document, environment, pipelines)
    yield from bounds.problems(document, environment, pipelines)


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
        "AlertTopicArn": (environment.alert_topic, ("alert_topic",)),
        "AlertEmail": (environment.alert_email, ("alert_email",)),
        "AccessLogBucket": (environment.access_logs, ("access_logs",)),
        **{
            name: (value, ("data_buckets",))
            for name, value in lent.parameters(environment.buckets, partition).items()
        },
        "KmsKeyArn": (environment.kms_key, ("kms_key",)),
        **{
            name: (",".join(environment.vpc.get(key, ())), ("vpc", key))
            for name, key in _NETWORK.items()
        },
    }
    for name, (value, path) in chosen.items():
        if value:
            yield _Value(name, value, path)


def _of_pipelines(
    environment: Environment, pipelines: Sequence[CompiledPipeline], shipped: Shipped
) -> Iterator[_Value]:
    from mlmax_pipelines.cloudformation import parameters, shape, sharing
    from mlmax_pipelines.cloudformation.tags import pascal

    names = sharing.names(pipelines, shape.of(environment).own)
    for one in pipelines:
        stack = pascal(one.name)
        for name, value in one.substitutions.items():
            if isinstance(value, DataFile):
                chosen, path = data_path(environment, one.name, value)
                at = shipped.data.get(chosen, chosen)
                yield _Value(name, at, path, stack)
            elif isinstance(value, CodeFolder):
                yield _Value(name, shipped.code[value.folder], stack=stack)
            elif isinstance(value, Setting):
                found = _Value(names[one.name][name], "", stack=stack)
                yield from _setting(environment, one.name, found, value)
        own = ("vpc", lent.OWN_NETWORKS, one.name)
        for name, key in _NETWORK.items():
            if ids := environment.chosen((*own, key), ()):
                yield _Value(name, ",".join(ids), (*own, key), stack)
        for name, arn in roles.parameters(environment, one.name):
            yield _Value(name, arn, ("roles",), stack)
        for schedule, state in schedules.states(environment, one):
            name = f"{parameters.schedule_id(schedule)}State"
            yield _Value(name, state, ("schedule", one.name), stack)


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
    environment: Environment, pipeline: str, at: _Value, setting: Setting
) -> Iterator[_Value]:
    path = setting.path(pipeline)
    found = environment.chosen(path, MISSING)
    if found is not MISSING:
        yield replace(at, value=setting.text(found), path=path)


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
        (KEY, environment.max_concurrent_executions),
        ("vpc", environment.vpc.get(lent.OWN_NETWORKS, ())),
    ):
        inside = (lent.OWN_NETWORKS,) if key == "vpc" else ()
        for name in named:
            if name not in by_name:
                here = " in this environment" * bool(environment.pipelines)
                text = f"no pipeline '{name}'{here}"
                yield _nearest(document, text, (key, *inside, name), sorted(by_name))
    for name, one in by_name.items():
        if name in environment.max_concurrent_executions and not one.slots:
            text = f"pipeline '{name}' has no '{KEY}' that this could change"
            yield document.problem(text, (KEY, name), f"{KEY}: 4 in its spec", key=True)
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
    known = _choices(one)
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


def _choices(pipeline: CompiledPipeline) -> dict[str, list[str]]:
    """What an environment may choose of each step besides its settings: what its type
    knows of it."""
    from mlmax_pipelines.steps.registry import find

    known: dict[str, list[str]] = {}
    for state in pipeline.states:
        step_type = find(state.step_type)
        fields = step_type.fields if step_type and state.step else {}
        for key, inside in CHOSEN.items():
            holder = fields.get(inside or key)
            if holder and (not inside or key in (holder.fields or {})):
                listed = known.setdefault(state.step, [])
                listed += [key] if key not in listed else []
    return known


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
    if unsaid := allowed.unspeakable(item.value):
        problem = document.problem(f"'{what}' {unsaid}", item.path)
        return [problem.unseen]
    if wrong := allowed.wrong(item.value, declared):
        text = f"'{what}' is '{item.value}': {wrong}"
        return [document.problem(text, item.path) if item.path else Problem(text)]
    return []
