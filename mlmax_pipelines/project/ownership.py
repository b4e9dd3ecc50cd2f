"""Whose a stack is: what has to be clear before a project deploys to it.

What comes in: a deployment, the person who deploys. What goes out: a project with an
id, a stack that is its own. Never: a stack taken from another project unseen.
"""

from __future__ import annotations

from pathlib import Path

from mlmax_pipelines import __version__, manifest
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import AwsError, UsageError
from mlmax_pipelines.environment import Environment
from mlmax_pipelines.project.deployment import Deployment
from mlmax_pipelines.project.person import Person


def give_id(root: Path, environment: Environment, yes: bool) -> str:
    """Give the project in folder `root` an id before it deploys to AWS; "" for one that
    has an id, and where it deploys to an emulator on this machine.

    Raises UsageError where nobody would see the file that then has to be committed.
    """
    if manifest.load(root).id or Session(environment.region, environment).is_here:
        return ""
    if yes:
        raise UsageError(
            "this project has no id yet: nothing tells its stacks from others'",
            hint=f"'pipeline init .' writes one into {manifest.FILE}; commit that file",
        )
    return manifest.give_id(root)


def check(target: Deployment, stack: Stack | None, person: Person) -> None:
    """Raises AwsError for a stack that a newer release has deployed, UsageError for one
    that is nobody's and that the person does not agree to take over."""
    if stack is None or not stack.exists:
        return
    if stack.tool and _is_older(__version__, stack.tool):
        raise AwsError(
            f"stack '{stack.name}' was deployed with mlmax-pipelines {stack.tool}, and "
            f"this is {__version__}",
            hint=f"pip install 'mlmax-pipelines>={stack.tool}'",
        )
    if target.is_orphan(stack) and not target.take_over:
        question = f"nothing says whose stack '{stack.name}' is: is it this project's?"
        if not person.agrees(question, unattended=False):
            raise UsageError(
                f"nothing says whose stack '{stack.name}' is",
                hint="if it is this project's: '--take-over'; else give this "
                f"environment a 'stack' of its own in envs/{target.environment.name}"
                ".yaml",
            )


def _is_older(one: str, other: str) -> bool:
    from packaging.version import Version

    return Version(one) < Version(other)
