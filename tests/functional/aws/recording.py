"""Answers of tasks, recorded on this machine, for the emulator to give again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from tests.functional.aws.conftest import Deployer

CASE = "recorded"


def history(dev: Deployer, pipeline: str, name: str) -> list[dict[str, Any]]:
    """The events of an execution on this machine."""
    path = dev.root / ".mlmax/local/executions" / pipeline / name / "history.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def recorded(dev: Deployer, pipeline: str, name: str) -> dict[str, Any]:
    """State -> what its task answered there."""
    state, found = "", {}
    for event in history(dev, pipeline, name):
        details = event["details"]
        if event["type"] == "TaskStateEntered":
            state = details["name"]
        elif event["type"] == "TaskSucceeded":
            found[state] = {"Return": json.loads(details["output"])}
        elif event["type"] == "TaskFailed":
            thrown = {"Error": details["error"], "Cause": details["cause"]}
            found[state] = {"Throw": thrown}
    return found


def config(machine: str, answers: dict[str, Any]) -> dict[str, Any]:
    """The emulator's configuration that gives them in the state machine `machine`."""
    return {
        "StateMachines": {
            machine: {"TestCases": {CASE: {state: state for state in answers}}}
        },
        "MockedResponses": {state: {"0-9": one} for state, one in answers.items()},
    }


def start(dev: Deployer, *args: str, **variables: str) -> subprocess.Popen[str]:
    """`pipeline ARGS` in the project, not waited for."""
    own = dev.emulator.variables(dev.account, dev.url)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "mlmax_pipelines", *args],
        cwd=dev.root,
        env={**inherited, **own, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_until(process: subprocess.Popen[str], text: str) -> list[str]:
    """The lines of its stderr up to the one with `text` in it."""
    assert process.stderr
    lines: list[str] = []
    while not lines or text not in lines[-1]:
        lines.append(process.stderr.readline())
        assert lines[-1], "".join(lines)
    return lines
