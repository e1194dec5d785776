"""Blindness: what nobody may see while a review is open, and what an expert is asked."""

from __future__ import annotations

from takingstock.catalogue.past import NO_PAST, Past
from takingstock.catalogue.review import NONE_LATE, Desk
from takingstock.records import Awaiting, Ledger, ReviewRule, folded


def open_identifications(
    ledger: Ledger, rule: ReviewRule, late: frozenset[str] = NONE_LATE, past: Past = NO_PAST
) -> frozenset[str]:
    """Ids of the identifications of open reviews. Those of a sighting that goes through no review (without evidence,
    or unknown) stay closed by the same rule."""
    desk = Desk(ledger, rule, late, past)
    return frozenset(one.id for id, rows in desk.identifications.items() if desk.open(id) for one in rows)


def visible(
    ledger: Ledger,
    rule: ReviewRule,
    viewer: str | None = None,
    late: frozenset[str] = NONE_LATE,
    past: Past = NO_PAST,
) -> Ledger:
    """The ledger without open identifications; ``viewer`` still sees their own. The state of a review is computed
    from the whole ledger, not from this copy."""
    hidden = open_identifications(ledger, rule, late, past)
    own = folded(viewer) if viewer else None
    kept = tuple(i for i in ledger.identifications if i.id not in hidden or folded(i.expert) == own)
    return ledger.model_copy(update={"identifications": kept})


def queue(
    ledger: Ledger, rule: ReviewRule, expert: str, late: frozenset[str] = NONE_LATE, past: Past = NO_PAST
) -> tuple[Awaiting, ...]:
    """What awaits the expert, by sighting id: open reviews put to the expert, and those put to nobody, without an
    answer of the expert's to its files as they are. The same whatever others have answered. Empty for one who may not
    identify."""
    desk = Desk(ledger, rule, late, past)
    me = folded(expert)
    if not desk.may_identify(expert):
        return ()
    found = []
    for id, sighting in desk.sightings.items():
        put = {folded(one.expert) for one in desk.assignments.get(id, ()) if not one.withdrawn}
        answered = any(folded(one.expert) == me and desk.holds(one) for one in desk.identifications.get(id, ()))
        erased = not past.erased.isdisjoint(sighting.evidence)
        if not sighting.evidence or answered or (put and me not in put) or not desk.open(id):
            continue
        found.append(
            Awaiting(
                sighting=id,
                evidence=sighting.evidence,
                holder=sighting.holder,
                place=sighting.place,
                when=sighting.when,
                quantity=sighting.quantity,
                assigned=me in put,
                ready=not erased and all(desk.source(one).verified for one in sighting.evidence),
                erased=erased,
            )
        )
    return tuple(found)
