"""Names in specs: what they may look like, and their older spelling.

What comes in: names as written. What goes out: the reason why a name cannot be used.
Never: a name changed silently.
"""

from __future__ import annotations

import re

from mlmax_pipelines.base.limits import EXECUTION_NAME, SAGEMAKER_NAME, STATE_NAME

# The compiler adds up to 10 characters for further states of the same step.
LONGEST_STEP = STATE_NAME - 10
LONGEST_PIPELINE = 40
LONGEST_PORT = 64
LONGEST_ENVIRONMENT = 10
# A state machine's name is `<prefix>-<pipeline>`, at most 80 characters.
LONGEST_PREFIX = 37

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
PORT_FORM = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_UNSAFE = re.compile(r"[^A-Za-z0-9_]")


def step_key(name: str) -> str:
    """The key of a step under `$.steps` and in S3: `Train Model` -> `Train_Model`."""
    return _UNSAFE.sub("_", name)


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
    """The same for parameters, inputs and outputs."""
    allowed = "letters, digits and '_', beginning with a letter"
    return _fault(name, PORT_FORM, LONGEST_PORT, allowed)


def _fault(name: str, form: re.Pattern[str], longest: int, allowed: str) -> str:
    if len(name) > longest:
        return f"it has {len(name)} characters, at most {longest} are allowed"
    if not form.fullmatch(name):
        return f"allowed are {allowed}"
    return ""
