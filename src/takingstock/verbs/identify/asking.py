"""The queue of an expert: out as a workbook to fill in offline, and in again. Nobody sees another's answers."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from takingstock.records import (
    Assignment,
    BadFileError,
    BadValueError,
    Identification,
    Record,
    Rejected,
    Sighting,
    folded,
)
from takingstock.records.identification import shown
from takingstock.records.person import checked_name, name_key

if TYPE_CHECKING:
    from takingstock.catalogue.review import Desk
    from takingstock.evidence.vault import Vault


SALT_BYTES: Final = 16


class QueueOut(Record):
    """The workbook written, and how many sightings await the expert; ``waiting`` are those whose sources are not yet
    verified: an identification of them would not count; ``erased`` those of which a file is gone: nobody can identify
    them any more."""

    out: str
    expert: str
    sightings: tuple[str, ...]
    waiting: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()


class QueueIn(Record):
    """What was taken: identifications new, revised while the review was open, and unchanged; rows not answered;
    rejects with their reason. ``notes`` say what to look at: a serial that may have lost its zeros, a column that was
    not taken."""

    expert: str
    read: int
    taken: int
    unchanged: int
    unanswered: int
    rejects: tuple[Rejected, ...] = ()
    rejects_file: str | None = None
    notes: tuple[str, ...] = ()
    revision: int


def assign(folder: Path, sightings: Sequence[str], experts: Iterable[str], *, actor: str) -> tuple[Assignment, ...]:
    """Put sightings to experts. Raises BadValueError for a review that is closed (who is asked after it could
    know the answers of the others), and for a name whose letters are of several scripts."""
    from takingstock.case import Rows, open_case
    from takingstock.catalogue.review import Desk
    from takingstock.verbs.past import past_of

    experts = [checked_name(expert) for expert in experts]
    with open_case(folder) as case:
        ledger = case.ledger()
        desk = Desk(ledger, case.settings.review, past=past_of(case, ledger))
        put = {(one.sighting, folded(one.expert)): one.id for one in ledger.assignments}
        rows = []
        for sighting in sightings:
            desk.get(sighting)
            if not desk.open(sighting):
                raise BadValueError(f"the review of {sighting} is closed; reopen it to ask another expert")
            for expert in experts:
                if not desk.may_identify(expert):
                    raise BadValueError(f"{expert} is not among the experts that case.toml names; add the name there")
                id_ = put.get((sighting, folded(expert)), f"{sighting}/{name_key(expert)}")
                rows.append(Assignment(id=id_, sighting=sighting, expert=expert))
        case.write(
            Rows(assignments=tuple(rows)),
            actor=actor,
            reason="put to experts",
            expected_revision=ledger.revision,
        )
        return tuple(rows)


def queue_out(folder: Path, out: Path, *, expert: str, language: str = "en") -> QueueOut:
    """Write what awaits the expert. Sightings whose sources are not verified are left out: they could not count yet.

    Raises NotACaseError, BadFileError (also for an original that was altered), BadValueError for one whom case.toml
    does not name as an expert, and for another kind of file."""
    from takingstock.case import open_case
    from takingstock.catalogue.blindness import queue
    from takingstock.catalogue.review import Desk
    from takingstock.evidence.vault import Vault
    from takingstock.exchange.queue import write_queue
    from takingstock.reference.items import taxonomy
    from takingstock.verbs.past import past_of

    if out.suffix.casefold() not in (".xlsx", ".csv"):
        raise BadValueError(f"{out}: the queue is written as a workbook (.xlsx) or CSV (.csv); name the file so")
    expert = checked_name(expert)
    with open_case(folder) as case:
        ledger, rule = case.ledger(), case.settings.review
        past = past_of(case, ledger)
        vault = Vault(case.folder)
    if not Desk(ledger, rule).may_identify(expert):
        raise BadValueError(f"{expert} is not among the experts that case.toml names; add the name there")
    awaiting = queue(ledger, rule, expert, past=past)
    ready = [one for one in awaiting if one.ready]

    wanted = {id_ for one in ready for id_ in one.evidence} if out.suffix.casefold() == ".xlsx" else set()
    with tempfile.TemporaryDirectory(prefix="takingstock-") as scratch:
        pictures = _pictures(vault, sorted(wanted), Path(scratch))
        write_queue(out, expert, ready, taxonomy(), language=language, picture=pictures.get)
    return QueueOut(
        out=str(out),
        expert=expert,
        sightings=tuple(one.sighting for one in ready),
        waiting=tuple(one.sighting for one in awaiting if not one.ready and not one.erased),
        erased=tuple(one.sighting for one in awaiting if one.erased),
    )


def _pictures(vault: Vault, ids: Sequence[str], folder: Path) -> dict[str, Path]:
    """Small pictures for an expert, each made now from the original after its hash was checked: what lies in
    ``working/`` anybody could have exchanged. Raises BadFileError for an original that was altered."""
    from takingstock.evidence.workers import Failure, Pool

    tasks = [(id_, (str(vault.original(id_)), id_, str(folder / f"{id_}.jpg"))) for id_ in ids if vault.has(id_)]
    made = {}
    if tasks:
        with Pool("takingstock.evidence.redacting:anew") as pool:
            for key, result in pool.run(tasks):
                if isinstance(result, Failure) and "was altered" in result.words:
                    raise BadFileError(result.words)
                if result is True:
                    made[str(key)] = folder / f"{key}.jpg"
    return made


def queue_in(folder: Path, file: Path, *, expert: str) -> QueueIn:
    """Take the expert's answers in: one event. Where one cannot be taken, the others still are; the rejects go to a
    file beside the expert's own: in the case, others could read them. While a review is open, a new answer of the same
    expert revises the last one; once one has been reopened, answers that were given stand as they are. Each answer is
    bound to the files it was given for: those of the workbook, which must be those that the sighting has.

    Raises NotACaseError, BadFileError, BadValueError for one whom case.toml does not name as an expert."""
    from takingstock.case import Rows, open_case
    from takingstock.catalogue.checking import check_identification, check_shown
    from takingstock.catalogue.review import Desk
    from takingstock.exchange.leftovers import fingerprint, leftover_path, write_leftovers
    from takingstock.exchange.queue import SPEC
    from takingstock.exchange.queue_reading import read_queue
    from takingstock.exchange.resolving import Resolver
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory
    from takingstock.verbs.past import past_of

    expert = checked_name(expert)
    table = taxonomy()
    with open_case(folder) as case:
        ledger = case.ledger()
        desk = Desk(ledger, case.settings.review, past=past_of(case, ledger))
        parties = directory(ledger.parties)
        if not desk.may_identify(expert):
            raise BadValueError(f"{expert} is not among the experts that case.toml names; add the name there")
        awaited = {one for one in desk.sightings if desk.open(one) and _asked(desk, one, expert)}
        reading = read_queue(file, expert, Resolver(table, parties), awaited)
        before = {(one.sighting, folded(one.expert)): one for one in ledger.identifications}
        changed, rejects, notes = [], list(reading.rejects), list(reading.notes)
        blind: list[int] = []
        for answer in reading.answers:
            one = answer.identification
            sighting, old = desk.get(one.sighting), before.get((one.sighting, folded(expert)))
            files = next((cell for head, cell in answer.row if SPEC.column(head) == "evidence"), "")
            faults = list(check_identification(one, table, parties))
            faults += [fault for fault in (_unseen(desk, sighting),) if fault]
            if files:
                faults += [fault for fault in (check_shown(files, sighting),) if fault]
            holds = old is not None and desk.holds(old)
            made = _salted(one.model_copy(update={"seen": shown(sighting.evidence)}), old, holds)
            if made != old and holds and desk.reopened(sighting.id):
                faults.append(
                    f"your answer on {sighting.id} stands: a reopened review asks those who have not answered"
                )
            if faults:
                rejects.append(answer.rejected("; ".join(faults)))
            elif made != old:
                changed.append(made)
                if not files:
                    blind.append(answer.line)
        if blind:
            lines = ", ".join(map(str, blind))
            notes.append(f"line {lines}: evidence is empty; taken as said of the files that the sighting has now")
        if changed:
            case.write(
                Rows(identifications=tuple(changed)),
                actor=expert,
                reason=f"{len(changed)} identification(s)",
                expected_revision=ledger.revision,
            )
        kept = None
        if rejects:
            place = leftover_path(file.parent, file, fingerprint(file), "rejects")
            kept = str(write_leftovers(place, sorted(rejects, key=lambda one: (one.sheet, one.line))))
        return QueueIn(
            expert=expert,
            read=reading.read,
            taken=len(changed),
            unchanged=reading.read - reading.unanswered - len(rejects) - len(changed),
            unanswered=reading.unanswered,
            rejects=tuple(rejects),
            rejects_file=kept,
            notes=tuple(notes),
            revision=case.revision,
        )


def _salted(one: Identification, before: Identification | None, holds: bool) -> Identification:
    """The identification as it is to be written: under the id that the expert's answer has already, and with a salt,
    which is a new one where the answer says anything new; ``holds``: the one before was given for the same files."""
    if before is not None:
        one = one.model_copy(update={"id": before.id})
        # The same person in another spelling says nothing new.
        same = {"expert": before.expert, "salt": before.salt} | ({"seen": before.seen} if holds else {})
        if one.model_copy(update=same) == before:
            return before
    return one.model_copy(update={"salt": secrets.token_hex(SALT_BYTES)})


def _unseen(desk: Desk, sighting: Sighting) -> str:
    """Why nobody can have looked at the sighting's files, or empty."""
    if not sighting.evidence:
        return f"{sighting.id} rests on no file any more; nobody can identify it"
    if gone := [one[:12] for one in sighting.evidence if one in desk.past.erased]:
        return f"{', '.join(gone)} of {sighting.id} was erased; nobody can identify it any more"
    return ""


def _asked(desk: Desk, sighting: str, expert: str) -> bool:
    """Whether the sighting was put to the expert, or to nobody in particular."""
    put = {folded(one.expert) for one in desk.assignments.get(sighting, ()) if not one.withdrawn}
    return not put or folded(expert) in put
