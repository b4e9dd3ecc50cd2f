"""The compiled pipeline: everything later stages need, and nothing of what made it.

What comes in: what the compiler found out. What goes out: one frozen object that
`cloudformation`, `backends.local`, `explain` and `graph` read. Never: a type of the
SDK, a YAML node, a path of the machine it was compiled on.

The definition is a state machine definition in which `${Name}` stands for a value
that only an environment knows; `substitutions` says, for each name, where the value
comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Union

from mlmax_pipelines.base.errors import Problem, Where
from mlmax_pipelines.declared import JobKind, Limit, ResourceKind, Statement


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()


class Parameter(NamedTuple):
    """A typed input of an execution. `default` is MISSING when a value is required.

    `type` is one of string, number, integer, boolean, s3, list, object.
    A default of type s3 that is a path of the project (`data/wdbc.csv`) is shipped:
    see `DataFile`. `items` is the type of a list's items ("": of any); a number is
    from `minimum` to `maximum`.
    """

    name: str
    type: str
    default: Any = MISSING
    description: str = ""
    enum: tuple[Any, ...] = ()
    items: str = ""
    minimum: float | None = None
    maximum: float | None = None

    def outside(self, value: Any) -> str:
        """What a number must be that is too small or too large; "" for any other."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return ""
        if self.minimum is not None and value < self.minimum:
            return f"{self.minimum} or more"
        if self.maximum is not None and value > self.maximum:
            return f"{self.maximum} or less"
        return ""

    @property
    def places(self) -> tuple[Any, ...]:
        """Its defaults that are places: S3 URIs or paths of the project."""
        if self.type == "s3":
            return (self.default,)
        is_list = self.items == "s3" and isinstance(self.default, list)
        return tuple(self.default) if is_list else ()


class Sub(NamedTuple):
    """A value CloudFormation can write: the text of an `Fn::Sub`.

    It may name pseudo parameters (`${AWS::Partition}`), the template's parameters
    (`Environment`, `Prefix`, `ArtifactBucket`, `CodeBucket`) and the ARNs of the
    template's resources (`${JobRole.Arn}`).
    """

    text: str


class Image(NamedTuple):
    """A container image of the SDK's tables, or one the user names.

    With `uri` the image is that text (an `Fn::Sub` text when it starts with `${`).
    Otherwise `framework`/`version`/`scope` pick it from the tables per region.
    """

    framework: str = ""
    version: str = ""
    scope: str = "training"
    py_version: str = ""
    processor: str = "cpu"
    uri: str = ""


class Setting(NamedTuple):
    """A value an environment may override: a parameter of the template.

    `type` is String (any text), Word (letters, digits, `.` and `-`), Number, Count (a
    whole number from 1 on), Boolean, or Json (whatever JSON can say). `scope` and `key`
    say where an environment file has it: `step` (`steps: {training: {Train:
    {instance_type: ...}}}`, with `step` the step's name), `parameter` (`parameters:
    {training: {num_round: 20}}`), `value` (`values: {team: fraud}`), or what a pipeline
    has one of (`max_concurrent_executions: {training: 2}`). `enum` lists the values
    that are allowed, if not any.
    """

    type: str
    default: Any
    step: str
    key: str
    description: str = ""
    scope: str = "step"
    enum: tuple[Any, ...] = ()

    def path(self, pipeline: str) -> tuple[str, ...]:
        """Where an environment file has it."""
        if self.scope == "step":
            return ("steps", pipeline, self.step, self.key)
        if self.scope == "parameter":
            return ("parameters", pipeline, self.key)
        return ("values", self.key) if self.scope == "value" else (self.key, pipeline)

    def text(self, value: Any) -> str:
        """A value as the template's parameter has it: what is no text, as JSON."""
        if isinstance(value, str) and self.type != "Json":
            return value
        import json

        return json.dumps(value, ensure_ascii=False)


class Quoted(NamedTuple):
    """The setting of another name, as it stands in the quotes of an intrinsic."""

    name: str


class DataFile(NamedTuple):
    """The URI of a project's file once it is uploaded (content-addressed)."""

    path: str
    parameter: str


class CodeFolder(NamedTuple):
    """The version of a project's code folder: its key once it is uploaded, which says
    what is in it and in no other folder."""

    folder: str


Substitution = Union[Sub, Image, Setting, Quoted, DataFile, CodeFolder]


# The error of a state that reads a metrics file which is not what it must be.
METRICS_INVALID = "Metrics.Invalid"


class MetricsFile(NamedTuple):
    """A JSON file that a step writes to an output, and what must be in it: `values`
    maps the names it declares to their types."""

    step: str
    output: str
    name: str
    values: Mapping[str, str]


class Job(NamedTuple):
    """What one state starts: its kind, and what the names of its jobs begin with;
    `metrics` is what it reads, if it reads such a file."""

    kind: JobKind
    pattern: str = ""
    prefix: str = ""
    metrics: MetricsFile | None = None

    @property
    def integration(self) -> str:
        return self.kind.integration + self.pattern


@dataclass(frozen=True)
class CompiledState:
    """One state: where it comes from and what its roles must be allowed.

    `name` is unique in the whole pipeline, states in branches included. `step` is
    the step of the spec that made it ("" for states the compiler adds itself), and
    `step_type` its type. `job` is what it starts or calls. `secrets` are the variables
    that have a secret's value where its code runs on this machine.
    """

    name: str
    type: str
    step: str
    step_type: str
    where: Where | None
    job: Job | None = None
    execution_role: tuple[Statement, ...] = ()
    job_role: tuple[Statement, ...] = ()
    limits: tuple[Limit, ...] = ()
    secrets: tuple[str, ...] = ()


class Resource(NamedTuple):
    """What the template creates because a step needs it.

    `properties` are CloudFormation's own; their texts are `Fn::Sub` texts that may name
    its role (`${<logical_id>Role.Arn}`) and log group (`${<logical_id>LogGroup}`).
    `code` is the project's folder it runs ("" for none), `role` what it may do besides
    writing its log.
    """

    kind: ResourceKind
    logical_id: str
    properties: Mapping[str, Any]
    code: str = ""
    role: tuple[Statement, ...] = ()


class Part(NamedTuple):
    """A nested state machine that a definition over the limits was split into.

    `logical_id` names its resource; `definition` is like the pipeline's own.
    """

    logical_id: str
    name: str
    definition: Mapping[str, Any]


class Slots(NamedTuple):
    """How many executions of a pipeline may run at a time, and whether one that finds
    them all taken `waits`, or fails."""

    most: int
    waits: bool = True


class Schedule(NamedTuple):
    """When a pipeline starts by itself, and with what input. One alone needs no name;
    `timezone` is "" for UTC."""

    name: str
    expression: str
    timezone: str
    inputs: Mapping[str, Any]
    where: Where


@dataclass(frozen=True)
class CompiledPipeline:
    """One pipeline, compiled: equal specs give equal objects on any machine.


    `warnings` are what may be wrong with its specs, and yet is compiled.
    """

    name: str
    description: str
    type: str
    parameters: tuple[Parameter, ...]
    definition: Mapping[str, Any]
    substitutions: Mapping[str, Substitution]
    states: tuple[CompiledState, ...]
    limits: tuple[Limit, ...]
    code: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()
    parts: tuple[Part, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    sources: tuple[str, ...] = ()
    digest: str = ""
    slots: Slots | None = None
    warnings: tuple[Problem, ...] = ()
