"""The naive oracle: every good followed forward through lists and dicts, in exact fractions.

Slow and obviously right. It takes movements in the order in which they happened, and knows nothing of indices,
backward weights or heaps. A lot is a quantity with the holders it has passed and the rows that carried it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import prod

Movement = tuple[int, int, int, int]
"""Row, source, target, quantity."""

Link = tuple[int, int, Fraction]
"""Issue row, receipt row, how much of the issue had come by that receipt."""

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
    boxes: dict[int, list[Lot]] = field(default_factory=dict)

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


def run(
    movements: Sequence[Movement],
    opening: Sequence[int],
    policy: str,
    births: str,
    kept: Sequence[Fraction] = (),
    links: Sequence[Link] = (),
) -> World:
    """Move every good, in order. `births`: what a source lacks is born "late", or was its "opening" stock.

    kept: what part of every stock is left from the movement before until each movement; without it, all. links:
    known goods, which stand apart in a box of the movement that brought them until they go on.
    """
    kept = kept or [Fraction(1)] * len(movements)
    reserved, known = _reserved(movements, kept, links)
    start = [Fraction(x) for x in opening]
    if births == "opening":
        for holder, lacked in _shortfall(movements, opening, kept, reserved, known).items():
            start[holder] += lacked
    world = World(stocks=[[] for _ in start], received=[[] for _ in start])
    for holder, quantity in enumerate(start):
        if quantity:
            world.stocks[holder].append(Lot(quantity, (holder,), "opening", -1))
    for position, (row, source, target, quantity) in enumerate(movements):
        world.stocks = [_worn(stock, kept[position]) for stock in world.stocks]
        world.received = [_worn(lots, kept[position]) for lots in world.received]
        world.boxes = {box: _worn(lots, kept[position]) for box, lots in world.boxes.items()}
        taken: list[Lot] = []
        for issue, receipt, part in links:
            if issue == row:
                gone, world.boxes[receipt] = take(world.boxes[receipt], part, "proportional")
                taken += gone
        loose, world.stocks[source] = take(world.stocks[source], quantity - known[row], policy)
        taken += loose
        lacked = quantity - sum((lot.quantity for lot in taken), Fraction(0))
        world.births[row] = lacked
        if lacked:
            taken.append(Lot(lacked, (source,), "born", position))
        moved = [replace(lot, holders=(*lot.holders, target), rows=(*lot.rows, row)) for lot in taken]
        if source != target:
            world.received[target].extend(moved)
        if reserved[row]:
            world.boxes[row], moved = take(moved, reserved[row], "proportional")
        world.stocks[target] = world.stocks[target] + moved
    return world


def _worn(lots: list[Lot], kept: Fraction) -> list[Lot]:
    return [replace(lot, quantity=lot.quantity * kept) for lot in lots]


def _reserved(
    movements: Sequence[Movement], kept: Sequence[Fraction], links: Sequence[Link]
) -> tuple[dict[int, Fraction], dict[int, Fraction]]:
    """By row: what of it must be set apart on arrival, for as much to be left as goes on; what of it was set apart."""
    reserved: dict[int, Fraction] = defaultdict(Fraction)
    known: dict[int, Fraction] = defaultdict(Fraction)
    place = {row: position for position, (row, *_) in enumerate(movements)}
    for issue, receipt, part in links:
        left = prod(kept[place[receipt] + 1 : place[issue] + 1], start=Fraction(1))
        reserved[receipt] += part / left
        known[issue] += part
    return reserved, known


def _shortfall(
    movements: Sequence[Movement],
    opening: Sequence[int],
    kept: Sequence[Fraction],
    reserved: dict[int, Fraction],
    known: dict[int, Fraction],
) -> dict[int, Fraction]:
    """What each holder lacked; with attrition, the stock it must have begun with for that much to be left."""
    balance = [Fraction(x) for x in opening]
    lacked: dict[int, Fraction] = defaultdict(Fraction)
    left = Fraction(1)
    for position, (row, source, target, quantity) in enumerate(movements):
        left *= kept[position]
        balance = [stock * kept[position] for stock in balance]
        short = max(Fraction(0), quantity - known[row] - balance[source])
        lacked[source] += short / left
        balance[source] += short - (quantity - known[row])
        balance[target] += quantity - reserved[row]
    return lacked


def take(stock: list[Lot], quantity: Fraction, policy: str) -> tuple[list[Lot], list[Lot]]:
    """Lots taken, in the order taken, and lots left, in the order of their arrival."""
    held = sum((lot.quantity for lot in stock), Fraction(0))
    if policy in ("proportional", "strict"):
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
