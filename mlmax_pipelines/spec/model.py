"""What the YAML files say, checked for form, as frozen data.

What comes in: documents read by `source`. What goes out: pipelines, steps and
modules that later stages read instead of YAML. Never: a reference followed, a module
looked up, a file opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlmax_pipelines.base.errors import Where
from mlmax_pipelines.base.names import OLDER_KEYS
from mlmax_pipelines.compiled import MISSING, Parameter, Schedule, Slots
from mlmax_pipelines.steps.contract import Retrier
from mlmax_pipelines.yaml.document import Document

Path = tuple[Any, ...]


@dataclass(frozen=True)
class Port:
    """One typed input or output of a module.

    `type` is one of s3, string, number, integer, boolean, list, object, metrics.
    An output of type metrics is a folder with a JSON file (`file`, metrics.json
    unless said otherwise) whose values are read into the state; `values` maps the
    names that may be referred to, to their types (empty: any name). `more` are the
    keys, and their values, that only some step types know: `flag`, `local_path`, ...
    """

    name: str
    type: str
    default: Any = MISSING
    enum: tuple[Any, ...] = ()
    description: str = ""
    file: str = "metrics.json"
    values: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Catcher:
    """Which errors lead to which step; `path` is where that is written."""

    errors: tuple[str, ...]
    next: str
    path: Path = ()


@dataclass(frozen=True)
class Module:
    """A module: an interface and an implementation of one step type.

    `fields` holds everything that belongs to the step type (the mapping under
    `implementation`, and for flow types such as choice their own keys). `inputs`
    holds values bound in the module itself (the older spelling does that).
    `interface` is None when the module declares none: then any input is passed on
    and any output may be referred to. `iam` are statements as they are written,
    `secrets` maps a variable to the `name` and perhaps the `kms_key` of its secret. One
    that is not `whole` lacks what its file has in a form that cannot be read: nothing
    is built of it.
    """

    name: str
    id: str
    version: str
    type: str
    description: str
    inputs: Mapping[str, Any]
    input_ports: Mapping[str, Port] | None
    output_ports: Mapping[str, Port] | None
    fields: Mapping[str, Any]
    document: Document
    fields_path: Path = ()
    inputs_path: Path = ()
    iam: Sequence[Mapping[str, Any]] = ()
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    whole: bool = True

    def at(self, key: str, *rest: Any) -> Path:
        """The path in `document` of what stands under a key of the step type."""
        return _written(self.document, self.fields_path, key, rest)


@dataclass(frozen=True)
class Step:
    """One entry under `steps`: an instance of a module, or a flow step in place.

    `module` is the name or id it names ("" when the step has a `type` itself).
    `fields` holds the keys of the step type written in place; `inputs` the values
    given here. `branches` are the chains inside a parallel step, `iterator` the one
    inside a map step. `path` is where it stands in `document`. One that is not `whole`
    lacks what could not be read: nothing is built of it. `chosen` is what an
    environment has it with, whatever the specs say (`names.CHOSEN`).
    """

    name: str
    module: str
    type: str
    inputs: Mapping[str, Any]
    fields: Mapping[str, Any]
    next: str
    end: bool
    retry: tuple[Retrier, ...] | None
    catch: tuple[Catcher, ...] | None
    timeout_seconds: int | None
    description: str
    branches: tuple[Mapping[str, "Step"], ...]
    iterator: Mapping[str, "Step"]
    document: Document
    path: Path
    whole: bool = True
    chosen: Mapping[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> Where:
        return self.document.where(self.path, key=True)

    def at(self, key: str, *rest: Any) -> Path:
        """The path in `document` of what stands under one of the step's keys."""
        return _written(self.document, self.path, key, rest)


@dataclass(frozen=True)
class Pipeline:
    """One pipeline spec. `steps` keeps the order of the file."""

    name: str
    description: str
    type: str
    parameters: Mapping[str, Parameter]
    steps: Mapping[str, Step]
    schedules: tuple[Schedule, ...]
    document: Document
    timeout_seconds: int | None = None
    slots: Slots | None = None


def _written(document: Document, path: Path, key: str, rest: Path) -> Path:
    """A path with its key (and `next` at its end) in the spelling of the file."""
    spelled = _spelling(document, path, key)
    if rest and rest[-1] == "next":
        inner = (*path, spelled, *rest[:-1])
        rest = (*rest[:-1], _spelling(document, inner, "next"))
    return (*path, spelled, *rest)


def _spelling(document: Document, path: Path, key: str) -> str:
    for older, present in OLDER_KEYS.items():
        if present == key and document.has((*path, older)):
            return older
    return key
