"""follow: say who has to act on a finding, how far it has come, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from takingstock.records import BadValueError, DateRange, FollowUp, FollowUpStatus, UnknownNameError


def follow(
    folder: Path,
    finding: str,
    *,
    owner: str = "",
    status: str = "",
    due: str = "",
    note: str = "",
    person: str,
) -> FollowUp:
    """Write a follow-up on a finding (its id, or a part of one id only). What is left empty stays as it was; a first
    one is open and needs an owner. The earlier one stays in the history.

    Raises NotACaseError, UnknownNameError for a finding that the audit does not have and nobody follows, BadValueError
    for a status that is none and for a follow-up without an owner."""
    from takingstock.case import Rows, open_case
    from takingstock.verbs.audit import audit

    if status and status not in set(FollowUpStatus):
        raise BadValueError(f"no status {status!r}; write one of {', '.join(FollowUpStatus)}")
    ids = {one.id for one in audit(folder)}
    with open_case(folder) as case:
        known = {row.id: row for row in case.ledger().followups}
        id_ = the_finding(finding, ids | set(known))
        before = known.get(id_)
        if not owner and before is None:
            raise BadValueError(f"nobody follows {id_} yet; say who has to act with --owner")
        row = FollowUp(
            id=id_,
            owner=owner or (before.owner if before else ""),
            status=FollowUpStatus(status) if status else (before.status if before else FollowUpStatus.OPEN),
            person=person,
            due=DateRange.parse(due) if due else (before.due if before else DateRange()),
            note=note or (before.note if before else ""),
        )
        case.write(Rows(followups=(row,)), actor=person, reason=f"follow-up on {id_}: {note or row.status.value}")
    return row


def the_finding(text: str, ids: Iterable[str]) -> str:
    """The id that is meant: the whole of it, or a part that only one id holds. Raises UnknownNameError."""
    every = sorted(ids)
    if text in every:
        return text
    found = [id_ for id_ in every if text in id_] if text.strip() else []
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownNameError(
            f"{text!r} is a part of {len(found)} findings: {', '.join(found[:3])} …; write more of it"
        )
    from rapidfuzz import process

    near = [name for name, _, _ in process.extract(text, every, limit=3, score_cutoff=60)]
    hint = f"did you mean {', '.join(near)}?" if near else "see takingstock audit CASE --format csv for the ids"
    raise UnknownNameError(f"no finding {text!r}; {hint}")
