"""Whether anything that decides what `templates/` holds has changed since last time.

What comes in: a project folder and the files its specs lean on. What goes out: one
digest over all of them, kept in .mlmax/create.json. Never: a spec is read as YAML, or
anything but this package and the standard library imported.

In the digest: every byte of pipelines/, modules/, envs/ and templates/; name, size
and time of the files of the job code and data that specs name; the same of this
package's files and of modules imported from elsewhere (a plug-in being worked on);
the time of each site-packages folder, which an install or an upgrade changes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Iterable, Iterator, Sequence

from mlmax_pipelines.base.layout import STAMP

_SPECS = ("pipelines", "modules", "envs")


def is_current(root: Path) -> bool:
    """True when nothing changed since `save`."""
    try:
        saved = json.loads((root / STAMP).read_bytes())
        return bool(
            saved["specs"] == specs_digest(root)
            and saved["rest"] == _rest_digest(root, saved["leans_on"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def save(root: Path, specs: str, leans_on: Iterable[str]) -> None:
    """Remember that templates/ is up to date now.

    `specs` is the `specs_digest` taken before they were compiled, so that an edit made
    meanwhile is not missed. `leans_on` are the files and folders (relative to `root`)
    that the specs name.
    """
    from mlmax_pipelines.base.files import write_json

    paths = sorted({*leans_on, *_modules_from_elsewhere()})
    rest = _rest_digest(root, paths)
    state = {"specs": specs, "rest": rest, "leans_on": paths}
    (root / STAMP.parent).mkdir(exist_ok=True)
    write_json(root / STAMP, state)


def specs_digest(root: Path) -> str:
    """One digest of every byte of the specs, the modules and the environments."""
    return _content(os.path.join(root, folder) for folder in _SPECS)


def _rest_digest(root: Path, leans_on: Sequence[str]) -> str:
    tops = [_package(), *(os.path.join(root, path) for path in leans_on)]
    lines = [_content([os.path.join(root, "templates")])]
    for top in tops:
        lines.append(top)
        lines += [f"{path} {_stat(path)}" for path in _files(top)]
    installs = [folder for folder in sys.path if folder.endswith("-packages")]
    lines += [f"{folder} {_stat(folder)}" for folder in installs]
    return _sha256(os.fsencode("\n".join(lines)))


def _content(tops: Iterable[str]) -> str:
    lines = []
    for top in tops:
        for path in _files(top):
            with open(path, "rb") as file:
                lines.append(f"{path} {_sha256(file.read())}")
    return _sha256(os.fsencode("\n".join(lines)))


def _sha256(content: bytes) -> str:
    from hashlib import sha256

    return sha256(content).hexdigest()


def _files(top: str) -> Iterator[str]:
    """The files below `top` (or `top` itself, a file), sorted, caches left out."""
    if os.path.isfile(top):
        yield top
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        paths = (os.path.join(folder, name) for name in sorted(files))
        # A pipe among them would be waited for.
        yield from filter(os.path.isfile, paths)


def _stat(path: str) -> str:
    try:
        found = os.stat(path)
    except OSError:
        return "missing"
    return f"{found.st_size} {found.st_mtime_ns}"


def _package() -> str:
    """The folder of this package, whose code decides what a template says."""
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def _modules_from_elsewhere() -> Iterator[str]:
    """Files of imported modules that neither Python nor an install put there."""
    own, python = _package(), os.path.dirname(os.__file__)
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if path and path.endswith(".py") and not path.startswith((own, python)):
            if "-packages" + os.sep not in path:
                yield os.path.abspath(path)
