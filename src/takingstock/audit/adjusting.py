"""Adjusting: corrections of what a holder should have, each shown with its reason, none made in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from takingstock.audit.amounts import excess, ratio, single, spoken, total
from takingstock.audit.scene import Scene, dated
from takingstock.audit.stock import between
from takingstock.records import Adjustment, DateRange, Finding, FindingKind, Quantity, Unit

_LATER = frozenset(
    {
        FindingKind.ISSUED_NOT_RECEIVED,
        FindingKind.HELD_BY_NOBODY,
        FindingKind.CLOSED_NOT_EMPTY,
        FindingKind.NOT_COUNTED,
    }
)


@dataclass(frozen=True)
class Adjusted:
    """The adjustments that bear on one figure, sorted by id."""

    rows: tuple[Adjustment, ...] = ()

    def applied(self, figure: Quantity) -> Quantity:
        """The figure with what is added and without what is taken off; never below zero."""
        add = [row.quantity for row in self.rows if row.direction == "add"]
        off = [row.quantity for row in self.rows if row.direction == "take-off"]
        have = total([figure, *add], unit=figure.unit)
        if not figure.known and have.known:
            # So many were added to nobody knows how many.
            have = Quantity(low=have.low, unit=figure.unit)
        return excess(have, total(off, unit=figure.unit)) if off else have

    def words(self, scene: Scene) -> Iterable[str]:
        """One sentence per adjustment: how many, which way, when, why, by which source."""
        for row in self.rows:
            way = "added" if row.direction == "add" else "taken off"
            when = f", {dated(row.when)}" if row.when.known else ""
            source = f", {scene.source_title(row.source)}" if row.source else ""
            yield f"Adjusted: {spoken(row.quantity)} {way} ({row.reason.strip().removesuffix('.')}{when}{source})."


def adjustments(
    scene: Scene,
    holder: str,
    item: str,
    unit: Unit,
    finding: str,
    *,
    place: str = "",
    after: DateRange | None = None,
    until: DateRange = DateRange(),
) -> Adjusted:
    """Those that name the finding, and those that name none and are dated certainly between the two dates. What is
    dated before the books' cut-off date is taken to be in the books."""
    found = [
        row
        for row in sorted(scene.ledger.adjustments, key=lambda row: row.id)
        if row.quantity.unit is unit
        and row.quantity.known
        and (
            row.finding == finding
            or (
                not row.finding
                and after is not None
                and row.holder == holder
                and scene.is_a(row.item, item)
                and (row.place.name if row.place else "") in {"", place}
                and between(row.when, after, until) is True
            )
        )
    ]
    return Adjusted(tuple(found))


def adjusted(scene: Scene, finding: Finding) -> Finding:
    """A finding of goods that should be there, less the adjustments that name it; the caution gives each."""
    if finding.kind not in _LATER:
        return finding
    made = adjustments(scene, finding.holder, finding.item, finding.numerator.unit, finding.id)
    if not made.rows:
        return finding
    left = made.applied(finding.numerator)
    before = f"Before adjustments: {spoken(finding.numerator)}."
    return finding.model_copy(
        update={
            "numerator": left,
            "share": single(ratio(left, finding.denominator)),
            "words": f"{finding.words} After adjustments {spoken(left)} are left.",
            "caution": " ".join(filter(None, (before, *made.words(scene), finding.caution))),
        }
    )
