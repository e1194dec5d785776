"""Holders on record as having sent more than they are on record as having received (kind
``sent-more-than-recorded``).

Kept few on purpose. A holder is looked at only if it is a state or a part of one (nobody keeps a register of an armed
group's receipts), if the item table says that its state does *not* make the class (a maker needs no receipts; where
the table is silent nothing can be said), and if some source's stated coverage would have held its receipts. What it
held before that coverage began is unknown, not zero: the finding marks where the records end.
"""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit.amounts import excess, excess_ratio, of_whole, single, spoken
from takingstock.audit.doubles import Told
from takingstock.audit.scene import CROSSING, Claims, Scene, dated, ids_of, sources_of, unit_words
from takingstock.records import (
    Basis,
    Count,
    Coverage,
    DateRange,
    Finding,
    FindingKind,
    Movement,
    PartyKind,
    Quantity,
    Source,
    Statement,
    Unit,
)

_KEPT = frozenset({PartyKind.STATE, PartyKind.FORCE, PartyKind.UNIT, PartyKind.DEPOT, PartyKind.AUTHORITY})
_STOCK = frozenset({Basis.OPENING, Basis.BOOKS, Basis.PHYSICAL})
_DEFINITION = (
    "recorded as sent on by the holder or a part of it, less what is recorded as received by its family before "
    "(its state and its parts; broader records that may hold the class included; a stock counted before is taken as "
    "received), divided by what is recorded as sent on; no share is formed where no receipt is recorded at all"
)


def sent_more(scene: Scene) -> Iterable[Finding]:
    """One finding per holder and class. Sent on: by export, aid or retransfer; what is lost or issued is not."""
    sent: dict[tuple[str, str, Unit], list[tuple[Movement, Claims]]] = {}
    for movement in scene.delivered():
        holder = movement.from_party
        if holder is None or movement.mode not in CROSSING or scene.family(movement.to_party, holder):
            continue
        claims = scene.claims(movement)
        if claims and not scene.mixed(movement.item):
            sent.setdefault((holder, movement.item, claims.quantity.unit), []).append((movement, claims))
    for (holder, item, unit), movements in sorted(sent.items()):
        found = _check(scene, holder, item, unit, movements)
        if found:
            yield found


def _check(
    scene: Scene, holder: str, item: str, unit: Unit, movements: list[tuple[Movement, Claims]]
) -> Finding | None:
    first = _hull([m.when for m, _ in movements])
    if not _looked_at(scene, holder, item, first):
        return None
    registers = [source for source in scene.sources if _covers(scene, source, holder, item, first)]
    if not registers:
        return None
    gone = scene.sum_of(movements, unit=unit)
    received, used, open_receipts = _received(scene, holder, item, unit, first)
    stocks, counts = _counted(scene, holder, item, unit, first)
    # Two counts may be of the same goods (at two dates, of a part and of the whole): only the largest is certain.
    had = [(f"count {number}", figure) for number, figure in enumerate(stocks)]
    got = scene.summed([*received, *had[:1]], had[1:], unit)
    short = excess(gone, got) if got.known else gone
    if not short.low or open_receipts:
        return None
    bounds = excess_ratio(gone, got if got.known else Quantity.exact(0, unit))
    records: list[Statement | Count] = [*used, *counts]
    records.extend(s for _, c in movements for s in c.statements)
    receipts = f"only {spoken(got)}" if got.known else "none"
    share = f" ({of_whole(short, gone, bounds)})" if got.known else ""
    return Finding(
        id=f"sent-more-than-recorded:{holder}:{item}" + ("" if unit is Unit.ITEMS else f":{unit.value}"),
        kind=FindingKind.SENT_MORE_THAN_HELD,
        holder=holder,
        item=item,
        numerator=short,
        denominator=gone,
        share=single(bounds) if got.known else None,
        definition=_DEFINITION,
        words=f"{scene.item_name(item)}: {scene.party_name(holder)} is recorded as having sent on {spoken(gone)}"
        f"{unit_words(unit)} and as having received {receipts}; {spoken(short)}{share} must come from "
        "before or outside the records.",
        sources=tuple(sorted({*sources_of(records), *(source.id for source in registers)})),
        rests_on=ids_of(records),
        caution=" ".join(_since(source) for source in registers) + " What the holder had before is unknown, not zero.",
    )


def _looked_at(scene: Scene, holder: str, item: str, when: DateRange) -> bool:
    if not scene.directory.has(holder) or scene.directory.get(holder).kind not in _KEPT:
        return False
    state = scene.directory.country(holder)
    if state is None or not scene.taxonomy.has(item):
        return False
    # Made at any time before is enough, and by a state that went before: Russia sends what the Soviet Union made.
    makers = "+".join((state, *sorted(_before(scene, state))))
    return scene.taxonomy.makes(makers, item, DateRange(last=when.last)) is False


def _before(scene: Scene, state: str) -> set[str]:
    """The states that went before, at any depth."""
    found: set[str] = set()
    todo = [state]
    while todo:
        new = set(scene.directory.predecessors(todo.pop())) - found - {state}
        found |= new
        todo.extend(sorted(new))
    return found


def _covers(scene: Scene, source: Source, holder: str, item: str, when: DateRange) -> bool:
    cover: Coverage | None = source.coverage
    return (
        cover is not None
        and cover.period.first is not None
        and cover.period.overlaps(when)
        and (not cover.items or any(scene.is_a(item, c) for c in cover.items))
        and (not cover.parties or any(scene.inside(holder, party) for party in cover.parties))
    )


def _received(
    scene: Scene, holder: str, item: str, unit: Unit, when: DateRange
) -> tuple[list[Told], list[Statement], bool]:
    """Quantities received, the records, and whether some receipt's number is unknown (then nothing can be said)."""
    amounts: list[Told] = []
    used: list[Statement] = []
    unknown = False
    for movement in scene.delivered():
        same = scene.is_a(movement.item, item) or scene.is_a(item, movement.item)
        into = scene.family(movement.to_party, holder) and not scene.inside(movement.from_party, holder)
        if not same or not into or not movement.when.may_precede(when):
            continue
        claims = scene.claims(movement)
        if claims is None:
            unknown = True
        elif claims.quantity.unit is unit:
            amounts.append((movement.key, claims.quantity))
            used.extend(claims.statements)
    return amounts, used, unknown


def _counted(scene: Scene, holder: str, item: str, unit: Unit, when: DateRange) -> tuple[list[Quantity], list[Count]]:
    """The stocks counted before, largest first, and their counts. Counts of one holder, class, date and place are one
    stock, however many sources give it, and are not added; which stocks are the same goods is for the caller."""
    stocks: dict[tuple[str, str, DateRange, str], list[Count]] = {}
    for count in scene.counts:
        same = scene.is_a(count.item, item) or scene.is_a(item, count.item)
        mine = scene.family(count.holder, holder) and count.basis in _STOCK
        if same and mine and count.quantity.unit is unit and count.quantity.known and count.when.may_precede(when):
            place = count.place.name if count.place else ""
            stocks.setdefault((count.holder, count.item, count.when, place), []).append(count)
    figures = [scene.agreed(counts) for counts in stocks.values()]
    figures.sort(key=lambda quantity: (-(quantity.best or 0.0), str(quantity)))
    return figures, [count for counts in stocks.values() for count in counts]


def _since(source: Source) -> str:
    assert source.coverage is not None
    return f"{source.title} covers the time {dated(source.coverage.period)} and says nothing of what came before."


def _hull(ranges: list[DateRange]) -> DateRange:
    whole = ranges[0]
    for other in ranges[1:]:
        whole = whole.joined(other)
    return whole
