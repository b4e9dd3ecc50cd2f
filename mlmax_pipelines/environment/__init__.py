"""envs/<env>.yaml -> a frozen Environment.

What comes in: a project folder and an environment's name. What goes out: its
settings, checked. Never: AWS is asked anything, a client is made.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlmax_pipelines import manifest
from mlmax_pipelines.base.errors import Problem, SpecError, UsageError
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.base.names import OWN_TAGS, stack_name
from mlmax_pipelines.environment import lent
from mlmax_pipelines.environment.backends import LOCAL
from mlmax_pipelines.environment.keys import KEYS
from mlmax_pipelines.yaml import forms
from mlmax_pipelines.yaml.forms import Path as _Path

if TYPE_CHECKING:
    from mlmax_pipelines.yaml.document import Document

FOLDER = "envs"
_PRODUCTION = ("prod", "production")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Environment:
    """Where executions of this name run, and with what.

    `backend` is one of BACKENDS or an installed one. `steps` maps pipeline name ->
    step name -> setting key (`instance_type`, `instance_count`) -> value. `parameters`
    maps pipeline name -> parameter -> value used as default in this environment.
    `values` is what `${env.X}` in a spec stands for.

    On AWS alone: `tracing` and `dashboard` are what prod has unless it says otherwise,
    and others do not (`has`); `schedule` maps pipeline name -> whether it starts by its
    schedules, or the names of those it starts by; `alert_email` is told of executions
    that fail, by the topic `alert_topic` where there is one already;
    `permissions_boundary` is the ARN of the policy that bounds every role;
    `data_buckets` are names of other buckets that jobs may read (`buckets`: with their
    keys); 0 days of logs mean the template's default, of data
    (`data_retention_days`) that nothing is too old. `vpc` has the `subnets` and
    `security_groups` that jobs run in, and under `pipelines` those of single ones;
    `kms_key` is the ARN of a key that encrypts what they keep, `access_logs` a bucket
    that is told who reads it. `pipelines` are those
    it has (none: all of the project), `locked` the parameters whose values here no
    execution may change (`locked_of`), `roles` those it brings (`roles_of`), `limits`
    what pipelines may ask for, `max_concurrent_executions` how many executions of one
    may run at a time, `prices` what an hour of a type of machine costs, `budget` what a
    month may cost, in USD.
    `account` and `allowed_regions` are where it may be, `profile` and `role_arn` whom
    AWS is asked as. Here alone: `job_profile` is the AWS profile that jobs act with.
    `project` is the id of the project whose environment it is, "" before it has one
    (see `manifest`).
    """

    name: str
    backend: str
    region: str = ""
    stack: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    schedule: Mapping[str, bool | Sequence[str]] = field(default_factory=dict)
    alert_email: str = ""
    permissions_boundary: str = ""
    log_retention_days: int = 0
    data_retention_days: int = 0
    data_buckets: Sequence[Any] = ()
    vpc: Mapping[str, Any] = field(default_factory=dict)
    kms_key: str = ""
    access_logs: str = ""
    pipelines: Sequence[str] = ()
    roles: Mapping[str, Any] = field(default_factory=dict)
    job_profile: str = ""
    locked: Sequence[str] | Mapping[str, Sequence[str]] = ()
    account: str = ""
    allowed_regions: Sequence[str] = ()
    profile: str = ""
    role_arn: str = ""
    network_isolation: bool = False
    encrypt_traffic: bool = False
    tracing: bool | None = None
    dashboard: bool | None = None
    alert_topic: str = ""
    limits: Mapping[str, Any] = field(default_factory=dict)
    max_concurrent_executions: Mapping[str, int] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)
    budget: float = 0
    project: str = ""

    @property
    def stack_name(self) -> str:
        """The stack that holds it on AWS, and what its names there begin with."""
        return self.stack or stack_name(self.name)

    @property
    def is_production(self) -> bool:
        return self.name in _PRODUCTION

    def has(self, what: str) -> bool:
        """Whether it has its `tracing`, its `dashboard`."""
        chosen: bool | None = getattr(self, what)
        return self.is_production if chosen is None else chosen

    @property
    def stack_tags(self) -> Mapping[str, str]:
        """The tags of its stack, and so of all that is in it."""
        own = {f"{OWN_TAGS}project": self.project} if self.project else {}
        return {**self.tags, **own}

    @property
    def buckets(self) -> tuple[lent.Bucket, ...]:
        return lent.buckets(self.data_buckets)

    def locked_of(self, pipeline: str) -> Sequence[str]:
        """The parameters of one of its pipelines that are locked; as far as it has
        them, where a list names those of all."""
        known = self.locked
        return known.get(pipeline, ()) if isinstance(known, Mapping) else known

    def roles_of(self, pipeline: str) -> lent.Roles:
        """The roles that this environment brings for one of its pipelines."""
        return lent.roles(self.roles, pipeline)

    def chosen(self, path: Sequence[str], otherwise: Any) -> Any:
        """What stands at a path of its file, or something else where nothing does."""
        found: Any = getattr(self, path[0])
        for key in path[1:]:
            if not isinstance(found, Mapping) or key not in found:
                return otherwise
            found = found[key]
        return found

    def check_deploys(self, pipeline: str) -> None:
        """Raises UsageError for a pipeline that this environment leaves out."""
        if self.pipelines and pipeline not in self.pipelines:
            file, listed = f"{FOLDER}/{self.name}.yaml", ", ".join(self.pipelines)
            text = f"environment '{self.name}' has no pipeline '{pipeline}'"
            raise UsageError(text, hint=f"'pipelines' in {file} lists: {listed}")


def load(root: Path, name: str) -> Environment:
    """The environment of envs/`name`.yaml in the project folder `root`.

    `local` exists without a file, too. Raises UsageError when there is no such
    environment, SpecError with every problem of its file.
    """
    path = root / FOLDER / f"{name}.yaml"
    if not _NAME.fullmatch(name) or not os.path.isfile(path):
        if name == LOCAL:
            return Environment(LOCAL, LOCAL)
        raise _unknown(root, name)
    from mlmax_pipelines.yaml.document import load as load_document

    document = load_document(path, f"{FOLDER}/{name}.yaml")
    problems = _problems(document, name) or lent.missing_pipelines(root, document)
    if problems:
        raise SpecError(problems)
    given = {key: value for key, value in document.data.items() if value is not None}
    if "values" in given:
        given["values"] = {
            key: _as_written(document, ("values", key), value)
            for key, value in given["values"].items()
        }
    if "account" in given:
        given["account"] = document.text_of(("account",))
    made = Environment(name, **{"backend": _default_backend(name), **given})
    if made.backend == LOCAL:
        return made
    return replace(made, project=manifest.load(root).id)


def _as_written(document: Document, path: _Path, value: Any) -> Any:
    """`1.10` is a number to YAML, and a text to whoever reads `${env.X}`."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return document.text_of(path) if is_number else value


def names(root: Path) -> tuple[str, ...]:
    """The environments of the project, sorted; `local` is always one."""
    files = (root / FOLDER).glob("*.yaml")
    return tuple(sorted({LOCAL, *(path.stem for path in files)}))


def _unknown(root: Path, name: str) -> UsageError:
    known = names(root)
    there = ", ".join(f"'{item}'" for item in known)
    another = f"there are: {there}; '{FOLDER}/<name>.yaml' makes another"
    if os.path.isfile(root / FOLDER / f"{name}.yml"):
        another = f"rename it: mv {FOLDER}/{name}.yml {FOLDER}/{name}.yaml"
    return UsageError(
        f"no environment '{name}'", hint=f"{question(name, known)} {another}".lstrip()
    )


def _default_backend(name: str) -> str:
    return LOCAL if name == LOCAL else "stepfunctions"


def _problems(document: Document, name: str) -> list[Problem]:
    found = [*forms.dynamic_references(document), *forms.keyed(document, KEYS)]
    if name == LOCAL and document.data.get("backend", LOCAL) != LOCAL:
        message = f"environment '{LOCAL}' must have backend '{LOCAL}'"
        found.append(document.problem(message, ("backend",)))
    return found
