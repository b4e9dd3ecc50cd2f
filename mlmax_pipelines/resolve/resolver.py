"""A pipeline spec and its modules -> steps whose references are values.

What comes in: a parsed pipeline, the modules of the project, and which step runs
before which. What goes out: a `ResolvedPipeline`, or every problem found. Never: a
state is built, an environment is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from mlmax_pipelines.base.errors import Problem, Where
from mlmax_pipelines.compiled import Parameter, Schedule, Slots, Substitution
from mlmax_pipelines.resolve import interface, secrets
from mlmax_pipelines.resolve.bindings import (
    EXECUTION,
    INDEX,
    Binding,
    FindModule,
    Place,
    bind,
    files,
    handlers,
)
from mlmax_pipelines.resolve.inputs import read_inputs
from mlmax_pipelines.resolve.permissions import read_statements
from mlmax_pipelines.resolve.reading import Reader
from mlmax_pipelines.resolve.references import References
from mlmax_pipelines.spec.model import Pipeline, Step
from mlmax_pipelines.spec.order import OrderFacts
from mlmax_pipelines.spec.pipelines import all_steps
from mlmax_pipelines.steps import mentions, plain
from mlmax_pipelines.steps.contract import Catcher, Found, OutputPort, ResolvedStep


@dataclass(frozen=True)
class ResolvedPipeline:
    """A pipeline ready to be compiled. `reads` maps a top-level step to the keys of
    the top-level steps it reads; `files` are the project's files that it names,
    `handlers` the functions in them; `warnings` what may be wrong with it."""

    name: str
    description: str
    type: str
    parameters: tuple[Parameter, ...]
    steps: tuple[ResolvedStep, ...]
    reads: Mapping[str, frozenset[str]]
    substitutions: Mapping[str, Substitution]
    schedules: tuple[Schedule, ...]
    timeout_seconds: int | None
    slots: Slots | None
    sources: tuple[str, ...]
    files: tuple[tuple[str, Place], ...]
    handlers: tuple[tuple[str, Place], ...]
    where: Where
    warnings: tuple[Problem, ...] = ()


def resolve(
    pipeline: Pipeline, find_module: FindModule, facts: OrderFacts
) -> tuple[ResolvedPipeline | None, list[Problem]]:
    """Resolve one pipeline; None and all problems when there are any.

    None as well when a step or its module could not be read whole: that has been
    reported by whoever read it. Such a step is referred to as others are, but its type
    is not asked about it, and the pipeline is not compiled.
    """
    problems: list[Problem] = []
    bindings = bind(pipeline.steps, (), find_module, problems)
    names = {step.name for step in all_steps(pipeline.steps)}
    references = References(
        pipeline.name,
        pipeline.parameters,
        bindings,
        facts,
        frozenset(names.difference(bindings)),
        problems=problems,
    )
    resolver = _Resolver(pipeline, bindings, references)
    drafts = {name: resolver.draft(binding) for name, binding in bindings.items()}
    steps = resolver.finish(pipeline.steps, drafts)
    whole = [binding for binding in bindings.values() if binding.whole]
    for binding in whole:
        problems += resolver.check(binding, drafts[binding.name])
    if problems or len(whole) < len(names):
        return None, problems
    warnings = [
        warning
        for binding in bindings.values()
        for warning in resolver.warn(binding, drafts[binding.name])
    ]
    for path, text, hint in plain.warn_of_defaults(pipeline.parameters.values()):
        problem = pipeline.document.problem(text, path, hint)
        warnings.append(replace(problem, source=""))
    resolved = _hand_over(pipeline, steps, bindings, references)
    return replace(resolved, warnings=tuple(dict.fromkeys(warnings))), []


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
        schedules=pipeline.schedules,
        timeout_seconds=pipeline.timeout_seconds,
        slots=pipeline.slots,
        sources=(pipeline.document.path, *sorted(modules)),
        files=tuple(files(bindings)),
        handlers=tuple(handlers(bindings)),
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
        self.reader = Reader(references)

    def draft(self, binding: Binding) -> ResolvedStep:
        step = binding.step
        caught, is_caught = self._caught(binding)
        return ResolvedStep(
            name=step.name,
            key=binding.key,
            type=binding.step_type.type,
            module=binding.module.name if binding.module else "",
            inputs=read_inputs(binding, self.reader),
            outputs={},
            fields=self.reader.fields(binding),
            pipeline=self.pipeline.name,
            execution=EXECUTION,
            item=(INDEX,) if binding.in_map else (),
            raw_reads=(),
            timeout_seconds=step.timeout_seconds,
            where=step.where,
            description=step.description,
            in_map=binding.in_map,
            next=step.next,
            end=step.end,
            retry=step.retry,
            catch=tuple(Catcher(c.errors, c.next) for c in step.catch or ()),
            caught=caught,
            is_caught=is_caught,
            iam=read_statements(binding, self.reader),
            secrets=secrets.read_secrets(binding, self.reader),
            problem=partial(_problem, binding),
        )

    def _caught(self, binding: Binding) -> tuple[tuple[str, ...], bool]:
        """The errors that a step keeps as its own: a `fail` that names none."""
        own = {"error", "cause"}.intersection(binding.fields)
        if own or binding.step_type.type != "fail":
            return (), False
        names, always = self.references.facts.caught(binding.name)
        sources = [self.bindings[name] for name in names if name in self.bindings]
        for source in sources:
            self.references.note(source, binding)
        return tuple(source.key for source in sources), always

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
        found += secrets.check(step, binding.step_type)
        if step.timeout_seconds is not None and not binding.step_type.is_job:
            what = f"{step.type} step '{step.name}'"
            text = f"{what} has 'timeout_seconds', which a job can have only"
            found.append((("timeout_seconds",), text, "give it to the jobs inside it"))
        if step.iam and not binding.step_type.is_job:
            text = f"a {step.type} step asks AWS for nothing: '{step.name}' has no role"
            found.append((("iam",), text, "give it to the module that needs it"))
        return [*interface.check(binding), *_problems(binding, found)]

    def warn(self, binding: Binding, step: ResolvedStep) -> list[Problem]:
        """What the step's type finds odd about a finished step. A line of the spec is
        not shown with it: it may hold what is better not shown."""
        own = binding.step_type.warn(step)
        common = [*plain.warn(step), *secrets.warn(step)]
        common += mentions.warn(step, binding.step_type)
        found = [*interface.warn(binding), *_problems(binding, [*common, *own])]
        return [replace(problem, source="") for problem in found]


def _problems(binding: Binding, found: list[Found]) -> list[Problem]:
    return [_problem(binding, *one) for one in found]


def _problem(
    binding: Binding, path: tuple[Any, ...], message: str, hint: str
) -> Problem:
    return _found_at(binding, path).problem(message, hint)


def _found_at(binding: Binding, path: tuple[Any, ...]) -> Place:
    if path[:1] == ("inputs",):
        return binding.input_place(path[1])
    beside = (("iam",), ("secrets",), ("interface",))
    if path[:1] in beside and binding.module is not None:
        return Place(binding.module.document, path, key=True)
    return binding.field_place(path) if path else binding.place


def _outputs(binding: Binding) -> dict[str, OutputPort]:
    ports = binding.output_ports
    if ports is None:
        return {n: OutputPort(n, "any", "", {}, True) for n in sorted(binding.read)}
    return {
        name: OutputPort(
            name, port.type, port.file, port.values, name in binding.read, **port.more
        )
        for name, port in ports.items()
    }
