"""The contract of a step type, and what goes in and out of one.

A step type says which fields a module of its kind has, builds the states of a step,
names the IAM statements that each state needs, and says which function answers its
task on this machine. It never sees YAML: the resolver hands it checked values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mlmax_pipelines.base.errors import Where
from mlmax_pipelines.compiled import (
    MISSING,
    Function,
    Image,
    Limit,
    Setting,
    Statement,
    Sub,
    Substitution,
)
from mlmax_pipelines.steps.sdk import State
from mlmax_pipelines.steps.values import Value

# Types of ports that are folders of a job; every other one is a value.
FOLDERS = ("s3", "metrics")
# What is wrong with a step: a path in its fields, a message, a hint.
Found = tuple[tuple[Any, ...], str, str]


@dataclass(frozen=True)
class Field:
    """One key of a step type: its form, for checks, messages and the JSON Schema.

    `type` is one of string, integer, number, boolean, mapping, list, step, any.
    `fields` are the keys of a mapping (None: any keys, each of the form `items`);
    `items` the form of a list's entries. `minimum` bounds numbers.
    """

    type: str
    description: str = ""
    required: bool = False
    default: Any = MISSING
    enum: tuple[Any, ...] = ()
    fields: Mapping[str, Field] | None = None
    items: Field | None = None
    minimum: float | None = None


@dataclass(frozen=True)
class InputPort:
    """An input as a step type sees it: its bound value and its declared type."""

    name: str
    type: str
    value: Value


@dataclass(frozen=True)
class OutputPort:
    """A declared output. `read` is true when a later state uses it."""

    name: str
    type: str
    file: str
    values: tuple[str, ...]
    read: bool


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

    `key` is its name under `$.steps`. `folder` is the S3 key its outputs go under, in
    parts to be joined.
    `raw_reads` are the top keys of its raw result that later states use ("": all).
    """

    name: str
    key: str
    kind: str
    module: str
    inputs: Mapping[str, InputPort]
    outputs: Mapping[str, OutputPort]
    fields: Mapping[str, Any]
    folder: tuple[str | Value, ...]
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


@dataclass
class Draft:
    """A state being built: the SDK's object and what belongs to it.

    `targets` are the names of states it goes to that are not in `Next`: `choices`
    are (rule, state name); names are joined to objects once all states exist.
    `retries` are the errors of its infrastructure that are retried by default.
    """

    state: State
    execution_role: tuple[Statement, ...] = ()
    job_role: tuple[Statement, ...] = ()
    limits: tuple[Limit, ...] = ()
    retries: tuple[tuple[str, ...], ...] = ()
    choices: list[tuple[Any, str]] = field(default_factory=list)
    default: str = ""
    goes_on: bool = True


class BuildContext:
    """What the steps of one pipeline share while they are built.

    `chain` builds the definition of a branch, `kinds` maps the keys of steps to their
    kinds, `defaults` the names of parameters to their defaults.
    """

    def __init__(
        self,
        pipeline: str,
        chain: Callable[[tuple[ResolvedStep, ...]], dict[str, Any]],
        kinds: Mapping[str, str],
        defaults: Mapping[str, Any],
    ) -> None:
        self.pipeline = pipeline
        self.chain = chain
        self.kinds = kinds
        self.defaults = defaults
        self.substitutions: dict[str, Substitution] = {}
        self.code: dict[str, None] = {}
        self.functions: list[Function] = []
        self.model_groups: dict[str, None] = {}

    def use(self, name: str, substitution: Substitution) -> str:
        """Register a substitution; the token that stands for it."""
        known = self.substitutions.setdefault(name, substitution)
        if known != substitution:
            return self.use(name + "X", substitution)
        return f"${{{name}}}"

    def parameter(self, name: str) -> str:
        """A parameter every template has (`ArtifactBucket`, `Environment`, ...)."""
        return self.use(name, _parameter(name))

    def integration(self, action: str) -> str:
        """The token for `arn:<partition>:states:::<action>`.

        A token, because cfn-lint's E3601 accepts a Resource that is one whole
        substitution, and the partition is known only where the stack is.
        """
        return self.use(*_integration(action))

    def setting(self, step: str, key: str, type: str, default: Any) -> str:
        """A value an environment may override, such as an instance type."""
        words = [identifier(step), *key.split("_")]
        name = "".join(word[0].upper() + word[1:] for word in words)
        what = key.replace("_", " ")
        text = f"{what} of step {step} in {self.pipeline}"
        return self.use(name, Setting(type, default, step, key, text))

    def image(self, image: Image) -> str:
        if image.uri and not image.uri.startswith("${"):
            return image.uri
        words = [image.framework, image.version, image.scope, image.processor]
        if image.uri:
            words = ["Custom", image.uri]
        return self.use("Image" + "".join(map(_capital, words)), image)


class StepType:
    """The contract: subclass it, give it a `kind`, and build the states of a step.

    `fields` are the keys a module of this kind has under `implementation` (or, for
    flow kinds, a step has itself). `local` maps a task's resource that the local
    backend does not know yet (`batch:submitJob.sync`) to the `module:function` that
    answers it there. `inputs` and `outputs` are the ports of a module that declares
    none (None: any). `is_job` is true when a step of this kind takes inputs, has a
    raw result and can fail.
    """

    kind = ""
    summary = ""
    is_job = True
    fields: Mapping[str, Field] = {}
    local: Mapping[str, str] = {}
    inputs: Mapping[str, str] | None = None
    outputs: Mapping[str, str] | None = None

    def output_types(self, fields: Mapping[str, Any]) -> Mapping[str, str] | None:
        """The outputs of a step with these fields, when its module declares none."""
        return self.outputs

    def check(self, step: ResolvedStep) -> list[Found]:
        """What is wrong with the fields: (path in the fields, message, hint)."""
        return []

    def build(self, step: ResolvedStep, context: BuildContext) -> list[Draft]:
        """The states of the step, in order; each goes on to the next one."""
        raise NotImplementedError


@cache
def _parameter(name: str) -> Sub:
    return Sub(f"${{{name}}}")


@cache
def _integration(action: str) -> tuple[str, Sub]:
    """`sagemaker:createModel` -> `CreateModel`, and what it stands for."""
    words = action.replace("aws-sdk:", "").replace(".", ":").split(":")
    service, verb, *pattern = words
    generic = verb in ("getObject", "invoke", "startExecution", "publish")
    name = (service if generic else "") + verb[0].upper() + verb[1:]
    name += "".join(part[0].upper() + part[1:] for part in pattern)
    arn = Sub(f"arn:${{AWS::Partition}}:states:::{action}")
    return name[0].upper() + name[1:], arn


@cache
def identifier(text: str) -> str:
    """`Train Model` -> `TrainModel`: letters and digits only."""
    return "".join(map(_capital, _words(text)))


@cache
def _capital(text: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in _words(text))


def _words(text: str) -> list[str]:
    cleaned = "".join(c if c.isascii() and c.isalnum() else " " for c in text)
    return cleaned.split()
