"""What an execution ran."""

from __future__ import annotations

from mlmax_pipelines.observe.sections.versions import section


def test_nested_versions_are_one_list(facts):
    (table,) = section(facts()).blocks
    assert table.rows == [("code", "c0ffee"), ("git.commit", "1a2b")]


def test_without_evidence_there_is_no_section(facts):
    assert section(facts(evidence={})) is None
