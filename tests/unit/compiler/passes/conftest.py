"""Limits that a short chain is over already."""

from __future__ import annotations

import pytest

from mlmax_pipelines.compiler.passes import cuts


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few steps."""
    monkeypatch.setattr(cuts, "_EVENTS", 64)
