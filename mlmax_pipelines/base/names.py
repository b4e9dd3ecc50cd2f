"""What may be called what, and what is called what.

What comes in: names as written in specs, or what something belongs to. What goes out:
the reason why a name cannot be used, or a name. Never: a name changed silently.
"""

from __future__ import annotations

import os
import re
import time
from base64 import b32encode
from collections.abc import Callable
from hashlib import md5, sha256
from typing import Any

from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.base.limits import EXECUTION_NAME, SAGEMAKER_NAME, STATE_NAME

# Room for what the compiler adds in the names of further states of the same step.
LONGEST_STEP = STATE_NAME - 10
LONGEST_PIPELINE = 40
LONGEST_PORT = 64
LONGEST_ENVIRONMENT = 10
# A state machine's name is `<prefix>-<pipeline>`, at most 80 characters.
LONGEST_PREFIX = 37
# A name that CloudFormation makes up, of 64 characters at most: as much of the stack's
# as is left for half of it. No page says so; names in public reports are like that.
MADE_UP_STACK = 25
# A group of model packages is called `mlmax-<environment>-<group>`.
LONGEST_GROUP = SAGEMAKER_NAME - len("mlmax--") - LONGEST_ENVIRONMENT

# A job's name is `<stack>-<pipeline>-<step>-<hash>`: the hash's length, what there is
# for the stack, and what for pipeline and step.
JOB_HASH = 32
LONGEST_OWNER = 10
JOB_ROOM = SAGEMAKER_NAME - JOB_HASH - 1 - LONGEST_OWNER - 1
_SLUG_DIGEST = 4
# Of a stack's name that is too long: its beginning, a hyphen, and a digest that no
# other in an account will have (30 bits).
_OWNER_DIGEST = 6
# Every tag takes these, and the name of an execution mostly has no others: AWS pages
# "Tag" of the SageMaker API Reference and "StartExecution".
TAG_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.=+@-"

# What an environment may choose of a step's job, besides its machines, which are
# parameters of the templates; and which key of `instance` that is, if it is one.
CHOSEN = {
    "max_runtime_seconds": "instance",
    "volume_gb": "instance",
    "spot": "",
}

# The keys of the first version of the language; specs that use them still load.
OLDER_KEYS = {
    "Steps": "steps",
    "ModuleId": "module",
    "Next": "next",
    "End": "end",
    "Choices": "choices",
    "Default": "default",
}

STEP_FORM = re.compile(r"[A-Za-z](?:[A-Za-z0-9 _-]*[A-Za-z0-9_-])?")
PIPELINE_FORM = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
MODULE_FORM = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _.-]*[A-Za-z0-9_-])?")
# AWS page "StartExecution"; these are safe in paths as well.
EXECUTION_FORM = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9_.-]{{0,{EXECUTION_NAME - 1}}}")
# A job, a model or a group of model packages: AWS pages "CreateTrainingJob",
# "CreateModel", "CreateModelPackageGroup".
SAGEMAKER_FORM = re.compile(rf"[a-zA-Z0-9](-*[a-zA-Z0-9]){{0,{SAGEMAKER_NAME - 1}}}")
PORT_FORM = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_UNSAFE = re.compile(r"[^A-Za-z0-9_]")


def step_key(name: str) -> str:
    """The key of a step under `$.steps` and in S3: `Train Model` -> `Train_Model`."""
    return _UNSAFE.sub("_", name)


def state_name(*words: str) -> str:
    """A further state of a step: `Train`, `metrics` -> `Train metrics`. One that would
    be too long is cut, with a digest behind it that no other has."""
    import hashlib

    name = " ".join(words)
    if len(name) <= STATE_NAME:
        return name
    tail = f" {hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return name[: STATE_NAME - len(tail)] + tail


def step_name_fault(name: str) -> str:
    """Why a step cannot be called this; "" when it can."""
    allowed = "letters, digits, spaces, '-' and '_', beginning with a letter"
    return _fault(name, STEP_FORM, LONGEST_STEP, allowed)


def pipeline_name_fault(name: str) -> str:
    allowed = "letters, digits, '-' and '_', beginning with a letter"
    return _fault(name, PIPELINE_FORM, LONGEST_PIPELINE, allowed)


def module_name_fault(name: str) -> str:
    allowed = "letters, digits, spaces, '.', '-' and '_'"
    return _fault(name, MODULE_FORM, LONGEST_PORT, allowed)


def port_name_fault(name: str) -> str:
    """The same for parameters, inputs, outputs and metrics."""
    allowed = "letters, digits, '_' and '-', beginning with a letter"
    return _fault(name, PORT_FORM, LONGEST_PORT, allowed)


def near(name: str) -> str:
    """A hint: the name without what nothing may be called; "" when that is none."""
    from unicodedata import combining, normalize

    letters = "".join(c for c in normalize("NFKD", name) if not combining(c))
    plain = re.sub("[^A-Za-z0-9_]+", "-", letters).strip("-")
    return f"such as '{plain}'" if not port_name_fault(plain) else ""


def _fault(name: str, form: re.Pattern[str], longest: int, allowed: str) -> str:
    if len(name) > longest:
        return f"it has {len(name)} characters, at most {longest} are allowed"
    if not form.fullmatch(name):
        return f"allowed are {allowed}"
    return ""


