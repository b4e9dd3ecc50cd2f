"""A pipeline's document -> a Pipeline.

What comes in: a document. What goes out: the pipeline, when it can be made, and every
problem of its form. Never: another file read. Whether steps lead somewhere is
`checks`' work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.names import CHOSEN, near, pipeline_name_fault, step_key
from mlmax_pipelines.compiled import Slots
from mlmax_pipelines.spec import tables
from mlmax_pipelines.spec.fields import Reader, in_order
from mlmax_pipelines.spec.model import Pipeline, Step
from mlmax_pipelines.spec.ports import read_parameters
from mlmax_pipelines.spec.schedules import read_schedules
from mlmax_pipelines.spec.steps import read_steps
from mlmax_pipelines.yaml.document import Document


def parse_pipeline(document: Document) -> tuple[Pipeline | None, list[Problem]]:
    """The pipeline a document describes, and what is wrong with it, in line order.

    There is a pipeline whenever it has a name and a step that can be read, so that
    later checks can add what they find; it is fit for use only without problems.
    """
    reader = Reader(document)
    keys = reader.read_keys(tables.PIPELINE, document.data, ())
    _check_name(reader, keys)
    parameters = read_parameters(reader, keys.get("parameters", {}), ("parameters",))
    schedules = read_schedules(reader, keys.get("schedule"), parameters)
    written = "steps" if "steps" in document.data else "Steps"
    steps = read_steps(reader, keys["steps"], (written,)) if "steps" in keys else {}
    _check_step_names(reader, steps)
    slots = _read_slots(reader, keys)
    problems = in_order(reader.problems)
    if "name" not in keys or not steps:
        return None, problems
    pipeline = Pipeline(
        name=keys["name"],
        description=keys.get("description", ""),
        type=keys.get("type", "Pipeline"),
        parameters=parameters,
        steps=steps,
        schedules=schedules,
        document=document,
        timeout_seconds=keys.get("timeout_seconds"),
        slots=slots,
    )
    return pipeline, problems


def _read_slots(reader: Reader, keys: Mapping[str, Any]) -> Slots | None:
    if "max_concurrent_executions" in keys:
        return Slots(keys["max_concurrent_executions"], keys.get("when_full") != "fail")
    if "when_full" in keys:
        text = "'when_full' without 'max_concurrent_executions': it is never full"
        hint = "max_concurrent_executions: 1"
        reader.report(text, ("when_full",), hint, key=True)
    return None


def with_chosen(
    steps: Mapping[str, Step], chosen: Mapping[str, Mapping[str, Any]]
) -> dict[str, Step]:
    """The steps as an environment has them: by name, what it chose of each."""

    def one(step: Step) -> Step:
        return replace(
            step,
            chosen={k: v for k, v in chosen.get(step.name, {}).items() if k in CHOSEN},
            branches=tuple(with_chosen(chain, chosen) for chain in step.branches),
            iterator=with_chosen(step.iterator, chosen),
        )

    return {name: one(step) for name, step in steps.items()}


def all_steps(steps: Mapping[str, Step]) -> Iterator[Step]:
    """Every step of a chain, and of the chains inside its steps, in file order."""
    for step in steps.values():
        yield step
        for chain in (*step.branches, step.iterator):
            yield from all_steps(chain)


def _check_name(reader: Reader, keys: Mapping[str, Any]) -> None:
    if "name" in keys and (fault := pipeline_name_fault(keys["name"])):
        message = f"'{keys['name']}' cannot be a pipeline's name: {fault}"
        reader.report(message, ("name",), near(keys["name"]))


def _check_step_names(reader: Reader, steps: Mapping[str, Step]) -> None:
    """Names are unique in the whole pipeline, as keys, folders and job names."""
    seen: dict[str, Step] = {}
    for step in all_steps(steps):
        other = seen.setdefault(step_key(step.name).lower(), step)
        if other is step:
            continue
        line = other.where.line
        message = f"step '{step.name}' repeats a name: '{other.name}' on line {line}"
        hint = "capitals, spaces, '-' and '_' do not tell names apart; rename one"
        reader.report(message, step.path, hint, key=True)
