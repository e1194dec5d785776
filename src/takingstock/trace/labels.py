"""Labels: several engine holders (nodes) that are one holder to the asker.

A holder's goods of each class are a node of their own, because classes do not mix; whoever asks means all of them.
Invariant: every policy works on nodes and knows no label; a question about a label is the sum of the questions about
its nodes, and a step back from a label is the steps back from those of its nodes that the goods came out of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from takingstock.trace.births import Flow
from takingstock.trace.policies import Amounts, Entries, Expansion, Policy, Positions


class Labelled:
    """A policy asked by label. No movement joins two nodes of one label, so what is received by one of its nodes is
    received by the label."""

    def __init__(self, policy: Policy, flow: Flow) -> None:
        self.policy = policy
        self.flow = flow

    def origins(self, holder: int, received: bool) -> tuple[Amounts, Amounts]:
        born, opening = np.zeros((2, self.flow.holders))
        for node in self._asked(holder):
            more = self.policy.origins(node, received)
            born += more[0]
            opening += more[1]
        return born, opening

    def births(self, holder: int, received: bool) -> Amounts:
        rows = np.zeros_like(self.flow.quantity)
        for node in self._asked(holder):
            rows += self.policy.births(node, received)
        return rows

    def root(self, holder: int, received: bool) -> Expansion:
        nodes = self.flow.nodes(holder)
        roots = {node: self.policy.root(node, received) for node in self._asked(holder)}
        opening = np.array([float(roots[n].opening[0]) if n in roots else 0.0 for n in nodes.tolist()])
        inflows = _joined(root.inflows for root in roots.values())
        return Expansion(np.zeros(len(nodes)), opening, inflows, sum(root.dropped for root in roots.values()))

    def expand(self, _head: int, entries: Entries, cut: float, /) -> Expansion:
        born, opening = np.zeros((2, len(entries)))
        inflows = []
        dropped = 0.0
        for node, members in self._nodes(entries):
            step = self.policy.expand(node, entries.pick(members), cut)
            born[members] = step.born
            opening[members] = step.opening
            dropped += step.dropped
            up = step.inflows.up
            # Told by the entry expanded; -1 (came out of a mixture) stays.
            inflows.append(step.inflows if up is None else replace(step.inflows, up=np.where(up < 0, up, members[up])))
        return Expansion(born, opening, _joined(inflows), dropped)

    def lift(self, _head: int, above: Entries, below: Entries, part: Amounts, cut: float, /) -> Amounts:
        lifted = np.zeros(len(above))
        into = self.flow.target[below.movement]
        for node, members in self._nodes(above):
            came = np.flatnonzero(into == node)
            mine = below.pick(came)
            if mine.up is not None:
                place = np.zeros(len(above), dtype=np.int64)
                place[members] = np.arange(len(members))
                mine = replace(mine, up=np.where(mine.up < 0, mine.up, place[mine.up]))
            lifted[members] = self.policy.lift(node, above.pick(members), mine, part[came], cut)
        return lifted

    def _asked(self, label: int) -> Iterator[int]:
        """The nodes of a label that ever had anything."""
        for node in self.flow.nodes(label).tolist():
            if self.flow.start[node] > 0.0 or len(self.flow.into(node)):
                yield node

    def _nodes(self, entries: Entries) -> Iterator[tuple[int, Positions]]:
        """The nodes that entries came out of, with the places of their entries, in the order of their first ones."""
        source = self.flow.source[entries.movement]
        nodes, first = np.unique(source, return_index=True)
        for node in nodes[np.argsort(first)].tolist():
            yield node, np.flatnonzero(source == node)


def _joined(parts: Iterable[Entries]) -> Entries:
    """Entries of several nodes as one, falling in the order of movements, so that no numbering of nodes shows."""
    some = list(parts)
    if len(some) == 1:
        return some[0]
    if not some:
        return Entries(np.empty(0, dtype=np.int64), np.empty(0))

    def column(name: str) -> np.ndarray | None:
        values = [getattr(entries, name) for entries in some]
        return None if values[0] is None else np.concatenate(values)

    movement, mass = column("movement"), column("mass")
    assert movement is not None
    assert mass is not None
    return Entries(movement, mass, column("lo"), column("parcel"), column("up")).pick(
        np.argsort(-movement, kind="stable")
    )
