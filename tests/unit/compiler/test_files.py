"""Files that a spec names are there, and are the project's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.projects import COPY, problems

STEPS = "  A: {module: copy}\n"


@pytest.mark.parametrize(
    ("script", "message", "hint"),
    [
        ("src/coppy.py", "there is no file 'src/coppy.py'", "mean 'src/copy.py'?"),
        ("lib/copy.py", "there is no file 'lib/copy.py'", "no folder 'lib' either"),
        ("../copy.py", "'../copy.py' is outside of the project", "are shipped from"),
    ],
)
def test_a_script_that_is_not_there(
    tmp_path: Path, script: str, message: str, hint: str
) -> None:
    modules = {"copy": COPY.replace("src/copy.py", script)}
    (found,) = problems(tmp_path / "project", STEPS, modules=modules)
    assert found.startswith("modules/copy.yaml:")
    assert message in found and hint in found


@pytest.mark.parametrize(
    ("script", "message", "hint"),
    [
        ("copy.py", "'copy.py' is at the project's root", "such as 'src/copy.py'"),
        ("./copy.py", "'./copy.py' is written with a detour", "write 'copy.py'"),
        ("./src/copy.py", "is written with a detour", "write 'src/copy.py'"),
        ("src/../src/copy.py", "is written with a detour", "write 'src/copy.py'"),
        ("src/gen/copy.py", "'src/gen/copy.py' is left out of the code", ".gitignore"),
        ("src/sub/own.py", "'src/sub/own.py' is left out of the code", ".gitignore"),
        ("src/__pycache__/copy.py", "is left out of the code", ".gitignore"),
        ("src/gen/kept.py", "", ""),
    ],
)
def test_a_script_that_would_not_be_shipped(
    tmp_path: Path, script: str, message: str, hint: str
) -> None:
    for name in ("src/gen", "src/sub", "src/__pycache__"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / ".gitignore").write_text("src/gen/*\n!kept.py\n")
    (tmp_path / "src" / "sub" / ".gitignore").write_text("own.py\n")
    (tmp_path / script).write_text("")
    modules = {"copy": COPY.replace("src/copy.py", script)}
    found = problems(tmp_path, STEPS, modules=modules)
    assert len(found) == bool(message)
    for one in found:
        assert one.startswith("modules/copy.yaml:") and message in one and hint in one


@pytest.mark.parametrize("handler", ["load.handler", "src/gen/load.handler"])
def test_a_handler_that_would_not_be_shipped(tmp_path: Path, handler: str) -> None:
    (tmp_path / "src" / "gen").mkdir(parents=True)
    (tmp_path / ".gitignore").write_text("gen/\n")
    (tmp_path / handler).with_suffix(".py").write_text("def handler(a, b): pass")
    text = f"name: load\ntype: lambda\nimplementation: {{handler: {handler}}}\n"
    (found,) = problems(tmp_path, "  A: {module: load}\n", modules={"load": text})
    assert found.startswith("modules/load.yaml:3:27: '")


def test_a_script_is_one_problem_however_many_steps_run_it(tmp_path: Path) -> None:
    modules = {"copy": COPY.replace("src/copy.py", "src/coppy.py")}
    steps = STEPS + "  B: {module: copy}\n"
    assert len(problems(tmp_path, steps, modules=modules)) == 1


def test_data_that_is_shipped_is_there(tmp_path: Path) -> None:
    parameters = "{rows: {type: s3, default: data/row.csv}}"
    (found,) = problems(tmp_path, STEPS, parameters=parameters)
    assert "parameter 'rows': there is no file 'data/row.csv'" in found
    assert "did you mean 'data/rows.csv'?" in found


@pytest.mark.parametrize("default", ["s3://b/k", "''", "data"])
def test_an_address_nothing_and_a_folder_are_no_missing_file(
    tmp_path: Path, default: str
) -> None:
    parameters = f"{{rows: {{type: s3, default: {default}}}}}"
    assert problems(tmp_path, STEPS, parameters=parameters) == []


@pytest.mark.parametrize(
    ("default", "message"),
    [
        ("/etc/passwd", "'/etc/passwd' is outside of the project"),
        ("../rows.csv", "'../rows.csv' is outside of the project"),
        ("data/../../rows.csv", "is outside of the project"),
        ("data/out/rows.csv", "'data/out/rows.csv' is a link that leads out of"),
        ("data/out/none.csv", "'data/out/none.csv' is a link that leads out of"),
        ("data/.env", "'data/.env' looks like a secret"),
        ("data/innocent", "'data/innocent' looks like a secret"),
    ],
)
def test_data_that_must_not_leave_is_refused_at_its_line(
    tmp_path: Path, default: str, message: str
) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "rows.csv").write_text("1")
    data = tmp_path / "project" / "data"
    data.mkdir(parents=True)
    (data / "out").symlink_to(foreign)
    (data / ".env").write_text("KEY=1")
    (data / "innocent").symlink_to(".env")
    parameters = f"{{rows: {{type: s3, default: {default}}}}}"
    (found,) = problems(tmp_path / "project", STEPS, parameters=parameters)
    assert message in found and found.startswith("pipelines/")
    assert "did you mean" not in found and "foreign" not in found
    assert ("--input rows=... may name any file" in found) == ("secret" not in message)


def test_a_script_behind_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "job.py").write_text("")
    (tmp_path / "project" / "src").mkdir(parents=True)
    (tmp_path / "project" / "src" / "out").symlink_to(foreign)
    modules = {"copy": COPY.replace("src/copy.py", "src/out/job.py")}
    (found,) = problems(tmp_path / "project", STEPS, modules=modules)
    assert "'src/out/job.py' is a link that leads out of the project" in found
