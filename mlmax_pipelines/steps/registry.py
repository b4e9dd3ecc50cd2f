"""Which step types there are: the files of `flow/` and `services/`, and plug-ins.

A step type is the `TYPE` of a module named for it: `flow/choice.py`,
`services/sagemaker/training.py` (`pass_.py`, where that is a word of Python's). A
package adds one with an entry point in the group `mlmax_pipelines.steps` that names a
`StepType` object. Never: imports a type that nobody asked for, or lets one shadow
another.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from mlmax_pipelines.base.errors import PipelineError
from mlmax_pipelines.steps.contract import StepType

ENTRY_POINTS = "mlmax_pipelines.steps"
_FOLDERS = ("services/*", "flow")


@cache
def step_types() -> Mapping[str, StepType]:
    """Every step type that ships with the product, by name."""
    found: dict[str, StepType] = {}
    for name, modules in _modules().items():
        for step_type in filter(None, map(_load, modules)):
            assert step_type.type == name, f"'{step_type.type}' is in {name}.py"
            assert name not in found, f"two files have a type '{name}'"
            found[name] = step_type
    return found


@cache
def plug_ins() -> Mapping[str, StepType]:
    """The step types of installed packages. Raises PipelineError for two of a name."""
    from importlib.metadata import entry_points

    found: dict[str, StepType] = {}
    for entry in entry_points(group=ENTRY_POINTS):
        if entry.name in found:
            text = f"two installed packages have a step type '{entry.name}'"
            raise PipelineError(text, hint="uninstall one of them")
        found[entry.name] = entry.load()
    return found


def all_step_types() -> Mapping[str, StepType]:
    """The built-in step types and the installed ones; built-in ones cannot change."""
    return {**plug_ins(), **step_types()}


@cache
def find(type: str) -> StepType | None:
    """The step type of this name; installed packages are asked for unknown ones."""
    for module in _modules().get(type, ()):
        built_in = _load(module)
        if built_in is not None:
            return built_in
    return plug_ins().get(type)


def _load(module: str) -> StepType | None:
    found: StepType | None = getattr(import_module(module), "TYPE", None)
    return found


@cache
def _modules() -> Mapping[str, list[str]]:
    """File name -> the modules of that name; those with a `TYPE` are step types."""
    here = Path(__file__).parent
    found: dict[str, list[str]] = {}
    for path in sorted(p for folder in _FOLDERS for p in here.glob(f"{folder}/*.py")):
        place = path.relative_to(here).with_suffix("").parts
        name = ".".join((__package__ or "", *place))
        found.setdefault(path.stem.rstrip("_"), []).append(name)
    return found
