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


def test_without_evidence_the_exit_code_is_4_and_nothing_is_written(
    project: Path, pipeline: Pipeline
) -> None:
    pipeline(project, "run", "small", "--name", "one")
    record = project / ".mlmax/local/executions/small/one/record.json"
    record.write_text(record.read_text().replace('"sealed"', '"was"'))
    evidence = project / ".mlmax/local/s3/artifacts/small/one/evidence.json"
    evidence.unlink()
    none = pipeline(project, "verify", "one")
    assert none.code == 4
    assert "there is no evidence of execution 'one'" in none.err
    assert not evidence.exists()
    assert pipeline(project, "report", "one").code == 0
    late = pipeline(project, "verify", "one")
    assert late.code == 0
    assert "its evidence was made 20" in late.err and " after its end, by " in late.err


def test_evidence_that_was_edited_or_emptied_is_found(
    project: Path, pipeline: Pipeline
) -> None:
    pipeline(project, "run", "small", "--name", "one")
    evidence = project / ".mlmax/local/s3/artifacts/small/one/evidence.json"
    whole = evidence.read_text()
    for text in (whole.replace("SUCCEEDED", "FAILED", 1), "", "not JSON"):
        evidence.write_text(text)
        wrong = pipeline(project, "verify", "one")
        assert wrong.code == 4 and "evidence.json" in wrong.out