# Names of what an environment has on AWS. `prefix` is its stack's name or, in the text
# of an `Fn::Sub`, what stands for it.
PREFIX = "${Prefix}"
# The output of a root template that has taken in something of an earlier stack.
ADOPTED = "Adopted"


def stack_name(environment: str) -> str:
    """The stack of an environment whose file names none."""
    return f"mlmax-{environment}"


def machine_name(prefix: str, pipeline: str) -> str:
    """The state machine of a pipeline, or of a part of it."""
    return f"{prefix}-{pipeline}"


def part_name(pipeline: str, number: int) -> str:
    """What a part of a pipeline is called, where pipelines have their names."""
    return f"{pipeline}-part-{number}"


def alarm_name(prefix: str, pipeline: str, ending: str) -> str:
    return f"{prefix}-{pipeline}-{ending}"


def group_name(prefix: str, group: str) -> str:
    """A group of model packages."""
    return f"{prefix}-{group}"


def slug(name: str) -> str:
    """Lowercase words between hyphens: `Train_Model` -> `train-model`."""
    return re.sub("-+", "-", name.lower().replace("_", "-")).strip("-")


def jobs_prefix(owner: str, pipeline: str) -> str:
    """What the names of all jobs and models of a pipeline begin with; `owner` is what
    stands for its stack, `jobs_owner`."""
    return f"{owner}-{jobs_slug(pipeline)}-"


def jobs_owner(stack: str) -> str:
    """What stands for a stack in the names of its jobs: no other stack of an account
    has the same, whatever their environments are called."""
    if len(stack) <= LONGEST_OWNER:
        return stack
    digest = b32encode(sha256(stack.encode()).digest()).decode().lower()
    begin = stack[: LONGEST_OWNER - _OWNER_DIGEST - 1].strip("-")
    return f"{begin}-{digest[:_OWNER_DIGEST]}"


def jobs_slug(pipeline: str) -> str:
    """What the names of a pipeline's jobs have of its name. Of one that is too long its
    beginning, and a digest that tells it apart from others that begin so."""
    found = slug(pipeline)
    if len(found) <= JOB_ROOM:
        return found
    digest = sha256(pipeline.encode()).hexdigest()[:_SLUG_DIGEST]
    return f"{found[: JOB_ROOM - _SLUG_DIGEST - 1].strip('-')}-{digest}"


# The state that holds an environment's locks; of no compiled pipeline.
LOCKS = "Check locks"
# What the keys of our own tags begin with.
OWN_TAGS = "mlmax:"


def tags(**values: Any) -> list[dict[str, Any]]:
    """What a bill or a search in the console is grouped by: `mlmax:environment`, ..."""
    return [
        {"Key": f"{OWN_TAGS}{key}", "Value": value} for key, value in values.items()
    ]


def pipeline_of(machine: str, prefix: str) -> str:
    """The pipeline in the ARN of a state machine or of an execution."""
    return machine.split(":")[6].removeprefix(machine_name(prefix, ""))


# Names of visits

_VISIT = re.compile(r"(.+?) ?\[(\d+(?:\.\d+)*)\]")


def visit_name(state: str, iteration: str) -> str:
    """A state in one item of a map: `Clean[1]`; the state itself outside of one."""
    return f"{state}[{iteration}]" if iteration else state


def visit_parts(name: str) -> tuple[str, str]:
    """State and item of a visit; the item is "" for all visits of a state."""
    found = _VISIT.fullmatch(name)
    return (found[1], found[2]) if found else (name, "")


def is_visit(visit: str, wanted: str) -> bool:
    """Whether a visit is the one wanted, or one of the state wanted; "" wants all."""
    state, iteration = visit_parts(wanted)
    own, index = visit_parts(visit)
    return not wanted or (own == state and iteration in ("", index))


# Names of executions

_RANDOM = "abcdefghijkmnpqrstuvwxyz23456789"


# Asks for the newest execution, where another name would do.
LATEST = "latest"


def check_execution_name(name: str) -> None:
    """Raises UsageError for what cannot be the name of an execution."""
    if name == LATEST:
        hint = "that is how the newest one is asked for: pipeline status latest"
        raise UsageError(f"no execution can be named '{LATEST}'", hint=hint)
    if not EXECUTION_FORM.fullmatch(name):
        raise UsageError(
            f"'{name}' cannot be the name of an execution",
            hint=f"up to {EXECUTION_NAME} letters, digits, '-', '_' and '.', no '-' or "
            "'.' first",
        )


def execution_tag(name: str) -> str:
    """What an execution is called where not every name will do: in tags, in the address
    of its outputs, in a model's metadata. Its name, or a hash of one that has other
    characters, as the console allows; every definition works out the same."""
    if set(name) <= set(TAG_CHARACTERS):
        return name
    return md5(name.encode(), usedforsecurity=False).hexdigest()


def execution_name(pipeline: str, clock: Callable[[], float] = time.time) -> str:
    """`<pipeline>-20261120-162105-x7k2`: sorts by time, reads well, is unique."""
    random = "".join(_RANDOM[byte % len(_RANDOM)] for byte in os.urandom(4))
    moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(clock()))
    room = EXECUTION_NAME - len(moment) - len(random) - 2
    return f"{pipeline[:room]}-{moment}-{random}"
