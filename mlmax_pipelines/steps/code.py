"""Code that jobs run: a folder of the project, shipped under its digest.

What comes in: the path of a script, and of the folder that is the root of what it
imports: `src` without a word, the first one of `src/steps/fit.py`. What goes out: where
it is in S3, and where the script finds what it imports. Never: reads the folder.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlmax_pipelines.base import layout
from mlmax_pipelines.compiled import CodeFolder
from mlmax_pipelines.steps.context import digest, identifier
from mlmax_pipelines.steps.contract import Field, Found, ResolvedStep

if TYPE_CHECKING:
    from mlmax_pipelines.steps.context import BuildContext

# A folder whose name alone makes a token.
_PLAIN = re.compile("[a-z][a-z0-9]*")
CODE = Field(
    "string",
    "the folder that is shipped, from which imports start: "
    "the first one of the script's path, unless it is said",
)


def split(path: str, root: str = "") -> tuple[str, str]:
    """`src/train.py` -> (`src`, `train.py`): the folder that is shipped, the rest."""
    folder = root or path.partition("/")[0]
    return folder, path[len(folder) + 1 :]


def of(step: ResolvedStep, key: str = "entry_point") -> tuple[str, str]:
    """The folder that a step ships, and its script (or handler) in it."""
    return split(step.fields[key], step.fields.get("code", ""))


def problems(step: ResolvedStep, key: str = "entry_point") -> list[Found]:
    """A root that the script does not lie in."""
    root, path = step.fields.get("code", ""), step.fields.get(key, "")
    if not root or path.startswith(f"{root}/"):
        return []
    text = f"'{path}' is not in '{root}'" if path else f"'code' without '{key}'"
    hint = f"code: {path.rpartition('/')[0] or 'src'}"
    return [(("code",), text, hint)]


def search_path(script: str, root: str) -> dict[str, str]:
    """What lets a script in a folder of its code import from the code's root, `root`
    in the container: Python looks beside the script only."""
    return {"PYTHONPATH": root} if "/" in script else {}


def code_uri(folder: str, suffix: str, context: BuildContext) -> str:
    """Where the code folder is in S3: suffix `/` for the files, `.tar.gz` packed."""
    return layout.uri(context.parameter("CodeBucket"), key(folder, suffix, context))


def key(folder: str, suffix: str, context: BuildContext) -> str:
    """The same within the code's bucket. Every folder has a version of its own: what
    uses one does not change with another."""
    context.code[folder] = None
    version = context.use(_version(folder), CodeFolder(folder))
    name = f"{folder}/" if suffix == "/" else layout.packed(folder, suffix)
    return f"{version}/{name}"


def _version(folder: str) -> str:
    """The token of a folder's version, that no other folder has: `CodeOfSrc`."""
    told = "" if _PLAIN.fullmatch(folder) else digest(folder)
    return f"CodeOf{identifier(folder)}{told}"
