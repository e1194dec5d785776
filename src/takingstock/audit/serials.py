"""Serials listed twice, and serials on a list that a count did not see (kinds ``duplicate-serial``,
``serial-not-seen``).

The findings give numbers only: the serials themselves are sensitive and stand in :class:`Listed`, for whoever may see
them. A serial that merely looks like another is not compared here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from takingstock.audit.amounts import in_brackets, part_of_whole, spoken
from takingstock.audit.draft import Rested, drafted, several
from takingstock.audit.marks import gaps, marks_of
from takingstock.audit.scene import Scene, dated
from takingstock.records import Basis, Count, DateRange, Finding, FindingKind, Quantity, Severity, Statement

_TWICE = (
    "serials listed with two holders of one class at a time that may be the same, divided by all serials on their lists"
)
_REPEATED = "serials that one list gives more than once, divided by the different serials of the list"
_UNSEEN = (
    "serials on a delivery or book list of the holder and class that the count by serial did not see and that no "
    "record has leaving the holder, divided by all serials on those lists up to the count"
)
_DOUBLE = "Makers use the same number for different types and years; a double may also be an error of copying."
_NOT_SEEN = "Not seen at this count is all that is said; the list may be wrong, or the item elsewhere at that date."
_LISTS = frozenset({Basis.BOOKS, Basis.PHYSICAL, Basis.OPENING})


@dataclass(frozen=True)
class Listed:
    """A finding with the serials or lots that it is about, folded, sorted."""

    finding: Finding
    marks: tuple[str, ...]


def duplicates(scene: Scene) -> Iterable[Listed]:
    """One per pair of holders and class, and one per list that repeats itself."""
    lists = [(count, _serials(scene, count)) for count in scene.counts if count.basis in _LISTS and count.marks]
    for count, serials in lists:
        if again := sorted(serial for serial, times in Counter(serials).items() if times > 1):
            yield Listed(_repeated(scene, count, serials, again), tuple(again))
    pairs: dict[tuple[str, str, str], tuple[set[str], set[str], list[Count]]] = {}
    # Only lists that share a serial are set against each other: with many lists, few do.
    holders: dict[str, list[int]] = {}
    for place, (_, serials) in enumerate(lists):
        for serial in set(serials):
            holders.setdefault(serial, []).append(place)
    for serial, places in sorted(holders.items()):
        for i, a in enumerate(places):
            for b in places[i + 1 :]:
                one, other = lists[a][0], lists[b][0]
                if _apart(scene, one, other):
                    first, second = sorted((one.holder, other.holder))
                    key = first, second, _broader(scene, one.item, other.item)
                    shared, every, used = pairs.setdefault(key, (set(), set(), []))
                    shared.add(serial)
                    every.update(lists[a][1], lists[b][1])
                    used.extend((one, other))
    for (first, second, item), (shared, every, used) in sorted(pairs.items()):
        yield Listed(_twice(scene, first, second, item, shared, every, used), tuple(sorted(shared)))


def _apart(scene: Scene, one: Count, other: Count) -> bool:
    return (
        not scene.family(one.holder, other.holder)
        and scene.akin(one.item, other.item)
        and one.when.overlaps(other.when)
    )


def _broader(scene: Scene, one: str, other: str) -> str:
    return other if scene.is_a(one, other) else one


def _twice(
    scene: Scene, first: str, second: str, item: str, shared: set[str], every: set[str], used: list[Count]
) -> Finding:
    part, whole = Quantity.exact(len(shared)), Quantity.exact(len(every))
    sure = all(count.when.known for count in used)
    names = f"{scene.party_name(first)} and {scene.party_name(second)}"
    verb = "is" if len(shared) == 1 else "are"
    cautions = [_DOUBLE] if sure else [_DOUBLE, "A list has no date; then the lists may be of different times."]
    return drafted(
        FindingKind.DUPLICATE_SERIAL,
        f"{first}:{second}:{item}",
        holder=first,
        item=item,
        numerator=part,
        denominator=whole,
        bounds=part_of_whole(part, whole),
        definition=_TWICE,
        words=f"{scene.item_name(item)}: {several(len(shared), 'serial')} {verb} listed with both {names} at a time "
        f"that may be the same, of {len(every):,} listed.",
        records=used,
        cautions=cautions,
        severity=(Severity.MEDIUM, "One item cannot be with two holders.")
        if sure
        else (Severity.LOW, "A list has no date."),
    )


def _repeated(scene: Scene, count: Count, serials: list[str], again: list[str]) -> Finding:
    part, whole = Quantity.exact(len(again)), Quantity.exact(len(set(serials)))
    verb = "stands" if len(again) == 1 else "stand"
    return drafted(
        FindingKind.DUPLICATE_SERIAL,
        f"within:{count.id}",
        holder=count.holder,
        item=count.item,
        numerator=part,
        denominator=whole,
        bounds=part_of_whole(part, whole),
        definition=_REPEATED,
        words=f"{scene.item_name(count.item)}, {scene.party_name(count.holder)}: {several(len(again), 'serial')} "
        f"{verb} more than once in one list of {len(set(serials)):,}.",
        records=[count],
        cautions=[_DOUBLE],
        severity=(Severity.LOW, "Within one list."),
        place=count.place.name if count.place else "",
        when=count.when,
    )


def not_seen(scene: Scene) -> Iterable[Listed]:
    """One per holder, class and date of a count by serial."""
    counts: dict[tuple[str, str, str], list[Count]] = {}
    for count in scene.counts:
        if count.basis is Basis.PHYSICAL and count.marks and _serials(scene, count):
            counts.setdefault((count.holder, count.item, str(count.when)), []).append(count)
    for (holder, item, _), group in sorted(counts.items()):
        yield from _against(scene, holder, item, group)


def _against(scene: Scene, holder: str, item: str, group: list[Count]) -> Iterable[Listed]:
    when = group[0].when
    # What another count of the holder saw at that time or later is not unseen.
    seen: set[str] = set()
    for count in scene.counts:
        same = scene.family(count.holder, holder) and scene.akin(count.item, item)
        if same and count.basis is Basis.PHYSICAL and (count in group or when.may_precede(count.when)):
            seen.update(_serials(scene, count))
    expected: dict[str, list[Rested]] = {}
    for record in _lists(scene, holder, item, when):
        for serial in _serials(scene, record):
            expected.setdefault(serial, []).append(record)
    gone: set[str] = set()
    for movement in scene.delivered():
        if scene.inside(movement.from_party, holder) and not scene.inside(movement.to_party, holder):
            for id_ in movement.ruling:
                gone.update(_serials(scene, scene.ledger.statement_by_id[id_]))
    unseen = sorted(serial for serial in expected if serial not in seen and serial not in gone)
    id_ = min(count.id for count in group)
    if unseen:
        records = [*group, *(record for serial in unseen for record in expected[serial])]
        yield Listed(_unseen(scene, holder, item, when, id_, len(unseen), len(expected), records), tuple(unseen))
    left = gaps({*seen, *expected})
    if left:
        marks = tuple(f"{prefix}{number}" for prefix, number in left)
        yield Listed(_block(scene, holder, item, when, id_, len(left), len({*seen, *expected}), group), marks)


def _lists(scene: Scene, holder: str, item: str, when: DateRange) -> Iterable[Count | Statement]:
    for count in scene.counts:
        mine = count.holder == holder and scene.akin(count.item, item)
        if mine and count.basis in {Basis.BOOKS, Basis.OPENING} and count.when.may_precede(when):
            yield count
    for movement in scene.delivered():
        comes = scene.inside(movement.to_party, holder) and not scene.inside(movement.from_party, holder)
        if comes and scene.akin(movement.item, item) and movement.when.may_precede(when):
            for id_ in movement.ruling:
                yield scene.ledger.statement_by_id[id_]


def _unseen(
    scene: Scene, holder: str, item: str, when: DateRange, id_: str, many: int, of: int, records: Iterable[Rested]
) -> Finding:
    part, whole = Quantity.exact(many), Quantity.exact(of)
    bounds = part_of_whole(part, whole)
    date = f" on {dated(when)}" if when.known else ""
    return drafted(
        FindingKind.SERIAL_NOT_SEEN,
        id_,
        holder=holder,
        item=item,
        numerator=part,
        denominator=whole,
        bounds=bounds,
        definition=_UNSEEN,
        words=f"{scene.item_name(item)}: {spoken(part)} of {several(of, 'serial')} on the lists of "
        f"{scene.party_name(holder)} not seen at the count{date}{in_brackets(bounds)}.",
        records=records,
        cautions=[_NOT_SEEN],
        when=when,
    )


def _block(
    scene: Scene, holder: str, item: str, when: DateRange, id_: str, many: int, of: int, group: list[Count]
) -> Finding:
    return drafted(
        FindingKind.SERIAL_NOT_SEEN,
        f"block:{id_}",
        holder=holder,
        item=item,
        numerator=Quantity.exact(many),
        denominator=Quantity.exact(of),
        definition="numbers left out in blocks of serials of which nine in ten are listed, beside all serials listed",
        words=f"{scene.item_name(item)}, {scene.party_name(holder)}: {several(many, 'number')} left out in otherwise "
        f"consecutive blocks of {several(of, 'listed serial')}.",
        records=group,
        cautions=["A note only: a maker need not give numbers in sequence, nor deliver them to one holder."],
        severity=(Severity.NOTE, "A note, not a discrepancy."),
        when=when,
    )


def _serials(scene: Scene, record: Count | Statement) -> list[str]:
    return [mark.text for mark in marks_of(scene, record) if not mark.lot]
