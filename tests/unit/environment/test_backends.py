"""The table of backends: each is there."""

from __future__ import annotations

from importlib import import_module

import pytest

from mlmax_pipelines.environment.backends import BACKENDS, LOCAL


@pytest.mark.parametrize("name", BACKENDS)
def test_a_backend_of_the_table_can_be_made(name: str) -> None:
    module, function = BACKENDS[name].split(":")
    assert callable(getattr(import_module(module), function))
    assert LOCAL in BACKENDS
