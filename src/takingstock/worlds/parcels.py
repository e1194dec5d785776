"""Parcels: goods with all their history, and the stocks that hold them. This is the truth that the engine is judged by,
so it shares no code with it.

Invariant: goods change stock only by :meth:`Stock.take` and :meth:`Stock.put`; what is taken has exactly the quantity
asked for, and is never more than there is.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

TINY = 1e-9


class Parcel(NamedTuple):
    """What tells goods apart. ``holders`` is their way from the maker; ``known`` the place in it from which the record
    has every step, and ``kind`` what the record can know of that beginning: ``produced``, ``opening`` or
    ``unrecorded``. ``channel`` is how they came to the holder asked about: (from, mode), None before; with from empty
    where that was never recorded. ``label`` names the consignment, if a source follows it to that holder link by
    link; goods that move on from there have none."""

    item: str
    holders: tuple[str, ...]
    known: int
    kind: str
    channel: tuple[str, str] | None = None
    label: str = ""

    def moved(self, to: str, recorded: bool) -> Parcel:
        """The same goods at their next holder."""
        holders = (*self.holders, to)
        if recorded:
            return self._replace(holders=holders, label="")
        return self._replace(holders=holders, known=len(holders) - 1, kind="unrecorded", label="")

    @property
    def path(self) -> tuple[str, ...]:
        """The way as far back as the record can know it."""
        return self.holders[self.known :]


@dataclass
class Lot:
    """A quantity of like goods in a stock; ``consignment`` is the number of the movement that brought them, rising."""

    parcel: Parcel
    consignment: int
    quantity: float


Pick = Callable[[Sequence[Lot], float, random.Random], list[float]]
"""How much of each lot goes when a quantity leaves: what a mechanism decides."""


class Stock:
    """What one holder has of one commodity, lots in the order of arrival."""

    def __init__(self) -> None:
        self.lots: list[Lot] = []

    def total(self, item: str) -> float:
        """Quantity of a class and all below it."""
        return sum(lot.quantity for lot in self.lots if within(lot.parcel.item, item))

    def by_class(self) -> dict[str, float]:
        """Quantity of each class that is there, sorted by class."""
        found: dict[str, float] = {}
        for lot in self.lots:
            found[lot.parcel.item] = found.get(lot.parcel.item, 0.0) + lot.quantity
        return dict(sorted(found.items()))

    def take(self, item: str, quantity: float, pick: Pick, rng: random.Random) -> dict[Parcel, float]:
        """Take ``quantity`` of a class (and below). Raises ValueError where there is not so much."""
        fitting = [lot for lot in self.lots if within(lot.parcel.item, item)]
        if quantity > sum(lot.quantity for lot in fitting) + 1e-6:
            raise ValueError(f"{quantity:g} of {item} cannot leave a stock that has less")
        taken: dict[Parcel, float] = {}
        for lot, amount in zip(fitting, pick(fitting, quantity, rng), strict=True):
            if amount > 0:
                lot.quantity -= amount
                taken[lot.parcel] = taken.get(lot.parcel, 0.0) + amount
        self.lots = [lot for lot in self.lots if lot.quantity > TINY]
        return taken

    def put(self, goods: Iterable[tuple[Parcel, float]], consignment: int) -> None:
        """Add goods that came with one movement; like goods of one movement become one lot."""
        merged: dict[Parcel, float] = {}
        for parcel, quantity in goods:
            merged[parcel] = merged.get(parcel, 0.0) + quantity
        self.lots.extend(Lot(parcel, consignment, quantity) for parcel, quantity in merged.items())

    def blended(self) -> None:
        """Forget which consignment like goods came with: for a stock where that can decide nothing."""
        merged: dict[Parcel, float] = {}
        for lot in self.lots:
            merged[lot.parcel] = merged.get(lot.parcel, 0.0) + lot.quantity
        self.lots = [Lot(parcel, 0, quantity) for parcel, quantity in merged.items()]

    def begin_record(self, kind: str) -> None:
        """The register begins: of what is in the stock, it knows no earlier step."""
        for lot in self.lots:
            lot.parcel = lot.parcel._replace(known=len(lot.parcel.holders) - 1, kind=kind)

    def snapshot(self) -> tuple[Lot, ...]:
        """Copies of the lots."""
        return tuple(replace(lot) for lot in self.lots)


def within(item: str, other: str) -> bool:
    """Whether a class is another one or lies below it (ids are paths)."""
    return item == other or item.startswith(f"{other}.")
