"""project.yaml: which project this is, and which release of the tool it is made for.

What comes in: a project's folder. What goes out: a `Manifest`, checked; its id, once
one is given to it. Never: AWS is asked anything; anything else in the file changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlmax_pipelines import __version__
from mlmax_pipelines.base.errors import Problem, SpecError
from mlmax_pipelines.base.files import write_bytes
from mlmax_pipelines.base.names import slug
from mlmax_pipelines.yaml.document import Document
from mlmax_pipelines.yaml.document import load as load_document
from mlmax_pipelines.yaml.forms import Check, keyed, shaped, typed
from mlmax_pipelines.yaml.forms import Path as _Path

FILE = "project.yaml"
# The version of the language that this release reads; 1 is that of release 0.1, which
# wrote no project.yaml.
SPEC = 2
_ID = r"[a-z][a-z0-9-]{2,38}[a-z0-9]"
_LONGEST_NAME = 30
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_RANDOM = 6


@dataclass(frozen=True)
class Manifest:
    """`id` tells the project apart from all others, "" before it has one; `requires`
    is the releases of the tool it is made for, as PEP 440 writes them; `spec` is the
    version of its language."""

    id: str = ""
    requires: str = ""
    spec: int = 1


def load(root: Path) -> Manifest:
    """The manifest of the project in folder `root`; that of 0.1 without a file.

    Raises SpecError with every problem of the file, that it is made for another release
    of the tool among them.
    """
    path = root / FILE
    if not os.path.exists(path):
        return Manifest()
    document = load_document(path, FILE)
    problems = keyed(document, _KEYS)
    if problems:
        raise SpecError(problems)
    known = {k: v for k, v in document.data.items() if v is not None}
    return Manifest(**known)


def name_of(root: Path, longest: int) -> str:
    """A project's name, as its folder is called: lowercase letters, digits, hyphens."""
    name = re.sub("[^a-z0-9]+", "-", slug(root.resolve().name)).strip("-")
    name = name if re.match("[a-z]", name) else f"project-{name}"
    return name[:longest].strip("-")


def give_id(root: Path) -> str:
    """Write an id into project.yaml, which has none yet: the folder's name and some
    letters that no other project has."""
    own = "".join(_LETTERS[byte % len(_LETTERS)] for byte in os.urandom(_RANDOM))
    _write(root, "id", f"{name_of(root, _LONGEST_NAME)}-{own}")
    return load(root).id


def set_spec(root: Path) -> None:
    """Say in project.yaml that the specs are of the present version."""
    if load(root).spec != SPEC:
        _write(root, "spec", str(SPEC))


def _write(root: Path, key: str, value: str) -> None:
    """One line of the file; the others stay as they are."""
    path = root / FILE
    text = path.read_text("utf-8") if path.exists() else ""
    if key != "spec" and not text:
        text = f"spec: {load(root).spec}\n"
    line, found = f"{key}: {value}", rf"(?m)^{key}:[^\n#]*?(?=\s*#|\s*$)"
    if re.search(found, text):
        text = re.sub(found, line, text, count=1)
    else:
        text = f"{line}\n{text}"
    write_bytes(path, text.encode())


def _spec(document: Document, path: _Path, value: Any) -> list[Problem]:
    if found := typed(document, path, value, (int,), f"a number from 1 to {SPEC}"):
        return found
    if 1 <= value <= SPEC:
        return []
    text = (
        f"this project's specs are of version {value}; this release reads 1 to {SPEC}"
    )
    return [document.problem(text, path, _NEWER)]


def _requires(document: Document, path: _Path, value: Any) -> list[Problem]:
    if found := typed(document, path, value, (str,), _RELEASES):
        return found
    fits = _fits(value)
    if fits is None:
        return [document.problem(f"'requires' is '{value}': no {_RELEASES}", path)]
    if fits:
        return []
    text = f"this project requires mlmax-pipelines {value}, and this is {__version__}"
    hint = f"pip install 'mlmax-pipelines{value}'"
    return [document.problem(text, path, hint)]


def _fits(wanted: str) -> bool | None:
    """Whether this release is one of those; None for what names none."""
    plain = _PLAIN.fullmatch(wanted)
    if plain and __version__.replace(".", "").isdecimal():
        # The usual form, for which nothing has to be imported.
        least, below = plain[1], plain[2]
        own = _numbers(__version__)
        return _numbers(least) <= own and not (below and own >= _numbers(below))
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(wanted).contains(__version__, prereleases=True)
    except InvalidSpecifier:
        return None


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


_PLAIN = re.compile(r">= ?(\d+(?:\.\d+)*)(?:, ?< ?(\d+(?:\.\d+)*))?")
_NEWER = "pip install --upgrade mlmax-pipelines"
_RELEASES = "releases such as '>=0.2,<1'"
_KEYS: Mapping[str, Check] = {
    "id": shaped(_ID, "4 to 40 lowercase letters, digits and hyphens, a letter first"),
    "requires": _requires,
    "spec": _spec,
}
