"""What every command shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines import cli
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cli.app import App, in_environment, near, say, show
from mlmax_pipelines.steps.services.sagemaker.processing import Processing
from tests.unit.cli.conftest import Pipeline


def test_the_project_is_found_when_a_command_asks_for_it(project: Path) -> None:
    assert App(str(project), debug=False).project.root == project
    lost = App(str(project / "src"), debug=False)
    with pytest.raises(UsageError, match="is no project"):
        lost.project  # noqa: B018


def test_a_path_is_told_as_it_would_be_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert near(tmp_path / "a" / "b") == "a/b"
    assert near(Path("/elsewhere/b")) == "/elsewhere/b"


def test_a_place_on_this_machine_is_a_path_and_one_on_aws_its_uri(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    app = App("", debug=False)
    assert app.place("local", "s3://artifacts/p") == ".mlmax/local/s3/artifacts/p"
    assert app.place("dev", "s3://artifacts/p") == "s3://artifacts/p"


def test_the_environment_of_this_machine_need_not_be_named() -> None:
    assert in_environment("local") == ""
    assert in_environment("dev") == " -e dev"


def test_concluding_gives_the_record_what_it_ran(ran: Path) -> None:
    app = App(str(ran), debug=False)
    backend = app.backend("local")
    record = app.conclude(backend, backend.describe("good"))
    assert record.evidence["spec"]


@pytest.mark.parametrize(
    "command",
    [
        ["validate"],
        ["create"],
        ["explain", "small"],
        ["graph", "small"],
        ["run", "small"],
        ["policies", "-e", "dev", "--bucket", "b"],
    ],
)
def test_whatever_compiles_says_what_may_be_wrong_on_stderr(
    project: Path,
    pipeline: Pipeline,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
) -> None:
    odd = [(("entry_point",), "an odd name", "rename it")]
    monkeypatch.setattr(Processing, "warn", lambda self, step: odd)
    ended = pipeline(project, *command)
    assert ended.code == 0
    assert ended.err.count("warning: modules/work.yaml:") == 1
    assert ": an odd name\n  hint: rename it\n" in ended.err


def test_neither_result_nor_progress_moves_the_cursor(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show("one\x1b[2J\n\x1b]0;title\x07two")
    say("three\x1b[1A\rfour")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("one\ntwo\n", "three four\n")


def test_commands_print_nowhere_else() -> None:
    folder = Path(cli.__file__).parent
    own = {"app.py", "main.py", "graph.py", "target.py"}
    printing = {p.name for p in folder.glob("*.py") if "click.echo" in p.read_text()}
    assert printing <= own
