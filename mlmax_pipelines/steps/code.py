"""Code that jobs run: a folder of the project, shipped under its digest.

What comes in: the path of a script, and of the folder that is the root of what it
imports: `src` without a word, the first one of `src/steps/fit.py`. What goes out: where
it is in S3, and where the script finds what it imports. Never: reads the folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlmax_pipelines.base import layout
from mlmax_pipelines.steps.contract import Field, Found, ResolvedStep

if TYPE_CHECKING:
    from mlmax_pipelines.steps.context import BuildContext

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
    context.code[folder] = None
    bucket, version = context.parameter("CodeBucket"), context.parameter("CodeVersion")
    name = f"{folder}/" if suffix == "/" else layout.packed(folder, suffix)
    return layout.uri(bucket, f"{version}/{name}")
