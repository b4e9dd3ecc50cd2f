"""Environments of one project that could meet in an account: found before a deployment.

What comes in: a project's folder, one of its environments; or a session, for other
projects' stacks. What goes out: an error that names the two. Never: refuses for want of
permission to look.

What an environment makes begins with its stack's name and a hyphen; what its roles may
touch is everything that begins so. `ml-dev` may touch all that is called
`ml-dev-...`, so nothing of another environment may be called that: not even
`ml-dev-eu`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mlmax_pipelines.aws import stacks
from mlmax_pipelines.aws.failures import Refused
from mlmax_pipelines.aws.session import Session
from mlmax_pipelines.aws.stacks import Stack
from mlmax_pipelines.base.errors import AwsError, PipelineError, UsageError
from mlmax_pipelines.environment import FOLDER, Environment, load, names
from mlmax_pipelines.environment.backends import LOCAL

_ALIVE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_IN_PROGRESS",
)


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


def check_account(session: Session, environment: Environment) -> None:
    """Raises AwsError when a stack of this tool's is there already whose names begin
    like those of the stack that is to be made."""
    own = environment.stack_name
    for other in _alike(session, own):
        # No nested stack, and none of another tool, has that parameter.
        if other is not None and other.tool:
            raise AwsError(
                f"stack '{other.name}' is there already, and would share names and "
                f"permissions with '{own}': they begin alike",
                hint=f"write another 'stack' into {FOLDER}/{environment.name}.yaml",
            )


def _alike(session: Session, own: str) -> Iterator[Stack | None]:
    """The stacks whose names begin like this one's, as far as one may look."""
    try:
        given = {"StackStatusFilter": [*_ALIVE]}
        pages = session.pages("cloudformation", "list_stacks", **given)
        found = [one["StackName"] for page in pages for one in page["StackSummaries"]]
    except Refused:
        return
    for name in found:
        if name != own and _meet(own, name):
            try:
                yield stacks.describe(session, name)
            except Refused:
                continue


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
