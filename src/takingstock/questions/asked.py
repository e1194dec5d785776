"""Which movements a question is about, and how their figures are added.

A holder stands for its own forces, units and depots. A movement dated only in part inside the period *may* lie in it
and is counted apart. Items, rounds and tonnes are never added; of ranges the ends are added, so that a sum is a range.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from takingstock.records import DateRange, Ledger, Mode, Movement, Quantity, Stage, Unit
from takingstock.reference.parties import Directory

ARRIVING = frozenset({Mode.EXPORT, Mode.AID, Mode.LICENSED_PRODUCTION, Mode.RETRANSFER})
"""How arms come to a holder from outside with its state's knowledge; captures and purchases on the side do not."""


@dataclass(frozen=True)
class Within:
    """Movements that lie in a period, and those that may."""

    certain: tuple[Movement, ...]
    possible: tuple[Movement, ...]

    @property
    def keys(self) -> frozenset[str]:
        """Keys of the movements that certainly lie in the period."""
        return frozenset(movement.key for movement in self.certain)

    @property
    def all(self) -> tuple[Movement, ...]:
        return (*self.certain, *self.possible)


def arriving(
    ledger: Ledger,
    directory: Directory,
    holder: str,
    period: DateRange,
    stage: Stage = Stage.DELIVERED,
    modes: frozenset[Mode] = ARRIVING,
) -> Within:
    """Movements to the holder (or a part of it) from outside it, at this stage."""

    def own(party: str | None) -> bool:
        return party is not None and (party == holder or directory.part_of(party, holder))

    found = [
        movement
        for movement in ledger.movements(directory.part_of)
        if movement.stage is stage
        and movement.mode in modes
        and own(movement.to_party)
        and not own(movement.from_party)
        and movement.when.overlaps(period)
    ]
    inside = [inside_of(one.when, period) for one in found]
    return Within(
        tuple(one for one, yes in zip(found, inside, strict=True) if yes),
        tuple(one for one, yes in zip(found, inside, strict=True) if not yes),
    )


def inside_of(when: DateRange, period: DateRange) -> bool:
    """Whether every possible day lies in the period (no period: always)."""
    return not period.known or (when.known and when.within(period))


def summed(quantities: Iterable[Quantity]) -> tuple[tuple[Quantity, ...], int]:
    """The sum for each unit (ends of ranges added; an open end stays open), and how many quantities are unknown."""
    known: dict[Unit, list[Quantity]] = {}
    unknown = 0
    for quantity in quantities:
        if quantity.known:
            known.setdefault(quantity.unit, []).append(quantity)
        else:
            unknown += 1
    return tuple(_sum(unit, known[unit]) for unit in Unit if unit in known), unknown


def _sum(unit: Unit, parts: list[Quantity]) -> Quantity:
    low = sum(part.low or 0.0 for part in parts)
    highs = [part.high for part in parts]
    high = None if None in highs else sum(value for value in highs if value is not None)
    if high is None and low == 0:
        return Quantity(unit=unit)
    about = high == low and any(part.about for part in parts)
    return Quantity(low=low, high=high, about=about, unit=unit)


def spanned(ranges: Iterable[DateRange]) -> DateRange:
    """From the first day of any to the last day of any; an open end stays open."""
    span: DateRange | None = None
    for one in ranges:
        span = one if span is None else span.joined(one)
    return span or DateRange()
