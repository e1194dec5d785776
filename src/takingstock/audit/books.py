"""Books against recorded issues and receipts (kind ``not-in-books``).

For each property-book count of a class: what is on record as received by the holder up to the book's cut-off date,
less what the books show. Which receipts a book is set against is decided by one rule:

* *same source*: receipts that the books' own voice reports. An audit that prints both figures says that the one
  should cover the other; receipts of other sources are named, but never enlarge the denominator.
* *all receipts*: only where that voice reports none. The books may not be meant to cover them all; the finding says
  so, counts a receipt in full only if it certainly precedes the cut-off date, and stands only where even the lowest
  reading leaves a gap.

Source of the comparison: GAO-07-711 (U.S. Government Accountability Office, 2007), which sets reported issues against
property books and calls the difference a discrepancy, not a loss. The difference is computed here: no finding of this
kind names claimants; whose the two figures are is said in the caution.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from takingstock.audit.adjusting import Adjusted, adjustments
from takingstock.audit.amounts import Bounds, excess, excess_ratio, of_whole, ratio, single, spoken, total
from takingstock.audit.draft import several
from takingstock.audit.scene import (
    CROSSING,
    Claims,
    Scene,
    certainly_by,
    dated,
    ids_of,
    remarks_of,
    sources_of,
    unit_words,
)
from takingstock.records import Basis, Count, Finding, FindingKind, ItemGroup, Mode, Movement, Quantity, Statement

RECEIPTS = CROSSING | {Mode.ISSUE, Mode.RECOVERY, Mode.PRODUCTION}
"""Modes that should enter a holder's books. A return brings back what an earlier receipt has entered."""

_ROLLED_UP = frozenset(ItemGroup) - {
    ItemGroup.AMMUNITION,
    ItemGroup.MUNITIONS,
    ItemGroup.EQUIPMENT,
    ItemGroup.COMPONENTS,
    ItemGroup.CRAFT,
}
_CAUTION = "A gap between two records. It does not show that the items are lost, stolen or diverted."


@dataclass(frozen=True)
class Comparison:
    """One book set against receipts."""

    book: Count
    same_source: bool
    received: Quantity
    statements: tuple[Statement, ...]
    left_out: tuple[str, ...]
    made: Adjusted
    late: int = 0
    """How many of the source's own receipts may lie after the cut-off date."""

    @property
    def gap(self) -> Quantity:
        """What the books lack, with the adjustments that name the finding."""
        plain = excess(self.received, self.book.quantity)
        return self.made.applied(plain) if self.made.rows else plain


def not_in_books(scene: Scene) -> Iterable[Finding]:
    """One finding per book with a gap, and one per weapons group, holder, source and date over its classes."""
    compared = [found for count in scene.counts if (found := _compare(scene, count)) is not None]
    for comparison in compared:
        if _has_gap(comparison):
            yield _finding(scene, comparison)
    yield from _groups(scene, compared)


def _compare(scene: Scene, book: Count) -> Comparison | None:
    if book.basis is not Basis.BOOKS or not book.quantity.known:
        return None
    speaker = scene.voice(book.source)
    receipts = [m for m in scene.delivered() if _receipt(scene, m, book) and m.when.may_precede(book.when)]
    same: list[tuple[Movement, Claims]] = []
    others: list[Movement] = []
    for movement in receipts:
        claims = scene.claims(movement, only=speaker)
        if claims and claims.quantity.unit is book.quantity.unit:
            same.append((movement, claims))
        else:
            others.append(movement)
    made = adjustments(scene, book.holder, book.item, book.quantity.unit, f"not-in-books:{book.id}")
    if same:
        late = [(m, c) for m, c in same if _may_follow(m, book)]
        received = scene.sum_of([row for row in same if row not in late], late, book.quantity.unit)
        said = _statements(c for _, c in same)
        return Comparison(book, True, received, said, tuple(m.key for m in others), made, len(late))
    if book.when.last is None:
        return None
    counted = [(m, c) for m in others if (c := scene.claims(m)) and c.quantity.unit is book.quantity.unit]
    received = scene.sum_of(
        [(m, c) for m, c in counted if _before(m, book)],
        [(m, c) for m, c in counted if not _before(m, book)],
        book.quantity.unit,
    )
    return Comparison(book, False, received, _statements(c for _, c in counted), (), made) if counted else None


