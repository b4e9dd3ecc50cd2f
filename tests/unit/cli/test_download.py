"""`pipeline download`."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlmax_pipelines.artifacts.contract import Artifact
from mlmax_pipelines.base.errors import UsageError
from mlmax_pipelines.cli.download import _target
from tests.unit.cli.conftest import Pipeline


def test_one_output_is_copied_below_its_step(
    ran: Path, pipeline: Pipeline, tmp_path: Path
) -> None:
    to = tmp_path / "got"
    got = pipeline(ran, "download", "good", "First.out", "--to", str(to))
    assert got.code == 0 and got.out == f"{to}\n"
    assert got.err.startswith("downloading 1 files, ")
    assert [str(p.relative_to(to)) for p in to.rglob("*") if p.is_file()] == [
        "First/out/text.txt"
    ]


def test_what_is_not_there_is_answered_with_what_is(
    ran: Path, pipeline: Pipeline
) -> None:
    wrong = pipeline(ran, "download", "good", "First.model")
    assert wrong.code == 2
    assert "nothing of 'First.model' to download" in wrong.err
    assert "there are: First.metrics, First.out, Second.metrics" in wrong.err


def test_a_key_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    evil = Artifact("s3://b/p/one/../../x", "First", "out", 1)
    with pytest.raises(UsageError, match="leads out of"):
        _target(tmp_path / "to", evil, "one")
