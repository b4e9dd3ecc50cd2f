"""The parameters an execution ran with."""

from __future__ import annotations

from mlmax_pipelines.observe.blocks import Noted
from mlmax_pipelines.observe.sections.parameters import section
from tests.unit.observe.histories import EVIL


def test_a_parameter_has_its_value_and_what_it_is_about(facts):
    (table,) = section(facts()).blocks
    assert [Noted("min_roc_auc", "the threshold"), 0.9] in table.rows
    assert [Noted("note", ""), EVIL] in table.rows


def test_without_parameters_there_is_no_section(facts):
    assert section(facts(input={}, output={})) is None
