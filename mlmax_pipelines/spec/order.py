"""Which step has certainly run before which, and which may have.

What comes in: the chains of a pipeline. What goes out: OrderFacts, asked with names
of steps. Never: sets per step; a question costs as much as chains are nested.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlmax_pipelines.spec.flow import EXIT, Chain
from mlmax_pipelines.spec.graph import (
    UNREACHED,
    components,
    immediate_dominators,
    intervals,
    reachable,
)


class OrderFacts:
    """What runs before what. Names must be steps of the pipeline.

    A step comes before what lies inside a later parallel or map step, and what lies
    inside a parallel step comes before what follows that. Branches of one parallel
    step do not come before each other; nothing inside a map step comes before what
    is outside: it runs once per item.
    """

    def __init__(self, chains: Sequence[Chain]) -> None:
        self._orders = [_Order(chain) for chain in chains]
        self._order_of = {
            name: order for order in self._orders for name in order.chain.nodes
        }

    def dominates(self, before: str, after: str) -> bool:
        """Whether `before` has succeeded on every path that leads to `after`.

        True for an `after` that nothing leads to: that is a problem of its own.
        """
        order = self._order_of[before]
        around = dict(self._around(after))
        while order not in around:
            chain = order.chain
            if chain.in_map or not order.passes(before, EXIT):
                return False
            before = chain.container
            order = self._order_of[before]
        inside = around[order]
        return before != inside and order.passes(before, order.chain.nodes[inside])

    def reaches(self, before: str, after: str) -> bool:
        """Whether some path leads from the end of `before` to `after`."""
        order = self._order_of[before]
        around = dict(self._around(after))
        while order not in around:
            before = order.chain.container
            order = self._order_of[before]
        inside = around[order]
        return before != inside and order.leads(before, inside)

    def has_failed(self, before: str, after: str) -> bool:
        """Whether a catch of `before` led on, on every path to `after`."""
        order = self._order_of[before]
        inside = dict(self._around(after)).get(order, "")
        failed = order.chain.failed.get(before)
        if failed is None or not inside or inside == before:
            return False
        return order.has_passed(failed, order.chain.nodes[inside])

    def caught(self, name: str) -> tuple[list[str], bool]:
        """The steps of its chain whose catches may have led to a step, the last one
        first; and whether one of them did on every path."""
        order = self._order_of[name]
        return order.caught(order.chain.nodes[name])

    def _around(self, name: str) -> Iterator[tuple[_Order, str]]:
        """The chains a step is in, inmost first, each with its step in that chain."""
        while name:
            order = self._order_of[name]
            yield order, name
            name = order.chain.container


class _Order:
    """One chain: its dominator tree as intervals, its loops as components."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self._enter, self._leave = intervals(immediate_dominators(chain.graph))
        self._component = components(chain.graph)

    def passes(self, before: str, node: int) -> bool:
        """Whether every path to a node passes the success of `before`."""
        return self.has_passed(self.chain.ready[before], node)

    def has_passed(self, before: int, node: int) -> bool:
        """Whether every path to a node passes another one."""
        time = self._enter[node]
        if time == UNREACHED:
            return True
        return self._enter[before] != UNREACHED and (
            self._enter[before] <= time < self._leave[before]
        )

    def caught(self, node: int) -> tuple[list[str], bool]:
        """See `OrderFacts.caught`."""
        graph, failed = self.chain.graph, self.chain.failed
        found = [name for name, one in failed.items() if reachable(graph, [one])[node]]
        closed = {*failed.values()}
        others = [[n for n in after if n not in closed] for after in graph]
        return found[::-1], not reachable(others, [0])[node]

    def leads(self, before: str, after: str) -> bool:
        """Whether a path leads from `before` to `after`.

        Components are numbered against the edges: smaller ones than the goal's need
        no look, so that references to later steps are answered at once.
        """
        graph, component = self.chain.graph, self._component
        goal = self.chain.nodes[after]
        stack, seen = [self.chain.ready[before]], set()
        while stack:
            node = stack.pop()
            if goal in graph[node]:
                return True
            if node not in seen and component[node] >= component[goal]:
                seen.add(node)
                stack.extend(graph[node])
        return False
