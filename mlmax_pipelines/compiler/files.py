"""The files a spec names: entry points, handlers, data to ship.

What comes in: a resolved pipeline and the project's folder. What goes out: a problem
for each file that is not there. Never: a file's content is read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from mlmax_pipelines.base import archives, leaving
from mlmax_pipelines.base.errors import Problem
from mlmax_pipelines.base.hints import did_you_mean
from mlmax_pipelines.compiled import MISSING
from mlmax_pipelines.compiler.handlers import handler_problems
from mlmax_pipelines.compiler.passes.opening import is_file
from mlmax_pipelines.resolve.bindings import Place
from mlmax_pipelines.resolve.resolver import ResolvedPipeline
from mlmax_pipelines.spec.model import Pipeline

# What a template's parameter with the URI of a shipped file does not take.
_NOT_IN_A_URI = re.compile(r'["\\$\x00-\x1f]')


def file_problems(
    root: Path, pipeline: Pipeline, resolved: ResolvedPipeline
) -> list[Problem]:
    """Every file that the pipeline needs of the project and that is not there."""
    problems = list(_data_problems(root, pipeline))
    seen: set[tuple[str, str]] = set()
    for name, place in resolved.files:
        key = (name, str(place.where()))
        if key not in seen:
            seen.add(key)
            problems += _script_problems(root, name, place)
    return problems or list(handler_problems(root, resolved.handlers))


def _data_problems(root: Path, pipeline: Pipeline) -> Iterable[Problem]:
    for parameter in pipeline.parameters.values():
        default = parameter.default
        if parameter.type != "s3" or default is MISSING or not is_file(default):
            continue
        text, hint = leaving.fault(root, default)
        if hint == leaving.HINT_OUTSIDE:
            hint += f"; --input {parameter.name}=... may name any file"
        if not text and not os.path.exists(root / default):
            text, hint = f"there is no file '{default}'", _nearest(root, default)
            if default.startswith("~"):
                hint = (
                    f"a file of your own is given with: -i {parameter.name}={default}"
                )
        if not text and (found := _NOT_IN_A_URI.search(Path(default).name)):
            text = f"its file's name has {found[0]!r}"
            hint = "rename the file: its address cannot have that"
        if text:
            path = ("parameters", parameter.name, "default")
            text = f"parameter '{parameter.name}': {text}"
            yield Place(pipeline.document, path).problem(text, hint)


def _script_problems(root: Path, name: str, place: Place) -> list[Problem]:
    text, hint = leaving.fault(root, name)
    if text:
        return [place.problem(text, hint)]
    if not os.path.isfile(root / name):
        text, hint = f"there is no file '{name}'", _nearest(root, name)
    elif (plain := os.path.normpath(name)) != name:
        text, hint = f"'{name}' is written with a detour", f"write '{plain}'"
    elif "/" not in name:
        text = f"'{name}' is at the project's root: all of the project would be shipped"
        hint = f"move it into a folder, such as 'src/{name}'"
    elif archives.is_left_out(root, name):
        text = f"'{name}' is left out of the code that is shipped"
        hint = "take it out of .gitignore, or out of a folder such as __pycache__"
    return [place.problem(text, hint)] if text else []


def _nearest(root: Path, name: str) -> str:
    folder = (root / name).parent
    if not os.path.isdir(folder):
        return f"there is no folder '{Path(name).parent}' either"
    files = [entry for entry in folder.iterdir() if entry.is_file()]
    return did_you_mean(name, [str(Path(name).parent / f.name) for f in files])
