"""What nobody deployed is said first."""

from __future__ import annotations

from mlmax_pipelines.observe.evidence import NOBODYS
from mlmax_pipelines.observe.sections.deployed import section


def test_only_what_nobody_deployed_is_told(facts):
    assert section(facts()) is None
    found = section(facts(evidence={"deployment": NOBODYS}))
    assert found.alarming and NOBODYS in str(found.blocks)
