"""Requirement: how far the quantity asked for goes beyond what the end user is said to need."""

from __future__ import annotations

from takingstock.records import Basis, Count, Goods, Indicator, Quantity
from takingstock.risk.dossier import Dossier
from takingstock.risk.indicators.moment import NO_DATE, before, known_then, start


def excess(dossier: Dossier) -> tuple[Indicator]:
    """The largest ratio, over the lines of the application, of quantity asked for to requirement (1: just what is
    needed). The requirement is the line's own, else the last count of basis *requirement* of the end user for that very
    class, or for one that the goods are a part of. What the end user holds already is not taken off: see the audit."""
    user = dossier.application.end_user
    frame = Indicator(
        id="excess",
        name="Quantity asked for against the stated requirement",
        party=user or "",
        unit="times the requirement",
        worse="higher",
        source="the application and the case",
    )
    day = start(dossier)
    if day is None:
        return (frame.model_copy(update={"missing": NO_DATE}),)
    found: list[tuple[float, str, Count | None]] = []
    for line in dossier.goods:
        count = None if line.requirement.known else _count(dossier, line, user)
        need = line.requirement if line.requirement.known else count.quantity if count else Quantity()
        asked = line.quantity
        if not asked.known or not need.known or asked.unit is not need.unit:
            continue
        # The smallest that may be asked for against the most that may be needed: only what is certain is excess.
        low, high = asked.low, need.high
        if low is None or not high:
            continue
        name = dossier.around.item_name(line.item)
        where = f"count {count.id}" if count else "the application"
        found.append((low / high, f"{name}: {asked} asked for, {need} needed by {where}", count))
    if not found:
        why = "no line gives a quantity with a requirement in the same unit, nor does the case count one"
        return (frame.model_copy(update={"missing": why}),)
    ratio, words, used = max(found, key=lambda one: one[:2])
    said = {"value": ratio, "words": words, "when": used.when, "rests_on": (used.id,)} if used else {"value": ratio}
    return (frame.model_copy(update={"words": words} | said),)


def _count(dossier: Dossier, line: Goods, user: str | None) -> Count | None:
    day = start(dossier)
    if day is None or user is None:
        return None
    fit = [
        one
        for one in dossier.ledger.counts
        if one.basis is Basis.REQUIREMENT
        and one.holder == user
        and dossier.around.is_a(line.item, one.item)
        and one.quantity.known
        and before(one.when, day)
        and known_then(dossier, (one.source,), day)
    ]
    return max(fit, key=lambda one: (one.when.sort_key, one.id), default=None)
