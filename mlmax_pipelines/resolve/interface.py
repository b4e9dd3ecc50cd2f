"""What a module's interface declares, held against what its step type can do with it.

What comes in: a step bound to its module. What goes out: problems, at the place in the
module's file. Never: a value is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.resolve.bindings import Binding, Place
from mlmax_pipelines.resolve.types import a

# Keys of ports that mean something to some step types only.
_KEYS = ("flag",)


def check(binding: Binding) -> Iterator[Problem]:
    """What no step of this type can do."""
    module = binding.module
    if module is None:
        return
    of_type = f"{a(binding.step_type.type)} step"
    allowed = binding.step_type.port_keys
    sides = {"inputs": module.input_ports, "outputs": module.output_ports}
    for side, ports in sides.items():
        for port in (ports or {}).values():
            for key in _KEYS:
                if getattr(port, key) and key not in allowed:
                    place = Place(
                        module.document, ("interface", side, port.name, key), key=True
                    )
                    text = f"'{key}' of '{port.name}' means nothing to {of_type}"
                    yield place.problem(text, "leave it out")
