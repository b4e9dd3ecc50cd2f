"""The entries under `steps` -> Step objects.

What comes in: the mapping under `steps`, of a pipeline or inside a parallel or map
step. What goes out: steps in the order of the file, and problems. Never: a module
looked up, a target followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from mlmax_pipelines.base.hints import did_you_mean, nearest
from mlmax_pipelines.base.names import near, step_name_fault
from mlmax_pipelines.compiled import MISSING
from mlmax_pipelines.spec import tables
from mlmax_pipelines.spec.conditions import read_choices
from mlmax_pipelines.spec.fields import Path, Reader, canonical, label
from mlmax_pipelines.spec.model import Catcher, Step
from mlmax_pipelines.steps.contract import Field, Retrier
from mlmax_pipelines.steps.registry import all_step_types, find

_ANY_ERROR = "States.ALL"
# What most jobs fail with: any error of a task, and its time limit, which the first
# leaves out ("Handling errors in Step Functions workflows").
_TASK_ERRORS = ("States.TaskFailed", "States.Timeout")
_INTERVAL_SECONDS = 10

# Where chains fork: these keys are read here, not by the types' tables.
_STRUCTURE = ("choices", "branches", "steps")
ENDS = ("succeed", "fail")
# One of these keys says what a step is.
_EITHER = ("module", "type")


def read_steps(reader: Reader, data: Any, path: Path) -> dict[str, Step]:
    """The steps of one chain by name, those that could be read."""
    if not isinstance(data, dict):
        reader.expect("steps by name", data, path)
        return {}
    if not data:
        reader.report(f"{label(path)} is empty", path, "a chain has at least one step")
    steps = {}
    for name, entry in data.items():
        at = (*path, name)
        if fault := step_name_fault(name):
            message = f"'{name}' cannot be a step's name: {fault}"
            reader.report(message, at, near(name), key=True)
        if isinstance(entry, dict):
            steps[name] = _step(reader, name, entry, at)
            continue
        reader.expect("keys with values", entry, at, "such as module: preprocess")
        # There is such a step: who refers to it is not at fault.
        steps[name] = replace(_step(Reader(reader.document), name, {}, at), whole=False)
    return steps


def _step(reader: Reader, name: str, entry: Mapping[str, Any], path: Path) -> Step:
    known = len(reader.problems)
    common: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for key, value in entry.items():
        (common if canonical(key, tables.STEP) in tables.STEP else own)[key] = value
    keys = reader.read_keys(tables.STEP, common, path)
    type = _type(reader, common, own, keys, path)
    fields = {}
    if type is not None:
        table = own_fields(type)
        fields = reader.templated.read_keys(table, own, path, also=tables.STEP)
    _check_way_on(reader, keys, type, path)
    step = Step(
        name=name,
        module=keys.get("module", ""),
        type=keys.get("type", ""),
        inputs=keys.get("inputs", {}),
        branches=_branches(reader, fields.pop("branches", None), path),
        iterator=_iterator(reader, fields, path),
        fields=_with_choices(reader, fields, entry, path),
        next=keys.get("next", ""),
        end=keys.get("end", False),
        retry=_retriers(reader, keys.get("retry"), (*path, "retry")),
        catch=_catchers(reader, keys.get("catch"), (*path, "catch")),
        timeout_seconds=keys.get("timeout_seconds"),
        description=keys.get("description", ""),
        document=reader.document,
        path=path,
    )
    return step if len(reader.problems) == known else replace(step, whole=False)


def _type(
    reader: Reader,
    written: Mapping[str, Any],
    own: Mapping[str, Any],
    keys: Mapping[str, Any],
    path: Path,
) -> str | None:
    """The step's type, "" when its module says it; None when it cannot be known."""
    type = str(keys.get("type", ""))
    given = {canonical(key, tables.STEP) for key in written} & set(_EITHER)
    if not given and (slips := [k for k in own if nearest(k, tables.STEP) in _EITHER]):
        reader.read_keys({}, dict.fromkeys(slips), path, also=tables.STEP)
        return None
    if len(given) != 1:
        found = "both 'module' and 'type'" if given else "no 'module' and no 'type'"
        hint = "a step runs a module, or has a type itself (choice, wait, ...)"
        reader.report(f"step '{path[-1]}' has {found}", path, hint, key=True)
        return None
    if keys.get("module") == "":
        reader.report("a module has a name, found ''", (*path, "module"))
        return None
    if "type" in keys and find(type) is None:
        hint = did_you_mean(type, all_step_types())
        reader.report(f"unknown step type '{type}'", (*path, "type"), hint)
        return None
    return type


