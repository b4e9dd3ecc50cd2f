"""What the steps wrote."""

from __future__ import annotations

from mlmax_pipelines.observe.sections.artifacts import section


def test_an_artifact_has_its_step_place_size_and_digest(facts):
    found = section(facts())
    assert found.folded == "3 artifacts"
    (table,) = found.blocks
    assert table.rows[0] == ["Evaluate", "report", "s3://b/roc.png", 28, "ab" * 32]


def test_without_artifacts_there_is_no_section(facts):
    assert section(facts(artifacts=())) is None
