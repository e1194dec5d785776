"""Outlets: which stocks each flow goes out of and into, where goods of different classes do not mix.

Invariant: without classes every holder is one stock, and nothing here makes a difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from takingstock.trace.classes import ClassRows, finer

if TYPE_CHECKING:
    from takingstock.trace.timing import Flow


class Outlets:
    """The nodes (holder and class; without rows, the holders) and what can be met from which.

    Flows are numbered in the order of their keys; ``move`` leads to the caller's numbers. A flow's *outlet* is the node
    that its class has at its sender, its *inlet* the one at its receiver; ``row`` is its first row."""

    def __init__(self, flows: Sequence[Flow], order: Sequence[int], rows: ClassRows | None) -> None:
        self.move = order
        self.rows = rows
        if rows is None:
            self.count = 1 + max((max(flow.source, flow.target) for flow in flows), default=-1)
            self.names = [(holder, "") for holder in range(self.count)]
            self.row = list(order)
            self.outlet = [flows[index].source for index in order]
            self.inlet = [flows[index].target for index in order]
            many = [range(0)] * len(order)
        else:
            self.count, self.names = len(rows.nodes), list(rows.nodes)
            self.row = [int(rows.first_row[index]) for index in order]
            self.outlet = [int(rows.row_source[row]) for row in self.row]
            self.inlet = [int(rows.row_target[row]) for row in self.row]
            spans = [range(int(rows.first_row[index]), int(rows.first_row[index + 1])) for index in order]
            many = [span if len(span) > 1 else range(0) for span in spans]
        self.many: list[range] = many
        """The rows of a flow that has more than one."""
        self.mixed = any(many)
        kin: dict[int, list[int]] = defaultdict(list)
        for node, (holder, _) in enumerate(self.names):
            kin[holder].append(node)
        self.finer: list[tuple[int, ...]] = []
        self.broader: list[tuple[int, ...]] = []
        for holder, kind in self.names:
            others = kin[holder] if len(kin[holder]) > 1 else ()
            self.finer.append(tuple(n for n in others if finer(self.names[n][1], kind)))
            # The nearest first.
            broader = [n for n in others if finer(kind, self.names[n][1])]
            self.broader.append(tuple(sorted(broader, key=lambda n: -len(self.names[n][1]))))
        into: dict[int, list[int]] = defaultdict(list)
        for number in range(len(order)):
            for node in self.targets(number):
                into[node].append(number)
        self._into = into
        self._inbound: dict[int, list[int]] = {}

    def sources(self, outlet: int) -> tuple[int, ...]:
        """The nodes that an outlet can be met from."""
        return (outlet, *self.finer[outlet], *self.broader[outlet])

    def targets(self, number: int) -> Iterable[int]:
        """The nodes that a flow can bring goods to."""
        if self.rows is None or not self.many[number]:
            return (self.inlet[number],)
        return dict.fromkeys(int(self.rows.row_target[row]) for row in self.many[number])

    def inbound(self, outlet: int) -> list[int]:
        """The flows that can bring what an outlet can be met from, rising."""
        if outlet not in self._inbound:
            self._inbound[outlet] = sorted({n for node in self.sources(outlet) for n in self._into.get(node, ())})
        return self._inbound[outlet]

    def edges(self, numbers: Sequence[int]) -> tuple[list[tuple[int, int]], list[int], list[int], int]:
        """Who supplies whom among some flows: the edges, of which flow (by place) each is, the edge that stands for
        each flow, and how many vertices. A flow of several rows is a vertex between its sources and its targets."""
        found: list[tuple[int, int]] = []
        flow: list[int] = []
        own: list[int] = []
        vertex = self.count
        for place, number in enumerate(numbers):
            if self.rows is None or not self.many[number]:
                own.append(len(found))
                found.append((self.outlet[number], self.inlet[number]))
            else:
                sources = dict.fromkeys(int(self.rows.row_source[row]) for row in self.many[number])
                found += [(source, vertex) for source in sources]
                own.append(len(found))
                found += [(vertex, target) for target in self.targets(number)]
                vertex += 1
            flow += [place] * (len(found) - len(flow))
        return found, flow, own, vertex
