"""Mechanisms: how goods leave a stock in a world, and what else goes wrong there. One keeps what the engine assumes;
the others each break an assumption, so that calibration is no mirror.

Each is a small class in the table :data:`MECHANISMS`; its docstring says what it keeps or breaks, and is shown to the
user.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from takingstock.records import Mode
from takingstock.worlds.knobs import Knobs
from takingstock.worlds.parcels import Lot, Pick

SEIZED = frozenset({Mode.CAPTURE, Mode.THEFT_OR_LEAKAGE})
GONE = frozenset({*SEIZED, Mode.LOSS, Mode.DESTRUCTION})


def mixed(lots: Sequence[Lot], quantity: float, rng: random.Random) -> list[float]:
    """Every lot in proportion."""
    del rng
    total = sum(lot.quantity for lot in lots)
    part = min(1.0, quantity / total) if total else 0.0
    return [lot.quantity * part for lot in lots]


def drawn(lots: Sequence[Lot], quantity: float, rng: random.Random) -> list[float]:
    """Single items without replacement, each as likely as any other; stocks must hold whole items."""
    import numpy as np

    generator = np.random.Generator(np.random.PCG64(rng.getrandbits(64)))
    counts = [round(lot.quantity) for lot in lots]
    return [float(n) for n in generator.multivariate_hypergeometric(counts, round(quantity), method="marginals")]


def oldest(lots: Sequence[Lot], quantity: float, rng: random.Random) -> list[float]:
    """By arrival, the oldest first."""
    del rng
    return _in_turn(lots, range(len(lots)), quantity)


def newest(lots: Sequence[Lot], quantity: float, rng: random.Random) -> list[float]:
    """By arrival, the newest first."""
    del rng
    return _in_turn(lots, range(len(lots) - 1, -1, -1), quantity)


def wanted(lots: Sequence[Lot], quantity: float, rng: random.Random) -> list[float]:
    """The most wanted class first (the one with the last id, a rule that all captors share), then the newest."""
    del rng
    rank = {item: place for place, item in enumerate(sorted({lot.parcel.item for lot in lots}, reverse=True))}
    order = sorted(range(len(lots)), key=lambda n: (rank[lots[n].parcel.item], -lots[n].consignment, n))
    return _in_turn(lots, order, quantity)


def consignments(lots: Sequence[Lot], quantity: float, rng: random.Random) -> list[float]:
    """Whole consignments in random order, the last one in part."""
    numbers = sorted({lot.consignment for lot in lots})
    rng.shuffle(numbers)
    turn = {number: place for place, number in enumerate(numbers)}
    taken = [0.0] * len(lots)
    left = quantity
    for number in sorted(turn, key=turn.__getitem__):
        members = [n for n, lot in enumerate(lots) if lot.consignment == number]
        whole = sum(lots[n].quantity for n in members)
        part = min(1.0, left / whole)
        for n in members:
            taken[n] = lots[n].quantity * part
        left -= whole * part
        if left <= 0:
            break
    return taken


def _in_turn(lots: Sequence[Lot], order: Sequence[int], quantity: float) -> list[float]:
    taken = [0.0] * len(lots)
    left = quantity
    for n in order:
        taken[n] = min(lots[n].quantity, left)
        left -= taken[n]
        if left <= 0:
            break
    return taken


class Mechanism:
    """``keeps`` is what the engine assumes and the world does too; None where it breaks something."""

    name = ""
    keeps: str | None = None
    errs = False
    """Whether one source errs as a whole or not at all."""
    blends = False
    """Whether consignments decide nothing anywhere, so that stocks may forget them."""

    def pick(self, *, depot: bool, mode: Mode) -> Pick:
        """How goods leave a stock (a depot's or not) by a movement of this mode."""
        del depot, mode
        return mixed

    def knobs(self, knobs: Knobs) -> Knobs:
        """The degradation that belongs to the mechanism."""
        return knobs


class WellMixed(Mechanism):
    """Keeps all the engine assumes: stocks are mixed exactly in proportion, all movements are recorded or contradicted
    as their grades say, and what was there before the register was counted."""

    name = "well-mixed"
    keeps = "proportional mixing, grades, laws of quantities and dates, counted openings"
    blends = True


class Drawn(Mechanism):
    """Keeps proportional mixing on average: single items are drawn at random from a stock, so that small movements
    stray from it by chance."""

    name = "drawn"
    keeps = "proportional mixing in expectation"
    blends = True

    def pick(self, *, depot: bool, mode: Mode) -> Pick:
        del depot, mode
        return drawn


class FifoDepot(Mechanism):
    """Breaks mixing in depots: what came first leaves first. Armies and groups still mix."""

    name = "fifo-depot"

    def pick(self, *, depot: bool, mode: Mode) -> Pick:
        del mode
        return oldest if depot else mixed


class LifoDepot(Mechanism):
    """Breaks mixing in depots: what came last leaves first. Armies and groups still mix."""

    name = "lifo-depot"

    def pick(self, *, depot: bool, mode: Mode) -> Pick:
        del mode
        return newest if depot else mixed


class SelectiveCapture(Mechanism):
    """Breaks mixing where it matters most: those who capture or steal take the class they want most, and of it the
    newest."""

    name = "selective-capture"

    def pick(self, *, depot: bool, mode: Mode) -> Pick:
        del depot
        return wanted if mode in SEIZED else mixed


class ClusteredLosses(Mechanism):
    """Breaks mixing by place: captures, thefts and losses take whole consignments, as they lay together."""

    name = "clustered-losses"

    def pick(self, *, depot: bool, mode: Mode) -> Pick:
        del depot
        return consignments if mode in GONE else mixed


class OldStocks(Mechanism):
    """Breaks the beginning: the register starts eight years after the arming did, and nobody counted what was there."""

    name = "old-stocks"
    blends = True

    def knobs(self, knobs: Knobs) -> Knobs:
        return replace(knobs, old_years=8, counted=0.0)


class MissingMovements(Mechanism):
    """Breaks completeness: a quarter of all movements is never recorded by anybody."""

    name = "missing-movements"
    blends = True

    def knobs(self, knobs: Knobs) -> Knobs:
        return replace(knobs, missing=0.25)


class UnreliableSource(Mechanism):
    """Breaks the independence of errors: one source, graded C3, F6 or D4 throughout, errs with the probability of its
    grade in all that it says or in nothing. Where it errs, all its figures are out by one factor, or all its movements
    are made up."""

    name = "unreliable-source"
    errs = True
    blends = True


class Mix(Mechanism):
    """Breaks several at once: depots issue the oldest first, captors choose, losses come as consignments, a tenth of
    the movements is not recorded, and of the stocks of four years before the register only half are counted."""

    name = "mix"

    def pick(self, *, depot: bool, mode: Mode) -> Pick:
        if mode in SEIZED:
            return wanted
        if mode in GONE:
            return consignments
        return oldest if depot else mixed

    def knobs(self, knobs: Knobs) -> Knobs:
        return replace(knobs, missing=0.1, old_years=4, counted=0.5)


_ALL: tuple[Callable[[], Mechanism], ...] = (
    WellMixed,
    Drawn,
    FifoDepot,
    LifoDepot,
    SelectiveCapture,
    ClusteredLosses,
    OldStocks,
    MissingMovements,
    UnreliableSource,
    Mix,
)
MECHANISMS: dict[str, Mechanism] = {mechanism.name: mechanism for mechanism in (make() for make in _ALL)}
"""The dispatch table, the engine's own assumption first."""


def what_it_does(mechanism: Mechanism) -> str:
    """The docstring as one line."""
    text: Any = mechanism.__doc__
    return " ".join(str(text).split())
