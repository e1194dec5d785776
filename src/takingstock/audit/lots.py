"""Lots that turn up with several holders (kind ``lot-over-several-holders``)."""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit.amounts import in_brackets, part_of_whole, spoken, total
from takingstock.audit.draft import Rested, drafted
from takingstock.audit.marks import marks_of
from takingstock.audit.scene import Scene, unit_words
from takingstock.audit.serials import Listed
from takingstock.records import Basis, Count, FindingKind, Quantity, Sighting, Stage, Unit

_DEFINITION = (
    "what is counted or sighted of one lot with holders to whom no record brings that lot (where no delivery of it is "
    "on record: with all but the one that has most), divided by what is counted, sighted or recorded as delivered of "
    "it with all its holders"
)
_CAUTION = (
    "A lot is often divided among several buyers when it is made; a shared lot suggests, and does not show, that goods "
    "went from one holder to another."
)
_HELD = frozenset({Basis.BOOKS, Basis.PHYSICAL, Basis.OPENING, Basis.SAMPLE})


def split_lots(scene: Scene) -> Iterable[Listed]:
    """One per lot and class: the lot is found with more than one holder, at least one of them without a record that
    brings it there."""
    seen: dict[tuple[str, Unit], list[tuple[str, str, Quantity, Rested]]] = {}
    brought: dict[tuple[str, Unit], list[tuple[str, str, Quantity, Rested]]] = {}
    observed: list[Count | Sighting] = [count for count in scene.counts if count.basis in _HELD]
    observed += sorted(scene.ledger.sightings, key=lambda sighting: sighting.id)
    for record in observed:
        for mark in marks_of(scene, record) if record.marks else ():
            if mark.lot:
                row = (record.holder, record.item, record.quantity, record)
                seen.setdefault((mark.text, record.quantity.unit), []).append(row)
    for statement in sorted(scene.ledger.statements, key=lambda statement: statement.id):
        if statement.marks and statement.to_party and statement.stage is Stage.DELIVERED:
            for mark in marks_of(scene, statement):
                if mark.lot:
                    line = (statement.to_party, statement.item, statement.quantity, statement)
                    brought.setdefault((mark.text, statement.quantity.unit), []).append(line)
    for (lot, unit), rows in sorted(seen.items()):
        delivered = brought.get((lot, unit), [])
        for item in _classes(scene, [row[1] for row in (*rows, *delivered)]):
            held = [row for row in rows if scene.is_a(row[1], item)]
            came = [row for row in delivered if scene.is_a(row[1], item)]
            if found := _check(scene, lot, item, unit, held, came):
                yield found


def _classes(scene: Scene, items: list[str]) -> list[str]:
    distinct = sorted(set(items))
    return [a for a in distinct if not any(a != b and scene.is_a(a, b) for b in distinct)]


def _check(
    scene: Scene,
    lot: str,
    item: str,
    unit: Unit,
    held: list[tuple[str, str, Quantity, Rested]],
    came: list[tuple[str, str, Quantity, Rested]],
) -> Listed | None:
    holders = {row[0] for row in (*held, *came)}
    outer = [a for a in holders if not any(a != b and scene.inside(a, b) for b in holders)]
    without = sorted({row[0] for row in held if not any(scene.family(c[0], row[0]) for c in came)})
    if len(outer) < 2 or not without:
        return None
    figures = {holder: _figure([row for row in held if row[0] == holder]) for holder in sorted({r[0] for r in held})}
    if not came:
        # One of them had it first; which one is not on record, so the largest figure is left out.
        without = sorted(without, key=lambda holder: (-(figures[holder].best or 0.0), holder))[1:]
    part = total((figures[holder] for holder in without), unit=unit)
    delivered = total((row[2] for row in came), unit=unit)
    every = total(figures.values(), unit=unit)
    # What was delivered is the same goods as what was found of it: the larger of the two stands.
    whole = delivered if (delivered.best or 0) >= (every.best or 0) else every
    bounds = part_of_whole(part, whole)
    names = ", ".join(scene.party_name(holder) for holder in sorted(outer))
    route = (
        f"; no record brings it to {', '.join(scene.party_name(holder) for holder in without)}"
        if came
        else "; no record says how it came to any of them"
    )
    finding = drafted(
        FindingKind.LOT_SPLIT,
        f"{lot}:{item}" + ("" if unit is Unit.ITEMS else f":{unit.value}"),
        holder=sorted(outer)[0],
        item=item,
        numerator=part,
        denominator=whole if part.known else Quantity(unit=unit),
        bounds=bounds if part.known else (None, None),
        definition=_DEFINITION,
        words=f"{scene.item_name(item)}: one lot is on record with {len(outer)} holders ({names}){route}: "
        f"{spoken(part)}{unit_words(unit)}{in_brackets(bounds)}.",
        records=[row[3] for row in (*held, *came)],
        cautions=[_CAUTION],
    )
    return Listed(finding, (lot,))


def _figure(rows: list[tuple[str, str, Quantity, Rested]]) -> Quantity:
    """One holder's figure. Sightings of a lot may be of the same goods: the largest is certain, the rest possible."""
    known = sorted((row[2] for row in rows if row[2].known), key=lambda q: (-(q.best or 0.0), str(q)))
    return total(known[:1], known[1:], rows[0][2].unit)
