"""A pipeline spec and its modules -> steps whose references are values.

What comes in: a parsed pipeline, the modules of the project, and which step runs
before which. What goes out: a `ResolvedPipeline`, or every problem found. Never: a
state is built, an environment is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mlmax_pipelines.compiled import MISSING, Parameter, Substitution
from mlmax_pipelines.errors import Problem, Where
from mlmax_pipelines.resolve.bindings import Binding, FindModule, Place, bind, files
from mlmax_pipelines.resolve.expressions import read
from mlmax_pipelines.resolve.references import References, folder_of
from mlmax_pipelines.resolve.types import a, literal_fits, name_of, type_fits
from mlmax_pipelines.spec.checks import OrderFacts
from mlmax_pipelines.spec.model import Pipeline, Port, Step
from mlmax_pipelines.spec.names import did_you_mean
from mlmax_pipelines.steps.base import (
    Catcher,
    InputPort,
    OutputPort,
    ResolvedStep,
    Retrier,
)
from mlmax_pipelines.steps.values import Value, array, literal


@dataclass(frozen=True)
class ResolvedPipeline:
    """A pipeline ready to be compiled. `reads` maps a top-level step to the keys of
    the top-level steps it reads; `files` are the project's files that it names."""

    name: str
    description: str
    type: str
    parameters: tuple[Parameter, ...]
    steps: tuple[ResolvedStep, ...]
    reads: Mapping[str, frozenset[str]]
    substitutions: Mapping[str, Substitution]
    schedule: str
    timeout_seconds: int | None
    sources: tuple[str, ...]
    files: tuple[tuple[str, Place], ...]
    where: Where


def resolve(
    pipeline: Pipeline, find_module: FindModule, facts: OrderFacts
) -> tuple[ResolvedPipeline | None, list[Problem]]:
    """Resolve one pipeline; None and all problems when there are any."""
    problems: list[Problem] = []
    bindings = bind(pipeline.steps, (), find_module, problems)
    references = References(
        pipeline.name, pipeline.parameters, bindings, facts, problems=problems
    )
    resolver = _Resolver(pipeline, bindings, references)
    drafts = {name: resolver.draft(binding) for name, binding in bindings.items()}
    steps = resolver.finish(pipeline.steps, drafts)
    for binding in bindings.values():
        problems += resolver.check(binding, drafts[binding.name])
    if problems:
        return None, problems
    return _hand_over(pipeline, steps, bindings, references), []


def _hand_over(
    pipeline: Pipeline,
    steps: tuple[ResolvedStep, ...],
    bindings: Mapping[str, Binding],
    references: References,
) -> ResolvedPipeline:
    modules = {b.module.document.path for b in bindings.values() if b.module}
    return ResolvedPipeline(
        name=pipeline.name,
        description=pipeline.description,
        type=pipeline.type,
        parameters=tuple(pipeline.parameters.values()),
        steps=steps,
        reads={name: frozenset(keys) for name, keys in references.reads.items()},
        substitutions=references.substitutions,
        schedule=pipeline.schedule,
        timeout_seconds=pipeline.timeout_seconds,
        sources=(pipeline.document.path, *sorted(modules)),
        files=tuple(files(bindings)),
        where=pipeline.document.where(("name",)),
    )


