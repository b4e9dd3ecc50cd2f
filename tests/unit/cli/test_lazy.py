"""A group that lists commands without importing them."""

from __future__ import annotations

import sys

import click
import pytest

from mlmax_pipelines.cli.lazy import Entry, LazyGroup

SECTIONS = {
    "First": {"graph": Entry("nowhere.graph", "graph", "Draw it.")},
    "Second": {"gauge": Entry("nowhere.gauge", "gauge", "Measure it.")},
}


@pytest.fixture
def group() -> LazyGroup:
    return LazyGroup("main", sections=SECTIONS)


def test_help_names_every_command_in_its_section(group: LazyGroup) -> None:
    text = group.get_help(click.Context(group))
    assert text.index("First:") < text.index("graph  Draw it.") < text.index("Second:")
    assert "nowhere" not in sys.modules


def test_the_nearest_command_is_offered(group: LazyGroup) -> None:
    with pytest.raises(
        click.UsageError, match="no command 'grap': did you mean 'graph'"
    ):
        group.resolve_command(click.Context(group), ["grap"])
    assert group.get_command(click.Context(group), "grap") is None
