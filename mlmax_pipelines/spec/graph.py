"""Graphs of numbered nodes: what is reachable, what loops, what dominates what.

What comes in: successor lists, node 0 the root. What goes out: lists indexed by node.
Never: recursion (a chain of 10,000 steps is one path), a name of a step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Graph = Sequence[Sequence[int]]
UNREACHED = -1


def reachable(graph: Graph, roots: Iterable[int]) -> list[bool]:
    """Whether each node can be reached from one of the roots (roots can)."""
    seen = [False] * len(graph)
    stack = list(roots)
    while stack:
        node = stack.pop()
        if not seen[node]:
            seen[node] = True
            stack.extend(graph[node])
    return seen


def reverse(graph: Graph) -> list[list[int]]:
    """The predecessor lists."""
    before: list[list[int]] = [[] for _ in graph]
    for node, successors in enumerate(graph):
        for successor in successors:
            before[successor].append(node)
    return before


def components(graph: Graph) -> list[int]:
    """The number of each node's strongly connected component.

    An edge leads to a component with the same or a smaller number (Tarjan, "Depth-
    first search and linear graph algorithms", 1972).
    """
    walk = _Tarjan(graph)
    for root in range(len(graph)):
        if walk.order[root] == UNREACHED:
            walk.run(root)
    return walk.component


class _Tarjan:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.order = [UNREACHED] * len(graph)
        self.component = [UNREACHED] * len(graph)
        self._low = [0] * len(graph)
        self._open: list[int] = []
        self._visited = 0
        self._closed = 0

    def run(self, root: int) -> None:
        stack = [self._enter(root)]
        while stack:
            node, successors = stack[-1]
            for successor in successors:
                if self.order[successor] == UNREACHED:
                    stack.append(self._enter(successor))
                    break
                if self.component[successor] == UNREACHED:
                    self._low[node] = min(self._low[node], self.order[successor])
            else:
                stack.pop()
                self._leave(node)
                if stack:
                    above = stack[-1][0]
                    self._low[above] = min(self._low[above], self._low[node])

    def _enter(self, node: int) -> tuple[int, Iterable[int]]:
        self.order[node] = self._low[node] = self._visited
        self._visited += 1
        self._open.append(node)
        return node, iter(self.graph[node])

    def _leave(self, node: int) -> None:
        if self._low[node] != self.order[node]:
            return
        while self.component[node] == UNREACHED:
            self.component[self._open.pop()] = self._closed
        self._closed += 1


def immediate_dominators(graph: Graph) -> list[int]:
    """The last node that every path from node 0 to a node passes before it.

    UNREACHED for node 0 and for nodes that cannot be reached. Source: Lengauer and
    Tarjan, "A fast algorithm for finding dominators in a flowgraph", 1979.
    """
    vertex, parent = _depth_first(graph)
    number = [UNREACHED] * len(graph)
    for position, node in enumerate(vertex):
        number[node] = position
    forest = _Forest(len(vertex))
    before = reverse(graph)
    waiting: list[list[int]] = [[] for _ in vertex]
    dominator = [0] * len(vertex)
    for w in range(len(vertex) - 1, 0, -1):
        for node in before[vertex[w]]:
            if number[node] != UNREACHED:
                best = forest.semi[forest.best(number[node])]
                forest.semi[w] = min(forest.semi[w], best)
        waiting[forest.semi[w]].append(w)
        forest.ancestor[w] = above = parent[w]
        for v in waiting[above]:
            u = forest.best(v)
            dominator[v] = u if forest.semi[u] < forest.semi[v] else above
        waiting[above] = []
    return _as_nodes(dominator, forest.semi, vertex, len(graph))


def _as_nodes(
    dominator: list[int], semi: list[int], vertex: list[int], size: int
) -> list[int]:
    """Settles the dominators that were left relative; numbers back to nodes."""
    result = [UNREACHED] * size
    for w in range(1, len(vertex)):
        if dominator[w] != semi[w]:
            dominator[w] = dominator[dominator[w]]
        result[vertex[w]] = vertex[dominator[w]]
    return result


def _depth_first(graph: Graph) -> tuple[list[int], list[int]]:
    """Reachable nodes in depth-first order, and each one's parent as a position."""
    vertex: list[int] = []
    parent: list[int] = []
    seen = [False] * len(graph)
    stack = [(0, 0)]
    while stack:
        node, above = stack.pop()
        if not seen[node]:
            seen[node] = True
            parent.append(above)
            stack.extend((successor, len(vertex)) for successor in graph[node])
            vertex.append(node)
    return vertex, parent


class _Forest:
    """The nodes done so far; `best` is the one with the least semidominator above."""

    def __init__(self, size: int) -> None:
        self.semi = list(range(size))
        self.ancestor = [UNREACHED] * size
        self._label = list(range(size))

    def best(self, node: int) -> int:
        if self.ancestor[node] == UNREACHED:
            return node
        path = []
        while self.ancestor[self.ancestor[node]] != UNREACHED:
            path.append(node)
            node = self.ancestor[node]
        result = self._label[node]
        for below in reversed(path):  # path compression
            above = self.ancestor[below]
            if self.semi[self._label[above]] < self.semi[self._label[below]]:
                self._label[below] = self._label[above]
            self.ancestor[below] = self.ancestor[above]
            result = self._label[below]
        return result


def intervals(parent: Sequence[int]) -> tuple[list[int], list[int]]:
    """When a walk over a tree enters and leaves each node; a node lies below another
    when its times lie within the other's. UNREACHED for what is not in the tree."""
    children: list[list[int]] = [[] for _ in parent]
    for node, above in enumerate(parent):
        if above != UNREACHED:
            children[above].append(node)
    enter, leave = [UNREACHED] * len(parent), [UNREACHED] * len(parent)
    time, stack = 0, [0]
    while stack:
        node = stack[-1]
        if enter[node] == UNREACHED:
            enter[node] = time
            time += 1
            stack.extend(children[node])
        else:
            stack.pop()
            leave[node] = time
    return enter, leave
