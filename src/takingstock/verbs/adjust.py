"""adjust: correct what a holder should have, by a named person, for a stated reason; never in silence."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from takingstock.records import Adjustment, BadValueError, DateRange, Place, Quantity, Unit, UnknownNameError


def adjust(
    folder: Path,
    *,
    direction: Literal["add", "take-off"],
    quantity: str,
    when: str,
    reason: str,
    person: str,
    holder: str = "",
    item: str = "",
    unit: str = "",
    source: str = "",
    finding: str = "",
    place: str = "",
) -> Adjustment:
    """Write an adjustment. With ``finding`` (an id, or a part of one id only) holder, class and unit are the finding's
    where they are left empty. The id is made of what is adjusted, so that the same one twice is one row.

    Raises NotACaseError, UnknownNameError for a holder, class, source or finding that nobody knows, BadValueError for
    a quantity or date that cannot be read and where the reason, the date or what is adjusted is left out."""
    from takingstock.case import Rows, open_case
    from takingstock.verbs.audit import audit
    from takingstock.verbs.desk import at_desk
    from takingstock.verbs.follow import the_finding

    if not reason.strip():
        raise BadValueError("an adjustment needs its reason; say why with --reason")
    if unit and unit not in set(Unit):
        raise BadValueError(f"no unit {unit!r}; write one of {', '.join(Unit)}")
    if finding:
        found = {one.id: one for one in audit(folder)}
        named = {row.finding for row in _standing(folder) if row.finding}
        finding = the_finding(finding, {*found, *named})
        if finding in found:
            meant = found[finding]
            holder, item = holder or meant.holder, item or meant.item
            unit = unit or meant.numerator.unit.value
    if not holder or not item:
        raise BadValueError("say what is adjusted: --finding, or --holder and --item")
    amount = Quantity.parse(quantity, Unit(unit or Unit.ITEMS))
    if not amount.known:
        raise BadValueError("an adjustment needs a number; say how many with --add or --take-off")
    date = DateRange.parse(when)
    if not date.known:
        raise BadValueError("an adjustment needs the date from which it holds; give --date")
    with at_desk(folder) as desk:
        row = Adjustment(
            id="",
            holder=desk.party(holder),
            item=item if finding and not desk.taxonomy.has(item) else desk.item(item),
            direction=direction,
            quantity=amount,
            when=date,
            person=person,
            reason=reason.strip(),
            source=source,
            finding=finding,
            place=Place(name=place) if place else None,
        )
        if source and source not in desk.ledger.source_by_id:
            raise UnknownNameError(f"the case has no source {source!r}; add it to the sheet 'sources' first")
    about = hashlib.sha256(row.canonical().encode()).hexdigest()[:12]
    row = row.model_copy(update={"id": f"adj-{about}"})
    with open_case(folder) as case:
        case.write(Rows(adjustments=(row,)), actor=person, reason=f"adjustment: {row.reason}")
    return row


def _standing(folder: Path) -> tuple[Adjustment, ...]:
    from takingstock.case import open_case

    with open_case(folder) as case:
        return case.ledger().adjustments
