"""The two parsers that YAML is read with."""

from __future__ import annotations

import pytest

from mlmax_pipelines.yaml import events


@pytest.fixture(params=["libyaml", "pure python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each test that asks for it runs with both parsers."""
    if request.param == "pure python":
        monkeypatch.setattr(events, "_parser", events._PurePython)
    return str(request.param)
