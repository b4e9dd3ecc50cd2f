"""What an environment says that no execution could be given, and no API would take.

What comes in: an environment, its file, compiled pipelines. What goes out: a problem
for each value, where it is written. Never: a value changed, or AWS asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlmax_pipelines.asl.walk import walk_states
from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.compiled import CompiledPipeline, Setting
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.project.inputs import check_value
from mlmax_pipelines.steps import api
from mlmax_pipelines.steps.api import UNKNOWN, Fault

if TYPE_CHECKING:
    from mlmax_pipelines.yaml.document import Document

_Path = tuple[Any, ...]


def problems(
    document: Document, environment: Environment, pipelines: Sequence[CompiledPipeline]
) -> Iterator[Problem]:
    """Every value that does not fit, and every one that is missing."""
    found = [
        *_ill_typed(document, environment, pipelines),
        *_missing(document, environment, pipelines),
    ]
    yield from found
    told = {problem.where for problem in found}
    for one in pipelines:
        for problem in dict.fromkeys(_refused(document, environment, one)):
            if problem.where not in told:
                yield problem


def _ill_typed(
    document: Document, environment: Environment, pipelines: Sequence[CompiledPipeline]
) -> Iterator[Problem]:
    """Values of parameters that an execution could not be given."""
    for one in pipelines:
        given = environment.parameters.get(one.name, {})
        for parameter in (p for p in one.parameters if p.name in given):
            try:
                check_value(parameter, given[parameter.name])
            except ValueError as error:
                path = ("parameters", one.name, parameter.name)
                yield document.problem(str(error), path)


def _missing(
    document: Document, environment: Environment, pipelines: Sequence[CompiledPipeline]
) -> Iterator[Problem]:
    """Values that specs read, and the environment does not have."""
    for one in pipelines:
        for value in one.substitutions.values():
            if isinstance(value, Setting) and value.scope == "value":
                if value.key not in environment.values:
                    text = f"no value '{value.key}', which pipeline '{one.name}' reads"
                    hint = f"values: {{{value.key}: ...}}"
                    path = ("values",) if "values" in document.data else ()
                    yield document.problem(text, path, hint)


def _refused(
    document: Document, environment: Environment, one: CompiledPipeline
) -> Iterator[Problem]:
    """Values that the API of a request has something against."""
    chosen = dict(_chosen(environment, one))
    jobs = {state.name: state.job for state in one.states if state.job}
    known = _known({name: value for name, (value, _) in chosen.items()})
    for definition in (one.definition, *(part.definition for part in one.parts)):
        for found in walk_states(definition) if chosen else ():
            job = jobs.get(found.name)
            asked = job.integration if job else ""
            for fault in api.faults(asked, found.state.get("Parameters"), known):
                for value, path in chosen.values():
                    # The path of a file that is shipped stands for an address.
                    is_file = fault.rule == "pattern" and path[0] == "parameters"
                    if value == fault.value and not is_file:
                        yield _problem(document, path, fault, api.operation(asked))


def _chosen(
    environment: Environment, one: CompiledPipeline
) -> Iterator[tuple[str, tuple[Any, _Path]]]:
    """What a request may have, as its definition spells it -> its value, and where the
    environment says it."""
    steps = environment.steps.get(one.name, {})
    for token, setting in one.substitutions.items():
        if not isinstance(setting, Setting):
            continue
        path: _Path = ("values", setting.key)
        given: Mapping[str, Any] = environment.values
        if setting.scope == "step":
            path = ("steps", one.name, setting.step, setting.key)
            given = steps.get(setting.step, {})
        if setting.scope != "parameter" and setting.key in given:
            yield f"${{{token}}}", (setting.text(given[setting.key]), path)
    for name, value in environment.parameters.get(one.name, {}).items():
        yield f"$.parameters.{name}", (value, ("parameters", one.name, name))


def _known(chosen: Mapping[str, Any]) -> api.Known:
    def known(key: str, value: Any) -> Any:
        if isinstance(value, str):
            return chosen.get(value, UNKNOWN)
        return value if isinstance(value, (Mapping, list)) else UNKNOWN

    return known


def _problem(document: Document, path: _Path, fault: Fault, operation: str) -> Problem:
    member = ".".join(map(str, fault.path))
    text = f"'{path[-1]}' is no {member} that {operation} takes"
    if fault.rule == "enum":
        text = f"'{path[-1]}' is '{fault.value}', which is no {member} of {operation}"
        return document.problem(text, path, did_you_mean(fault.value, fault.limit))
    return document.problem(text, path, fault.constraint).unseen
