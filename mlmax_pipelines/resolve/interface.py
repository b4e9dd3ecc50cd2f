"""What a module's interface declares, held against what its step type can do with it.

What comes in: a step bound to its module. What goes out: problems, at the place in the
module's file. Never: a value is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.resolve.bindings import Binding, Place
from mlmax_pipelines.resolve.types import a, type_fits
from mlmax_pipelines.spec.model import Module, Port

_REFERENCE = re.compile(r"(?<!\$)\$\{(env|parameters|steps|map|pipeline|item)\b")


def check(binding: Binding) -> Iterator[Problem]:
    """What no step of this type can do."""
    module = binding.module
    if module is None:
        return
    known = binding.step_type
    yield from _keys(binding, module, "inputs", module.input_ports, known.input_keys)
    yield from _keys(binding, module, "outputs", module.output_ports, known.output_keys)
    for port in (module.output_ports or {}).values():
        yield from _output(binding, module, port)


def warn(binding: Binding) -> Iterator[Problem]:
    """Defaults that look like references, and are plain text."""
    module = binding.module
    for port in ((module and module.input_ports) or {}).values():
        if module and isinstance(port.default, str) and _REFERENCE.search(port.default):
            text = f"the default of input '{port.name}' refers to nothing: it is text"
            hint = f"a step that uses the module refers: inputs: {{{port.name}: ...}}"
            yield _place(module, "inputs", port, "default").problem(text, hint)


def _keys(
    binding: Binding,
    module: Module,
    side: str,
    ports: Mapping[str, Port] | None,
    allowed: Collection[str],
) -> Iterator[Problem]:
    for port in (ports or {}).values():
        for key in port.more:
            if key not in allowed:
                of_type = f"{a(binding.step_type.type)} step"
                text = f"'{key}' of '{port.name}' means nothing to {of_type}"
                yield _place(module, side, port, key).problem(text, "leave it out")


def _output(binding: Binding, module: Module, port: Port) -> Iterator[Problem]:
    """An output that a step of this type never has, or has in another form."""
    step_type = binding.step_type
    known = (step_type.output_types(binding.fields) or {}).get(port.name)
    if known is not None and port.type != "metrics" and type_fits(known, port.type):
        return
    kinds = step_type.output_kinds
    if known is None and (kinds is None or port.type in kinds):
        return
    of_type = f"{a(step_type.type)} step"
    if known is not None:
        text = f"output '{port.name}' of {of_type} is {a(known)}, not {a(port.type)}"
        hint = f"type: {known}"
    elif not kinds:
        text = f"{of_type} never has an output '{port.name}'"
        hint = "leave it out"
    else:
        text = f"{of_type} never has an output of type {port.type}"
        hint = f"'{port.name}' can be: {', '.join(kinds)}"
    yield _place(module, "outputs", port, "type").problem(text, hint)


def _place(module: Module, side: str, port: Port, key: str) -> Place:
    return Place(module.document, ("interface", side, port.name, key), key=True)
