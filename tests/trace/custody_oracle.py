"""The naive oracle: every good followed forward through lists and dicts, in exact fractions.

Slow and obviously right. It takes movements in the order in which they happened, and knows nothing of indices,
backward weights or heaps. A lot is a quantity with the holders it has passed and the rows that carried it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

Movement = tuple[int, int, int, int]
"""Row, source, target, quantity."""

Route = tuple[tuple[int, ...], str]
"""Holders from the origin on, and "born" or "opening"."""


@dataclass(frozen=True)
class Lot:
    quantity: Fraction
    holders: tuple[int, ...]
    kind: str
    born: int
    rows: tuple[int, ...] = ()


@dataclass
class World:
    """What the oracle knows at the end."""

    stocks: list[list[Lot]]
    received: list[list[Lot]]
    births: dict[int, Fraction] = field(default_factory=dict)

    def lots(self, holder: int, of: str) -> list[Lot]:
        return self.stocks[holder] if of == "held" else self.received[holder]

    def balance(self, holder: int) -> Fraction:
        return sum((lot.quantity for lot in self.stocks[holder]), Fraction(0))

    def origins(self, holder: int, of: str, kind: str) -> dict[int, Fraction]:
        out: dict[int, Fraction] = defaultdict(Fraction)
        for lot in self.lots(holder, of):
            if lot.kind == kind:
                out[lot.holders[0]] += lot.quantity
        return dict(out)

    def births_of(self, holder: int, of: str) -> dict[int, Fraction]:
        out: dict[int, Fraction] = defaultdict(Fraction)
        for lot in self.lots(holder, of):
            if lot.kind == "born":
                out[lot.rows[0]] += lot.quantity
        return dict(out)

    def chains(self, holder: int, of: str) -> dict[Route, Fraction]:
        out: dict[Route, Fraction] = defaultdict(Fraction)
        for lot in self.lots(holder, of):
            out[lot.holders, lot.kind] += lot.quantity
        return dict(out)

    def carried(self, holder: int, of: str) -> dict[Route, list[dict[int, Fraction]]]:
        """Per chain and step, what each row carried of it."""
        out: dict[Route, list[dict[int, Fraction]]] = {}
        for lot in self.lots(holder, of):
            steps = out.setdefault((lot.holders, lot.kind), [defaultdict(Fraction) for _ in lot.rows])
            for step, row in zip(steps, lot.rows, strict=True):
                step[row] += lot.quantity
        return out


def run(movements: Sequence[Movement], opening: Sequence[int], policy: str, births: str) -> World:
    """Move every good, in order. `births`: what a source lacks is born "late", or was its "opening" stock."""
    start = [Fraction(x) for x in opening]
    if births == "opening":
        for holder, lacked in _shortfall(movements, opening).items():
            start[holder] += lacked
    world = World(stocks=[[] for _ in start], received=[[] for _ in start])
    for holder, quantity in enumerate(start):
        if quantity:
            world.stocks[holder].append(Lot(quantity, (holder,), "opening", -1))
    for position, (row, source, target, quantity) in enumerate(movements):
        taken, world.stocks[source] = take(world.stocks[source], Fraction(quantity), policy)
        lacked = quantity - sum((lot.quantity for lot in taken), Fraction(0))
        world.births[row] = lacked
        if lacked:
            taken.append(Lot(lacked, (source,), "born", position))
        moved = [replace(lot, holders=(*lot.holders, target), rows=(*lot.rows, row)) for lot in taken]
        world.stocks[target] = world.stocks[target] + moved
        if source != target:
            world.received[target].extend(moved)
    return world


def _shortfall(movements: Sequence[Movement], opening: Sequence[int]) -> dict[int, Fraction]:
    balance = [Fraction(x) for x in opening]
    lacked: dict[int, Fraction] = defaultdict(Fraction)
    for _, source, target, quantity in movements:
        short = max(Fraction(0), quantity - balance[source])
        lacked[source] += short
        balance[source] += short - quantity
        balance[target] += quantity
    return lacked


def take(stock: list[Lot], quantity: Fraction, policy: str) -> tuple[list[Lot], list[Lot]]:
    """Lots taken, in the order taken, and lots left, in the order of their arrival."""
    held = sum((lot.quantity for lot in stock), Fraction(0))
    if policy == "proportional":
        share = min(Fraction(1), quantity / held) if held else Fraction(0)
        taken = [replace(lot, quantity=lot.quantity * share) for lot in stock]
        left = [replace(lot, quantity=lot.quantity * (1 - share)) for lot in stock]
        return [lot for lot in taken if lot.quantity], [lot for lot in left if lot.quantity]
    turn = {
        "fifo": lambda i: i,
        "lifo": lambda i: -i,
        "oldest-made-first": lambda i: (stock[i].born, i),
        "newest-made-first": lambda i: (-stock[i].born, -i),
    }[policy]
    taken = []
    left = dict(enumerate(stock))
    for i in sorted(left, key=turn):
        if not quantity:
            break
        part = min(quantity, stock[i].quantity)
        taken.append(replace(stock[i], quantity=part))
        quantity -= part
        left[i] = replace(stock[i], quantity=stock[i].quantity - part)
    return taken, [left[i] for i in sorted(left) if left[i].quantity]
