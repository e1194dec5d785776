"""Stocks that are said to be closed and are not empty by the records (kind ``closed-not-empty``).

A count with basis *closed* says that a stock was closed or dissolved, and how many were left then (nothing said: none).
What the holder should have had by then, by its latest earlier count and what came and left since, and what was counted
there afterwards, is set against it.
"""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit.amounts import excess, in_brackets, part_of_whole, spoken
from takingstock.audit.draft import Rested, drafted
from takingstock.audit.scene import Scene, dated, unit_words
from takingstock.audit.stock import Flow, holdings, items_of, may_explain
from takingstock.records import Basis, Count, Finding, FindingKind, Quantity, Unit

_DEFINITION = (
    "what the holder should have had when its stock was closed (its latest count before, and what is on record as "
    "received and as having left since) less what the closure says was left, divided by what it should have had"
)
_COUNTED = "counted with the holder after its stock was said to be closed, divided by all that was counted then"
_CAUTION = "A stock that is closed on paper. What left it may not have been recorded."


def closed_not_empty(scene: Scene) -> Iterable[Finding]:
    """One finding per closed stock and class with a balance, and one per count of the stock after its closing."""
    for closed in scene.counts:
        if closed.basis is not Basis.CLOSED:
            continue
        broad = scene.mixed(closed.item) or bool(items_of(scene, closed.holder, closed.item, ()))
        items = items_of(scene, closed.holder, closed.item, scene.delivered()) if broad else []
        for item in items or [closed.item]:
            yield from _balance(scene, closed, item, whole=item == closed.item)
        yield from _after(scene, closed)


def _balance(scene: Scene, closed: Count, item: str, *, whole: bool) -> Iterable[Finding]:
    units = {c.quantity.unit for c in scene.counts if c.holder == closed.holder and c.item == item}
    units |= {m.quantity.unit for m in scene.delivered() if scene.is_a(m.item, item)}
    for unit in sorted(units - {Unit.TONNES}):
        have, records, since, came = holdings(scene, closed.holder, item, unit, closed.when)
        # How many were left of all classes says nothing of one; then it may have been any of them.
        said = closed.quantity if closed.quantity.known and closed.quantity.unit is unit else Quantity.exact(0, unit)
        left = said if whole or said.high == 0 else Quantity(high=said.high, unit=unit)
        rest = excess(have, left) if have.known else Quantity(unit=unit)
        if rest.low:
            yield _finding(scene, closed, item, have, left, rest, records, since is None, came)


def _finding(
    scene: Scene,
    closed: Count,
    item: str,
    have: Quantity,
    left: Quantity,
    rest: Quantity,
    records: tuple[Rested, ...],
    uncounted: bool,
    came: Flow,
) -> Finding:
    bounds = part_of_whole(rest, have)
    unit = rest.unit
    cautions = [_CAUTION]
    if uncounted:
        cautions.append("No count of the stock before is on record; what it held before is unknown, not zero.")
    cautions.extend(came.left_out)
    when = f", {dated(closed.when)}" if closed.when.known else ""
    about = closed.id if item == closed.item and unit is closed.quantity.unit else f"{closed.id}:{item}:{unit.value}"
    return drafted(
        FindingKind.CLOSED_NOT_EMPTY,
        about,
        holder=closed.holder,
        item=item,
        numerator=rest,
        denominator=have,
        bounds=bounds,
        definition=_DEFINITION,
        words=f"{scene.item_name(item)}: the stock of {scene.party_name(closed.holder)} is said to be closed{when} "
        f"with {spoken(left) if left.high else 'none'} left; by the records {spoken(have)}{unit_words(unit)} should "
        f"have been there, {spoken(rest)}{in_brackets(bounds)} of them with no record of where they went.",
        records=(closed, *records),
        cautions=cautions,
        severity=may_explain(came),
        when=closed.when,
        place=closed.place.name if closed.place else "",
    )


def _after(scene: Scene, closed: Count) -> Iterable[Finding]:
    for count in scene.counts:
        later = (
            count.basis in {Basis.BOOKS, Basis.PHYSICAL}
            and count.holder == closed.holder
            and scene.is_a(count.item, closed.item)
            and bool(count.quantity.low)
            and count.when.first is not None
            and closed.when.last is not None
            and count.when.first > closed.when.last
        )
        if later:
            basis = "in the books" if count.basis is Basis.BOOKS else "counted"
            yield drafted(
                FindingKind.CLOSED_NOT_EMPTY,
                f"{closed.id}:{count.id}",
                holder=closed.holder,
                item=count.item,
                numerator=count.quantity,
                denominator=count.quantity,
                definition=_COUNTED,
                words=f"{scene.item_name(count.item)}: {spoken(count.quantity)}{unit_words(count.quantity.unit)} "
                f"{basis} with {scene.party_name(closed.holder)} on {dated(count.when)}, after its stock was said to "
                f"be closed ({dated(closed.when)}).",
                records=[closed, count],
                claimants=[count.claimant],
                when=count.when,
                place=count.place.name if count.place else "",
            )
