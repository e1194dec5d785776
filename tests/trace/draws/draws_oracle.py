"""The naive oracle of the draws: one lane at a time, every good followed forward, in exact fractions; and what both
tests of the kernels draw their networks from.

A lot is a key (labels of the holders passed, where it began) with a quantity. A beginning is ("born", move),
("counted", node) or ("lack", node). Nothing here walks backward, or knows of indices or tries.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from takingstock.trace.draws.lanes import Block, Rows

Begin = tuple[str, int]
Key = tuple[tuple[int, ...], Begin]
Stock = dict[Key, Fraction]
Move = list[tuple[int, int, int]]
"""Rows (source node, target node, tier)."""


@dataclass
class World:
    """Stocks by node at the end; what each row carried, by (move, row within it); births by move."""

    stocks: list[Stock]
    carried: dict[tuple[int, int], Stock] = field(default_factory=dict)
    births: dict[int, Fraction] = field(default_factory=dict)


def size(stock: Stock) -> Fraction:
    return sum(stock.values(), Fraction(0))


def take(stock: Stock, part: Fraction) -> Stock:
    """Remove a part of every lot."""
    gone = {key: quantity * part for key, quantity in stock.items() if quantity * part}
    for key, quantity in gone.items():
        stock[key] -= quantity
        if not stock[key]:
            del stock[key]
    return gone


def run(label: list[int], moves: list[Move], order: list[int], quantity: list[int], opening: list[int], births: str):
    """One lane. With births="opening", twice: amounts by row are those of the first run."""
    late = _run(label, moves, order, quantity, [Fraction(q) for q in opening], [Fraction(0)] * len(label), None)
    if births == "late":
        return late
    lack = [Fraction(0)] * len(label)
    for a, birth in late.births.items():
        lack[moves[a][0][0]] += birth
    return _run(label, moves, order, quantity, [Fraction(q) for q in opening], lack, late)


def _run(label, moves, order, quantity, opening, lack, given):
    world = World([{} for _ in label])
    for node, stock in enumerate(world.stocks):
        for kind, begun in (("counted", opening[node]), ("lack", lack[node])):
            if begun:
                stock[(label[node],), (kind, node)] = begun
    for a in order:
        taken: list[Stock] = [{} for _ in moves[a]]
        rest = Fraction(quantity[a])
        if given is None:
            for level in (1, 2):
                stocks = {i: world.stocks[s] for i, (s, _, tier) in enumerate(moves[a]) if tier == level}
                there = sum((size(stock) for stock in stocks.values()), Fraction(0))
                part = min(rest, there) / there if there else Fraction(0)
                for i, stock in stocks.items():
                    taken[i] = take(stock, part)
                rest -= min(rest, there)
            world.births[a] = rest
            if rest:
                taken[0][(label[moves[a][0][0]],), ("born", a)] = rest
        else:
            for i, (source, _, _) in enumerate(moves[a]):
                stock = world.stocks[source]
                wanted = size(given.carried[a, i])
                assert wanted <= size(stock)
                taken[i] = take(stock, wanted / size(stock)) if wanted else {}
        for i, (_, target, _) in enumerate(moves[a]):
            came = {((*holders, label[target]), begin): q for (holders, begin), q in taken[i].items()}
            world.carried[a, i] = came
            for key, q in came.items():
                world.stocks[target][key] = world.stocks[target].get(key, Fraction(0)) + q
    return world


@dataclass
class Sample:
    """A small, dirty network, and what its lanes hold. label by node; quantity[move][lane], opening[node][lane]."""

    label: list[int]
    moves: list[Move]
    order: list[int]
    quantity: list[list[int]]
    opening: list[list[int]]
    births: str
    asked: int

    @property
    def lanes(self) -> int:
        return len(self.opening[0])

    def rows(self) -> Rows:
        flat = [row for move in self.moves for row in move]
        source, target, tier = zip(*flat, strict=True)
        return Rows(
            np.array(self.label, np.int32),
            np.cumsum([0] + [len(move) for move in self.moves]),
            np.array(source, np.int32),
            np.array(target, np.int32),
            np.array(tier, np.int8),
        )

    def block(self) -> Block:
        block = Block(self.rows(), self.lanes)
        self.fill(block)
        return block

    def fill(self, block: Block) -> None:
        block.quantity[:] = self.quantity
        block.run(np.array(self.order, np.int64), np.array(self.opening, np.float64), self.births)

    def worlds(self) -> list[World]:
        return [
            run(
                self.label,
                self.moves,
                self.order,
                [row[lane] for row in self.quantity],
                [row[lane] for row in self.opening],
                self.births,
            )
            for lane in range(self.lanes)
        ]

    def goods(self, world: World, of: str) -> Stock:
        """All that the holder asked about has, or received from others."""
        out: Stock = defaultdict(Fraction)
        if of == "held":
            parts = [stock for node, stock in enumerate(world.stocks) if self.label[node] == self.asked]
        else:
            parts = [stock for (a, i), stock in world.carried.items() if self.arrives(*self.moves[a][i])]
        for part in parts:
            for key, q in part.items():
                out[key] += q
        return dict(out)

    def arrives(self, source: int, target: int, tier: int) -> bool:
        return self.label[target] == self.asked != self.label[source]


CLASSES = 3
"""Of each holder: two leaves, and a vague class, 2, that may be either."""


@st.composite
def samples(draw: st.DrawFn, classes: int = CLASSES, births: tuple[str, ...] = ("late", "opening")) -> Sample:
    holders = draw(st.integers(2, 4))
    # Nodes in no order, so that nothing leans on a holder's lying together.
    places = draw(st.permutations(range(holders * classes)))
    label = [0] * len(places)
    for index, node in enumerate(places):
        label[node] = index // classes

    def node(holder: int, kind: int) -> int:
        return places[holder * classes + kind]

    moves: list[Move] = []
    for _ in range(draw(st.integers(1, 7))):
        a, b = draw(st.integers(0, holders - 1)), draw(st.integers(0, holders - 1))
        kind = draw(st.integers(0, classes - 1))
        move = [(node(a, kind), node(b, kind), 1)]
        if classes == CLASSES and draw(st.booleans()):
            if kind == 2:
                move += [(node(a, k), node(b, k), 1) for k in draw(st.sampled_from([(0,), (1,), (1, 0)]))]
            else:
                move += [(node(a, 2), node(b, kind), 2)]
        moves.append(move)
    order = draw(st.permutations(range(len(moves))))
    order = order[: draw(st.integers(len(moves) // 2, len(moves)))]
    lanes = draw(st.integers(1, 5))
    few = st.lists(st.integers(0, 6), min_size=lanes, max_size=lanes)
    none = st.just([0] * lanes)
    return Sample(
        label,
        moves,
        order,
        [draw(few) for _ in moves],
        [draw(none | few) for _ in label],
        draw(st.sampled_from(births)),
        draw(st.integers(0, holders - 1)),
    )
