"""The queue of an expert: out as a workbook to fill in offline, and in again. Nobody sees another's answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.records import Assignment, BadValueError, Record, Rejected, folded

if TYPE_CHECKING:
    from takingstock.catalogue.review import Desk


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


def queue_out(folder: Path, out: Path, *, expert: str, language: str = "en") -> QueueOut:
    """Write what awaits the expert. Sightings whose sources are not verified are left out: they could not count yet.

    Raises NotACaseError, BadFileError, BadValueError for one whom case.toml does not name as an expert."""
    from takingstock.case import open_case
    from takingstock.catalogue.blindness import queue
    from takingstock.catalogue.review import Desk
    from takingstock.evidence.vault import Vault
    from takingstock.exchange.queue import write_queue
    from takingstock.reference.items import taxonomy

    with open_case(folder) as case:
        ledger, rule = case.ledger(), case.settings.review
        vault = Vault(case.folder)
    if not Desk(ledger, rule).may_identify(expert):
        raise BadValueError(f"{expert} is not among the experts that case.toml names; add the name there")
    awaiting = queue(ledger, rule, expert)
    ready = [one for one in awaiting if one.ready]

    def picture(evidence: str) -> Path | None:
        small = vault.working_folder / evidence / "thumb.jpg"
        return small if small.is_file() else None

    write_queue(out, expert, ready, taxonomy(), language=language, picture=picture)
    return QueueOut(
        out=str(out),
        expert=expert,
        sightings=tuple(one.sighting for one in ready),
        waiting=tuple(one.sighting for one in awaiting if not one.ready),
    )


def queue_in(folder: Path, file: Path, *, expert: str) -> QueueIn:
    """Take the expert's answers in: one event. Where one cannot be taken, the others still are; the rejects go to a
    file beside the expert's own: in the case, others could read them. While a review is open, a new answer of the same
    expert revises the last one.

    Raises NotACaseError, BadFileError, BadValueError for one whom case.toml does not name as an expert."""
    from takingstock.case import Rows, open_case
    from takingstock.catalogue.checking import check_identification
    from takingstock.catalogue.review import Desk
    from takingstock.exchange.leftovers import fingerprint, leftover_path, write_leftovers
    from takingstock.exchange.queue_reading import read_queue
    from takingstock.exchange.resolving import Resolver
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory

    table = taxonomy()
    with open_case(folder) as case:
        ledger = case.ledger()
        desk, parties = Desk(ledger, case.settings.review), directory(ledger.parties)
        if not desk.may_identify(expert):
            raise BadValueError(f"{expert} is not among the experts that case.toml names; add the name there")
        awaited = {one for one in desk.sightings if desk.open(one) and _asked(desk, one, expert)}
        reading = read_queue(file, expert, Resolver(table, parties), awaited)
        good, rejects = [], list(reading.rejects)
        for one in reading.identifications:
            faults = check_identification(one, table, parties)
            if faults:
                line = reading.lines[one.sighting]
                row = (("sighting", one.sighting), ("item", one.item))
                rejects.append(Rejected(line=line, reason="; ".join(faults), row=row))
            else:
                good.append(one)
        before = {one.id: one for one in ledger.identifications}
        changed = tuple(one for one in good if before.get(one.id) != one)
        if changed:
            case.write(
                Rows(identifications=changed),
                actor=expert,
                reason=f"{len(changed)} identification(s)",
                expected_revision=ledger.revision,
            )
        kept = None
        if rejects:
            place = leftover_path(file.parent, file, fingerprint(file), "rejects")
            kept = str(write_leftovers(place, sorted(rejects, key=lambda one: one.line)))
        return QueueIn(
            expert=expert,
            read=reading.read,
            taken=len(changed),
            unchanged=len(good) - len(changed),
            unanswered=reading.unanswered,
            rejects=tuple(rejects),
            rejects_file=kept,
            revision=case.revision,
        )


def _asked(desk: Desk, sighting: str, expert: str) -> bool:
    """Whether the sighting was put to the expert, or to nobody in particular."""
    put = {folded(one.expert) for one in desk.assignments.get(sighting, ()) if not one.withdrawn}
    return not put or folded(expert) in put
