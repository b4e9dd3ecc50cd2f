"""The entries under `steps`: hints for types that do not exist."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.compiler.projects import problems

_PACKAGE = "approval-1.0.dist-info"
_PLUGIN = """
from mlmax_pipelines.steps.flow.wait import TYPE as WAIT

class Approval(type(WAIT)):
    kind = "approval"

TYPE = Approval()
"""
_ASK = """
import sys
from mlmax_pipelines.spec.modules import parse_module
from mlmax_pipelines.spec.pipelines import parse_pipeline
from mlmax_pipelines.yaml.document import parse

read = {"module": parse_module, "pipeline": parse_pipeline}[sys.argv[1]]
for problem in read(parse(sys.argv[2], "x.yaml"))[1]:
    print(problem.message, problem.hint, sep=" | ")
"""


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("pipeline", "name: p\nsteps:\n  A: {type: aproval}\n"),
        ("module", "name: m\ntype: aproval\n"),
    ],
)
def test_a_plug_in_s_type_is_offered_as_ours_are(
    tmp_path: Path, what: str, text: str
) -> None:
    (tmp_path / "approval.py").write_text(_PLUGIN)
    (tmp_path / _PACKAGE).mkdir()
    (tmp_path / _PACKAGE / "METADATA").write_text("Name: approval\nVersion: 1.0\n")
    entry = "[mlmax_pipelines.steps]\napproval = approval:TYPE\n"
    (tmp_path / _PACKAGE / "entry_points.txt").write_text(entry)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{_ASK}"
    command = [sys.executable, "-c", code, what, text]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    expected = "unknown step type 'aproval' | did you mean 'approval'?\n"
    assert found.stdout == expected


@pytest.mark.parametrize("step", ["type: ''", "module: ''"])
def test_a_step_of_an_empty_name_is_refused_with_a_word(
    tmp_path: Path, step: str
) -> None:
    (found,) = problems(tmp_path, f"  A: {{{step}}}\n")
    assert "''" in found
