"""Who supplied a holder in a period, and who supplied both sides of a conflict.

Where a source publishes only how many did, the figure is printed as it stands, "count published, list not held", beside
what the ledger holds, and is never turned into names.
"""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.questions.asked import arriving, spanned, summed
from takingstock.records import DateRange, Figure, FigureKind, Ledger, Movement, Quantity, Record, Stage
from takingstock.reference.parties import Directory

UNKNOWN = frozenset({"unknown-supplier"})

NOT_HELD = "count published, list not held"


class Supplier(Record):
    """``quantities`` are sums, one for each unit; ``unknown`` counts movements without a number. ``certain`` counts
    movements that lie in the period, ``possible`` those that may. ``named`` is False for a supplier nobody names."""

    party: str
    name: str
    certain: int
    possible: int
    quantities: tuple[Quantity, ...]
    unknown: int
    items: tuple[str, ...]
    when: DateRange
    sources: tuple[str, ...]
    movements: tuple[str, ...]
    named: bool = True


class BothSides(Record):
    """Suppliers of the one, of the other, and of both, by what the ledger holds; ``published`` are figures of sources
    about it, each with what it counts. ``begins`` says from when on a register covers the sides, if one does."""

    sides: tuple[str, str]
    period: DateRange
    one: tuple[Supplier, ...]
    other: tuple[Supplier, ...]
    both: tuple[str, ...]
    published: tuple[Figure, ...]
    note: str


def suppliers(
    ledger: Ledger, directory: Directory, holder: str, period: DateRange, stage: Stage = Stage.DELIVERED
) -> tuple[Supplier, ...]:
    """Every supplier of the holder: those named first, by number of movements, then by name."""
    within = arriving(ledger, directory, holder, period, stage)
    groups: dict[str, list[Movement]] = {}
    for movement in within.all:
        groups.setdefault(movement.from_party or "", []).append(movement)
    rows = [_row(directory, party, found, within.keys) for party, found in groups.items()]
    return tuple(sorted(rows, key=lambda row: (not row.named, -row.certain, -row.possible, row.name)))


def both_sides(ledger: Ledger, directory: Directory, one: str, other: str, period: DateRange) -> BothSides:
    """Who supplied both. A state that went on under another name is another party: no two are joined here."""
    first, second = suppliers(ledger, directory, one, period), suppliers(ledger, directory, other, period)
    named = {row.party for row in first if row.named} & {row.party for row in second if row.named}
    return BothSides(
        sides=(one, other),
        period=period,
        one=first,
        other=second,
        both=tuple(sorted(named)),
        published=published(ledger, (one, other), period),
        note=_coverage_note(ledger, period),
    )


def published(ledger: Ledger, parties: Iterable[str], period: DateRange) -> tuple[Figure, ...]:
    """Figures that sources publish about suppliers of exactly these parties (one of them, or both) in the period."""
    asked = set(parties)
    kinds = {FigureKind.SUPPLIERS: 1, FigureKind.SUPPLIERS_OF_BOTH: 2}
    return tuple(
        figure
        for figure in ledger.figures
        if set(figure.parties) <= asked and len(figure.parties) == kinds[figure.kind] and figure.when.overlaps(period)
    )


def _row(directory: Directory, party: str, found: list[Movement], certain: frozenset[str]) -> Supplier:
    quantities, unknown = summed(movement.quantity for movement in found)
    return Supplier(
        party=party,
        name=directory.name(party) if party else "not named",
        certain=sum(movement.key in certain for movement in found),
        possible=sum(movement.key not in certain for movement in found),
        quantities=quantities,
        unknown=unknown,
        items=tuple(sorted({movement.item for movement in found})),
        when=spanned(movement.when for movement in found),
        sources=tuple(sorted({source for movement in found for source in movement.sources})),
        movements=tuple(sorted(movement.key for movement in found)),
        named=bool(party) and party not in UNKNOWN,
    )


def _coverage_note(ledger: Ledger, period: DateRange) -> str:
    """Whether any register covers the period at all: no record is no proof that nothing came."""
    if not period.known:
        return "no period was asked for"
    covering = [
        source.id
        for source in ledger.sources
        if source.coverage and source.coverage.period.known and period.within(source.coverage.period)
    ]
    if covering:
        return f"the whole period is covered by {', '.join(sorted(covering))}; a supplier that is not listed may exist"
    return "no source of the case covers the whole period: who is not listed may well have supplied"
