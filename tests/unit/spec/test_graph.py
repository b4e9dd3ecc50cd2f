"""Graph algorithms, against definitions that are slow and plain."""

from __future__ import annotations

import random

import pytest

from mlmax_pipelines.spec import graph as graphs


def _random_graph(seed: int) -> list[list[int]]:
    dice = random.Random(seed)
    size = dice.randint(1, 12)
    return [
        [dice.randrange(size) for _ in range(dice.randint(0, 3))] for _ in range(size)
    ]


def _without(graph: list[list[int]], node: int) -> list[list[int]]:
    return [
        [] if one == node else [s for s in successors if s != node]
        for one, successors in enumerate(graph)
    ]


@pytest.mark.parametrize("seed", range(150))
def test_dominators_are_what_every_path_passes(seed: int) -> None:
    graph = _random_graph(seed)
    enter, leave = graphs.intervals(graphs.immediate_dominators(graph))
    reached = graphs.reachable(graph, [0])
    for above in range(len(graph)):
        left = graphs.reachable(_without(graph, above), [0] if above else [])
        for node in range(len(graph)):
            if not (reached[above] and reached[node]):
                continue
            found = enter[above] <= enter[node] < leave[above]
            assert found == (node == above or not left[node]), (graph, above, node)


@pytest.mark.parametrize("seed", range(100))
def test_components_are_mutually_reachable_nodes(seed: int) -> None:
    graph = _random_graph(seed)
    component = graphs.components(graph)
    reach = [graphs.reachable(graph, [node]) for node in range(len(graph))]
    for one in range(len(graph)):
        for other in range(len(graph)):
            same = reach[one][other] and reach[other][one]
            assert (component[one] == component[other]) == same
            if reach[one][other]:
                assert component[one] >= component[other]


def test_a_long_chain_needs_no_stack() -> None:
    size = 20_000
    graph = [[node + 1] for node in range(size - 1)] + [[]]
    dominators = graphs.immediate_dominators(graph)
    assert dominators == [graphs.UNREACHED, *range(size - 1)]
    assert len(set(graphs.components(graph))) == size


def test_reversing_swaps_ends() -> None:
    assert graphs.reverse([[1, 2], [2], []]) == [[], [0], [0, 1]]
