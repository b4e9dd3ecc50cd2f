"""Where a job's container has its folders.

What comes in: a resolved step. What goes out: paths, and what is wrong with those that
a module chose. Never: two folders in one place.

Sources: API Reference, "ProcessingS3Input" (a path begins with /opt/ml/processing/) and
"ProcessingS3Output"; Amazon SageMaker Developer Guide, "Amazon SageMaker AI Training
Storage Folders for Training Datasets, Checkpoints, Model Artifacts, and Outputs". On
this machine a container is a folder that stands for /opt/ml.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlmax_pipelines.base.limits import CONTAINER_PATH
from mlmax_pipelines.steps.contract import (
    FOLDERS,
    Found,
    InputPort,
    OutputPort,
    ResolvedStep,
)

ROOT = "/opt/ml"
PROCESSING = f"{ROOT}/processing"
CODE = f"{PROCESSING}/input/code"
# What a training job keeps, each packed as one file.
MODEL, DATA = f"{ROOT}/model", f"{ROOT}/output/data"


def input_path(port: InputPort) -> str:
    """Where a processing job finds an input."""
    return _tidy(port.local_path) or f"{PROCESSING}/input/{port.name}"


def output_path(port: OutputPort) -> str:
    """Where a processing job writes an output."""
    return _tidy(port.local_path) or f"{PROCESSING}/output/{port.name}"


def is_data(port: OutputPort) -> bool:
    """Whether an output of a training job is what it wrote beside its model."""
    return _tidy(port.local_path) == DATA


def processing_problems(step: ResolvedStep) -> Iterator[Found]:
    """Paths outside of what a job has, and two folders with one path."""
    seen = {CODE: "its code"} if "entry_point" in step.fields else {}
    inputs = [p for p in step.inputs.values() if p.type in FOLDERS]
    outputs = [p for p in step.outputs.values() if p.type in FOLDERS]
    folders = [(_place("inputs", p), PROCESSING, input_path(p)) for p in inputs]
    folders += [(_place("outputs", p), ROOT, output_path(p)) for p in outputs]
    for place, root, path in folders:
        name = place[2]
        yield from folder_problems(place, path, root)
        if path in seen:
            text = (
                f"'{name}' of step '{step.name}' and {seen[path]} are both in '{path}'"
            )
            yield place, text, "give it another local_path"
        seen[path] = f"'{name}'"


def training_problems(step: ResolvedStep) -> Iterator[Found]:
    """Outputs that a training job does not keep, or keeps once."""
    seen: dict[str, str] = {}
    for port in step.outputs.values():
        path = _tidy(port.local_path) or MODEL
        place = _place("outputs", port)
        if path not in (MODEL, DATA):
            text = f"a training job keeps nothing of '{path}'"
            yield place, text, f"it keeps {MODEL}, and {DATA}"
        elif path in seen:
            text = (
                f"step '{step.name}' has two outputs of '{path}': '{seen[path]}' and "
            )
            hint = f"what is no model has local_path: {DATA}, for all of it"
            yield place, f"{text}'{port.name}'", hint
        seen.setdefault(path, port.name)


def folder_problems(place: tuple[str, ...], path: str, root: str) -> Iterator[Found]:
    """A path that is not below `root`, or longer than the API takes."""
    if not _tidy(path).startswith(f"{root}/"):
        yield place, f"'{path}' is no folder below {root}", f"{root}/..."
    elif len(path) > CONTAINER_PATH:
        text = f"the path has {len(path)} characters; the API takes {CONTAINER_PATH}"
        yield place, text, "shorten it"


def _place(side: str, port: InputPort | OutputPort) -> tuple[str, ...]:
    """Of the path that a port chose, or of the port."""
    chosen = ("local_path",) if port.local_path else ()
    return ("interface", side, port.name, *chosen)


def _tidy(path: str) -> str:
    return posixpath.normpath(path) if path else ""
