"""What of a definition becomes a node or an edge."""

from __future__ import annotations

from dataclasses import replace

from mlmax_pipelines.compiled import CompiledState, Part
from mlmax_pipelines.drawing.model import Edge, read
from mlmax_pipelines.drawing.render import graph_of


def test_steps_are_drawn_as_the_user_wrote_them(training, pipeline):
    graph = graph_of(pipeline(training))
    names = [node.id for node in graph.nodes]
    assert names == ["Train", "Evaluate", "Gate", "Register", "Rejected", "Failed"]
    assert graph.start == "Train"
    evaluate = next(node for node in graph.nodes if node.id == "Evaluate")
    assert evaluate.states == ("Evaluate", "Evaluate metrics")
    assert Edge("Evaluate", "Gate") in graph.edges
    caught = [edge for edge in graph.edges if edge.source == "Evaluate"]
    assert len(caught) == 2, "the catches of both of its states are one edge"


def test_every_state_is_drawn_on_request(training, pipeline):
    graph = graph_of(pipeline(training), states=True)
    assert [node.id for node in graph.nodes] == list(training["States"])
    assert graph.start == "Defaults"


def test_conditions_and_errors_label_their_edges(training, pipeline):
    graph = graph_of(pipeline(training))
    labels = {edge.target: edge.label for edge in graph.edges if edge.source == "Gate"}
    assert labels == {
        "Register": "roc_auc >= ${parameters.min_roc_auc}",
        "Rejected": "otherwise",
    }


def test_a_check_of_the_compilers_is_left_out_with_the_state_it_fails_in(pipeline):
    check = {"Variable": "$.parameters.x", "IsPresent": False, "Next": "Missing"}
    definition = {
        "StartAt": "Check",
        "States": {
            "Check": {"Type": "Choice", "Choices": [check], "Default": "Train"},
            "Missing": {"Type": "Fail"},
            "Train": {"Type": "Task", "Resource": "a", "End": True},
        },
    }
    compiled = pipeline(definition)
    states = tuple(
        replace(state, step="" if state.name != "Train" else "Train")
        for state in compiled.states
    )
    graph = graph_of(replace(compiled, states=states))
    assert [node.id for node in graph.nodes] == ["Train"]
    assert graph.start == "Train" and graph.nodes[0].ends


def test_a_loop_of_a_state_to_itself_is_kept():
    again = {"Variable": "$.n", "NumericLessThan": 2, "Next": "Ask"}
    definition = {
        "StartAt": "Ask",
        "States": {
            "Ask": {"Type": "Choice", "Choices": [again], "Default": "Done"},
            "Done": {"Type": "Succeed"},
        },
    }
    assert Edge("Ask", "Ask", "choice", "$.n < 2") in read(definition).edges


def _split(chain, pipeline):
    definition = chain("Part 1", "Part 2")
    parts = tuple(
        Part(f"Part{n}", f"training-part-{n}", chain(f"A{n}", f"B{n}")) for n in (1, 2)
    )
    states = [
        CompiledState(name, "Task", "", "part", None) for name in ("Part 1", "Part 2")
    ]
    states += [
        CompiledState(name, "Task", name, "processing", None)
        for part in parts
        for name in part.definition["States"]
    ]
    return pipeline(definition, states=tuple(states), parts=parts)


def test_parts_of_a_split_pipeline_are_one_chain(chain, pipeline):
    graph = graph_of(_split(chain, pipeline))
    assert [node.id for node in graph.nodes] == ["A1", "B1", "A2", "B2"]
    assert [(edge.source, edge.target) for edge in graph.edges] == [
        ("A1", "B1"),
        ("B1", "A2"),
        ("A2", "B2"),
    ]
    assert [node.id for node in graph.nodes if node.ends] == ["B2"]


def test_parts_are_clusters_when_every_state_is_drawn(chain, pipeline):
    graph = graph_of(_split(chain, pipeline), states=True)
    first, second = graph.nodes
    assert [node.id for node in first.branches[0].nodes] == ["A1", "B1"]
    assert [node.id for node in second.branches[0].nodes] == ["A2", "B2"]
