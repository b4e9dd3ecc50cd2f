"""What exactly is wrong with a metrics file."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from mlmax_pipelines.asl.failures import StateError
from mlmax_pipelines.compiled import MetricsFile
from mlmax_pipelines.local.services.metrics import check
from mlmax_pipelines.local.workspace import Workspace

FOLDER = "s3://b/p/run/Evaluate/scores/"
FILE = "metrics.json"


def judged(
    workspace: Workspace, content: bytes | None, file: str = FILE, **values: str
) -> str:
    """What is wrong with a file of this content, or "" when nothing is."""
    if content is not None:
        workspace.store.write(FOLDER + file, content)
    expected = MetricsFile("Evaluate", "scores", FILE, values)
    try:
        check(expected, FOLDER + FILE, workspace.store)
    except StateError as error:
        assert error.error == "Metrics.Invalid"
        what = "'metrics.json' of output 'scores' of step 'Evaluate' "
        assert error.cause is not None and error.cause.startswith(what)
        return error.cause.removeprefix(what)
    return ""


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("number", 1),
        ("number", 0.5),
        ("integer", 3),
        ("integer", 3.0),
        ("boolean", False),
        ("string", ""),
        ("s3", "s3://b/k"),
        ("list", []),
        ("object", {}),
    ],
)
def test_what_fits_is_taken(workspace: Workspace, type: str, value: Any) -> None:
    assert judged(workspace, json.dumps({"v": value}).encode(), v=type) == ""


@pytest.mark.parametrize(
    ("type", "value", "told"),
    [
        ("number", "0.1", "has \"0.1\" (a string) for 'v', declared as number"),
        ("number", True, "has true (a boolean) for 'v', declared as number"),
        ("number", None, "has null (null) for 'v', declared as number"),
        ("integer", 2.5, "has 2.5 (a number) for 'v', declared as integer"),
        ("boolean", 1, "has 1 (an integer) for 'v', declared as boolean"),
        ("string", 1, "has 1 (an integer) for 'v', declared as string"),
        ("s3", "/k", "has \"/k\" (a string) for 'v', declared as s3"),
        ("list", {"a": 1}, "has {\"a\": 1} (an object) for 'v', declared as list"),
        ("object", [1], "has [1] (a list) for 'v', declared as object"),
    ],
)
def test_another_type_is_told_with_the_value(
    workspace: Workspace, type: str, value: Any, told: str
) -> None:
    assert judged(workspace, json.dumps({"v": value}).encode(), v=type) == told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xef\xbb\xbf{}", "begins with a byte order mark: write it as 'utf-8'"),
        (b"\xff\xfe{}", "is no UTF-8 text (byte 0)"),
        (b"", "is empty, and must hold an object"),
        (b" \n", "is empty, and must hold an object"),
        (b"[" * 5000, "is nested deeper than 200 levels"),
        (b"{'f1': 1}", "is no JSON: Expecting property name"),
        (b"[" * 100_000, "is nested deeper than 200 levels"),
        (b'{"f1": NaN}', "has NaN for 'f1', which JSON does not have"),
        (b'{"a": [1, -Infinity]}', "has -Infinity for 'a.1', which JSON does not"),
        (b'{"f1": 1e999}', "has the number 1e999, which is too large"),
        (b"[0.5]", "holds a list, and must hold an object"),
        (b"0.5", "holds a number, and must hold an object"),
        (b"null", "holds null, and must hold an object"),
        (b'{"F1": 0.5}', "lacks 'f1' (did you mean 'F1'?)"),
        (b'{"auc": 0.5, "x": 1}', "lacks 'f1' (it has: auc, x)"),
        (b"{}", "lacks 'f1' (it is empty)"),
        (b'{"x": "' + b"a" * 300_000 + b'"}', "has 300,009 bytes, at most 262,144"),
    ],
)
def test_a_file_that_cannot_be_used(
    workspace: Workspace, content: bytes, told: str
) -> None:
    assert judged(workspace, content, f1="number").startswith(told)


def test_all_that_is_wrong_is_told_at_once(workspace: Workspace) -> None:
    told = judged(workspace, b'{"b": "1"}', a="number", b="number")
    assert told == (
        "lacks 'a' (it has: b); has \"1\" (a string) for 'b', declared as number"
    )


def test_a_missing_file_is_told_with_the_nearest(workspace: Workspace) -> None:
    assert judged(workspace, None) == "is missing: the output is empty"
    assert judged(workspace, b"", "a.csv") == "is missing; the output has 'a.csv'"
    told = judged(workspace, b"{}", "metric.json")
    assert told == "is missing; did you mean 'metric.json'?"
    workspace.store.delete(FOLDER + "metric.json")
    workspace.store.delete(FOLDER + "a.csv")
    told = judged(workspace, b"{}", "inner/metrics.json")
    assert told == "is missing; did you mean 'inner/metrics.json'?"


def test_what_is_no_file_is_told(workspace: Workspace) -> None:
    path = workspace.store.path(FOLDER + FILE)
    path.mkdir(parents=True)
    assert judged(workspace, None) == "is a folder"
    path.rmdir()
    os.mkfifo(path)
    assert judged(workspace, None) == "is no file"
    assert workspace.store.matching(FOLDER + FILE) == []
