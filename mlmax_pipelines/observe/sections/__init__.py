"""The sections of a report, one file each: found by walking this folder.

A file has `PLACE`, a number that says where in the report its section stands (no two
have the same), and `section(facts)`: the section as data, or None when there is
nothing to say. Never: draws anything, or fails because a file of a user's cannot be
read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from mlmax_pipelines.observe.blocks import Section
from mlmax_pipelines.observe.facts import Facts

Make = Callable[[Facts], "Section | None"]


def of(facts: Facts) -> tuple[Section, ...]:
    """What there is to say of an execution, in order."""
    makers = found(Path(__file__).parent, __name__)
    made = (makers[place](facts) for place in sorted(makers))
    return tuple(section for section in made if section is not None)


@cache
def found(folder: Path, package: str) -> Mapping[int, Make]:
    """Place -> what makes the section there. Raises ValueError when two share one."""
    makers: dict[int, Make] = {}
    names: dict[int, str] = {}
    for path in sorted(folder.glob("[!_]*.py")):
        module = import_module(f"{package}.{path.stem}")
        if module.PLACE in makers:
            both = f"'{names[module.PLACE]}' and '{path.stem}'"
            raise ValueError(f"two sections at place {module.PLACE}: {both}")
        makers[module.PLACE], names[module.PLACE] = module.section, path.stem
    return makers
