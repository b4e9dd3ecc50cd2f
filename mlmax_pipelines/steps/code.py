"""Code that jobs run: a folder of the project, shipped under its digest.

What comes in: the path of a script. What goes out: where it is in S3. Never: reads the
folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlmax_pipelines.base import layout

if TYPE_CHECKING:
    from mlmax_pipelines.steps.context import BuildContext


def split_entry_point(entry_point: str) -> tuple[str, str]:
    """`src/train.py` -> (`src`, `train.py`)."""
    folder, _, script = entry_point.partition("/")
    return (folder, script) if script else (".", entry_point)


def code_uri(folder: str, suffix: str, context: BuildContext) -> str:
    """Where the code folder is in S3: suffix `/` for the files, `.tar.gz` packed."""
    context.code[folder] = None
    bucket, version = context.parameter("CodeBucket"), context.parameter("CodeVersion")
    return layout.uri(bucket, f"{version}/{folder}{suffix}")
