"""Decisions on a sighting. Each is checked against the case's rule inside the write, and kept with who and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from takingstock.records import DateRange, Level, Review, Ruling, RulingKind, folded
from takingstock.records.person import checked_name
from takingstock.verbs.filled import chosen, filled

if TYPE_CHECKING:
    from takingstock.catalogue.review import Desk


def close(folder: Path, sighting: str, *, person: str, reason: str, pass_over: bool = False) -> Review:
    """End a review with the identifications that are in. Whoever has answered may do so while others are awaited only
    with ``pass_over``; who was not waited for is recorded. Raises BadValueError where nobody has answered, or it is
    closed."""

    def made_ruling(desk: Desk) -> Ruling:
        awaited = desk.awaited(sighting)
        answered = {folded(one.expert) for one in desk.identifications.get(sighting, ())}
        may = pass_over or folded(person) not in answered
        return Ruling(
            **_named(desk, sighting, RulingKind.CLOSE, person, reason),
            passed_over=tuple(sorted(awaited.values())) if may else (),
        )

    return _written(folder, sighting, person, reason, made_ruling)


def reopen(folder: Path, sighting: str, *, person: str, reason: str) -> Review:
    """Open a closed review again, to ask another expert; a withdrawal is lifted. What was decided before counts no
    more, answers stand. Raises BadValueError for a released sighting (withdraw it first) and for an open review."""
    return _plain(folder, sighting, RulingKind.REOPEN, person, reason)


def withdraw(folder: Path, sighting: str, *, person: str, reason: str) -> Review:
    """Take a sighting out of every figure; it stays in the case."""
    return _plain(folder, sighting, RulingKind.WITHDRAW, person, reason)


def adjudicate(
    folder: Path,
    sighting: str,
    *,
    person: str,
    reason: str,
    level: str,
    item: str,
    made_in: str | None = None,
    maker: str = "",
    made: str = "",
    serial: str = "",
) -> Review:
    """Say what stands where experts differ. Raises BadValueError where the rule does not allow it, saying why."""
    from takingstock.reference.items import taxonomy

    table = taxonomy()
    at = chosen(Level, level, "--level")
    known = item if table.has(item) else (table.find(item) or table.get(item)).id

    def made_ruling(desk: Desk) -> Ruling:
        return Ruling(
            **_named(desk, sighting, RulingKind.ADJUDICATE, person, reason),
            level=at,
            item=known,
            made_in=made_in,
            maker=maker,
            made=DateRange.parse(made),
            serial=serial,
        )

    return _written(folder, sighting, person, reason, made_ruling)


def release(folder: Path, sighting: str, *, person: str, reason: str) -> Review:
    """Release what stands, with the rule, the experts and the dissent. Raises BadValueError where the rule is not met:
    under the usual one, one expert never releases alone."""
    from takingstock.catalogue.releasing import release_ruling
    from takingstock.reference.items import taxonomy

    def made_ruling(desk: Desk) -> Ruling:
        id_ = str(_named(desk, sighting, RulingKind.RELEASE, person, reason)["id"])
        return release_ruling(
            desk.ledger, sighting, desk.rule, taxonomy(), id=id_, person=person, reason=reason, past=desk.past
        )

    return _with_near_names(folder, _written(folder, sighting, person, reason, made_ruling))


def _with_near_names(folder: Path, made: Review) -> Review:
    """Names of those who made the release possible that are nearly the same: two people, or one who counts twice?"""
    from takingstock.case import open_case
    from takingstock.catalogue.near_names import near_names

    with open_case(folder) as case:
        ledger = case.ledger()
    files = {source.evidence for source in made.sources}
    people = {one.expert for one in ledger.identifications if one.sighting == made.sighting}
    people |= {one.person for one in ledger.rulings if one.sighting == made.sighting}
    people |= {one.person for one in ledger.verifications if one.evidence in files}
    words = tuple(
        f"{one} and {two}: are these two people? the rule counts them as two" for one, two in near_names(people)
    )
    return made.model_copy(update={"words": (*made.words, *words)})


def _plain(folder: Path, sighting: str, kind: RulingKind, person: str, reason: str) -> Review:
    return _written(
        folder, sighting, person, reason, lambda desk: Ruling(**_named(desk, sighting, kind, person, reason))
    )


def _named(desk: Desk, sighting: str, kind: RulingKind, person: str, reason: str) -> dict[str, Any]:
    """What every ruling says, the sighting as it stands among it."""
    number = max((one.number for one in desk.rulings.get(sighting, ())), default=0) + 1
    return {
        "id": f"{sighting}/{number}",
        "sighting": sighting,
        "number": number,
        "kind": kind,
        "person": person,
        "reason": reason,
        "seen": desk.get(sighting).fingerprint(),
    }


def _written(folder: Path, sighting: str, person: str, reason: str, make: Callable[[Desk], Ruling]) -> Review:
    from takingstock.case import Rows, open_case
    from takingstock.catalogue.releasing import check_ruling
    from takingstock.catalogue.review import Desk, review
    from takingstock.reference.items import taxonomy
    from takingstock.verbs.past import past_of

    checked_name(person)
    filled(reason, "--reason")
    with open_case(folder) as case:
        rule, ledger = case.settings.review, case.ledger()
        past = past_of(case, ledger)
        ruling = make(Desk(ledger, rule, past=past))
        check_ruling(ledger, ruling, rule, taxonomy(), past=past)
        case.write(
            Rows(rulings=(ruling,)),
            actor=ruling.person,
            reason=f"{ruling.kind.value} {sighting}: {ruling.reason}",
            expected_revision=ledger.revision,
        )
        now = case.ledger()
        return review(now, sighting, rule, taxonomy(), past=past_of(case, now))
