"""`schedule:` of a pipeline -> when it starts by itself, and with what input.

What comes in: one expression, or one or several mappings. What goes out: schedules, and
what is wrong with them: with the expression, as EventBridge Scheduler sees it; with the
inputs, as `--input` would be told. Never: a clock; what is over by now is seen where it
is deployed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mlmax_pipelines.base import schedules
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.base.layout import SCHEME
from mlmax_pipelines.base.names import PIPELINE_FORM
from mlmax_pipelines.compiled import MISSING, Parameter, Schedule
from mlmax_pipelines.spec.fields import Path, Reader, label, shown
from mlmax_pipelines.spec.ports import read_value

_KEY = "schedule"


def read_schedules(
    reader: Reader, given: Any, parameters: Mapping[str, Parameter]
) -> tuple[Schedule, ...]:
    """The schedules that can be read; reports all that is wrong."""
    found = {path: _one(reader, *one, parameters) for path, one in _given(given)}
    _check_names(reader, found)
    return tuple(found.values())


def _given(given: Any) -> Iterator[tuple[Path, tuple[Mapping[str, Any], Path, Path]]]:
    """Each schedule's path, keys and again path, and where its expression stands."""
    path: Path = (_KEY,)
    if isinstance(given, str):
        yield path, ({"expression": given}, path, path)
    elif isinstance(given, Mapping):
        yield path, (given, path, (*path, "expression"))
    elif given:
        for index, keys in enumerate(given):
            path = (_KEY, index)
            yield path, (keys, path, (*path, "expression"))


def _one(
    reader: Reader,
    keys: Mapping[str, Any],
    path: Path,
    place: Path,
    parameters: Mapping[str, Parameter],
) -> Schedule:
    """`place` is where the expression stands."""
    expression, zone = keys.get("expression", ""), keys.get("timezone", "")
    if expression and (why := schedules.fault(expression)):
        reader.report(f"{label(place)} cannot be '{expression}'", place, why)
    if zone and (why := schedules.zone_fault(zone)):
        at = (*path, "timezone")
        reader.report(f"{label(at)} cannot be '{zone}'", at, why)
    inputs = dict(_inputs(reader, keys.get("inputs", {}), path, parameters))
    where = reader.document.where(place)
    return Schedule(keys.get("name", ""), expression, zone, inputs, where)


def _inputs(
    reader: Reader,
    given: Mapping[str, Any],
    path: Path,
    parameters: Mapping[str, Parameter],
) -> Iterator[tuple[str, Any]]:
    for name, value in given.items():
        at = (*path, "inputs", name)
        if name not in parameters:
            allowed = f"its parameters: {', '.join(parameters) or 'none'}"
            hint = f"{question(str(name), parameters)} {allowed}".lstrip()
            text = f"the pipeline has no parameter '{name}' that a schedule could give"
            reader.report(text, at, hint, key=True)
            continue
        read = _input(reader, parameters[name], value, at)
        if read is not MISSING:
            yield name, read
    for name, parameter in parameters.items():
        if parameter.default is MISSING and name not in given:
            text = f"{label(path)} gives no value for parameter '{name}'"
            hint = "it has no default: write 'inputs:' with a value for it"
            reader.report(text, path, hint)


def _input(reader: Reader, parameter: Parameter, value: Any, path: Path) -> Any:
    read = read_value(reader, parameter.type, value, path)
    if read is MISSING:
        return MISSING
    if parameter.enum and read not in parameter.enum:
        allowed = ", ".join(f"'{choice}'" for choice in parameter.enum)
        reader.report(
            f"{label(path)} cannot be {shown(read)}", path, f"one of {allowed}"
        )
        return MISSING
    if must := parameter.outside(read):
        reader.report(f"{label(path)} must be {must}", path, f"found {shown(read)}")
        return MISSING
    if parameter.type == "s3" and not str(read).startswith(SCHEME):
        hint = "a schedule starts where there are no files of yours: s3://bucket/key"
        reader.report(f"{label(path)} cannot be {shown(read)}", path, hint)
        return MISSING
    return read


def _check_names(reader: Reader, found: Mapping[Path, Schedule]) -> None:
    """Of several each has a name; names differ in more than capitals and hyphens."""
    seen: dict[str, Schedule] = {}
    for whole, one in found.items():
        path = (*whole, "name")
        if not one.name and len(found) > 1:
            text = f"{label(whole)} lacks the key 'name'"
            reader.report(text, whole, "an environment turns them on by name", key=True)
        elif one.name and not PIPELINE_FORM.fullmatch(one.name):
            hint = "allowed are letters, digits, '-' and '_', beginning with a letter"
            reader.report(f"{label(path)} cannot be '{one.name}'", path, hint)
        elif one.name:
            key = one.name.lower().replace("-", "").replace("_", "")
            if seen.setdefault(key, one) is not one:
                text = f"{label(path)} repeats a name: '{one.name}'"
                reader.report(text, path, "rename one of them")
