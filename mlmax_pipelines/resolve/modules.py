"""The modules of a project, found by name or by id.

What comes in: the folder with the modules' files. What goes out: modules, and every
problem of their files. Never: a file of another folder, a module of the network.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mlmax_pipelines.base import leaving
from mlmax_pipelines.base.errors import Problem, SpecError, UsageError
from mlmax_pipelines.base.hints import did_you_mean, nearest
from mlmax_pipelines.spec.model import Module, Step
from mlmax_pipelines.spec.modules import parse_module
from mlmax_pipelines.yaml.document import Document, load
from mlmax_pipelines.yaml.forms import dynamic_references

FOLDER = "modules"
SUFFIXES = (".yaml", ".yml")


class Modules:
    """What `load_modules` found. `problems` are those of the files, in file order."""

    def __init__(
        self, modules: Iterable[Module], broken: Iterable[str], problems: list[Problem]
    ) -> None:
        self.all = tuple(modules)
        self.problems = problems
        self._broken = frozenset(broken)
        self._named: dict[str, Module] = {}
        for module in self.all:
            self._add(module)

    def find(self, step: Step) -> tuple[Module | None, Problem | None]:
        """The module a step names, or the problem that there is none.

        Neither for a module whose file is broken: its own problems say enough.
        """
        module = self._named.get(step.module)
        if module is not None or step.module in self._broken:
            return module, None
        message = f"unknown module '{step.module}'"
        close = nearest(step.module, self._named)
        names = [close] if close else [module.name for module in self.all]
        hint = did_you_mean(step.module, names, "modules")
        hint = hint or f"write {FOLDER}/{step.module}.yaml"
        return None, step.document.problem(message, step.at("module"), hint)

    def _add(self, module: Module) -> None:
        for key, name in (("name", module.name), ("id", module.id)):
            other = self._named.setdefault(name, module) if name else module
            if other is module:
                continue
            place = other.document.where((key if other.id == name else "name",))
            message = f"module {key} '{name}' is used twice: by {place} too"
            hint = f"give one of them another {key}"
            self.problems.append(module.document.problem(message, (key,), hint))


def load_modules(root: Path, folder: str = FOLDER) -> Modules:
    """Every module of the project at `root`; a project without any has none."""
    modules: list[Module] = []
    broken: list[str] = []
    problems: list[Problem] = []
    for file in _files(root / folder):
        try:
            document = load(file, f"{folder}/{file.name}")
        except SpecError as error:
            problems += error.problems
            broken.append(file.stem)
            continue
        module, found = parse_module(document)
        problems += [*found, *dynamic_references(document)]
        if module is not None and module.name:
            modules.append(module)
        else:
            broken += _names(document, file.stem)
    return Modules(modules, broken, problems)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    files = [file for file in folder.iterdir() if file.suffix in SUFFIXES]
    check_file_names(folder.name, files)
    return sorted(files)


def check_file_names(folder: str, files: Iterable[Path]) -> None:
    """Raises UsageError for a name that is no text, which nothing could be told of."""
    for file in files:
        if (shown := leaving.printable(file.name)) != file.name:
            text = f"'{folder}/{shown}' has a name that is no UTF-8 text"
            raise UsageError(text, hint="rename it: mv FILE NEW_NAME")


def _names(document: Document, stem: str) -> list[str]:
    """What steps may call a module whose file has no valid name or type: any text at
    its top may be the name, under a key that is misspelt."""
    return [stem, *(document.text_of((key,)) for key in document.data)]
