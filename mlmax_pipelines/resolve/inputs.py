"""The inputs of a step: given ones checked against the ports, the others by default.

What comes in: a step bound to its module. What goes out: a value per input, or
problems. Never: an output is looked at.
"""

from __future__ import annotations

from mlmax_pipelines.base.hints import did_you_mean, meant_boolean
from mlmax_pipelines.base.literals import written
from mlmax_pipelines.compiled import MISSING
from mlmax_pipelines.resolve.bindings import Binding, Place
from mlmax_pipelines.resolve.reading import Reader
from mlmax_pipelines.resolve.targets import ASK, may_be_null
from mlmax_pipelines.resolve.types import a, literal_fits, name_of, type_fits
from mlmax_pipelines.spec.model import Port
from mlmax_pipelines.steps.contract import FOLDERS, InputPort
from mlmax_pipelines.steps.values import Value, literal


def read_inputs(binding: Binding, reader: Reader) -> dict[str, InputPort]:
    """The inputs of a step, given or by default; faults go to the reader's problems."""
    ports, given = binding.input_ports, binding.inputs
    result: dict[str, InputPort] = {}
    for name, raw in given.items():
        place = binding.input_place(name)
        free = Port(name, "any", default=None)
        port = free if ports is None else ports.get(name)
        if port is None or not binding.step_type.is_job:
            text = f"step '{binding.name}' has no input '{name}'"
            hint = did_you_mean(name, ports) if ports else "it takes none"
            reader.problems.append(place.problem(text, hint))
            continue
        value = reader.value(raw, binding, place, port.type)
        if _fits(value, port, binding, place, reader):
            result[name] = InputPort(name, _declared(port, value), value, **port.more)
    for name, port in binding.declared_inputs.items():
        if name not in given:
            _default(port, binding, result, reader)
    return result


def _default(
    port: Port, binding: Binding, result: dict[str, InputPort], reader: Reader
) -> None:
    if port.default is MISSING:
        text = f"step '{binding.name}' lacks input '{port.name}' ({port.type})"
        hint = f"inputs: {{{port.name}: ...}}"
        reader.problems.append(binding.place.problem(text, hint))
    elif port.default is not None:
        value = literal(written(port.default), port.type)
        result[port.name] = InputPort(port.name, port.type, value, **port.more)


def _fits(
    value: Value, port: Port, binding: Binding, place: Place, reader: Reader
) -> bool:
    what = f"input '{port.name}' of step '{binding.name}'"
    needed = port.default is not None or port.type in FOLDERS
    if value.optional and (needed or not binding.step_type.takes_null):
        text = f"{what} needs a value, and {may_be_null(value.origins[0].parameter)}"
        reader.problems.append(place.problem(text, ASK))
        return False
    if not value.is_literal:
        if type_fits(value.type, port.type):
            return True
        text = f"{what} takes {a(port.type)}, found {a(value.type)}"
        reader.problems.append(place.problem(text, "refer to a value of that type"))
        return False
    found, text, hint = value.literal, "", ""
    if found is None and port.default is MISSING:
        text = f"{what} needs a value, found null"
        hint = f"give it one, or 'default: null' to input '{port.name}' of its module"
    elif found is not None and not literal_fits(found, port.type):
        shown = place.text if isinstance(found, str) else found
        text = f"{what} takes {a(port.type)}, found {shown!r} ({a(name_of(found))})"
        hint = meant_boolean(found) if port.type == "boolean" else ""
        if "${env." in place.text:
            hint = "values of an environment are texts; a parameter is of any type"
    elif port.enum and found not in port.enum:
        text = f"{what} is '{found}'"
        hint = did_you_mean(str(found), [str(entry) for entry in port.enum])
    elif port.type == "s3" and isinstance(found, str) and "://" not in found:
        text = f"{what} takes an s3:// URI or a reference, found '{found}'"
        hint = "declare a parameter of type s3 with this path as its default"
    if text:
        reader.problems.append(place.problem(text, hint))
    return not text


def _declared(port: Port, value: Value) -> str:
    if port.type != "any":
        return port.type
    return value.type if value.type != "any" else name_of(value.literal)
