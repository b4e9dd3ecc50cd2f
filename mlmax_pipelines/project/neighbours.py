"""Environments of one project that could meet in an account: found before a deployment.

What comes in: a project's folder, one of its environments. What goes out: an error that
names the two. Never: asks AWS.

What an environment makes begins with its stack's name and a hyphen; what its roles may
touch is everything that begins so. `ml-dev` may touch all that is called
`ml-dev-...`, so nothing of another environment may be called that: not even
`ml-dev-eu`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mlmax_pipelines.base.errors import PipelineError, UsageError
from mlmax_pipelines.environment import FOLDER, Environment, load, names
from mlmax_pipelines.environment.backends import LOCAL


def check(root: Path, environment: Environment) -> None:
    """Raises UsageError when another environment's names begin like this one's."""
    for other in _others(root, environment):
        both = f"environments '{environment.name}' and '{other.name}'"
        if _meet(environment.stack_name, other.stack_name):
            stacks = f"'{environment.stack_name}' and '{other.stack_name}'"
            raise UsageError(
                f"{both} would share names and permissions: their stacks {stacks} "
                "begin alike",
                hint=f"write another 'stack' into {FOLDER}/{environment.name}.yaml",
            )


def _others(root: Path, environment: Environment) -> Iterator[Environment]:
    """The other environments that may be in the same region of AWS.

    Without a region, one may be anywhere. A file that is no valid environment cannot
    be deployed, and is passed over.
    """
    for name in names(root):
        try:
            other = load(root, name)
        except PipelineError:
            continue
        regions = {environment.region, other.region} - {""}
        if name != environment.name and other.backend != LOCAL and len(regions) < 2:
            yield other


def _meet(one: str, other: str) -> bool:
    return f"{one}-".startswith(f"{other}-") or f"{other}-".startswith(f"{one}-")
