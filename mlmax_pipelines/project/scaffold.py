"""The reference project's files, and copies of them as new projects.

What comes in: a folder. What goes out: the project in it. Never: a file overwritten;
a second copy of these files kept anywhere (a wheel carries them as data files, an
editable install leaves them in the repository).
"""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

from mlmax_pipelines import manifest
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.files import make_executable
from mlmax_pipelines.base.names import LONGEST_ENVIRONMENT, LONGEST_PREFIX

_DISTRIBUTION = "mlmax-pipelines"
_SHARE = "share/mlmax-pipelines/"
_FILES = (".gitignore", "deploy.sh", manifest.FILE)
_STACK = "\nstack: mlmax-"
_FOLDERS = ("pipelines", "modules", "src", "data", "envs")


def copy_reference(to: Path) -> list[str]:
    """Copy the reference project into the folder `to`; the names of its files.

    Raises UsageError when `to` holds anything, or cannot be written.
    """
    from shutil import copyfile

    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        what = "is not empty" if to.is_dir() else "is a file"
        raise UsageError(f"'{to}' {what}", hint="name a folder that is new or empty")
    files = dict(_files())
    if not files:
        raise UsageError(
            "the reference project did not come with this installation",
            hint="install mlmax-pipelines with pip, into an environment",
        )
    try:
        for name, source in files.items():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            copyfile(source, to / name)
            if name.endswith(".sh"):
                make_executable(to / name)
        _named(to)
    except OSError as error:
        raise UsageError(f"cannot write to '{to}': {error.strerror}") from None
    return sorted(files)


def identify(folder: Path) -> str:
    """Give the project in a folder an id. Raises UsageError when it has one."""
    if known := manifest.load(folder).id:
        text = f"'{folder}' is not empty: it is project '{known}' already"
        raise UsageError(text, hint="name a folder that is new or empty")
    return manifest.give_id(folder)


def _named(folder: Path) -> None:
    """Give the project an id, and its stacks its name."""
    manifest.give_id(folder)
    name = manifest.name_of(folder, LONGEST_PREFIX - LONGEST_ENVIRONMENT - 1)
    for path in (folder / "envs").glob("*.yaml"):
        text = path.read_text("utf-8")
        path.write_text(text.replace(_STACK, f"\nstack: {name}-"), "utf-8")


def _files() -> Iterator[tuple[str, Path]]:
    """(name in the project, where it is now) of every file."""
    repository = Path(__file__).resolve().parents[2]
    if (repository / "setup.cfg").is_file():
        return _repository(repository)
    return _installed()


def _installed() -> Iterator[tuple[str, Path]]:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        files = distribution(_DISTRIBUTION).files or []
    except PackageNotFoundError:
        return
    for file in files:
        _, found, name = file.as_posix().partition(_SHARE)
        path = Path(str(file.locate()))
        if found and path.is_file():
            yield name, path


def _repository(root: Path) -> Iterator[tuple[str, Path]]:
    for name in _FILES:
        yield name, root / name
    for folder in _FOLDERS:
        for path in sorted((root / folder).iterdir()):
            if path.is_file():
                yield f"{folder}/{path.name}", path
