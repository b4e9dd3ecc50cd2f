"""One example of every step type: the least of it, and all of it.

`examples/<type>.yaml` has the steps of both, `minimal` and `full`, and the modules they
run; `after` names the types whose steps these ones read from, `answers` what AWS tells
a state where the tests' own AWS does not know. All minimal steps are one pipeline, all
full ones another. `plugin/` is an installed package with a step type.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mlmax_pipelines.spec import steps as spec_steps
from mlmax_pipelines.steps import jobs, registry

HERE = Path(__file__).parent
EXAMPLES = HERE / "examples"
MINIMAL, FULL = "minimal", "full"
PARAMETERS = {
    "input_data": {"type": "s3", "default": "data/rows.csv"},
    "words": {"type": "string", "default": "some words"},
    "loud": {"type": "boolean", "default": True},
    "machines": {"type": "integer", "default": 2},
    "files": {"type": "list", "default": ["one", "two"]},
}


@dataclass(frozen=True)
class Example:
    """`minimal` and `full` are steps as a spec has them."""

    minimal: Mapping[str, Any]
    full: Mapping[str, Any]
    modules: Mapping[str, Any] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)

    def of_type(self, type: str, variant: str) -> Iterator[Mapping[str, Any]]:
        """The type's own keys of each of the steps, wherever they are nested."""
        for step in _every_step(getattr(self, variant)):
            module = self.modules.get(step.get("module", ""), {})
            if type in (step.get("type"), module.get("type")):
                yield {**module.get("implementation", {}), **step}


def _every_step(steps: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for step in steps.values():
        yield step
        for chain in (step, *step.get("branches", ())):
            yield from _every_step(chain.get("steps", {}))


@contextmanager
def plugged_in() -> Iterator[None]:
    """The package in `plugin/` is installed, and gone after."""
    place = str(HERE / "plugin")
    sys.path.insert(0, place)
    _forget()
    try:
        yield
    finally:
        sys.path.remove(place)
        _forget()


def _forget() -> None:
    for known in (registry.plug_ins, registry.find, jobs.find, spec_steps.own_fields):
        known.cache_clear()


def types() -> list[str]:
    """Every step type, installed ones included."""
    with plugged_in():
        return sorted(registry.all_step_types())


@cache
def examples() -> Mapping[str, Example]:
    """The example of every type that has one, each behind those it reads from."""
    found = {
        path.stem: Example(**yaml.safe_load(path.read_text()))
        for path in sorted(EXAMPLES.glob("*.yaml"))
    }
    ordered: dict[str, Example] = {}

    def place(type: str) -> None:
        for other in found[type].after:
            place(other)
        ordered.setdefault(type, found[type])

    for type in found:
        place(type)
    return ordered


def write(root: Path) -> Path:
    """The project: all examples, their code and data."""
    for name in ("src", "data"):
        shutil.copytree(EXAMPLES / name, root / name)
    for variant in (MINIMAL, FULL):
        chains = [getattr(one, variant) for one in examples().values()]
        steps = {name: step for chain in chains for name, step in chain.items()}
        assert len(steps) == sum(map(len, chains)), "two steps have one name"
        spec = {"name": variant, "parameters": PARAMETERS, "steps": steps}
        _dump(root / "pipelines" / f"{variant}.yaml", spec)
    for one in examples().values():
        for name, module in one.modules.items():
            _dump(root / "modules" / f"{name}.yaml", {"name": name, **module})
    return root


def _dump(path: Path, data: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(data, sort_keys=False))
