"""What people say of a file: where it is from, where and when it was made, and what must not be shown of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from takingstock.records import Answer, Aspect, Clearance, Record, Region, Verification, folded, verification_id
from takingstock.records.person import checked_name
from takingstock.verbs.evidence.finding import found
from takingstock.verbs.filled import chosen, filled


class Said(Record):
    """What was written: the evidence, and how it stands now in words."""

    evidence: str
    state: str
    revision: int


def confirm(
    folder: Path,
    evidence: str,
    *,
    person: str,
    aspects: Sequence[str],
    answer: str = "confirmed",
    method: str,
    reason: str,
    finding: str = "",
) -> Said:
    """One person's answer on the origin, place or time of a file; a second answer on the same aspect replaces the
    first. Raises UnknownNameError, BadValueError (also for a name of mixed scripts), NotACaseError."""
    from takingstock.case import Rows, open_case
    from takingstock.catalogue.sourcing import source_state

    person = checked_name(person)
    about = [chosen(Aspect, aspect, "--aspect") for aspect in aspects]
    said_so = chosen(Answer, answer, "--answer")
    filled(method, "--method")
    filled(reason, "--reason")
    with open_case(folder) as case:
        one = found(case.archive(), evidence)
        said = case.ledger().verifications
        stands = {row.aspect: row.id for row in said if row.evidence == one.id and folded(row.person) == folded(person)}
        rows = tuple(
            Verification(
                id=stands.get(aspect) or verification_id(one.id, aspect, person),
                evidence=one.id,
                person=person,
                aspect=aspect,
                answer=said_so,
                method=method,
                reason=reason,
                finding=finding,
            )
            for aspect in about
        )
        case.write(Rows(verifications=rows), actor=person, reason=f"source of {one.id[:12]}: {reason}")
        state = source_state(case.ledger(), one.id, case.settings.review)
        return Said(evidence=one.id, state=state.words, revision=case.revision)


def clear(folder: Path, evidence: str, *, person: str, regions: Sequence[Region], reason: str = "") -> Said:
    """One person looked at a picture and says what must be made unreadable before it leaves; none: nothing.

    Raises UnknownNameError, BadValueError, NotACaseError."""
    from takingstock.case import Rows, open_case

    person = checked_name(person)
    with open_case(folder) as case:
        one = found(case.archive(), evidence)
        row = Clearance(id=one.id, person=person, regions=tuple(regions), reason=reason)
        case.write(Rows(clearances=(row,)), actor=person, reason=reason or f"looked at {one.id[:12]}")
        words = f"{len(row.regions)} region(s) to make unreadable" if row.regions else "nothing to make unreadable"
        return Said(evidence=one.id, state=words, revision=case.revision)
