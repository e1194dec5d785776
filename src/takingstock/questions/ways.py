"""How a holder came by its arms: by funding, and by making them itself, under licence or not."""

from __future__ import annotations

from takingstock.questions.asked import arriving, inside_of, spanned, summed
from takingstock.records import DateRange, Funding, Ledger, Mode, Movement, Quantity, Record, Stage
from takingstock.reference.parties import Directory

MAKING = frozenset({Mode.PRODUCTION, Mode.LICENSED_PRODUCTION, Mode.CRAFT_PRODUCTION})


class Acquisition(Record):
    """Movements to a holder paid for in one way. ``payers`` are who paid, where a source says it."""

    funding: Funding
    movements: int
    possible: int
    quantities: tuple[Quantity, ...]
    unknown: int
    payers: tuple[str, ...]
    suppliers: tuple[str, ...]
    when: DateRange
    sources: tuple[str, ...]
    keys: tuple[str, ...]


class Produced(Record):
    """What a party made, of one class. ``licensor`` is empty where it was made without a licence on record."""

    maker: str
    item: str
    mode: Mode
    licensor: str
    movements: int
    possible: int
    quantities: tuple[Quantity, ...]
    unknown: int
    when: DateRange
    sources: tuple[str, ...]
    keys: tuple[str, ...]


def acquisitions(
    ledger: Ledger, directory: Directory, holder: str, period: DateRange, stage: Stage = Stage.DELIVERED
) -> tuple[Acquisition, ...]:
    """What came to a holder, by how it was paid for, in the order of :class:`~takingstock.records.Funding`; what no
    source says is *unknown*, not a sale. ``stage`` *negotiated* or *ordered* asks for what was not delivered (yet)."""
    within = arriving(ledger, directory, holder, period, stage)
    groups: dict[Funding, list[Movement]] = {}
    for movement in within.all:
        groups.setdefault(movement.funding, []).append(movement)
    return tuple(_acquisition(funding, groups[funding], within.keys) for funding in Funding if funding in groups)


def production(ledger: Ledger, directory: Directory, maker: str, period: DateRange) -> tuple[Produced, ...]:
    """What a party (or a part of it) made, by class, mode and licensor. A licensed production is on record as a
    movement from the licensor to the maker."""

    def own(party: str | None) -> bool:
        return party is not None and (party == maker or directory.part_of(party, maker))

    groups: dict[tuple[str, str, Mode, str], list[Movement]] = {}
    for movement in ledger.movements(directory.part_of):
        if movement.mode not in MAKING or movement.stage is not Stage.DELIVERED or not movement.when.overlaps(period):
            continue
        licensed = movement.mode is Mode.LICENSED_PRODUCTION
        who = movement.to_party if licensed else (movement.to_party or movement.from_party)
        if not own(who):
            continue
        licensor = (movement.from_party or "") if licensed else ""
        groups.setdefault((who or "", movement.item, movement.mode, licensor), []).append(movement)
    return tuple(
        Produced(
            maker=who,
            item=item,
            mode=mode,
            licensor=licensor,
            movements=sum(inside_of(one.when, period) for one in found),
            possible=sum(not inside_of(one.when, period) for one in found),
            quantities=summed(one.quantity for one in found)[0],
            unknown=summed(one.quantity for one in found)[1],
            when=spanned(one.when for one in found),
            sources=tuple(sorted({source for one in found for source in one.sources})),
            keys=tuple(sorted(one.key for one in found)),
        )
        for (who, item, mode, licensor), found in sorted(groups.items())
    )


def _acquisition(funding: Funding, found: list[Movement], certain: frozenset[str]) -> Acquisition:
    quantities, unknown = summed(movement.quantity for movement in found)
    return Acquisition(
        funding=funding,
        movements=sum(movement.key in certain for movement in found),
        possible=sum(movement.key not in certain for movement in found),
        quantities=quantities,
        unknown=unknown,
        payers=tuple(sorted({movement.payer for movement in found if movement.payer})),
        suppliers=tuple(sorted({movement.from_party for movement in found if movement.from_party})),
        when=spanned(movement.when for movement in found),
        sources=tuple(sorted({source for movement in found for source in movement.sources})),
        keys=tuple(sorted(movement.key for movement in found)),
    )
