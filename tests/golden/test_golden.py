"""Specs whose definition and template are written down: a change has to be meant.

Each case is a project (`spec/`) with one pipeline of the case's name. After a change
that is meant, write the files anew and read the difference:

    python tests/golden/test_golden.py
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CASES = sorted(folder.parent.name for folder in HERE.glob("*/spec"))


def compiled(case: str) -> dict[str, bytes]:
    """The definition and the template of a case, as they are today."""
    from mlmax_pipelines.cloudformation.templates import render
    from mlmax_pipelines.compiler.entry import compile_project

    (pipeline,) = compile_project(HERE / case / "spec")
    definition = json.dumps(pipeline.definition, indent=2, ensure_ascii=False) + "\n"
    return {
        "definition.json": definition.encode(),
        "template.yaml": render([pipeline])[f"{case}.yaml"],
    }


@pytest.mark.parametrize("case", CASES)
def test_a_spec_compiles_to_what_is_written_down(case: str) -> None:
    for name, content in compiled(case).items():
        assert content.decode() == (HERE / case / name).read_text(), name


@pytest.mark.functional
def test_cfn_lint_finds_nothing_in_what_is_written_down() -> None:
    program = str(Path(sys.executable).with_name("cfn-lint"))
    templates = [str(HERE / case / "template.yaml") for case in CASES]
    command = [program, "--include-checks", "I", "--", *templates]
    done = subprocess.run(command, stdout=-1, stderr=-1, text=True)
    assert (done.stdout, done.stderr) == ("", "")


if __name__ == "__main__":
    for case in CASES:
        for name, content in compiled(case).items():
            (HERE / case / name).write_bytes(content)