def _receipt(scene: Scene, movement: Movement, book: Count) -> bool:
    return (
        movement.mode in RECEIPTS
        and scene.is_a(movement.item, book.item)
        and scene.inside(movement.to_party, book.holder)
        and not scene.inside(movement.from_party, book.holder)
    )


def _before(movement: Movement, book: Count) -> bool:
    return certainly_by(movement.when, book.when)


def _may_follow(movement: Movement, book: Count) -> bool:
    """Whether a dated receipt that the books' own source reports may lie after their cut-off date."""
    when, limit = movement.when, book.when.last
    return when.known and limit is not None and (when.last is None or when.last > limit)


def _statements(claims: Iterable[Claims]) -> tuple[Statement, ...]:
    return tuple(statement for each in claims for statement in each.statements)


def _has_gap(comparison: Comparison) -> bool:
    gap = comparison.gap
    plain = excess(comparison.received, comparison.book.quantity)
    # What adjustments explain in full is shown with them, and not passed over.
    explained = bool(comparison.made.rows) and bool(plain.low)
    return bool(gap.low) or (comparison.same_source and bool(gap.high)) or explained


def _definition(same_source: bool) -> str:
    against = (
        "receipts and issues to the holder that the source of the books reports itself; other sources' are left out"
        if same_source
        else "all recorded receipts of and issues to the holder, as the source of the books reports none; the books "
        "may not be meant to cover them all, and one that may lie after the cut-off date adds to the upper bound only"
    )
    return (
        "recorded receipts less the quantity in the property books (never below zero), divided by recorded receipts, "
        f"of the class and its sub-classes up to the books' cut-off date; recorded receipts are {against}; "
        "nothing that left the holder is deducted"
    )


def _finding(scene: Scene, comparison: Comparison) -> Finding:
    book, gap = comparison.book, comparison.gap
    bounds = _share(comparison)
    records: tuple[Statement | Count, ...] = (book, *comparison.statements)
    cautions = (
        _CAUTION,
        _left_out(comparison),
        _late([comparison]),
        _sent_on(scene, book),
        _whose(scene, [comparison]),
        *comparison.made.words(scene),
        remarks_of(records),
    )
    return Finding(
        id=f"not-in-books:{book.id}",
        kind=FindingKind.NOT_IN_BOOKS,
        holder=book.holder,
        item=book.item,
        numerator=gap,
        denominator=comparison.received,
        share=single(bounds),
        definition=_definition(comparison.same_source),
        words=_words(
            scene,
            book,
            gap,
            comparison.received,
            of_whole(gap, comparison.received, bounds),
        ),
        sources=sources_of(records),
        rests_on=ids_of(records),
        caution=" ".join(filter(None, cautions)),
    )


def _share(comparison: Comparison) -> Bounds:
    if comparison.made.rows:
        return ratio(comparison.gap, comparison.received)
    return excess_ratio(comparison.received, comparison.book.quantity)


def _words(scene: Scene, book: Count, gap: Quantity, received: Quantity, share: str) -> str:
    when = f" as of {dated(book.when)}" if book.when.known else ""
    brackets = f" ({share})" if share else ""
    return (
        f"{scene.item_name(book.item)}: {spoken(gap)} of {spoken(received)}{unit_words(gap.unit)} recorded as issued "
        f"to or received by {scene.party_name(book.holder)} not in the property books{when}{brackets}."
    )


def _whose(scene: Scene, parts: Iterable[Comparison]) -> str:
    """Nobody states the difference: it is computed, so each figure it is made of stands with whose it is."""
    parts = list(parts)
    books = "; ".join(scene.as_given(p.book) for p in parts)
    receipts = "; ".join(scene.as_given(s) for p in parts for s in p.statements)
    return f"In the books: {books}. Issued or received: {receipts}."


