"""A step and its module, bound: which type, which ports, which fields, and where.

What comes in: steps of the spec and the modules they name. What goes out: a `Binding`
for each, that answers for both. Never: a reference is followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mlmax_pipelines.base import layout
from mlmax_pipelines.base.errors import Problem, Where
from mlmax_pipelines.base.names import CHOSEN, step_key
from mlmax_pipelines.spec.model import Module, Port, Step
from mlmax_pipelines.steps.contract import StepType
from mlmax_pipelines.steps.registry import find
from mlmax_pipelines.steps.values import Value, state_data
from mlmax_pipelines.yaml.document import Document

Path = tuple[Any, ...]
FindModule = Callable[[Step], tuple[Module | None, Problem | None]]


@dataclass(frozen=True)
class Place:
    """Where something is written: its value, or with `key` its key."""

    document: Document
    path: Path
    key: bool = False

    @property
    def text(self) -> str:
        """The value as it is written; "" when it is a list or a mapping."""
        return self.document.text_of(self.path)

    def where(self) -> Where:
        return self.document.where(self.path, self.key)

    def problem(self, message: str, hint: str = "") -> Problem:
        return self.document.problem(message, self.path, hint, self.key)

    def at(self, *more: Any) -> Place:
        return Place(self.document, (*self.path, *more))


@dataclass
class Binding:
    """A step with what it is made of. `containers` are the parallel and map steps
    around it, outermost first; `read` collects the outputs that others use."""

    step: Step
    key: str
    step_type: StepType
    module: Module | None
    containers: tuple[Binding, ...]
    read: set[str] = field(default_factory=set)
    raw_reads: set[str] = field(default_factory=set)
    is_read_outside: bool = False

    @property
    def name(self) -> str:
        return self.step.name

    @property
    def place(self) -> Place:
        return Place(self.step.document, self.step.path, key=True)

    @property
    def whole(self) -> bool:
        """Whether all that its step and its module say could be read."""
        return self.step.whole and (self.module is None or self.module.whole)

    @property
    def in_map(self) -> bool:
        return any(box.step_type.type == "map" for box in self.containers)

    @property
    def input_ports(self) -> Mapping[str, Port] | None:
        """Declared inputs; None when any input is passed on."""
        if self.module is not None and self.module.input_ports is not None:
            return self.module.input_ports
        known = self.step_type.inputs
        if known is None:
            return None
        return {name: Port(name, type) for name, type in known.items()}

    @property
    def declared_inputs(self) -> Mapping[str, Port]:
        """The inputs its module declares, which must all get a value."""
        return (self.module.input_ports or {}) if self.module is not None else {}

    @property
    def output_ports(self) -> Mapping[str, Port] | None:
        """Declared outputs; None when any output may be referred to."""
        if self.module is not None and self.module.output_ports is not None:
            return self.module.output_ports
        known = self.step_type.output_types(self.fields)
        if known is None:
            return None
        return {name: Port(name, type) for name, type in known.items()}

    @property
    def fields(self) -> dict[str, Any]:
        own = self.module.fields if self.module is not None else {}
        fields = {**own, **self.step.fields}
        for key, value in self.step.chosen.items():
            inside = CHOSEN[key]
            if inside:
                fields[inside] = {**fields.get(inside, {}), key: value}
            else:
                fields[key] = value
        return fields

    def field_place(self, path: Path) -> Place:
        """Where a field stands: in the step, or else in its module."""
        if self.module is None or (path and path[0] in self.step.fields):
            return self.place.at(*path)
        return Place(self.module.document, (*self.module.fields_path, *path))

    def input_place(self, name: str) -> Place:
        """Where an input gets its value: the step, the module, or its interface."""
        if name in self.step.inputs or self.module is None:
            return self.place.at("inputs", name)
        if name in self.module.inputs:
            return Place(self.module.document, (*self.module.inputs_path, name))
        return Place(self.module.document, ("interface", "inputs", name, "default"))

    @property
    def inputs(self) -> dict[str, Any]:
        own = self.module.inputs if self.module is not None else {}
        return {**own, **self.step.inputs}


def files(bindings: Mapping[str, Binding]) -> Iterable[tuple[str, Place]]:
    for binding in bindings.values():
        for name in ("entry_point", "handler"):
            written = binding.fields.get(name)
            if isinstance(written, str):
                # `src/load.handler` is the function `handler` of src/load.py.
                file = written.rpartition(".")[0] + ".py" if name == "handler" else ""
                yield file or written, binding.field_place((name,))


def handlers(bindings: Mapping[str, Binding]) -> Iterable[tuple[str, Place]]:
    """The functions of the project's files that steps name: `src/load.handler`."""
    for binding in bindings.values():
        written = binding.fields.get("handler")
        if isinstance(written, str):
            yield written, binding.field_place(("handler",))


def bind(
    steps: Mapping[str, Step],
    containers: tuple[Binding, ...],
    find_module: FindModule,
    problems: list[Problem],
) -> dict[str, Binding]:
    """Every step with its module, those inside parallel and map steps included."""
    found: dict[str, Binding] = {}
    for step in steps.values():
        module, problem = find_module(step) if step.module else (None, None)
        if problem is not None:
            problems.append(problem)
            continue
        step_type = find(step.type or (module.type if module else ""))
        if step_type is None:
            continue  # the parser has reported the unknown type
        binding = Binding(step, step_key(step.name), step_type, module, containers)
        found[step.name] = binding
        for chain in (*step.branches, step.iterator):
            inner = bind(chain, (*containers, binding), find_module, problems)
            found.update(inner)
    return found


# What every state knows: what the execution's outputs are kept under (its name, if that
# will do), and inside a map the item's index.
EXECUTION = state_data("$.pipeline.execution_tag", "string")
INDEX = state_data("$.index", "string")


def output_of(
    pipeline: str, binding: Binding, output: str, *index: Value
) -> tuple[str | Value, ...]:
    """The S3 key of a step's output, in parts to be joined."""
    return layout.output(pipeline, EXECUTION, binding.key, output, *index)
