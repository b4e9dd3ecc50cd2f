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
        ("../copy.py", "'../copy.py' is outside of the project", "is shipped from"),
    ],
)
def test_a_script_that_is_not_there(
    tmp_path: Path, script: str, message: str, hint: str
) -> None:
    modules = {"copy": COPY.replace("src/copy.py", script)}
    (found,) = problems(tmp_path / "project", STEPS, modules=modules)
    assert found.startswith("modules/copy.yaml:")
    assert message in found and hint in found


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
