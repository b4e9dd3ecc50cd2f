"""What a reference may lead to: a step that has run, or failed, and what it has.

What comes in: the step that is referred to, and the one that refers. What goes out: a
path, a port, or a Refused with what to do. Never: a value.
"""

from __future__ import annotations

from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.resolve.bindings import Binding
from mlmax_pipelines.resolve.expressions import Ref
from mlmax_pipelines.spec.model import Port
from mlmax_pipelines.spec.order import OrderFacts

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
