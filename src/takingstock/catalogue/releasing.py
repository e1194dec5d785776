"""Releasing: rulings are checked before they are written, and only what was released speaks for a sighting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from takingstock.catalogue.distinct import relinked
from takingstock.catalogue.past import NO_PAST, Past
from takingstock.catalogue.review import NONE_LATE, Desk
from takingstock.records import (
    Agreed,
    BadValueError,
    Ledger,
    Review,
    ReviewRule,
    ReviewState,
    Ruling,
    RulingKind,
    Sighting,
    folded,
)
from takingstock.reference.taxonomy import Taxonomy


class Lost(StrEnum):
    """Why a sighting that was released counts no more."""

    CHANGED = "changed"
    SOURCE = "source"
    FILES = "files"
    RULE = "rule"


@dataclass(frozen=True)
class Counting:
    """``sightings`` may be counted. ``lost`` are those that were released, or rested on files, and are not counted,
    and why; what somebody withdrew is not among them. ``erased`` are ids of counted ones of which files are gone,
    ``reopened`` of those whose review was reopened."""

    sightings: tuple[Sighting, ...]
    lost: tuple[tuple[Sighting, Lost], ...] = ()
    erased: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()


def check_ruling(
    ledger: Ledger,
    ruling: Ruling,
    rule: ReviewRule,
    taxonomy: Taxonomy,
    late: frozenset[str] = NONE_LATE,
    past: Past = NO_PAST,
) -> None:
    """Whether the ruling may be written into the ledger, which does not hold it yet. Raises BadValueError with what
    to do, UnknownNameError for a sighting that does not go through review. Who may do what: see :mod:`decisions`."""
    desk = Desk(ledger, rule, late, past)
    now = desk.review(ruling.sighting, taxonomy)
    taken = max((one.number for one in desk.rulings.get(ruling.sighting, ())), default=0)
    if ruling.number <= taken:
        raise BadValueError(f"ruling {ruling.number} on {ruling.sighting} comes after {taken}; number it {taken + 1}")
    if ruling.seen and ruling.seen != desk.get(ruling.sighting).fingerprint():
        raise BadValueError(f"{ruling.sighting} was changed meanwhile; look at it again")
    if ruling.kind is RulingKind.REOPEN:
        _check_reopening(now)
        return
    if now.state is ReviewState.WITHDRAWN and ruling.kind is not RulingKind.RELEASE:
        raise BadValueError("the sighting is withdrawn; release it again, or reopen its review")
    if ruling.kind is RulingKind.CLOSE:
        _check_closing(desk, now, ruling, taxonomy)
        return
    if ruling.kind is RulingKind.WITHDRAW:
        return
    if ruling.kind is RulingKind.RELEASE and now.erased:
        raise BadValueError(
            f"{', '.join(one[:12] for one in now.erased)} was erased and nobody can inspect it any more; take it out "
            "of the sighting and let the experts look again, or withdraw the sighting"
        )
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


def _check_reopening(now: Review) -> None:
    if now.state is ReviewState.RELEASED:
        raise BadValueError("the sighting is released; withdraw the release first, then reopen the review")
    if now.open and now.state is not ReviewState.WITHDRAWN:
        raise BadValueError("the review is open already; ask the experts")


def _check_closing(desk: Desk, now: Review, ruling: Ruling, taxonomy: Taxonomy) -> None:
    if not now.open:
        raise BadValueError("the review is closed already; adjudicate or release, or reopen it to ask another expert")
    if not desk.counted(ruling.sighting, taxonomy)[0]:
        raise BadValueError("nobody has identified it yet; ask experts, or withdraw the sighting")
    awaited = desk.awaited(ruling.sighting)
    person = folded(ruling.person)
    left = [name for key, name in sorted(awaited.items()) if key not in {folded(one) for one in ruling.passed_over}]
    if left and any(folded(one.expert) == person for one in desk.identifications.get(ruling.sighting, ())):
        raise BadValueError(
            f"{ruling.person} has answered and {', '.join(left)} not yet; wait, let somebody else close the review, or "
            "say --pass-over, which is recorded"
        )


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
    past: Past = NO_PAST,
) -> Ruling:
    """The release of what stands, with the words of the rule, the experts and the dissent (ids) filled in; checked.

    Raises as :func:`check_ruling`."""
    desk = Desk(ledger, rule, late, past)
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
        seen=desk.get(sighting).fingerprint(),
    )
    check_ruling(ledger, ruling, rule, taxonomy, late, past)
    return ruling


def released_sightings(
    ledger: Ledger,
    rule: ReviewRule,
    taxonomy: Taxonomy,
    late: frozenset[str] = NONE_LATE,
    past: Past = NO_PAST,
) -> tuple[Sighting, ...]:
    """The sightings that may be counted, in the ledger's order. One with evidence appears only when released, with
    item, made_in, made, marks and their condition as released; one without evidence is what its source says, unless
    it rested on files before."""
    return counting(ledger, rule, taxonomy, late, past).sightings


def counting(
    ledger: Ledger,
    rule: ReviewRule,
    taxonomy: Taxonomy,
    late: frozenset[str] = NONE_LATE,
    past: Past = NO_PAST,
) -> Counting:
    """As :func:`released_sightings`, with what was counted before and is not now."""
    desk = Desk(ledger, rule, late, past)
    found: list[Sighting] = []
    lost: list[tuple[Sighting, Lost]] = []
    erased, reopened = [], []
    for sighting in ledger.sightings:
        if not desk.reviewed(sighting):
            found.append(sighting)
            continue
        releases = [one for one in desk.rulings.get(sighting.id, ()) if one.kind is RulingKind.RELEASE]
        if not releases and sighting.evidence:
            continue
        now = desk.review(sighting.id, taxonomy)
        if now.state is ReviewState.RELEASED and now.standing is not None:
            found.append(_as_released(sighting, now.standing))
            erased += [sighting.id] if now.erased else []
            reopened += [sighting.id] if now.reopened else []
        elif why := _lost(desk, now, releases):
            lost.append((sighting, why))
    # What is not counted may still say that two others are the same.
    return Counting(relinked(found, ledger.sightings), tuple(lost), tuple(erased), tuple(reopened))


def _lost(desk: Desk, now: Review, releases: list[Ruling]) -> Lost | None:
    if not now.sources:
        return Lost.FILES
    last = max(releases, key=lambda one: (one.number, one.id))
    decided = (RulingKind.WITHDRAW, RulingKind.REOPEN)
    if any(one.number > last.number and one.kind in decided for one in desk.rulings[now.sighting]):
        return None
    if not desk.binds(last):
        return Lost.CHANGED
    return Lost.RULE if all(one.verified for one in now.sources) else Lost.SOURCE


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
