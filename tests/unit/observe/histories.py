"""Definitions and answers of tasks that make the histories of these tests."""

from __future__ import annotations

import json

from mlmax_pipelines.interpreter import StateError

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
EVIL = "<img src=x onerror=alert(1)>|`${x}`\n@everyone"
JOB = json.dumps({"TrainingJobName": "t-1", "FailureReason": "no column 'radius'"})
PARALLEL = {
    "StartAt": "Both",
    "States": {
        "Both": {
            "Type": "Parallel",
            "End": True,
            "Branches": [
                {
                    "StartAt": name,
                    "States": {name: {"Type": "Task", "Resource": "a", "End": True}},
                }
                for name in ("Good", "Bad")
            ],
        }
    },
}
MAP = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "MaxConcurrency": 1,
            "End": True,
            "ItemProcessor": {
                "StartAt": "Score",
                "States": {"Score": {"Type": "Task", "Resource": "a", "End": True}},
            },
        }
    },
}


def scores(roc_auc):
    def answer(request):
        if request.state == "Evaluate metrics":
            return {"roc_auc": roc_auc}
        return {"outputs": {}}

    return answer


def fails(state, error, cause="", times=99):
    left = [times]

    def answer(request):
        if request.state == state and left[0]:
            left[0] -= 1
            raise StateError(error, cause)
        return {"roc_auc": 1} if "metrics" in request.state else {"outputs": {}}

    return answer


def succeeds(request):
    if request.state == "Evaluate metrics":
        return {"roc_auc": 0.98765432}
    return {"outputs": {}}


def broken(request):
    cause = json.dumps({"FailureReason": f"bad column {EVIL}"})
    raise StateError("AlgorithmError", cause)
