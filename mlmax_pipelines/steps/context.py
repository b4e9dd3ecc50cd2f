"""What the steps of one pipeline share while they are built: tokens, code, resources.

What comes in: what a step asks for. What goes out: the token (`${Name}`) that stands
for a value only an environment knows, and drafts of states. Never: a name that depends
on which step asked first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from mlmax_pipelines.base.errors import PipelineError, Problem
from mlmax_pipelines.compiled import Image, Job, Resource, Setting, Sub, Substitution
from mlmax_pipelines.declared import Secret
from mlmax_pipelines.steps import sdk
from mlmax_pipelines.steps.contract import Draft, ResolvedStep

# What the tokens of other things than steps begin with: a step of such a name is
# told apart as two steps of the same name are.
_RESERVED = ("Data", "Default", "Env", "Image", "Part", "Quoted", "Secret")
_REFERENCE = re.compile(r"\$\{([^}]*)\}")


class BuildContext:
    """The shared part of one pipeline's build.

    `chain` builds the definition of a branch, `steps` are all steps by key, those in
    branches included; `defaults` the names of parameters to their defaults.
    """

    def __init__(
        self,
        pipeline: str,
        chain: Callable[[tuple[ResolvedStep, ...]], dict[str, Any]],
        steps: Iterable[ResolvedStep],
        defaults: Mapping[str, Any],
    ) -> None:
        self.pipeline = pipeline
        self.chain = chain
        self.steps = {step.key: step for step in steps}
        self.defaults = defaults
        self.substitutions: dict[str, Substitution] = {}
        self.code: dict[str, None] = {}
        self.resources: dict[str, Resource] = {}
        # What AWS would refuse of a step, and only its place among others shows.
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        every = self.steps.values()
        self._identifiers = identifiers(step.name for step in every)
        self._modules = identifiers(step.module or step.name for step in every)

    def task(
        self, name: str, job: Job, arguments: Mapping[str, Any], **fields: Any
    ) -> Draft:
        """A Task state that asks a service for a job.

        `arguments` are a payload template of state data, `result_selector` one of the
        task's result.
        """
        assert job.pattern in job.kind.patterns, f"there is no {job.integration}"
        resource = self.use(*_integration(job.integration))
        return Draft(sdk.task(name, resource, parameters=arguments, **fields), job)

    def query(
        self, name: str, job: Job, arguments: Mapping[str, Any], output: Any
    ) -> Draft:
        """A Task state whose arguments and output are JSONata, for what JSONPath cannot
        do: an expression of its own that fails can be caught."""
        resource = self.use(*_integration(job.integration))
        fields = {"arguments": dict(arguments), "output": output}
        return Draft(sdk.task(name, resource, query_language="JSONata", **fields), job)

    def use(self, name: str, substitution: Substitution) -> str:
        """Register a substitution; the token that stands for it."""
        known = self.substitutions.setdefault(name, substitution)
        assert known == substitution, f"'{name}' stands for two things"
        return f"${{{name}}}"

    def secret(self, secret: Secret) -> str:
        """The token of a secret's ARN."""
        what = identifier(secret.variable) + digest(secret.arn)
        return self.use(f"Secret{what}", Sub(secret.arn))

    def bring(self, resource: Resource) -> None:
        """Have the template create a resource, once for all steps that need it."""
        known = self.resources.setdefault(resource.logical_id, resource)
        if known != resource:
            text = f"steps want '{resource.logical_id}' in two different forms"
            raise PipelineError(text, hint="give each of them a module of its own")

    def parameter(self, name: str) -> str:
        """A parameter every template has (`ArtifactBucket`, `Environment`, ...)."""
        return self.use(name, _parameter(name))

    def setting(self, step: str, key: str, type: str, default: Any) -> str:
        """A value an environment may override, such as an instance type."""
        words = [self._identifiers[step], *key.split("_")]
        name = "".join(word[0].upper() + word[1:] for word in words)
        what = key.replace("_", " ")
        text = f"{what} of step {step} in {self.pipeline}"
        return self.use(name, Setting(type, default, step, key, text))

    def logical_id(self, step: ResolvedStep, what: str) -> str:
        """What a resource of the step's module is called: `LoadFunction`."""
        return self._modules[step.module or step.name] + what

    def image(self, image: Image) -> str:
        if image.uri and not image.uri.startswith("${"):
            return image.uri
        if image.uri:
            return self.use(f"ImageCustom{digest(image.uri)}", image)
        version = "x".join(_words(image.version))
        words = [image.framework, version, image.py_version, image.scope]
        words.append(image.processor)
        return self.use("Image" + "".join(map(identifier, words)), image)


@cache
def _parameter(name: str) -> Sub:
    return Sub(f"${{{name}}}")


@cache
def _integration(name: str) -> tuple[str, Sub]:
    """`sagemaker:createModel.sync` -> `SagemakerCreateModelSync`, what it stands for.

    A token, because cfn-lint's E3601 accepts a Resource that is one whole
    substitution, and the partition is known only where the stack is.
    """
    words = name.replace("aws-sdk:", "sdk:").replace(".", ":").split(":")
    arn = Sub(f"arn:${{AWS::Partition}}:states:::{name}")
    return "".join(word[0].upper() + word[1:] for word in words), arn


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """Name -> a part of a token that no other of the names has.

    `Train Model` is `TrainModel`; names that only differ in what a token cannot hold
    have a digest behind them, each of them, whichever came first.
    """
    short = {name: identifier(name) for name in names}
    seen: set[str] = set(_RESERVED)
    shared: set[str] = set()
    for text in short.values():
        (shared if text in seen else seen).add(text)
    return {n: t + digest(n) if t in shared else t for n, t in short.items()}


@cache
def identifier(text: str) -> str:
    """`Train Model` -> `TrainModel`: letters and digits only."""
    return "".join(word[0].upper() + word[1:] for word in _words(text))


def _words(text: str) -> Iterator[str]:
    cleaned = "".join(c if c.isascii() and c.isalnum() else " " for c in text)
    yield from cleaned.split()


def digest(text: str) -> str:
    """A few characters that tell a text from others of the same identifier."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:6]
