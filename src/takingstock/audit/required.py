"""Deliveries and holdings beyond a stated requirement (kind ``excess-over-requirement``)."""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit.amounts import excess, excess_ratio, in_brackets, spoken
from takingstock.audit.draft import drafted
from takingstock.audit.scene import Scene, dated, unit_words
from takingstock.audit.stock import holdings, may_explain
from takingstock.records import Basis, Finding, FindingKind

_DEFINITION = (
    "what the holder should have by the date of the requirement (its latest count before, and what is on record as "
    "received and as having left since) less the stated requirement, divided by what it should have"
)
_CAUTION = "A requirement is what its author says is needed; more than that is no breach of anything by itself."


def over_requirement(scene: Scene) -> Iterable[Finding]:
    """One finding per stated requirement that the records exceed for certain."""
    for need in scene.counts:
        if need.basis is not Basis.REQUIREMENT or not need.quantity.known:
            continue
        unit = need.quantity.unit
        have, records, since, came = holdings(scene, need.holder, need.item, unit, need.when)
        over = excess(have, need.quantity) if have.known else have
        if not over.low:
            continue
        bounds = excess_ratio(have, need.quantity)
        when = f" by {dated(need.when)}" if need.when.known else ""
        cautions = [_CAUTION]
        if since is None:
            cautions.append("No count of the stock before is on record; what it held before is unknown, not zero.")
        cautions.extend(came.left_out)
        yield drafted(
            FindingKind.EXCESS,
            need.id,
            holder=need.holder,
            item=need.item,
            numerator=over,
            denominator=have,
            bounds=bounds,
            definition=_DEFINITION,
            words=f"{scene.item_name(need.item)}: {scene.party_name(need.holder)} should have {spoken(have)}"
            f"{unit_words(unit)}{when} by the records, against a stated requirement of {spoken(need.quantity)}: "
            f"{spoken(over)} more{in_brackets(bounds)}.",
            records=(need, *records),
            cautions=cautions,
            claimants=[need.claimant],
            severity=may_explain(came),
            when=need.when,
        )
