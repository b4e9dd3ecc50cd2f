"""What of a project may leave it: into a bucket, or a job.

What comes in: the folder of a project, and files that a spec ships. What goes out: a
refusal for what is none of the project's, or looks like a secret, by its own name or by
that of what it is a link to. Never: a word on files that lie elsewhere.

What a user names on the command line is the user's own, wherever it lies.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.secret_names import looks_secret

_SHOWN = 5
_SECRET = "looks like a secret"
HINT_OUTSIDE = "code and data are shipped from folders of the project"
HINT_SPECIAL = "write what comes out of it to a file"
HINT_SECRET = (
    "move it out of the folder, or name it in .gitignore if it lies among code; jobs "
    "take secrets from AWS Secrets Manager"
)


def fault(root: Path, path: str) -> tuple[str, str]:
    """Why the file or folder `path` of the project in `root` may not leave it, and what
    to do about it; two empty texts if it may."""
    if os.path.isabs(path) or os.path.normpath(path).split(os.sep)[0] == os.pardir:
        return f"'{path}' is outside of the project", HINT_OUTSIDE
    [(_, target)] = _targets(root, [(path, root / path)])
    if target is None:
        return f"'{path}' is a link that leads out of the project", HINT_OUTSIDE
    if looks_secret(path) or looks_secret(target):
        return f"'{path}' {_SECRET}", HINT_SECRET
    if is_special(root / path):
        return f"'{path}' is neither a file nor a folder", HINT_SPECIAL
    return "", ""


def is_special(path: Path) -> bool:
    """Whether there is something else than a file or a folder: a pipe, a device."""
    return os.path.exists(path) and not os.path.isfile(path) | os.path.isdir(path)


def check_names(files: Iterable[tuple[str, Path]]) -> None:
    """Raises UsageError for names that no bucket can hold: keys are UTF-8 (Amazon S3
    User Guide, "Naming Amazon S3 objects")."""
    found = [shown for name, _ in files if (shown := printable(name)) != name]
    if found:
        what = "has a name that is" if len(found) == 1 else "have names that are"
        message = f"{_listed(found)} {what} no UTF-8 text: S3 has no such key"
        raise UsageError(message, hint="rename it: mv FILE NEW_NAME")


def printable(name: str) -> str:
    """A file's name with every byte that is no text spelled out: `caf\\xe9`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def check_links(root: Path, files: Iterable[tuple[str, Path]]) -> None:
    """Raises UsageError when a file of the project is a link out of it."""
    _refuse_links([name for name, target in _targets(root, files) if target is None])


def check(root: Path, files: Sequence[tuple[str, Path]]) -> None:
    """Raises UsageError when a file must not leave the project, or cannot."""
    check_names(files)
    targets = list(_targets(root, files))
    _refuse_links([name for name, target in targets if target is None])
    found = [
        name
        for name, target in targets
        if looks_secret(name) or (target and target != name and looks_secret(target))
    ]
    if found:
        what = _SECRET if len(found) == 1 else "look like secrets"
        message = f"{_listed(found)} {what}: nothing was shipped"
        raise UsageError(message, hint=HINT_SECRET)


def _refuse_links(names: Sequence[str]) -> None:
    if names:
        what = "leads" if len(names) == 1 else "lead"
        message = f"{_listed(names)} {what} out of the project"
        raise UsageError(message, hint="put a copy in place of the link")


def _targets(
    root: Path, files: Iterable[tuple[str, Path]]
) -> Iterator[tuple[str, str | None]]:
    """Each name, and what is there, all links followed: its path in the project, None
    when it lies elsewhere."""
    inside = os.path.realpath(root)
    folders: dict[str, str] = {}
    for name, path in files:
        folder, last = os.path.split(path)
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        target = os.path.join(folders[folder], last)
        if os.path.islink(target):
            target = os.path.realpath(target)
        is_inside = os.path.commonpath([inside, target]) == inside
        yield name, os.path.relpath(target, inside) if is_inside else None


def _listed(names: Sequence[str]) -> str:
    named = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return named + more
