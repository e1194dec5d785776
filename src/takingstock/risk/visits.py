"""Visits: the planned on-site visits of a decision against the physical counts of the case, serial by serial.

A visit is answered by the physical counts of the class at the end user or its parts from the first day of its time up
to that of the next. What was delivered under the decision and is on none of their lists is unseen. A visit that left
serials unseen re-opens the assessment, and so does one that is overdue, until a later count is on record, which then
speaks for itself. Nothing is said of where unseen items are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from takingstock.records import (
    Application,
    Basis,
    ControlKind,
    Count,
    DateRange,
    Decision,
    Goods,
    Ledger,
    Mode,
    Movement,
    Stage,
    Unit,
    Visit,
    VisitState,
)
from takingstock.records.marking import MarkKind, block_of, fold_mark, read_mark
from takingstock.reference.controls import control
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.reference.surroundings import Surroundings
from takingstock.risk.controls import due

_SUPPLIES = frozenset({Mode.EXPORT, Mode.AID, Mode.RETRANSFER, Mode.LICENSED_PRODUCTION, Mode.ISSUE})
_EXPLAINED = frozenset({Mode.RETURN, Mode.DESTRUCTION})
_LONGEST = 100_000
"""Numbers of a block that are written out one by one."""


def visits(decision: Decision, ledger: Ledger, today: date) -> tuple[Visit, ...]:
    """One for each planned visit and class of goods, in the order of their dates; none where the decision lets nothing
    move, where it plans no visit, or where its dates are not known. ``today`` is the day by which visits are due."""
    application = decision.application
    holder = application.end_user or application.consignee
    if not decision.kind.lets_goods_move or not holder:
        return ()
    around = Surroundings(taxonomy(), directory((*ledger.parties, *application.parties)))
    scene = _Scene(around, ledger.movements(around.directory.part_of), ledger.counts, application, holder, decision)
    windows = _planned(decision)
    found = []
    for place, window in enumerate(windows):
        following = windows[place + 1].first if place + 1 < len(windows) else None
        for goods in dict.fromkeys(one.item for one in application.goods):
            line = next(one for one in application.goods if one.item == goods)
            found.append(_visit(scene, line, window, following, today))
    return tuple(found)


@dataclass(frozen=True)
class _Scene:
    around: Surroundings
    movements: tuple[Movement, ...]
    counts: tuple[Count, ...]
    application: Application
    holder: str
    decision: Decision

    def here(self, party: str | None) -> bool:
        return self.around.inside(party, self.holder)

    def delivered(self, item: str, by: date) -> dict[str, str]:
        """Serials and lots that came to the end user under the decision by a day, by their compared form."""
        start = self.decision.decided.first or self.application.period.first
        period = self.application.period
        found: dict[str, str] = {}
        for movement in self.movements:
            came = movement.stage is Stage.DELIVERED and movement.mode in _SUPPLIES and self.here(movement.to_party)
            if not came or self.here(movement.from_party) or not self.around.akin(movement.item, item):
                continue
            when = movement.when
            allowed = period if period.known else DateRange(first=start)
            if when.overlaps(allowed) and when.first is not None and when.first <= by:
                found |= serials(movement.marks, rounds=self.rounds(item, movement.quantity.unit))
        return found

    def explained(self, item: str, by: date) -> set[str]:
        """What is on record as returned to the supplier or destroyed."""
        return {
            mark
            for movement in self.movements
            if movement.mode in _EXPLAINED and movement.stage is Stage.DELIVERED and self.here(movement.from_party)
            if self.around.akin(movement.item, item) and not self.here(movement.to_party)
            if movement.when.last is not None and movement.when.last <= by
            for mark in serials(movement.marks, rounds=self.rounds(item, movement.quantity.unit))
        }

    def counted(self, item: str, first: date, before: date | None) -> list[Count]:
        """Physical counts of the class here, certainly from ``first`` on and before the next visit."""
        return sorted(
            (
                count
                for count in self.counts
                if count.basis is Basis.PHYSICAL and self.here(count.holder) and self.around.akin(count.item, item)
                if count.when.first is not None and count.when.first >= first
                if before is None or count.when.first < before
            ),
            key=lambda count: (count.when.sort_key, count.id),
        )

    def rounds(self, item: str, unit: Unit) -> bool:
        return unit is Unit.ROUNDS or self.around.group(item) == "ammunition"


def serials(marks: Iterable[str], *, rounds: bool) -> dict[str, str]:
    """The serials and lots of a list, each by the form in which marks are compared; blocks are written out."""
    found: dict[str, str] = {}
    for text in marks:
        if block := block_of(text):
            prefix, first, last = block
            width = len(match[1]) if (match := re.search(r"(\d+)\s*(?:\.\.|–)", text)) else 1
            for number in range(first, min(last, first + _LONGEST - 1) + 1):
                name = f"{prefix}{number:0{width}}"
                found[name] = name.upper()
            continue
        mark = read_mark(text, rounds=rounds)
        if mark.kind in {MarkKind.SERIAL, MarkKind.LOT} and (folded := fold_mark(mark.text)):
            found[folded] = mark.text
    return found


def _planned(decision: Decision) -> tuple[DateRange, ...]:
    """The times of the visits: as planned with the assessment, else by the table of controls where the decision, or an
    undertaking, asks for visits."""
    for planned in decision.assessment.controls:
        if planned.kind is ControlKind.VISITS:
            windows = planned.dates or ((planned.due,) if planned.due.known else ())
            return tuple(window for window in windows if window.first is not None and window.last is not None)
    application = decision.application
    asked = ControlKind.VISITS in decision.conditions or any(
        one.control is ControlKind.VISITS for one in application.undertakings
    )
    if not asked:
        return ()
    moved = application.period if application.period.known else decision.decided
    return due(control(ControlKind.VISITS), moved)


def _visit(scene: _Scene, goods: Goods, window: DateRange, following: date | None, today: date) -> Visit:
    assert window.first is not None
    assert window.last is not None
    item = goods.item
    counts = scene.counted(item, window.first, following)
    delivered = scene.delivered(item, window.last)
    made = Visit(
        holder=scene.holder,
        item=item,
        due=window,
        state=VisitState.NOT_DUE,
        delivered=tuple(sorted(delivered.values())),
    )
    name = f"{scene.around.item_name(item)} with {scene.around.party_name(scene.holder)}, visit due by {window.last}"
    if not counts:
        if today <= window.last:
            return made.model_copy(update={"words": f"{name}: not due yet."})
        later = scene.counted(item, window.last, None)
        words = f"{name}: missed; a later count is on record ({later[0].when})." if later else ""
        words = words or f"{name}: overdue; no physical count is on record."
        return made.model_copy(update={"state": VisitState.OVERDUE, "re_opens": not later, "words": words})
    last = counts[-1]
    listed: dict[str, str] = {}
    for count in counts:
        listed |= serials(count.marks, rounds=scene.rounds(item, count.quantity.unit))
    by = last.when.last or last.when.first or window.last
    gone = scene.explained(item, by)
    delivered = {mark: text for mark, text in delivered.items() if mark not in gone}
    unseen = tuple(sorted(text for mark, text in delivered.items() if mark not in listed))
    seen = tuple(sorted(text for mark, text in delivered.items() if mark in listed))
    late = counts[0].when.first is not None and counts[0].when.first > window.last
    unknown = not delivered
    words = f"{name}: {len(seen)} of {len(delivered)} delivered serials seen"
    if unknown:
        words = f"{name}: counted, but no serial of a delivery is on record, so nothing can be told from other goods"
    elif unseen:
        words += f", {len(unseen)} not seen"
    if delivered and not listed:
        words += "; the count lists no serials"
    words += f"; the count came late ({counts[0].when})." if late else "."
    return made.model_copy(
        update={
            "state": VisitState.UNSEEN if unseen or unknown else VisitState.SEEN_ALL,
            "delivered": tuple(sorted(delivered.values())),
            "seen": seen,
            "unseen": unseen,
            "count": last.id,
            "re_opens": bool(unseen) or unknown,
            "words": words,
        }
    )