def _left_out(comparison: Comparison) -> str:
    many = len(comparison.left_out)
    if not many:
        return ""
    receipts = "receipt" if many == 1 else "receipts"
    return f"{many} recorded {receipts} that only other sources report (or in another unit) not counted."


def _late(parts: Iterable[Comparison]) -> str:
    many = sum(part.late for part in parts)
    if not many:
        return ""
    return f"{several(many, 'receipt')} that may lie after the cut-off date: in the upper bound only."


def _sent_on(scene: Scene, book: Count) -> str:
    """What is on record as having left the holder by then explains a part of the gap; it is named, not deducted."""
    left = [
        (m.key, claims.quantity)
        for m in scene.delivered()
        if scene.is_a(m.item, book.item)
        and scene.inside(m.from_party, book.holder)
        and not scene.inside(m.to_party, book.holder)
        and m.when.may_precede(book.when)
        and (claims := scene.claims(m))
        and claims.quantity.unit is book.quantity.unit
    ]
    if not left:
        return ""
    amount = spoken(scene.summed(left, unit=book.quantity.unit))
    return f"{amount} recorded as having left the holder by then, not deducted."


def _groups(scene: Scene, compared: list[Comparison]) -> Iterable[Finding]:
    """The sum over the classes of one weapons group: same holder, source, date, unit and rule."""
    sets: dict[tuple[str, ...], list[Comparison]] = {}
    for comparison in compared:
        book = comparison.book
        if scene.mixed(book.item) or not scene.taxonomy.has(book.item):
            continue
        group = scene.taxonomy.get(book.item).group
        if group in _ROLLED_UP:
            rule = "same" if comparison.same_source else "all"
            key: tuple[str, ...] = (
                book.holder,
                group.value,
                book.source,
                str(book.when),
                book.quantity.unit.value,
                rule,
            )
            sets.setdefault(key, []).append(comparison)
    for key, parts in sorted(sets.items()):
        outer = [p for p in parts if not _nested(scene, p, parts)]
        if sum(_has_gap(p) for p in outer) >= 2:
            yield _group_finding(scene, key, outer)


def _nested(scene: Scene, part: Comparison, parts: list[Comparison]) -> bool:
    """Inside another part, or a second count of the same class (the first id stands)."""
    return any(
        other is not part
        and scene.is_a(part.book.item, other.book.item)
        and (other.book.item != part.book.item or other.book.id < part.book.id)
        for other in parts
    )


def _group_finding(scene: Scene, key: tuple[str, ...], parts: list[Comparison]) -> Finding:
    holder, group, source, when, _, rule = key
    unit = parts[0].book.quantity.unit
    gap = total((p.gap for p in parts), unit=unit)
    received = total((p.received for p in parts), unit=unit)
    surplus = any(not _has_gap(p) or p.made.rows for p in parts)
    shown = total((p.book.quantity for p in parts), unit=unit)
    # A class with more in the books than received must not hide the gap of another: then no joint bound but this.
    bounds = ratio(gap, received) if surplus else excess_ratio(received, shown)
    records: list[Statement | Count] = [p.book for p in parts]
    records.extend(s for p in parts for s in p.statements)
    names = sorted(scene.item_name(p.book.item) for p in parts)
    adjusted = [line for p in parts for line in p.made.words(scene)]
    text = _words(
        scene,
        parts[0].book.model_copy(update={"item": group}),
        gap,
        received,
        of_whole(gap, received, bounds),
    )
    suffix = f":{when}" if when else ""
    return Finding(
        id=f"not-in-books:{holder}:{group}:{source}{suffix}",
        kind=FindingKind.NOT_IN_BOOKS,
        holder=holder,
        item=group,
        numerator=gap,
        denominator=received,
        share=single(bounds),
        definition=f"sum over {', '.join(names)} (no other class of the group is compared) of: "
        f"{_definition(rule == 'same')}; a class with no gap adds nothing to the sum but counts in what it is of",
        words=text,
        sources=sources_of(records),
        rests_on=ids_of(records),
        caution=" ".join(filter(None, (_CAUTION, _late(parts), _whose(scene, parts), *adjusted, remarks_of(records)))),
    )
