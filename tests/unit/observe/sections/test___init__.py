"""Sections are found in their folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mlmax_pipelines.observe import sections

SECTION = """
from mlmax_pipelines.observe.blocks import Section, Text

PLACE = {place}


def section(facts):
    return Section("{name}", [Text(["{name}"])])
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty package called `extra`."""
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.partition(".")[0] == "extra"]:
        monkeypatch.delitem(sys.modules, name)
    (tmp_path / "extra").mkdir()
    return tmp_path / "extra"


def add(folder: Path, name: str, place: int) -> None:
    text = SECTION.format(name=name, place=place)
    (folder / f"{name}.py").write_text(text)


def test_a_file_is_a_section(folder, facts):
    add(folder, "costs", 15)
    add(folder, "weather", 5)
    makers = sections.found(folder, "extra")
    assert [makers[place](facts()).title for place in sorted(makers)] == [
        "weather",
        "costs",
    ]


def test_two_sections_at_one_place_are_refused(folder):
    add(folder, "costs", 15)
    add(folder, "weather", 15)
    with pytest.raises(ValueError, match="place 15: 'costs' and 'weather'"):
        sections.found(folder, "extra")


def test_what_there_is_nothing_to_say_of_is_left_out(facts):
    made = facts(compiled=None, artifacts=(), evidence={}, input={}, output={})
    assert [section.title for section in sections.of(made)] == ["Timeline"]
