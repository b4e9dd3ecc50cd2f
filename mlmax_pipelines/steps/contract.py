"""The contract of a step type, and what goes in and out of one.

A step type says which fields a module of its kind has, builds the states of a step,
names the IAM statements that each state needs, and says which function answers its
task on this machine. It never sees YAML: the resolver hands it checked values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mlmax_pipelines.base.errors import Problem, Where
from mlmax_pipelines.compiled import MISSING, Job
from mlmax_pipelines.declared import JobKind, Limit, Secret, Statement
from mlmax_pipelines.steps.origins import Origin
from mlmax_pipelines.steps.sdk import State
from mlmax_pipelines.steps.values import Value

if TYPE_CHECKING:
    from mlmax_pipelines.steps.context import BuildContext

# Types of ports that are folders of a job; every other one is a value.
FOLDERS = ("s3", "metrics")
# Whose role does a step's work.
EXECUTION_ROLE, JOB_ROLE = "the execution role", "the job role"
OWN_ROLE = "the role of what it makes"
# What is wrong with a step: a path in its fields, a message, a hint.
Found = tuple[tuple[Any, ...], str, str]


@dataclass(frozen=True)
class Field:
    """One key of a step type: its form, for checks, messages and the JSON Schema.

    `type` is one of string, integer, number, boolean, mapping, list, step, any.
    `fields` are the keys of a mapping (None: any keys, each of the form `items`);
    `items` the form of a list's entries. `forms` are further ones: of a mapping, of a
    list, for what is one. `minimum` bounds numbers. `references` says
    that `${...}` may stand in the value's place, known only while the pipeline runs;
    where `any` value may stand, a reference may.
    """

    type: str
    description: str = ""
    required: bool = False
    default: Any = MISSING
    enum: tuple[Any, ...] = ()
    fields: Mapping[str, Field] | None = None
    items: Field | None = None
    forms: tuple[Field, ...] = ()
    minimum: float | None = None
    references: bool = False


@dataclass(frozen=True)
class InputPort:
    """An input as a step type sees it: its bound value and its declared type.

    `flag` is true for a boolean that is an option without a value. The others are of
    folders: where the container has it, and how its files come there ("": as usual).
    """

    name: str
    type: str
    value: Value
    flag: bool = False
    local_path: str = ""
    content_type: str = ""
    compression: str = ""
    distribution: str = ""

    @property
    def typed(self) -> Value:
        """Its value, of the type that the module says where nobody else does; what
        nobody has said to be a text is still written out as one."""
        if self.value.type != "any" or self.type == "string":
            return self.value
        return replace(self.value, type=self.type)


@dataclass(frozen=True)
class OutputPort:
    """A declared output. `read` is true when a later state uses it. `values` are the
    names and types of what a metrics file must have, `local_path` the container's
    folder with its files ("": the usual one)."""

    name: str
    type: str
    file: str
    values: Mapping[str, str]
    read: bool
    local_path: str = ""


@dataclass(frozen=True)
class Retrier:
    """When and how often a failed task is tried again."""

    errors: tuple[str, ...]
    interval_seconds: int = 1
    max_attempts: int = 3
    backoff_rate: float = 2.0
    max_delay_seconds: int | None = None
    jitter: bool = False


@dataclass(frozen=True)
class Catcher:
    """Which errors lead to which step instead of ending the execution."""

    errors: tuple[str, ...]
    next: str


@dataclass(frozen=True)
class ResolvedStep:
    """One step with every reference turned into a value of the definition.

    `key` is its name under `$.steps`. `execution` is the name of the execution, `item`
    the index of the item in whose folder its outputs go, if it is in a map.
    `raw_reads` are the top keys of its raw result that later states use ("": all).
    `caught` are the keys of steps whose errors may have led here, the last one first;
    `is_caught` is true when one of them has.
    `iam` is what its module allows the role that does its work, `secrets` what its code
    fetches. `problem` makes one of a path in its fields or `("inputs", name)`, of a
    message and a hint: at the place where the spec says it.
    """

    name: str
    key: str
    type: str
    module: str
    inputs: Mapping[str, InputPort]
    outputs: Mapping[str, OutputPort]
    fields: Mapping[str, Any]
    pipeline: str
    execution: Value
    item: tuple[Value, ...]
    raw_reads: tuple[str, ...]
    timeout_seconds: int | None
    where: Where
    description: str = ""
    in_map: bool = False
    is_read: bool = False
    branches: tuple[tuple[ResolvedStep, ...], ...] = ()
    next: str = ""
    end: bool = False
    retry: tuple[Retrier, ...] | None = None
    catch: tuple[Catcher, ...] = ()
    caught: tuple[str, ...] = ()
    is_caught: bool = False
    iam: tuple[Statement, ...] = ()
    secrets: tuple[Secret, ...] = ()
    problem: Callable[[tuple[Any, ...], str, str], Problem] = field(
        default=lambda _, message, hint: Problem(message, None, hint),
        compare=False,
        repr=False,
    )

    @property
    def allowed(self) -> tuple[Statement, ...]:
        """What the role that does its work may do because its module says so."""
        return (*self.iam, *(need for one in self.secrets for need in one.allowed))


@dataclass
class Draft:
    """A state being built: the SDK's object and what belongs to it.

    `job` is what it starts or calls. `choices` are (rule, state name) of states it goes
    to that are not in `Next`; names are joined to objects once all states exist. `next`
    is the state of its step that it goes on to, where that is not the following one.
    With `may_fail` it goes on to the following one whatever becomes of it.
    `inside` are the states of the step's own that it holds, linked already.
    """

    state: State
    job: Job | None = None
    execution_role: tuple[Statement, ...] = ()
    job_role: tuple[Statement, ...] = ()
    limits: tuple[Limit, ...] = ()
    choices: list[tuple[Any, str]] = field(default_factory=list)
    default: str = ""
    next: str = ""
    goes_on: bool = True
    may_fail: bool = False
    inside: tuple[Draft, ...] = ()


class StepType:
    """The contract: subclass it, give it a `type`, and build the states of a step.

    `fields` are the keys a module of this type has under `implementation` (or, for
    types of the flow, a step has itself). `jobs` are the kinds of jobs its states
    start, whoever declares them. `errors` are the names of errors it ends executions
    with, and what they mean. `inputs` and `outputs` are the ports of a module that
    declares none (None: any). `input_keys` and `output_keys` are the keys of its
    ports, beyond what every port has, that mean something to it: `flag`.
    `output_kinds` are the types that outputs besides `outputs` may have (None: any).
    Its own states are gone through `rounds` times at most, where they loop.
    With `takes_null` an optional input may be given what is null at times, and is then
    left out. `is_job` is true when a step of this
    type takes inputs, has a raw result and can fail. `role` is the one that does its
    work, and so gets what its module's `iam` allows; a type with OWN_ROLE hands it to
    what it brings.
    """

    type = ""
    summary = ""
    is_job = True
    fields: Mapping[str, Field] = {}
    jobs: tuple[JobKind, ...] = ()
    errors: Mapping[str, str] = {}
    inputs: Mapping[str, str] | None = None
    outputs: Mapping[str, str] | None = None
    input_keys: tuple[str, ...] = ()
    output_keys: tuple[str, ...] = ()
    output_kinds: tuple[str, ...] | None = None
    role: str = EXECUTION_ROLE
    takes_null: bool = False
    rounds: int = 1

    def output_types(self, fields: Mapping[str, Any]) -> Mapping[str, str] | None:
        """The outputs of a step with these fields, when its module declares none."""
        return self.outputs

    def check(self, step: ResolvedStep) -> list[Found]:
        """What is wrong with the fields: (path in the fields, message, hint)."""
        return []

    def warn(self, step: ResolvedStep) -> list[Found]:
        """What may be wrong and is compiled nevertheless, in the form of `check`."""
        return []

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        """The states of the step, in order; each goes on to the next one."""
        raise NotImplementedError

    def origins(self, step: ResolvedStep, output: str) -> tuple[Origin, ...]:
        """Where an s3 address in an output ("": in the raw result) may come from.

        Nobody knows, unless the type says so: a function may answer anything.
        """
        return (Origin(),)
