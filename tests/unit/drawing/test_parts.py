"""A pipeline that was split, drawn as a whole."""

from __future__ import annotations

from mlmax_pipelines.compiled import CompiledState, Part
from mlmax_pipelines.drawing.parts import whole


def test_a_pipeline_that_was_not_split_is_drawn_as_it_is(training, pipeline):
    compiled = pipeline(training)
    assert whole(compiled, states=False) is compiled.definition


def split(chain, pipeline):
    definition = chain("First part", "Check", "Last part")
    states = tuple(
        CompiledState(name, "Task", "", "part" if "part" in name else "pass", None)
        for name in definition["States"]
    )
    parts = (Part("P1", "p-1", chain("A", "B")), Part("P2", "p-2", chain("C")))
    return pipeline(definition, states=states, parts=parts)


def test_steps_of_all_parts_are_one_chain(chain, pipeline):
    drawn = whole(split(chain, pipeline), states=False)
    assert drawn["StartAt"] == "A"
    way, here = [], drawn["StartAt"]
    while here:
        way.append(here)
        here = drawn["States"][here].get("Next")
    assert way == ["A", "B", "Check", "C"]
    assert drawn["States"]["C"]["End"] is True


def test_with_states_each_part_is_inside_the_one_that_runs_it(chain, pipeline):
    compiled = split(chain, pipeline)
    drawn = whole(compiled, states=True)
    assert list(drawn["States"]) == ["First part", "Check", "Last part"]
    assert drawn["States"]["Last part"]["Branches"] == [compiled.parts[1].definition]