class _Resolver:
    """The two passes over the steps of one pipeline.

    `draft` makes values of everything a step says, and so learns which outputs are
    read; `finish` hands on the steps, with that known.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        bindings: Mapping[str, Binding],
        references: References,
    ) -> None:
        self.pipeline = pipeline
        self.bindings = bindings
        self.references = references
        self.problems = references.problems

    def draft(self, binding: Binding) -> ResolvedStep:
        step = binding.step
        return ResolvedStep(
            name=step.name,
            key=binding.key,
            kind=binding.step_type.kind,
            module=binding.module.name if binding.module else "",
            inputs=self._inputs(binding),
            outputs={},
            fields=self._fields(binding),
            folder=folder_of(self.pipeline.name, binding),
            raw_reads=(),
            timeout_seconds=step.timeout_seconds,
            where=step.where,
            description=step.description,
            in_map=binding.in_map,
            next=step.next,
            end=step.end,
            retry=_retry(step),
            catch=tuple(Catcher(c.errors, c.next) for c in step.catch or ()),
        )

    def finish(
        self, steps: Mapping[str, Step], drafts: dict[str, ResolvedStep]
    ) -> tuple[ResolvedStep, ...]:
        """The steps of a chain: drafts with what others read of them, and branches.

        `drafts` then holds the finished steps.
        """
        finished = []
        for name in steps:
            binding = self.bindings.get(name)
            if binding is None:
                continue
            chains = (*binding.step.branches, binding.step.iterator)
            drafts[name] = replace(
                drafts[name],
                outputs=_outputs(binding),
                raw_reads=tuple(sorted(binding.raw_reads)),
                is_read=binding.is_read_outside,
                branches=tuple(self.finish(chain, drafts) for chain in chains if chain),
            )
            finished.append(drafts[name])
        return tuple(finished)

    def check(self, binding: Binding, step: ResolvedStep) -> list[Problem]:
        """What the step's type finds wrong with a finished step."""
        found = binding.step_type.check(step)
        if step.timeout_seconds is not None and not binding.step_type.is_job:
            what = f"{step.kind} step '{step.name}'"
            text = f"{what} has 'timeout_seconds', which a job can have only"
            found.append((("timeout_seconds",), text, "give it to the jobs inside it"))
        return [
            _found_at(binding, path).problem(text, hint) for path, text, hint in found
        ]

    def _inputs(self, binding: Binding) -> dict[str, InputPort]:
        ports, given = binding.input_ports, binding.inputs
        result: dict[str, InputPort] = {}
        for name, raw in given.items():
            place = binding.input_place(name)
            port = Port(name, "any") if ports is None else ports.get(name)
            if port is None or not binding.step_type.is_job:
                text = f"step '{binding.name}' has no input '{name}'"
                hint = did_you_mean(name, ports) if ports else "it takes none"
                self.problems.append(place.problem(text, hint))
                continue
            value = self._value(raw, binding, place, port.type)
            if value is not None and self._fits(value, port, binding, place):
                result[name] = InputPort(name, _declared(port, value), value)
        for name, port in binding.declared_inputs.items():
            if name not in given:
                self._default(port, binding, result)
        return result

    def _default(
        self, port: Port, binding: Binding, result: dict[str, InputPort]
    ) -> None:
        if port.default is MISSING:
            text = f"step '{binding.name}' lacks input '{port.name}' ({port.type})"
            hint = f"inputs: {{{port.name}: ...}}"
            self.problems.append(binding.place.problem(text, hint))
        elif port.default is not None:
            value = literal(port.default, port.type)
            result[port.name] = InputPort(port.name, port.type, value)

    def _fits(self, value: Value, port: Port, binding: Binding, place: Place) -> bool:
        what = f"input '{port.name}' of step '{binding.name}'"
        if not value.is_literal:
            if type_fits(value.type, port.type):
                return True
            text = f"{what} takes {a(port.type)}, found {a(value.type)}"
            self.problems.append(place.problem(text, "refer to a value of that type"))
            return False
        found, text, hint = value.literal, "", ""
        if found is not None and not literal_fits(found, port.type):
            text = f"{what} takes {a(port.type)}, found {found!r} ({a(name_of(found))})"
        elif port.enum and found not in port.enum:
            text = f"{what} is '{found}'"
            hint = did_you_mean(str(found), [str(entry) for entry in port.enum])
        elif port.type == "s3" and isinstance(found, str) and "://" not in found:
            text = f"{what} takes an s3:// URI or a reference, found '{found}'"
            hint = "declare a parameter of type s3 with this path as its default"
        if text:
            self.problems.append(place.problem(text, hint))
        return not text

    def _value(
        self, raw: Any, binding: Binding, place: Place, wanted: str = "any"
    ) -> Value | None:
        if isinstance(raw, list) and any(map(_refers, raw)):
            items = [
                self._value(item, binding, place.at(index))
                for index, item in enumerate(raw)
            ]
            return None if None in items else array([i for i in items if i])
        if not isinstance(raw, str):
            return self._whole(raw, place, wanted)
        if "${" not in raw:
            return literal(raw, wanted)
        template = read(place.document, place.path, raw, self.problems)
        if template.faults:
            return None
        return self.references.value(template, binding, place, wanted)

    def _whole(self, raw: Any, place: Place, wanted: str) -> Value | None:
        """A number, a list or an object without references, as it stands."""
        if _refers(raw):
            hint = "give the input the whole object: ${parameters.X}"
            text = "a reference cannot stand inside an object"
            self.problems.append(place.problem(text, hint))
            return None
        return literal(raw, wanted)

    def _fields(self, binding: Binding) -> dict[str, Any]:
        return {
            name: self._deep(raw, binding, (name,))
            for name, raw in binding.fields.items()
        }

    def _deep(self, raw: Any, binding: Binding, path: tuple[Any, ...]) -> Any:
        """Texts with references become values, however deep they stand."""
        if isinstance(raw, Mapping):
            return {k: self._deep(v, binding, (*path, k)) for k, v in raw.items()}
        if isinstance(raw, (list, tuple)):
            return [self._deep(v, binding, (*path, i)) for i, v in enumerate(raw)]
        if isinstance(raw, str) and raw.startswith("$.") and path[0] == "choices":
            raw = f"${{{raw[2:]}}}"  # a path of a condition in the older spelling
        if isinstance(raw, str) and "${" in raw:
            value = self._value(raw, binding, binding.field_place(path))
            if value is None or (value.is_literal and value.type == "any"):
                return raw
            return value
        return raw


def _found_at(binding: Binding, path: tuple[Any, ...]) -> Place:
    if path[:1] == ("inputs",):
        return binding.input_place(path[1])
    return binding.field_place(path) if path else binding.place


def _refers(raw: Any) -> bool:
    """Whether a reference stands anywhere in a value."""
    if isinstance(raw, Mapping):
        return any(map(_refers, raw.values()))
    if isinstance(raw, list):
        return any(map(_refers, raw))
    return isinstance(raw, str) and "${" in raw


def _retry(step: Step) -> tuple[Retrier, ...] | None:
    if step.retry is None:
        return None
    return tuple(Retrier(**vars(rule)) for rule in step.retry)


def _declared(port: Port, value: Value) -> str:
    if port.type != "any":
        return port.type
    return value.type if value.type != "any" else name_of(value.literal)


def _outputs(binding: Binding) -> dict[str, OutputPort]:
    ports = binding.output_ports
    if ports is None:
        return {n: OutputPort(n, "any", "", (), True) for n in sorted(binding.read)}
    return {
        name: OutputPort(
            name, port.type, port.file, tuple(port.values), name in binding.read
        )
        for name, port in ports.items()
    }
