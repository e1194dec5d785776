"""Decisions on a sighting. Each is checked against the case's rule inside the write, and kept with who and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from takingstock.records import DateRange, Ledger, Level, Review, ReviewRule, Ruling, RulingKind


def close(folder: Path, sighting: str, *, person: str, reason: str) -> Review:
    """End a review with the identifications that are in. Raises BadValueError where none is, or it is closed."""
    return _plain(folder, sighting, RulingKind.CLOSE, person, reason)


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
    known = item if table.has(item) else (table.find(item) or table.get(item)).id

    def made_ruling(ledger: Ledger, rule: ReviewRule) -> Ruling:
        del rule
        return Ruling(
            **_named(ledger, sighting),
            kind=RulingKind.ADJUDICATE,
            person=person,
            reason=reason,
            level=Level(level),
            item=known,
            made_in=made_in,
            maker=maker,
            made=DateRange.parse(made),
            serial=serial,
        )

    return _written(folder, sighting, made_ruling)


def release(folder: Path, sighting: str, *, person: str, reason: str) -> Review:
    """Release what stands, with the rule, the experts and the dissent. Raises BadValueError where the rule is not met:
    under the usual one, one expert never releases alone."""
    from takingstock.catalogue.releasing import release_ruling
    from takingstock.reference.items import taxonomy

    def made_ruling(ledger: Ledger, rule: ReviewRule) -> Ruling:
        id_ = _named(ledger, sighting)["id"]
        return release_ruling(ledger, sighting, rule, taxonomy(), id=str(id_), person=person, reason=reason)

    return _written(folder, sighting, made_ruling)


def _plain(folder: Path, sighting: str, kind: RulingKind, person: str, reason: str) -> Review:
    return _written(
        folder,
        sighting,
        lambda ledger, _: Ruling(**_named(ledger, sighting), kind=kind, person=person, reason=reason),
    )


def _named(ledger: Ledger, sighting: str) -> dict[str, object]:
    number = max((one.number for one in ledger.rulings if one.sighting == sighting), default=0) + 1
    return {"id": f"{sighting}/{number}", "sighting": sighting, "number": number}


def _written(folder: Path, sighting: str, make: Callable[[Ledger, ReviewRule], Ruling]) -> Review:
    from takingstock.case import Rows, open_case
    from takingstock.catalogue.releasing import check_ruling
    from takingstock.catalogue.review import review
    from takingstock.reference.items import taxonomy

    with open_case(folder) as case:
        rule = case.settings.review
        ledger = case.ledger()
        ruling = make(ledger, rule)
        check_ruling(ledger, ruling, rule, taxonomy())
        case.write(
            Rows(rulings=(ruling,)),
            actor=ruling.person,
            reason=f"{ruling.kind.value} {sighting}: {ruling.reason}",
            expected_revision=ledger.revision,
        )
        return review(case.ledger(), sighting, rule, taxonomy())
