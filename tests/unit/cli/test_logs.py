"""`pipeline logs`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.unit.cli.conftest import Pipeline


def test_the_lines_of_one_step_are_as_its_job_printed_them(
    ran: Path, pipeline: Pipeline
) -> None:
    assert pipeline(ran, "logs", "good", "First").out == "text is hello\n"


def test_lines_of_several_steps_have_their_names(ran: Path, pipeline: Pipeline) -> None:
    shown = pipeline(ran, "logs", "good").out
    assert shown == "First | text is hello\nSecond | text is hello\n"
    followed = pipeline(ran, "logs", "good", "--follow").out
    assert followed == shown


def test_a_step_without_a_log_is_told_from_those_with_one(
    ran: Path, pipeline: Pipeline
) -> None:
    wrong = pipeline(ran, "logs", "good", "Third")
    assert wrong.code == 2 and "steps with one: First, Second" in wrong.err


LOUD = """
import sys
print("\\x1b[31mred\\x1b[0m \\x1b]0;title\\x07")
print("10 %\\r99 %")
sys.stdout.flush()
sys.stdout.buffer.write(bytes(range(256)) * 20 + b"\\n" + b"x" * 100_000)
sys.exit(1)
"""
EACH = """\
name: each
description: Every item.
type: Pipeline
parameters: {items: {type: list, default: [a, b, c]}}
steps:
  Each:
    type: map
    items: ${parameters.items}
    steps:
      Clean: {module: clean, inputs: {text: "${item}"}}
"""
CLEAN = """\
name: clean
id: 71
version: 1.0.0
type: processing
interface:
  inputs: {text: {type: string}}
  outputs: {out: {type: s3}}
implementation:
  image: {framework: sklearn, version: 1.4-2}
  entry_point: src/clean.py
  instance: {type: ml.m5.large, count: 1, volume_gb: 30, max_runtime_seconds: 600}
"""
FAILS = """
import sys
print("this is", sys.argv)
if "b" in sys.argv:
    sys.exit("error: no rows")
"""


def test_what_a_job_printed_does_nothing_to_a_terminal(
    project: Path, pipeline: Pipeline
) -> None:
    (project / "src/work.py").write_text(LOUD)
    run = pipeline(project, "run", "small", "--name", "loud")
    printed = pipeline(project, "logs", "loud", "First").out
    for text in (run.err, printed):
        assert "red" in text and "99 %" in text and "10 %" not in text
        assert not {"\x1b", "\x07", "\x00", "\r"} & set(text)
        assert text.count("[binary data]") == 1
        assert len(text) < 80_000
    assert "[and 34,464 bytes more]" in printed


def test_an_item_of_a_map_has_a_log_of_its_own(
    project: Path, pipeline: Pipeline
) -> None:
    (project / "pipelines/each.yaml").write_text(EACH)
    (project / "modules/clean.yaml").write_text(CLEAN)
    (project / "src/clean.py").write_text(FAILS)
    run = pipeline(project, "run", "each", "--name", "one")
    assert "step 'Clean', item 1, failed" in run.err
    assert "error: no rows" in run.err.partition("last lines of its log:")[2]
    assert "Clean[1].log" in run.err
    assert "'b'" in pipeline(project, "logs", "one", "Clean[1]").out
    every = pipeline(project, "logs", "one", "Clean").out
    assert every.count("Clean[1] | ") == 2
    followed = pipeline(project, "logs", "one", "Clean [1]", "--follow").out
    assert followed.count("Clean[1] | ") == 2
    wrong = pipeline(project, "logs", "one", "Clean[7]")
    assert wrong.code == 2 and "did you mean 'Clean[" in wrong.err


def test_a_line_is_stamped_with_when_it_was_printed(
    project: Path, pipeline: Pipeline
) -> None:
    assert pipeline(project, "run", "small", "--name", "one").code == 0
    shown = pipeline(project, "logs", "one", "--times").out
    form = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  (First|Second) \| text is hello\n"
    assert re.fullmatch(f"({form}){{2}}", shown)
    folder = project / ".mlmax/local/executions/small/one/logs"
    (folder / "First.times").unlink()
    shown = pipeline(project, "logs", "one", "First", "-t").out
    assert shown == " " * 21 + "text is hello\n"
