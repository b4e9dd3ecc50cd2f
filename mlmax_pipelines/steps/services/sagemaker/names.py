"""Names of SageMaker's jobs: unique, short enough, and told apart by their beginning.

What comes in: a resolved step and the build context. What goes out: texts and values.
Never: a name that another execution, step, attempt, loop or map item has.
"""

from __future__ import annotations

from functools import cache

from mlmax_pipelines.base.limits import SAGEMAKER_NAME
from mlmax_pipelines.base.names import (
    JOB_HASH,
    JOB_ROOM,
    LONGEST_OWNER,
    jobs_slug,
    slug,
)
from mlmax_pipelines.declared import JobKind, Limit
from mlmax_pipelines.steps import iam
from mlmax_pipelines.steps.context import BuildContext
from mlmax_pipelines.steps.contract import ResolvedStep
from mlmax_pipelines.steps.values import (
    Value,
    call,
    context_object,
    join,
    state_data,
)

_ENTRY = tuple(
    context_object(f"$$.{path}")
    for path in ("Execution.Id", "State.Name", "State.EnteredTime")
)


def job_prefix(step: ResolvedStep, context: BuildContext) -> str:
    """`<stack>-<pipeline>-<step>`, short enough for a hash behind it."""
    return f"{context.parameter('JobOwner')}-{_slug(context.pipeline, step.key)}"


def jobs_prefix(context: BuildContext) -> str:
    """What the names of all jobs of the pipeline begin with."""
    return f"{context.parameter('JobOwner')}-{jobs_slug(context.pipeline)}"


@cache
def _slug(pipeline: str, key: str) -> str:
    return f"{jobs_slug(pipeline)}-{slug(key)}"[:JOB_ROOM].strip("-")


def job_name(step: ResolvedStep, context: BuildContext) -> Value:
    """A name no other execution, step, attempt, loop or map item has.

    A redrive begins to count retries anew, and may schedule a state again without
    entering it (AWS Step Functions Developer Guide, "Restarting state machine
    executions with redrive"): it counts itself, from 0 ("Accessing execution data from
    the Context object"). MD5 gives 32 hex digits (AWS Step Functions, Intrinsics,
    States.Hash), so that the whole is at most 63 characters.
    """
    attempts = ("$$.State.RetryCount", "$$.Execution.RedriveCount")
    digest = _unique(step, *(context_object(path, "integer") for path in attempts))
    return join(f"{job_prefix(step, context)}-", digest)


def token(step: ResolvedStep) -> Value:
    """One text per entry into the step's state: the same one for every retry.

    A client token has at most 36 characters, letters, digits and '-'.
    """
    return _unique(step)


def _unique(step: ResolvedStep, *more: Value) -> Value:
    """A hash of what tells entries into a state apart: of the execution, the state,
    the time, and the item's place when the step is inside a map."""
    index = [state_data("$.index")] if step.in_map else []
    first, *rest = (*_ENTRY, *more, *index)
    text = join(first, *(part for value in rest for part in ("/", value)))
    return call("States.Hash", text, "MD5", type="string")


def job_arn(kind: JobKind, step: ResolvedStep, context: BuildContext) -> str:
    place = f"{kind.resource}/{job_prefix(step, context)}-*"
    return iam.arn(kind.principal.partition(".")[0], place)


def name_limit(step: ResolvedStep, context: BuildContext) -> Limit:
    owner = "s" * LONGEST_OWNER
    longest = job_prefix(step, context).replace("${JobOwner}", owner)
    used = len(longest) + 1 + JOB_HASH
    return Limit("job name characters", used, SAGEMAKER_NAME)
