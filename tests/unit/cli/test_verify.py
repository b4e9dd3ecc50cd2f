"""`pipeline verify`."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Pipeline


def test_what_no_longer_matches_is_told(project: Path, pipeline: Pipeline) -> None:
    pipeline(project, "run", "small", "--name", "one")
    whole = pipeline(project, "verify", "one")
    assert whole.code == 0 and "'one' matches its evidence in all" in whole.out
    assert "definition" in pipeline(project, "verify", "one", "-v").out
    folder = project / ".mlmax/local/s3/artifacts/small/one/First"
    (folder / "out/text.txt").unlink()
    (folder / "out/more.txt").write_text("more")
    wrong = pipeline(project, "verify", "one")
    assert wrong.code == 4 and "2 of " in wrong.err
    lines = [" ".join(line.split()[1:]) for line in wrong.out.splitlines()[1:]]
    assert any(line.endswith("gone") for line in lines)
    assert "not there 4 bytes" in lines
