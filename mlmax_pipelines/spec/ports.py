"""Typed names: parameters of a pipeline, inputs and outputs of a module.

What comes in: mappings already read by their tables. What goes out: Parameters and
Ports whose defaults and enums fit their types, and problems.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from mlmax_pipelines.base.hints import did_you_mean, meant_boolean
from mlmax_pipelines.base.limits import PARAMETER_TEXT, PARAMETER_VALUE, Quota
from mlmax_pipelines.base.names import near, port_name_fault
from mlmax_pipelines.compiled import MISSING, Parameter
from mlmax_pipelines.spec.fields import Path, Reader, label, shown
from mlmax_pipelines.spec.model import Port
from mlmax_pipelines.spec.tables import INPUT_MORE, OUTPUT_MORE

_WORDS = {
    "string": "text",
    "s3": "an S3 URI or a path of the project",
    "metrics": "an S3 URI",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "list": "a list",
    "object": "keys with values",
}
_UNREAD = "any"
_CLASSES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "s3": (str,),
    "metrics": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "list": (list,),
    "object": (dict,),
}


# The keys that only ports of some types have.
_FOLDERS = ("s3", "metrics")
_OF_INPUTS = {**dict.fromkeys(INPUT_MORE, _FOLDERS), "flag": ("boolean",)}
_OF_OUTPUTS = {"file": ("metrics",), "values": ("metrics",), "local_path": _FOLDERS}


def fits(type: str, value: Any) -> bool:
    """Whether a value is of a declared type; true and false are no numbers."""
    if type == _UNREAD:
        return True
    if isinstance(value, bool):
        return type == "boolean"
    return isinstance(value, _CLASSES[type])


def in_words(type: str) -> str:
    """A type as a message says it: `must be a whole number`."""
    return _WORDS[type]


def read_parameters(
    reader: Reader, data: Mapping[str, Mapping[str, Any]], path: Path
) -> dict[str, Parameter]:
    _check_names(reader, data, path)
    parameters = {}
    for name, keys in data.items():
        typed = _typed(reader, keys, (*path, name))
        parameters[name] = Parameter(name=name, **typed)
        _check_items(reader, parameters[name], (*path, name))
        _check_range(reader, parameters[name], (*path, name))
        _check_sizes(reader, parameters[name], (*path, name))
    return parameters


def _check_items(reader: Reader, parameter: Parameter, path: Path) -> None:
    """The items of a list are of their type."""
    if not parameter.items:
        return
    if parameter.type != "list":
        text = f"'{parameter.name}' has 'items', which a list can have only"
        reader.report(text, (*path, "items"), "type: list", key=True)
    elif isinstance(parameter.default, list):
        for index, item in enumerate(parameter.default):
            read_value(reader, parameter.items, item, (*path, "default", index))


def _check_range(reader: Reader, parameter: Parameter, path: Path) -> None:
    for key, limit in (("minimum", parameter.minimum), ("maximum", parameter.maximum)):
        if limit is not None and parameter.type not in ("number", "integer"):
            text = f"'{parameter.name}' has '{key}', which a number can have only"
            reader.report(text, (*path, key), "type: number", key=True)
            return
    values: list[tuple[Path, Any]] = [(("default",), parameter.default)]
    values += [(("enum", index), one) for index, one in enumerate(parameter.enum)]
    for place, value in values:
        if must := parameter.outside(value):
            text = f"{label((*path, *place))} must be {must}"
            reader.report(text, (*path, *place), f"found {shown(value)}")


def _check_sizes(reader: Reader, parameter: Parameter, path: Path) -> None:
    """It becomes a parameter of a template, which holds so much and no more."""
    texts: list[tuple[Path, Any]] = [(("default",), parameter.default)]
    texts += [(("enum", index), one) for index, one in enumerate(parameter.enum)]
    sizes: list[tuple[Path, int, Quota]] = [
        (("description",), len(parameter.description), PARAMETER_TEXT)
    ]
    sizes += [
        (place, len(text.encode(errors="replace")), PARAMETER_VALUE)
        for place, text in texts
        # What is too long and no text stands in the definition.
        if isinstance(text, str)
    ]
    for place, used, most in sizes:
        if used > most:
            at = (*path, *place)
            text = f"{label(at)} has {used:,} {most.unit}, at most {most:,} can be"
            reader.problems.append(reader.document.problem(text, at, most.hint).unseen)


def read_inputs(
    reader: Reader, data: Mapping[str, Mapping[str, Any]], path: Path
) -> dict[str, Port]:
    _check_names(reader, data, path)
    _check_keys(reader, data, path, _OF_INPUTS)
    return {
        name: _port(name, _typed(reader, keys, (*path, name)), INPUT_MORE)
        for name, keys in data.items()
    }


def read_outputs(
    reader: Reader, data: Mapping[str, Mapping[str, Any]], path: Path
) -> dict[str, Port]:
    _check_names(reader, data, path)
    _check_keys(reader, data, path, _OF_OUTPUTS)
    return {
        name: _port(name, {"type": _UNREAD, **keys}, OUTPUT_MORE)
        for name, keys in data.items()
    }


def _port(name: str, keys: Mapping[str, Any], more: Collection[str]) -> Port:
    own = {key: value for key, value in keys.items() if key not in more}
    return Port(name=name, **own, more={k: keys[k] for k in more if keys.get(k)})


def _check_keys(
    reader: Reader,
    data: Mapping[str, Mapping[str, Any]],
    path: Path,
    types: Mapping[str, Sequence[str]],
) -> None:
    """Keys that only ports of some types have."""
    for name, keys in data.items():
        for key, allowed in types.items():
            if key in keys and keys.get("type") not in allowed:
                of_type = " or ".join(allowed)
                message = f"only an {path[-1][:-1]} of type {of_type} has '{key}'"
                hint = f"type: {allowed[0]}"
                reader.report(message, (*path, name, key), hint, key=True)


def _check_names(reader: Reader, data: Mapping[str, Any], path: Path) -> None:
    seen: dict[str, str] = {}
    for name in data:
        if fault := port_name_fault(name):
            message = f"'{name}' cannot be a name: {fault}"
            reader.report(message, (*path, name), near(name), key=True)
        other = seen.setdefault(name.lower(), name)
        if other != name:
            message = f"'{name}' and '{other}' differ only in capitals"
            reader.report(message, (*path, name), "rename one of them", key=True)


def _typed(reader: Reader, keys: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The keys of a Parameter or Port with default and enum of the right type.

    One whose default is null is optional. One whose type
    could not be read may be of any: who refers to it is not at fault.
    """
    type = keys.get("type", _UNREAD)
    enum = tuple(
        read_value(reader, type, item, (*path, "enum", index))
        for index, item in enumerate(keys.get("enum", ()))
    )
    default = keys.get("default", MISSING)
    if default is None:
        return {**keys, "type": type, "enum": enum}
    if default is not MISSING:
        default = read_value(reader, type, default, (*path, "default"))
    if default is not MISSING and enum and default not in enum:
        message = f"{label((*path, 'default'))} cannot be {shown(default)}"
        hint = did_you_mean(str(default), [str(item) for item in enum])
        reader.report(message, (*path, "default"), hint)
    return {**keys, "type": type, "enum": enum, "default": default}


def read_value(reader: Reader, type: str, value: Any, path: Path) -> Any:
    """A literal in the declared type: numbers for text are taken as written."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if type == "string" and is_number:
        return reader.document.text_of(path)
    if fits(type, value):
        return value
    hint = meant_boolean(value) if type == "boolean" else ""
    return reader.expect(in_words(type), value, path, hint)
