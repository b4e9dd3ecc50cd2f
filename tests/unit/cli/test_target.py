"""Whoever deploys from a terminal: what is asked, and which events are news."""

from __future__ import annotations

import io
from typing import Any

import click
import pytest

from mlmax_pipelines.aws.events import Event
from mlmax_pipelines.aws.uploading import Progress
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cli import target


def event(status: str, name: str, stack: str = "", reason: str = "") -> Event:
    of_stack = name == ""
    return Event("1", "", stack, name, "AWS::Type", status, reason, "", of_stack)


def said(capsys: pytest.CaptureFixture[str], total: int, *events: Event) -> list[str]:
    watch = target.Terminal().watches("ml", total)
    for one in events:
        watch(one)
    return click.unstyle(capsys.readouterr().err).splitlines()


def test_what_ended_is_news_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(
        capsys,
        2,
        event("CREATE_IN_PROGRESS", "Bucket"),
        event("CREATE_COMPLETE", "Bucket"),
        event("CREATE_FAILED", "Role", reason="no right"),
    ) == [
        "  [1/2] CREATE_COMPLETE              Bucket",
        "  [1/2] CREATE_FAILED                Role: no right",
    ]


def test_a_nested_stack_is_news_when_it_begins(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert said(
        capsys,
        0,
        event("CREATE_IN_PROGRESS", "", stack="Training"),
        event("CREATE_COMPLETE", "Role", stack="Training"),
        event("CREATE_COMPLETE", "", stack="Training"),
        event("CREATE_COMPLETE", ""),
    ) == [
        "  CREATE_IN_PROGRESS           Training",
        "  CREATE_COMPLETE              Training/Role",
        "  CREATE_COMPLETE              ml",
    ]


def test_an_upload_is_told_once_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    watch = target.Terminal().uploads(3)
    for done in (1, 2, 3):
        watch(Progress(done, 3, done * 500_000, 1_500_000))
    assert capsys.readouterr().err == "uploaded 3 objects, 1.5 MB\n"


def test_yes_answers_every_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert target.Terminal(yes=True).agrees("go on?")


@pytest.mark.parametrize(
    "ask", [target.Terminal().agrees, lambda q: target.typed(q, "x")]
)
def test_where_nobody_is_there_to_ask_that_is_an_error(
    monkeypatch: pytest.MonkeyPatch, ask: Any
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(UsageError, match="nobody answered 'go on\\?'"):
        ask("go on?")


@pytest.mark.parametrize(("answer", "expected"), [("ml\n", True), ("other\n", False)])
def test_a_name_has_to_be_typed(
    monkeypatch: pytest.MonkeyPatch, answer: str, expected: bool
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert target.typed("which?", "ml") is expected
