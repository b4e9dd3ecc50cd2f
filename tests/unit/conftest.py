"""Definitions and executions that tests share, an AWS emulator, and cfn-lint."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

import pytest

from mlmax_pipelines.asl.history import HistoryEvent
from mlmax_pipelines.base.errors import Where
from mlmax_pipelines.compiled import CompiledPipeline, CompiledState, Parameter
from mlmax_pipelines.interpreter import Execution, TaskRequest, run
from tests.functional.aws.conftest import Emulator, running

Definition = dict[str, Any]
Lint = Callable[[Mapping[str, bytes]], str]
HELPERS = {"Evaluate metrics": "Evaluate", "Defaults": "", "Parameters": ""}


def task(step: str = "", **fields: Any) -> dict[str, Any]:
    """A Task state; with `step`, its result goes where that step's results go."""
    path = {"ResultPath": f"$.steps.{step}"} if step else {}
    return {"Type": "Task", "Resource": "arn:aws:states:::a:b.sync", **path, **fields}


def chain_of(*names: str) -> Definition:
    states: dict[str, Any] = {
        name: task(Next=after) for name, after in zip(names, names[1:])
    }
    states[names[-1]] = task(End=True)
    return {"StartAt": names[0], "States": states}


def training_definition() -> Definition:
    caught = [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}]
    merge = "States.JsonMerge($.defaults, $$.Execution.Input, false)"
    retry = [{"ErrorEquals": ["Slow.Down"], "IntervalSeconds": 1, "MaxAttempts": 2}]
    gate = {
        "Variable": "$.steps.Evaluate.outputs.metrics.values.roc_auc",
        "NumericGreaterThanEqualsPath": "$.parameters.min_roc_auc",
        "Next": "Register",
    }
    states: dict[str, Any] = {
        "Defaults": {
            "Type": "Pass",
            "Result": {"min_roc_auc": 0.9},
            "ResultPath": "$.defaults",
            "Next": "Parameters",
        },
        "Parameters": {
            "Type": "Pass",
            "Parameters": {"parameters.$": merge, "steps": {}},
            "Next": "Train",
        },
        "Train": task("Train", Retry=retry, Catch=caught, Next="Evaluate"),
        "Evaluate": task("Evaluate", Catch=caught, Next="Evaluate metrics"),
        "Evaluate metrics": task(
            "Evaluate.outputs.metrics.values", Catch=caught, Next="Gate"
        ),
        "Gate": {"Type": "Choice", "Choices": [gate], "Default": "Rejected"},
        "Register": task("Register", End=True),
        "Rejected": {"Type": "Fail", "Error": "ModelRejected", "Cause": "too low"},
        "Failed": {"Type": "Fail", "Error": "TrainingFailed", "Cause": "see above"},
    }
    return {"StartAt": "Defaults", "States": states}


def pipeline_of(definition: Definition, **fields: Any) -> CompiledPipeline:
    states = tuple(
        CompiledState(
            name=name,
            type=state["Type"],
            step=HELPERS.get(name, name),
            step_type="processing"
            if state["Type"] == "Task"
            else state["Type"].lower(),
            where=Where("pipelines/training.yaml", 10 + number, 3),
        )
        for number, (name, state) in enumerate(definition["States"].items())
    )
    given: dict[str, Any] = {
        "name": "training",
        "description": "Train a model.",
        "type": "TrainingPipeline",
        "parameters": (Parameter("min_roc_auc", "number", 0.9, "the threshold"),),
        "definition": definition,
        "substitutions": {},
        "states": states,
        "limits": (),
    }
    return CompiledPipeline(**{**given, **fields})


class Ticks:
    """A clock that each look at it moves by a second, and no wait."""

    def __init__(self) -> None:
        self._ticks = itertools.count(1000)

    def now(self) -> float:
        return float(next(self._ticks))

    def wait(self, seconds: float, stop: threading.Event) -> None:
        pass


def history_of(
    definition: Definition,
    answer: Callable[[TaskRequest], Any] = lambda request: {},
    input: Mapping[str, Any] = {},
) -> list[HistoryEvent]:
    """The events of a real execution; its clock ticks once per reading."""
    events: list[HistoryEvent] = []
    run(
        definition,
        input,
        execution=Execution("arn:e", "e-1", "arn:m", "training", 1000.0),
        tasks=answer,
        on_event=events.append,
        stop=threading.Event(),
        clock=Ticks(),
    )
    return events


@pytest.fixture
def training() -> Definition:
    return training_definition()


@pytest.fixture
def chain() -> Callable[..., Definition]:
    return chain_of


@pytest.fixture
def pipeline() -> Callable[..., CompiledPipeline]:
    return pipeline_of


@pytest.fixture
def history() -> Callable[..., list[HistoryEvent]]:
    return history_of


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One process for all; who changes something in it has an account of its own."""
    with running(tmp_path_factory.mktemp("emulator")) as found:
        yield found


@pytest.fixture(scope="session")
def lint(tmp_path_factory: pytest.TempPathFactory) -> Lint:
    """Findings of cfn-lint, informational ones included; "" when there are none."""

    def run(files: Mapping[str, bytes]) -> str:
        folder: Path = tmp_path_factory.mktemp("lint")
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        program = str(Path(sys.executable).with_name("cfn-lint"))
        command = [program, "--include-checks", "I"]
        command += ["--regions", "us-east-1", "eu-west-1", "--format", "parseable"]
        templates = sorted(str(path) for path in folder.rglob("*.yaml"))
        done = subprocess.run([*command, "--", *templates], stdout=-1, stderr=-1)
        return (done.stdout + done.stderr).decode()

    return run