@cache
def own_fields(type: str) -> Mapping[str, Field]:
    """The keys a step of this type has besides those of every step.

    A step with a module may say itself where a choice goes: the targets are steps of
    the pipeline, the module knows nothing of them.
    """
    step_type = find(type or "choice")
    fields = {} if step_type is None else dict(step_type.fields)
    for name in _STRUCTURE:
        if name in fields:
            fields[name] = replace(fields[name], type="any", items=None)
    if not type:
        return {name: replace(field, required=False) for name, field in fields.items()}
    return fields


def _check_way_on(
    reader: Reader, keys: Mapping[str, Any], type: str | None, path: Path
) -> None:
    if keys.get("end") and "next" in keys:
        message = f"step '{path[-1]}' has both 'next' and 'end: true'"
        reader.report(message, path, "keep one of them", key=True)
    if type in ENDS and "next" in keys:
        message = f"nothing comes after a {type} step, found next: '{keys['next']}'"
        reader.report(message, path, "remove 'next'", key=True)
    if type == "choice" and keys.get("end"):
        message = "a choice step cannot end the pipeline"
        reader.report(message, path, "name a default step of type succeed", key=True)


def _with_choices(
    reader: Reader, fields: dict[str, Any], entry: Mapping[str, Any], path: Path
) -> Mapping[str, Any]:
    if "choices" in fields:
        written = "choices" if "choices" in entry else "Choices"
        choices = read_choices(reader, fields["choices"], (*path, written))
        fields["choices"] = choices
    return fields


def _branches(
    reader: Reader, branches: Any, path: Path
) -> tuple[Mapping[str, Step], ...]:
    at = (*path, "branches")
    if branches is None:
        return ()
    if not isinstance(branches, list) or not branches:
        hint = "such as [{steps: {A: ...}}, {steps: {B: ...}}]"
        reader.expect("a list with at least one branch", branches, at, hint)
        return ()
    chains = []
    form = {"steps": Field("any", "the steps of this branch", required=True)}
    for index, branch in enumerate(branches):
        if not isinstance(branch, dict):
            reader.expect("keys with values", branch, (*at, index))
            continue
        keys = reader.read_keys(form, branch, (*at, index))
        if "steps" in keys:
            written = "steps" if "steps" in branch else "Steps"
            place = (*at, index, written)
            chains.append(read_steps(reader, keys["steps"], place))
    return tuple(chains)


def _iterator(reader: Reader, fields: dict[str, Any], path: Path) -> Mapping[str, Step]:
    steps = fields.pop("steps", MISSING)
    return {} if steps is MISSING else read_steps(reader, steps, (*path, "steps"))


def _retriers(reader: Reader, rules: Any, path: Path) -> tuple[Retrier, ...] | None:
    if rules is None:
        return None
    if isinstance(rules, int):
        again = Retrier(_TASK_ERRORS, _INTERVAL_SECONDS, rules, jitter=True)
        return (again,) if rules else ()
    _check_errors(reader, rules, path)
    return tuple(
        Retrier(**{**rule, "errors": tuple(rule.get("errors", _TASK_ERRORS))})
        for rule in rules
    )


def _catchers(reader: Reader, rules: Any, path: Path) -> tuple[Catcher, ...] | None:
    if rules is None:
        return None
    _check_errors(reader, rules, path)
    return tuple(
        Catcher(tuple(rule["errors"]), rule["next"], (*path, index))
        for index, rule in enumerate(rules)
        if "errors" in rule and "next" in rule
    )


def _check_errors(reader: Reader, rules: list[dict[str, Any]], path: Path) -> None:
    """States.ALL stands alone and last (Amazon States Language, "Retriers")."""
    for index, rule in enumerate(rules):
        errors = rule.get("errors", [_ANY_ERROR])
        at = (*path, index, "errors")
        if not errors:
            reader.report(f"{label(at)} is empty", at, "States.ALL is any error")
        elif _ANY_ERROR in errors and len(errors) > 1:
            reader.report("States.ALL must stand alone", at, "it is every error")
        elif errors == [_ANY_ERROR] and "errors" in rule and rule is not rules[-1]:
            reader.report("States.ALL must come last", at, "what follows is never read")
