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
from dataclasses import dataclass, field
from typing import Any, Union

from mlmax_pipelines.base.errors import Where


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()


@dataclass(frozen=True)
class Parameter:
    """A typed input of an execution. `default` is MISSING when a value is required.

    `type` is one of string, number, integer, boolean, s3, list, object.
    A default of type s3 that is a path of the project (`data/wdbc.csv`) is shipped:
    see `DataFile`.
    """

    name: str
    type: str
    default: Any = MISSING
    description: str = ""
    enum: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Sub:
    """A value CloudFormation can write: the text of an `Fn::Sub`.

    It may name pseudo parameters (`${AWS::Partition}`), the template's parameters
    (`Environment`, `Prefix`, `ArtifactBucket`, `CodeVersion`) and the ARNs of the
    template's resources (`${JobRole.Arn}`).
    """

    text: str


@dataclass(frozen=True)
class Image:
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


@dataclass(frozen=True)
class Setting:
    """A value an environment may override: a parameter of the template.

    `type` is String, Number or Boolean. `scope` and `key` say where an environment
    file has it: `step` (`steps: {training: {Train: {instance_type: ...}}}`, with
    `step` the step's name), `parameter` (`parameters: {training: {num_round: 20}}`)
    or `value` (`values: {team: fraud}`).
    """

    type: str
    default: Any
    step: str
    key: str
    description: str = ""
    scope: str = "step"


@dataclass(frozen=True)
class DataFile:
    """The URI of a project's file once it is uploaded (content-addressed)."""

    path: str
    parameter: str


Substitution = Union[Sub, Image, Setting, DataFile]


@dataclass(frozen=True)
class Statement:
    """One IAM statement of a role, and why it is needed.

    `resources` are `Fn::Sub` texts. `reason` says what the state does with it;
    `wildcard` says, when a resource is `*`, why AWS offers nothing narrower.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    reason: str
    conditions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    wildcard: str = ""


@dataclass(frozen=True)
class Limit:
    """How much of one AWS quota something uses."""

    name: str
    used: int
    allowed: int

    @property
    def percent(self) -> float:
        return 100.0 * self.used / self.allowed


@dataclass(frozen=True)
class CompiledState:
    """One state: where it comes from and what its roles must be allowed.

    `name` is unique in the whole pipeline, states in branches included. `step` is
    the step of the spec that made it ("" for states the compiler adds itself).
    """

    name: str
    type: str
    step: str
    kind: str
    where: Where | None
    execution_role: tuple[Statement, ...] = ()
    job_role: tuple[Statement, ...] = ()
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True)
class Function:
    """A Lambda function the template creates: `handler` is `path/file.function`."""

    logical_id: str
    name: str
    handler: str
    runtime: str
    timeout_seconds: int
    memory_mb: int
    step: str


@dataclass(frozen=True)
class Part:
    """A nested state machine that a definition over the limits was split into.

    `logical_id` names its resource; `definition` is like the pipeline's own.
    """

    logical_id: str
    name: str
    definition: Mapping[str, Any]


@dataclass(frozen=True)
class CompiledPipeline:
    """One pipeline, compiled: equal specs give equal objects on any machine."""

    name: str
    description: str
    type: str
    parameters: tuple[Parameter, ...]
    definition: Mapping[str, Any]
    substitutions: Mapping[str, Substitution]
    states: tuple[CompiledState, ...]
    limits: tuple[Limit, ...]
    code: tuple[str, ...] = ()
    functions: tuple[Function, ...] = ()
    model_groups: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    schedule: str = ""
    sources: tuple[str, ...] = ()
    digest: str = ""
