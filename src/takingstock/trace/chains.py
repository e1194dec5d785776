"""Chains: the sequences of holders through which goods most likely came, the largest first.

Invariant: a chain's quantity sums over every movement path with its sequence of holders, and a result names
the share it does not show. Exact top-k by best-first search; a node is a sequence of holders with the vector of
masses that entered it, not a movement path: many deliveries along one route are one node.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.births import Flow, summed
from takingstock.trace.policies import NEGLIGIBLE, Entries, Expansion, Policy

OriginKind = Literal["born", "opening"]

DUST = 1e-12
"""A balance below this share of all that a holder ever had is rounding."""


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """One change of custody of a chain, and the movements that carried the chain's goods over it.

    rows: int64[n], the caller's row numbers, rising in custody order. mass: float64[n], in items; it sums to
    the chain's quantity.
    """

    source: int
    target: int
    rows: NDArray[np.int64]
    mass: NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Chain:
    """Holders from the origin to the one asked about; steps[i] leads from holders[i] to holders[i + 1].

    quantity in items; share of the result's total. "born": made or first recorded in the first step;
    "opening": opening stock of the first holder (no steps where that is the holder asked about).
    """

    holders: tuple[int, ...]
    quantity: float
    share: float
    origin_kind: OriginKind
    steps: tuple[Step, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ChainResult:
    """The largest chains, falling; the share of `total` that they do not show; and whether they are certified.

    exact is False where the search stopped at its limit of work: the quantities shown are right, but a larger
    chain may be missing. Chains of equal quantity stand in the order in which they were found.
    """

    chains: tuple[Chain, ...]
    remainder: float
    total: float
    exact: bool
    expansions: int


@dataclass(frozen=True, eq=False, slots=True)
class Along:
    """What of a holder's goods came along one sequence of holders, by where it began.

    rows: int64[n], the caller's rows of the first step in which some of it was born, rising in custody order, and
    mass: float64[n], how much. opening_nodes: int64[k], the engine holders (nodes) of the first holder in whose
    opening stock some of it was, rising, and opening_mass: float64[k], how much. In items.
    """

    rows: NDArray[np.int64]
    mass: NDArray[np.float64]
    opening_nodes: NDArray[np.int64]
    opening_mass: NDArray[np.float64]


@dataclass(eq=False, slots=True)
class _Node:
    """A sequence of holders, by its first; `nearer` leads towards the holder asked about (None: it is next)."""

    head: int
    entries: Entries
    nearer: _Node | None
    expansion: Expansion | None = None


class _Siblings:
    """The nodes one expansion leads to, one per source, largest first, made only when their turn comes."""

    __slots__ = ("_entries", "_first", "_heads", "_members", "mass", "nearer")

    def __init__(self, flow: Flow, entries: Entries, nearer: _Node | None) -> None:
        heads, first, which = np.unique(flow.senders(entries.movement), return_index=True, return_inverse=True)
        mass = summed(which, entries.mass, len(heads))
        # Equal masses by their first entry, never by holder number.
        rank = np.lexsort((first, -mass))
        place = np.empty_like(rank)
        place[rank] = np.arange(len(rank))
        self._members = np.argsort(place[which], kind="stable")
        self._first = np.concatenate(([0], np.cumsum(np.bincount(place[which], minlength=len(heads)))))
        self._heads = heads[rank]
        self._entries = entries
        self.mass = mass[rank]
        self.nearer = nearer

    def node(self, index: int) -> _Node:
        members = self._members[self._first[index] : self._first[index + 1]]
        return _Node(int(self._heads[index]), self._entries.pick(members), self.nearer)


def find_chains(
    policy: Policy, flow: Flow, holder: int, received: bool, limit: int, most_expansions: int
) -> ChainResult:
    """The `limit` largest chains into a holder.

    Stops when the smallest found is at least the largest still open plus all that was given up as negligible,
    or after `most_expansions` (then exact=False).
    """
    root = policy.root(holder, received)
    own = float(root.opening.sum())
    total = float(own + root.inflows.mass.sum() + root.dropped)
    if not received and total <= DUST * sum(
        float(flow.start[node] + flow.quantity[flow.into(node)].sum()) for node in flow.nodes(holder).tolist()
    ):
        # What rounding left of a stock that went out whole is no stock.
        return ChainResult((), 0.0, 0.0, exact=True, expansions=0)
    cut = NEGLIGIBLE * total
    dropped = root.dropped
    found: list[tuple[float, int, _Node | None, OriginKind]] = []
    tick = 0
    if own > cut:
        heapq.heappush(found, (own, tick, None, "opening"))
    open_nodes: list[tuple[float, int, _Siblings, int]] = []

    def push(family: _Siblings, index: int) -> None:
        nonlocal tick, dropped
        if index >= len(family.mass):
            return
        if family.mass[index] <= cut:
            dropped += float(family.mass[index:].sum())
            return
        tick += 1
        heapq.heappush(open_nodes, (-float(family.mass[index]), tick, family, index))

    push(_Siblings(flow, root.inflows, None), 0)
    expansions = 0
    exact = True
    while open_nodes:
        if len(found) == limit and found[0][0] >= -open_nodes[0][0] + dropped:
            break
        if expansions == most_expansions:
            exact = False
            break
        _, _, family, index = heapq.heappop(open_nodes)
        push(family, index + 1)
        node = family.node(index)
        node.expansion = policy.expand(node.head, node.entries, cut)
        expansions += 1
        dropped += node.expansion.dropped
        ends: tuple[tuple[OriginKind, float], ...] = (
            ("born", float(node.expansion.born.sum())),
            ("opening", float(node.expansion.opening.sum())),
        )
        for kind, mass in ends:
            if mass <= cut:
                dropped += mass
                continue
            tick += 1
            # Among equals the earlier found stays, so that a tie never depends on anything but the order.
            heapq.heappush(found, (mass, -tick, node, kind))
            if len(found) > limit:
                heapq.heappop(found)
        push(_Siblings(flow, node.expansion.inflows, node), 0)

    found.sort(key=lambda item: (-item[0], -item[1]))
    chains = tuple(_chain(policy, flow, holder, node, kind, mass, total, cut) for mass, _, node, kind in found)
    shown = float(sum(chain.share for chain in chains))
    remainder = max(0.0, 1.0 - shown) if total > 0.0 else 0.0
    return ChainResult(chains, remainder, total, exact, expansions)


def along(policy: Policy, flow: Flow, sequence: Sequence[int], received: bool) -> Along:
    """What came to the last holder of a sequence along it; walks back that sequence only."""
    step = policy.root(sequence[-1], received)
    none, nothing = np.empty(0, dtype=np.int64), np.empty(0)
    if len(sequence) == 1:
        some = step.opening > 0.0
        return Along(none, nothing, flow.nodes(sequence[0])[some], step.opening[some])
    cut = NEGLIGIBLE * float(step.opening.sum() + step.inflows.mass.sum() + step.dropped)
    for head in reversed(sequence[:-1]):
        entries = step.inflows.pick(np.flatnonzero(flow.senders(step.inflows.movement) == head))
        if not len(entries):
            return Along(none, nothing, none, nothing)
        step = policy.expand(head, entries, cut)
    rows, mass = _carried(flow, entries.movement, step.born)
    nodes, which = np.unique(flow.source[entries.movement], return_inverse=True)
    old = summed(which, step.opening, len(nodes))
    return Along(rows, mass, nodes[old > 0.0].astype(np.int64), old[old > 0.0])


def _chain(
    policy: Policy,
    flow: Flow,
    holder: int,
    node: _Node | None,
    kind: OriginKind,
    mass: float,
    total: float,
    cut: float,
) -> Chain:
    """Follow an ended node back down to the holder asked about, keeping what each movement carried of it."""
    holders: list[int] = []
    steps: list[Step] = []
    if node is not None:
        assert node.expansion is not None
        part = node.expansion.born if kind == "born" else node.expansion.opening
        while node is not None:
            holders.append(node.head)
            target = holder if node.nearer is None else node.nearer.head
            steps.append(_step(flow, node.head, target, node.entries.movement, part))
            if node.nearer is not None:
                part = policy.lift(node.nearer.head, node.nearer.entries, node.entries, part, cut)
            node = node.nearer
    holders.append(holder)
    return Chain(tuple(holders), mass, mass / total, kind, tuple(steps))


def _step(flow: Flow, source: int, target: int, movement: NDArray[np.int64], part: NDArray[np.float64]) -> Step:
    return Step(source, target, *_carried(flow, movement, part))


def _carried(
    flow: Flow, movement: NDArray[np.int64], part: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows and mass; several entries of a movement (its stretches, its parcels) become one row."""
    carried, which = np.unique(movement, return_inverse=True)
    mass = summed(which, part, len(carried))
    some = mass > 0.0
    return flow.rows(carried[some]), mass[some]
