"""Options of a script: which inputs are some, how they are spelled, and their words.

What comes in: a resolved step. What goes out: the arguments of a command line. Never: a
name that is spelled other than in the spec.

A framework's container makes options of hyperparameters in the same way
(sagemaker-training-toolkit, `mapping.to_cmd_args`).
"""

from __future__ import annotations

from collections.abc import Iterator

from mlmax_pipelines.steps.assembled import Member
from mlmax_pipelines.steps.contract import FOLDERS, InputPort, ResolvedStep
from mlmax_pipelines.steps.values import literal, to_text


def ports(step: ResolvedStep) -> list[InputPort]:
    """The inputs that are no folders and have a value."""
    inputs = step.inputs.values()
    return [p for p in inputs if p.type not in FOLDERS and p.value.literal is not None]


def spelled(name: str) -> str:
    """`max_depth` -> `--max_depth`, `n` -> `-n`."""
    return f"--{name}" if len(name) > 1 else f"-{name}"


def words(step: ResolvedStep) -> Iterator[Member]:
    """`--name value` for each, or `--name` while a flag is true."""
    for port in ports(step):
        option = literal(spelled(port.name))
        if not port.flag:
            given = port.value if port.value.optional else None
            yield Member(option, given=given)
            yield Member(to_text(port.typed), given=given)
        elif not port.value.is_literal:
            yield Member(option, when=port.value)
        elif port.value.literal:
            yield Member(option)
