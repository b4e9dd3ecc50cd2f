"""What a reference may lead to: a step that has run, or failed, and what it has.

What comes in: the step that is referred to, and the one that refers. What goes out: a
path, a port, what is left of an error, or a Refused with what to do. Never: a literal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mlmax_pipelines.asl.paths import path_text
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.compiled import Parameter
from mlmax_pipelines.resolve.bindings import Binding
from mlmax_pipelines.resolve.expressions import ERROR_PARTS, PARAMETER, Ref, parse
from mlmax_pipelines.spec.model import Port
from mlmax_pipelines.spec.order import OrderFacts
from mlmax_pipelines.steps.contract import FOLDERS
from mlmax_pipelines.steps.values import Value, call, state_data

INSTEAD = {
    "map": "${steps.<map>.output.items} has the outputs of all items",
    "parallel": "refer to the steps inside it: ${steps.<inner>.outputs.<name>}",
    "pass": "refer to the values it sets: ${steps.<pass>.outputs.<name>}",
}


ASK = "refer to it after a choice that asks for it: {value: ..., equals: null}"


def may_be_null(parameter: str) -> str:
    return f"parameter '{parameter}' may be null"


class Refused(Exception):
    """Ends one reference: what is wrong with it, and what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def check_order(facts: OrderFacts, source: Binding, reader: Binding) -> None:
    name = source.name
    if source is reader:
        hint = "refer to a step before it"
        raise Refused(f"step '{name}' refers to itself", hint)
    if source in reader.containers:
        text = f"step '{name}' is around this one and has no result yet"
        raise Refused(text, "refer to a step before it")
    if facts.dominates(name, reader.name):
        return
    if facts.reaches(name, reader.name):
        text = f"step '{name}' does not run on every path to '{reader.name}'"
        raise Refused(text, "refer to a step that every path passes")
    text = f"step '{name}' does not run before '{reader.name}'"
    raise Refused(text, "refer to an earlier step, or move this one")


def check_failed(facts: OrderFacts, source: Binding, reader: Binding) -> None:
    name = source.name
    if facts.has_failed(name, reader.name):
        return
    if not source.step.catch:
        text = f"step '{name}' has no 'catch': no step comes after its error"
        hint = f"catch: [{{errors: [States.ALL], next: {reader.name}}}]"
        raise Refused(text, hint)
    text = f"step '{name}' has not failed on every path to '{reader.name}'"
    raise Refused(text, "refer to it in a step that only its catch leads to")


def own_maps(source: Binding, reader: Binding) -> list[Binding]:
    """The maps around a step that are not around the one that refers to it, outermost
    first."""
    outside = (box for box in source.containers if box not in reader.containers)
    return [box for box in outside if box.step_type.type == "map"]


def maps_around(source: Binding, reader: Binding) -> list[Binding]:
    """The maps around both."""
    both = (box for box in source.containers if box in reader.containers)
    return [box for box in both if box.step_type.type == "map"]


def gathers(ref: Ref, source: Binding, reader: Binding, wanted: str) -> bool:
    """Whether a reference means what all items of a map put out, as one folder."""
    maps = own_maps(source, reader)
    if not maps or ref.path or wanted not in ("s3", "string", "any"):
        return False
    type = port_of(ref, source).type
    if type not in FOLDERS or (type == "metrics" and wanted == "any"):
        return False
    around = maps_around(source, reader)
    own = [box for box in reader.containers if box.step_type.type == "map"]
    if around and own != around:
        text = f"the items of '{maps[0].name}' have no folder that the items of "
        text += f"'{own[-1].name}' can tell"
        raise Refused(text, f"gather them in a step before '{own[-1].name}'")
    return True


def path_of(source: Binding, reader: Binding) -> tuple[str, ...]:
    """Where the source's result is, seen from the reader."""
    outside = [box for box in source.containers if box not in reader.containers]
    for box in outside:
        if box.step_type.type == "map":
            text = f"step '{source.name}' runs once per item of '{box.name}'"
            raise Refused(text, f"${{steps.{box.name}.output.items}} has them all")
    return ("steps", *(box.key for box in outside), source.key)


def port_of(ref: Ref, source: Binding) -> Port:
    ports = source.output_ports
    if ports is None:
        return Port(ref.output, "any")
    if ref.output not in ports:
        text = f"step '{source.name}' has no output '{ref.output}'"
        hint = did_you_mean(ref.output, ports) if ports else "it declares none"
        raise Refused(text, hint)
    return ports[ref.output]


def asked(bindings: Mapping[str, Binding]) -> Mapping[str, set[str]]:
    """Choice -> the parameters that its conditions name."""
    return {
        one.name: {*_parameters(one.fields.get("choices"))}
        for one in bindings.values()
        if one.step_type.type == "choice"
    }


def _parameters(data: Any) -> Iterator[str]:
    """The parameters that texts of a spec refer to, however deep they stand."""
    if isinstance(data, str):
        refs = parse(data).refs
        yield from (ref.name for ref in refs if ref.kind == PARAMETER)
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _parameters(value)
    elif isinstance(data, list):
        for value in data:
            yield from _parameters(value)


def error_of(base: tuple[str, ...], what: str, as_path: bool = False) -> Value:
    """The name or the cause of a caught error, which is below a step's path.

    Not every error has a cause: one that is out of time has none. It is then empty;
    what is found anywhere below the error is a list, of one or of none.
    """
    path = path_text((*base, "error"))
    if what == "error" or as_path:
        return state_data(f"{path}.{ERROR_PARTS[what]}", "string")
    causes = state_data(f"{path}..{ERROR_PARTS[what]}", "list")
    either = call("States.Array", call("States.Array", ""), causes)
    found = call("States.ArrayGetItem", either, call("States.ArrayLength", causes))
    return call("States.ArrayGetItem", found, 0, type="string")


def item_type(map: Binding, parameters: Mapping[str, Parameter]) -> str:
    """The type of a map's items, where a parameter says it."""
    items = map.fields.get("items")
    only = parse(items).single if isinstance(items, str) else None
    if only is None or only.kind != PARAMETER or only.path:
        return "any"
    parameter = parameters.get(only.name)
    return (parameter.items if parameter else "") or "any"
