"""How a command line ends: exit codes, and what is said on stderr."""

from __future__ import annotations

import sys
from types import ModuleType

import click
import pytest

from mlmax_pipelines.base.errors import (
    AwsError,
    ExecutionError,
    Problem,
    SpecError,
    UsageError,
    Where,
)
from mlmax_pipelines.cli import main
from mlmax_pipelines.cli.lazy import Entry

TWO = SpecError(
    [
        Problem("no step 'Trian'", Where("p.yaml", 3, 8), "did you mean 'Train'?"),
        Problem("unknown key 'nxt'", Where("p.yaml", 9, 1)),
    ]
)


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A command `end` that raises what the test is parametrized with."""

    @click.command()
    def end() -> None:
        raise request.param

    module = ModuleType("endings")
    module.__dict__["end"] = end
    monkeypatch.setitem(sys.modules, "endings", module)
    entry = Entry("endings", "end", "End.")
    monkeypatch.setitem(main.cli.entries, "end", entry)


@pytest.mark.parametrize(
    ("ending", "code", "text"),
    [
        (UsageError("no such thing"), 2, "error: no such thing\n"),
        (UsageError("no", hint="try yes"), 2, "error: no\n  hint: try yes\n"),
        (AwsError("access denied"), 3, "error: access denied\n"),
        (ExecutionError("failed at 'Gate'"), 4, "error: failed at 'Gate'\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (
            TWO,
            2,
            "error: p.yaml:3:8: no step 'Trian'\n  hint: did you mean 'Train'?\n"
            "error: p.yaml:9:1: unknown key 'nxt'\n2 errors\n",
        ),
    ],
    indirect=["ending"],
)
def test_a_known_error_is_its_message_and_exit_code(
    ending: None, capsys: pytest.CaptureFixture[str], code: int, text: str
) -> None:
    assert main.run(["end"]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.lstrip("\n") == text


@pytest.mark.parametrize("ending", [KeyError("state")], indirect=True)
def test_a_bug_says_so_and_how_to_see_more(
    ending: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["end"]) == 1
    text = capsys.readouterr().err
    assert text.startswith("error: KeyError: 'state'\n")
    assert "this is a bug" in text and "pipeline --debug" in text
    assert "Traceback" not in text


@pytest.mark.parametrize("ending", [KeyError("state"), TWO], indirect=True)
def test_debug_shows_where_it_happened(
    ending: None, capsys: pytest.CaptureFixture[str]
) -> None:
    main.run(["--debug", "end"])
    assert "Traceback (most recent call last)" in capsys.readouterr().err
