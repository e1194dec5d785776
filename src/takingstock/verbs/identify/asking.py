"""The queue of an expert: out as a workbook to fill in offline, and in again. Nobody sees another's answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from takingstock.records import Assignment, BadValueError, Record, Rejected, folded


class QueueOut(Record):
    """The workbook written, and how many sightings await the expert; ``waiting`` are those whose sources are not yet
    verified: an identification of them would not count."""

    out: str
    expert: str
    sightings: tuple[str, ...]
    waiting: tuple[str, ...] = ()


class QueueIn(Record):
    """What was taken: identifications new, revised while the review was open, and unchanged; rows not answered;
    rejects with their reason."""

    expert: str
    read: int
    taken: int
    unchanged: int
    unanswered: int
    rejects: tuple[Rejected, ...] = ()
    rejects_file: str | None = None
    revision: int


def assign(folder: Path, sightings: Sequence[str], experts: Iterable[str], *, actor: str) -> tuple[Assignment, ...]:
    """Put sightings to experts. Raises BadValueError for a review that is closed: who is asked after it could know
    the answers of the others."""
    from takingstock.case import Rows, open_case
    from takingstock.catalogue.review import Desk

    with open_case(folder) as case:
        ledger = case.ledger()
        desk = Desk(ledger, case.settings.review)
        rows = []
        for sighting in sightings:
            desk.get(sighting)
            if not desk.open(sighting):
                raise BadValueError(f"the review of {sighting} is closed; adjudicate or release it")
            for expert in experts:
                if not desk.may_identify(expert):
                    raise BadValueError(f"{expert} is not among the experts that case.toml names; add the name there")
                rows.append(Assignment(id=f"{sighting}/{folded(expert)}", sighting=sighting, expert=expert))
        case.write(
            Rows(assignments=tuple(rows)),
            actor=actor,
            reason="put to experts",
            expected_revision=ledger.revision,
        )
        return tuple(rows)
