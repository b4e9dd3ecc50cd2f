"""The inputs of an execution, checked against the pipeline's parameters.

What comes in: parameters, and values given as data (a file, an environment) or as
text (`--input name=text`). What goes out: the execution input, and which of its
values are local files that have to be uploaded first. Never: uploads, starts
anything, or stops at the first problem.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping, Sequence

from mlmax_pipelines.asl.canonical import parsed
from mlmax_pipelines.base import leaving
from mlmax_pipelines.base.errors import Problem, SpecError, Where
from mlmax_pipelines.base.hints import question
from mlmax_pipelines.base.layout import SCHEME
from mlmax_pipelines.compiled import MISSING, Parameter
from mlmax_pipelines.yaml.events import plain_value

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "s3": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "list": (list,),
    "object": (dict,),
}
_EXAMPLES = {
    "string": "text",
    "s3": "'s3://bucket/key', or a file or folder of this machine",
    "boolean": "true or false",
    "integer": "a whole number, like 5",
    "number": "a number, like 0.95",
    "list": 'a list in JSON, like ["a", "b"]',
    "object": 'an object in JSON, like {"a": 1}',
}


@dataclass(frozen=True)
class Given:
    """A value for the input `name`; `is_text` when it was typed as `name=text`.

    Paths are taken from `folder`, and do not lead out of it with `inside`. `where` is
    its place in a file.
    """

    name: str
    value: Any
    folder: Path
    is_text: bool = False
    where: Where | None = None
    inside: bool = False


@dataclass(frozen=True)
class Inputs:
    """An execution's input, but for `uploads`: names whose values are local paths, or
    lists with such paths in them."""

    values: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, Path | list[Path | str]] = field(default_factory=dict)


def check(
    pipeline: str, parameters: Sequence[Parameter], given: Sequence[Given]
) -> Inputs:
    """The input that `given` makes; of two values for one name the later one counts.

    Raises SpecError with every problem: unknown names, missing values, wrong types.
    """
    known = {parameter.name: parameter for parameter in parameters}
    problems = [
        _unknown(pipeline, g, list(known)) for g in given if g.name not in known
    ]
    values: dict[str, Any] = {}
    uploads: dict[str, Path | list[Path | str]] = {}
    for item in {g.name: g for g in given if g.name in known}.values():
        try:
            value = _value(known[item.name], item)
        except ValueError as error:
            problems.append(Problem(str(error), item.where))
            continue
        if isinstance(value, Path) or _has_path(value):
            uploads[item.name] = value
        else:
            values[item.name] = value
    seen = {item.name for item in given}
    problems += [
        _missing(pipeline, parameter)
        for parameter in parameters
        if parameter.default is MISSING and parameter.name not in seen
    ]
    if problems:
        raise SpecError(problems)
    return Inputs(values, uploads)


def check_value(parameter: Parameter, value: Any) -> None:
    """Raises ValueError for a value of another type, or none of those allowed."""
    if value is None and parameter.default is None:
        return
    if not _fits(value, parameter.type):
        raise _ill_typed(parameter, value)
    for index, item in enumerate(value if parameter.items else ()):
        if not _fits(item, parameter.items):
            text = f"item {index} of input '{parameter.name}' must be of type "
            raise ValueError(f"{text}{parameter.items}, found {item!r}")
    if parameter.enum and value not in parameter.enum:
        allowed = ", ".join(f"'{choice}'" for choice in parameter.enum)
        raise ValueError(
            f"input '{parameter.name}' is '{value}', must be one of {allowed}"
        )
    if must := parameter.outside(value):
        raise ValueError(f"input '{parameter.name}' is {value}, must be {must}")


def _value(parameter: Parameter, given: Given) -> Any:
    """The value as the execution gets it, or the Path that is to be uploaded."""
    value = given.value
    if given.is_text and parameter.type not in ("string", "s3"):
        value = _parsed(parameter, value)
    check_value(parameter, value)
    if value is None:
        return None
    if parameter.type == "s3":
        return _brought(parameter, value, given)
    if parameter.items == "s3":
        return [_brought(parameter, item, given) for item in value]
    return value


def _brought(parameter: Parameter, value: str, given: Given) -> str | Path:
    if given.inside:
        _check_inside(parameter, value, given.folder)
    return _place(parameter, value, given.folder)


def _has_path(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Path) for one in value)


def _fits(value: Any, type: str) -> bool:
    if isinstance(value, bool):
        return type == "boolean"
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return isinstance(value, _KINDS[type])


def _parsed(parameter: Parameter, text: str) -> Any:
    """Text as what it looks like: a number or true as in a spec, the rest as JSON."""
    if parameter.type not in ("list", "object"):
        return plain_value(text.strip())
    try:
        return parsed(text)
    except ValueError:
        raise _ill_typed(parameter, text) from None


def _check_inside(parameter: Parameter, value: str, folder: Path) -> None:
    """A file of an environment is part of the project, as a spec is."""
    wrong = "" if "://" in value else leaving.fault(folder, value)[0]
    if wrong:
        text = f"input '{parameter.name}': {wrong}; --input may name any file"
        raise ValueError(text)


def _place(parameter: Parameter, value: str, folder: Path) -> str | Path:
    """An s3 URI as it is, or the local path that stands for it."""
    if value.startswith(SCHEME):
        if not value[5:].partition("/")[0]:
            raise ValueError(f"input '{parameter.name}': '{value}' names no bucket")
        return value
    if "://" in value or not value:
        raise _ill_typed(parameter, value)
    path = folder / os.path.expanduser(value)
    if not os.path.exists(path):
        raise ValueError(
            f"input '{parameter.name}': no file or folder '{value}' "
            f"(in '{folder}'), and not an 's3://' URI"
        )
    if leaving.is_special(path):
        raise ValueError(
            f"input '{parameter.name}': '{value}' is neither a file nor a folder"
        )
    if path.is_dir() and not any(files for _, _, files in os.walk(path)):
        raise ValueError(f"input '{parameter.name}': no file in the folder '{value}'")
    return path


def _ill_typed(parameter: Parameter, value: Any) -> ValueError:
    shown = value if isinstance(value, str) else json.dumps(value, default=str)
    if len(shown) > 60:
        shown = shown[:57] + "..."
    return ValueError(
        f"input '{parameter.name}' is '{shown}', must be {_EXAMPLES[parameter.type]} "
        f"(type {parameter.type})"
    )


def _unknown(pipeline: str, given: Given, names: list[str]) -> Problem:
    allowed = f"inputs of '{pipeline}': {', '.join(names) or 'none'}"
    hint = f"{question(given.name, names)} {allowed}".lstrip()
    message = f"pipeline '{pipeline}' has no input '{given.name}'"
    return Problem(message, given.where, hint)


def _missing(pipeline: str, parameter: Parameter) -> Problem:
    about = f" ({parameter.description.rstrip('.')})" if parameter.description else ""
    return Problem(
        f"pipeline '{pipeline}' needs a value for input '{parameter.name}'{about}",
        hint=f"add --input {parameter.name}=..., {_EXAMPLES[parameter.type]}",
    )
