"""Releasing: rulings are checked before they are written, and only what was released speaks for a sighting."""

from __future__ import annotations

from takingstock.catalogue.review import NONE_LATE, Desk
from takingstock.records import (
    Agreed,
    BadValueError,
    Ledger,
    ReviewRule,
    ReviewState,
    Ruling,
    RulingKind,
    Sighting,
)
from takingstock.reference.taxonomy import Taxonomy


def check_ruling(
    ledger: Ledger, ruling: Ruling, rule: ReviewRule, taxonomy: Taxonomy, late: frozenset[str] = NONE_LATE
) -> None:
    """Whether the ruling may be written into the ledger, which does not hold it yet. Raises BadValueError with what
    to do, UnknownNameError for a sighting that does not go through review. Who may do what: see :mod:`decisions`."""
    desk = Desk(ledger, rule, late)
    now = desk.review(ruling.sighting, taxonomy)
    taken = max((one.number for one in desk.rulings.get(ruling.sighting, ())), default=0)
    if ruling.number <= taken:
        raise BadValueError(f"ruling {ruling.number} on {ruling.sighting} comes after {taken}; number it {taken + 1}")
    if now.state is ReviewState.WITHDRAWN and ruling.kind is not RulingKind.RELEASE:
        raise BadValueError("the sighting is withdrawn; only a new release can follow")
    if ruling.kind is RulingKind.CLOSE:
        if not now.open:
            raise BadValueError("the review is closed already; adjudicate or release")
        if not desk.counted(ruling.sighting, taxonomy)[0]:
            raise BadValueError("nobody has identified it yet; ask experts, or withdraw the sighting")
        return
    if ruling.kind is RulingKind.WITHDRAW:
        return
    counted, _ = desk.counted(ruling.sighting, taxonomy)
    unsupported = tuple(text for text in now.faults if text.startswith("the sighting states"))
    before = now.state
    if now.open:
        raise BadValueError(f"cannot {ruling.kind.value}: the review is open; wait for the experts, or close it")
    found = desk.decide(ruling, before, now.standing, counted, unsupported, taxonomy)
    if ruling.kind is RulingKind.RELEASE and (
        ruling.rule != rule.words
        or set(ruling.experts) != set(found.experts)
        or set(ruling.dissent) != set(found.dissent)
    ):
        raise BadValueError("a release names the rule, its experts and every dissent; make it with release_ruling")


def release_ruling(
    ledger: Ledger,
    sighting: str,
    rule: ReviewRule,
    taxonomy: Taxonomy,
    *,
    id: str,
    person: str,
    reason: str,
    late: frozenset[str] = NONE_LATE,
) -> Ruling:
    """The release of what stands, with the words of the rule, the experts and the dissent (ids) filled in; checked.

    Raises as :func:`check_ruling`."""
    desk = Desk(ledger, rule, late)
    now = desk.review(sighting, taxonomy)
    stands = now.standing
    if now.open or stands is None:
        raise BadValueError(f"nothing stands to be released: {sighting} is {now.state.value}; {'; '.join(now.words)}")
    ruling = Ruling(
        id=id,
        sighting=sighting,
        number=max((one.number for one in desk.rulings.get(sighting, ())), default=0) + 1,
        kind=RulingKind.RELEASE,
        person=person,
        reason=reason,
        level=stands.level,
        item=stands.item,
        made_in=stands.made_in,
        maker=stands.maker,
        made=stands.made,
        serial=stands.serial,
        rule=rule.words,
        experts=stands.experts,
        dissent=stands.dissent,
    )
    check_ruling(ledger, ruling, rule, taxonomy, late)
    return ruling


def released_sightings(
    ledger: Ledger, rule: ReviewRule, taxonomy: Taxonomy, late: frozenset[str] = NONE_LATE
) -> tuple[Sighting, ...]:
    """The sightings that may be counted, in the ledger's order. One with evidence appears only when released, with
    item, made_in, made, marks and their condition as released; one without evidence is what its source says."""
    desk = Desk(ledger, rule, late)
    found = []
    for sighting in ledger.sightings:
        if not sighting.evidence:
            found.append(sighting)
        elif any(one.kind is RulingKind.RELEASE for one in desk.rulings.get(sighting.id, ())):
            now = desk.review(sighting.id, taxonomy)
            if now.state is ReviewState.RELEASED and now.standing is not None:
                found.append(_as_released(sighting, now.standing))
    return tuple(found)


def _as_released(sighting: Sighting, what: Agreed) -> Sighting:
    serial = (f"serial: {what.serial}",) if what.serial else ()
    return sighting.model_copy(
        update={
            "item": what.item,
            "made_in": what.made_in,
            "made": what.made,
            "marks": (*serial, *what.marks),
            "marking_condition": what.marking_condition,
        }
    )
