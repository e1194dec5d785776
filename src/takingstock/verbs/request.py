"""request: asking a state for the record of a weapon: the draft, its letter, its steps, and the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from takingstock.records import (
    BadFileError,
    BadValueError,
    ConflictError,
    DateRange,
    Grade,
    Ledger,
    MarkCondition,
    Mode,
    Movement,
    PartyKind,
    ProvenanceLevel,
    Quantity,
    Record,
    RequestStatus,
    RequestStep,
    Sighting,
    Source,
    SourceKind,
    Stage,
    Statement,
    TraceRequest,
    Unit,
    UnknownNameError,
)
from takingstock.records.marking import MarkKind, read_mark
from takingstock.verbs.desk import Desk, at_desk
from takingstock.verbs.filled import chosen, filled
from takingstock.verbs.requested import (
    COVERED,
    Missing,
    Standing,
    may_follow,
    missing,
    reached,
    standing,
    steps_of,
)

FIELDS: Final = (
    "make", "model", "calibre", "serial", "lot", "made_in", "made", "import_marks", "marks", "circumstances",
    "why_illicit", "intended_use", "found", "place", "due", "language", "remark",
)  # fmt: skip
"""Fields of a draft that a caller may fill, as text; ``marks`` are joined by ``;``."""
LANGUAGES: Final = ("en", "ar")
_OWN_FIELD: Final = frozenset({MarkKind.SERIAL, MarkKind.LOT, MarkKind.IMPORT})
_STATES: Final = frozenset({PartyKind.STATE, PartyKind.FORCE, PartyKind.UNIT, PartyKind.DEPOT, PartyKind.AUTHORITY})


class Drafted(Record):
    """A draft, what is still empty in it, and what to know of it."""

    request: TraceRequest
    missing: tuple[Missing, ...]
    words: tuple[str, ...] = ()
    revision: int = 0


class Lettered(Record):
    """The letter that was written."""

    out: str
    request: str
    language: str
    missing: tuple[Missing, ...]


class Stepped(Record):
    """A step that was written, and what of an answer became rows."""

    step: RequestStep
    statement: Statement | None = None
    source: Source | None = None
    revision: int = 0


def draft(
    folder: Path,
    *,
    to: str,
    requester: str,
    person: str,
    sighting: str = "",
    movement: str = "",
    fields: Mapping[str, str] | None = None,
    today: date | None = None,
) -> Drafted:
    """Write a draft, prefilled from a sighting as it counts (item, marks, maker's state and years, where and when it
    was found) or from a movement, and from the item table (model, calibre). ``fields`` (see FIELDS) are what the
    caller fills. The same sighting and recipient again revise the draft: what is left out stays as it was.

    Raises NotACaseError, UnknownNameError for a sighting, movement, party or class that nobody knows, BadValueError
    for a field that cannot be read, ConflictError for a request that was sent already."""
    from takingstock.case import Rows, open_case

    given = {name: text for name, text in (fields or {}).items() if text}
    if unknown := sorted(set(given) - set(FIELDS)):
        raise BadValueError(f"no field {', '.join(unknown)}; a request has {', '.join(FIELDS)}")
    if bool(sighting) == bool(movement):
        raise BadValueError("say what the request rests on: --sighting ID, or --movement KEY")
    if given.get("language", "en") not in LANGUAGES:
        raise BadValueError(f"language {given['language']!r}: write one of {', '.join(LANGUAGES)}")
    with at_desk(folder) as desk:
        recipient = desk.party(to)
        base = _seen(desk, sighting) if sighting else _moved(desk, movement)
        id_ = f"tr-{hashlib.sha256(f'{recipient}|{sighting}|{movement}'.encode()).hexdigest()[:10]}"
        before = next((one for one in desk.ledger.requests if one.id == id_), None)
        if before and (now := reached(steps_of(desk.ledger, id_))) is not RequestStatus.DRAFTED:
            raise ConflictError(
                f"{id_} was {now.value} already, and what was sent is not changed; write what follows with request step"
            )
        day = DateRange.day(today) if today else DateRange()
        if before and (not today or before.drafted.may_precede(day)):
            # A draft is as old as its first writing, unless that is put right.
            day = before.drafted
        row = _filled(desk, id_, recipient, filled(requester, "--by"), base, before, given, day)
        still = _missing(desk, row)
        words = _words(desk, row)
    with open_case(folder) as case:
        case.write(Rows(requests=(row,)), actor=person, reason=f"trace request {id_}: draft")
        revision = case.revision
    return Drafted(request=row, missing=still, words=words, revision=revision)


def requests(folder: Path, *, today: date, status: str = "") -> tuple[Standing, ...]:
    """Every request with its steps and how it stands on a day, by id. Raises NotACaseError, BadValueError."""
    wanted = chosen(RequestStatus, status, "--status") if status else None
    with at_desk(folder) as desk:
        found = tuple(
            standing(one, steps_of(desk.ledger, one.id), today, _missing(desk, one)) for one in desk.ledger.requests
        )
    return tuple(one for one in found if wanted is None or wanted in {one.status, one.before})


def letter(folder: Path, request: str, out: Path, *, language: str = "") -> Lettered:
    """Write the letter of a request, by the ending of ``out``: a page that prints on A4 (.html) or plain text (.txt).
    ``language`` (default: the request's) is that of the letter's own words. Fields that are empty stand there as such.

    Raises NotACaseError, UnknownNameError, BadValueError for an ending or language that there is none of,
    BadFileError where ``out`` cannot be written."""
    from takingstock.report.letter import as_html, as_text

    writers = {".html": as_html, ".txt": as_text}
    if out.suffix not in writers:
        hint = " (print the page to PDF from a browser)" if out.suffix == ".pdf" else ""
        raise BadValueError(f"--out {out.name}: a letter is written as .html or .txt{hint}")
    with at_desk(folder) as desk:
        row = _request(desk.ledger, request)
        tongue = language or row.language
        text = writers[out.suffix](
            row, tongue, directory=desk.directory, taxonomy=desk.taxonomy, covered=_covered(desk, row.item)
        )
        still = _missing(desk, row)
    part = out.with_name(f"{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(out)
    except OSError as error:
        raise BadFileError(f"cannot write {out} ({error.strerror}); name another file with --out") from error
    return Lettered(out=str(out), request=row.id, language=tongue, missing=still)


def step(
    folder: Path,
    request: str,
    status: str,
    *,
    when: str,
    person: str,
    reference: str = "",
    note: str = "",
    incomplete: bool = False,
    reason: str = "",
) -> Stepped:
    """Write what came of a request: sent, acknowledged, answered (without anything that becomes a statement), refused.
    A request is not sent while a required field is empty, unless ``incomplete`` with its ``reason``, which then stands
    in the note. A refusal needs the reasons given as its note, an answer what it says.

    Raises NotACaseError, UnknownNameError, BadValueError for a step that may not follow (says what may)."""
    from takingstock.case import Rows, open_case

    kind = chosen(RequestStatus, status, "the step")
    with at_desk(folder) as desk:
        row = _request(desk.ledger, request)
        steps = steps_of(desk.ledger, row.id)
        made = RequestStep(
            id=f"{row.id}/{len(steps) + 1}",
            request=row.id,
            status=kind,
            when=DateRange.parse(when),
            person=filled(person, "--by"),
            reference=reference.strip(),
            note=note.strip(),
        )
        may_follow(row, steps, made)
        if kind is RequestStatus.SENT:
            made = _sendable(made, [one.field for one in _missing(desk, row) if one.required], incomplete, reason)
        if kind is RequestStatus.REFUSED and not made.note:
            raise BadValueError(
                "a refusal is written with the reasons that were given; say them with --note (or: no reasons given)"
            )
        if kind is RequestStatus.ANSWERED and not made.note:
            raise BadValueError(
                "say with --note what the answer is; one that tells of a transfer is written with request answer"
            )
        taken = {one.id for one in desk.ledger.steps}
        made = made.model_copy(update={"id": _free(f"{row.id}/", taken, len(steps) + 1)})
    with open_case(folder) as case:
        why = f"trace request {row.id}: {kind.value}" + (f" ({made.note})" if made.note else "")
        case.write(Rows(steps=(made,)), actor=person, reason=why)
        return Stepped(step=made, revision=case.revision)


def answer(
    folder: Path,
    request: str,
    *,
    when: str,
    person: str,
    from_party: str = "",
    to_party: str = "",
    via: str = "",
    mode: str = "export",
    stage: str = "delivered",
    quantity: str = "",
    unit: str = "",
    date_of: str = "",
    item: str = "",
    marks: str = "",
    made_in: str = "",
    movement: str = "",
    authorised: bool | None = None,
    grade: str = "",
    reference: str = "",
    note: str = "",
) -> Stepped:
    """Write an answer that tells of a transfer: a source of kind *reply*, a statement on it, and the step *answered*
    that refers to the statement, in one event. The statement's level is *confirmed by the exporter* where a state or
    the exporter itself answered; its marks are those asked about, its class the request's, unless given. ``when`` is
    the date of the answer, ``date_of`` that of the transfer. ``movement`` is the key that it speaks about (default: the
    request's, or a new one).

    Raises NotACaseError, UnknownNameError, BadValueError."""
    from takingstock.case import Rows, open_case

    with at_desk(folder) as desk:
        row = _request(desk.ledger, request)
        steps = steps_of(desk.ledger, row.id)
        number = sum(one.status is RequestStatus.ANSWERED for one in steps) + 1
        made = RequestStep(
            id=_free(f"{row.id}/", {one.id for one in desk.ledger.steps}, len(steps) + 1),
            request=row.id,
            status=RequestStatus.ANSWERED,
            when=DateRange.parse(when),
            person=filled(person, "--by"),
            reference=reference.strip(),
            note=note.strip(),
            statement=f"{row.id}/answer-{number}",
        )
        may_follow(row, steps, made)
        name = desk.directory.name(row.recipient) if desk.directory.has(row.recipient) else row.recipient
        source = Source(
            id=f"{row.id}/reply-{number}",
            title=f"Reply of {name} to trace request {row.id}" + (f" ({made.reference})" if made.reference else ""),
            publisher=name,
            kind=SourceKind.REPLY,
            published=made.when,
            note=made.note,
        )
        sender, receiver = (desk.party(text) if text else None for text in (from_party, to_party))
        if sender is None and receiver is None:
            raise BadValueError("a statement names a party: give --from or --to, or write the answer with request step")
        if movement and movement not in {one.movement for one in desk.ledger.statements}:
            raise UnknownNameError(f"no movement {movement!r} in the case; leave it out for one of its own")
        state = _speaks_for_state(desk, row.recipient)
        level = ProvenanceLevel.CONFIRMED if state or row.recipient == sender else None
        item_id = desk.item(item) if item else row.item
        try:
            statement = Statement(
                id=made.statement,
                movement=movement or row.movement or f"{row.id}/transfer",
                source=source.id,
                item=item_id,
                from_party=sender,
                to_party=receiver,
                via=tuple(desk.party(text.strip()) for text in via.split(";") if text.strip()),
                quantity=Quantity.parse(quantity, chosen(Unit, unit, "--unit") if unit else _unit(desk, item_id)),
                when=DateRange.parse(date_of),
                mode=chosen(Mode, mode, "--mode"),
                stage=chosen(Stage, stage, "--stage"),
                authorised=authorised,
                made_in=desk.party(made_in) if made_in else row.made_in,
                made=row.made,
                marks=_list(marks) or _asked_marks(row),
                grade=Grade.parse(grade),
                remark=made.note,
                reporter=state,
                level=level,
            )
        except ValidationError as error:
            said = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise BadValueError(f"the answer cannot be a statement: {said}") from error
    with open_case(folder) as case:
        rows = Rows(sources=(source,), statements=(statement,), steps=(made,))
        case.write(rows, actor=person, reason=f"trace request {row.id}: answered")
        return Stepped(step=made, statement=statement, source=source, revision=case.revision)


def _seen(desk: Desk, id: str) -> dict[str, object]:
    found = next((one for one in desk.ledger.sightings if one.id == id), None)
    if found is None:
        raise UnknownNameError(
            f"no sighting {id!r} that counts; check the id, and where it rests on evidence release it first"
        )
    return {
        **_marked(desk, found),
        "found": found.when,
        "place": found.place.name if found.place else "",
        "sightings": (found.id,),
    }


def _moved(desk: Desk, key: str) -> dict[str, object]:
    found = next((one for one in desk.ledger.movements(desk.directory.part_of) if one.key == key), None)
    if found is None:
        raise UnknownNameError(f"no movement {key!r} in the case; the report and trace --format json name the keys")
    return {**_marked(desk, found), "movement": found.key}


def _marked(desk: Desk, record: Sighting | Movement) -> dict[str, object]:
    """Class, marks by their kind, state and years of manufacture. Several serials stay together in one field."""
    rounds = record.quantity.unit is Unit.ROUNDS or _ammunition(desk, record.item)
    kinds: dict[str, list[str]] = {}
    for text in record.marks:
        mark = read_mark(text, rounds=rounds)
        own = mark.kind in _OWN_FIELD and bool(mark.text) and mark.condition is MarkCondition.PRESENT
        kinds.setdefault(mark.kind if own else "other", []).append(mark.text if own else text)
    known = desk.taxonomy.has(record.item)
    return {
        "item": record.item,
        "model": desk.taxonomy.name(record.item) if known else record.item,
        "calibre": _calibre(desk, record.item),
        "serial": ", ".join(kinds.get("serial", ())),
        "lot": ", ".join(kinds.get("lot", ())),
        "import_marks": ", ".join(kinds.get("import", ())),
        "marks": tuple(kinds.get("other", ())),
        "made_in": record.made_in,
        "made": record.made,
    }


def _filled(
    desk: Desk,
    id: str,
    recipient: str,
    requester: str,
    base: Mapping[str, object],
    before: TraceRequest | None,
    given: Mapping[str, str],
    drafted: DateRange,
) -> TraceRequest:
    """What is given goes before what the draft had, and that before what the record says."""
    values: dict[str, object] = dict(base)
    if before:
        values |= {name: getattr(before, name) for name in FIELDS if getattr(before, name) not in ("", (), None)}
    read: dict[str, object] = dict(given)
    for name in ("made", "found", "due"):
        if name in given:
            read[name] = DateRange.parse(given[name])
    if "marks" in given:
        read["marks"] = _list(given["marks"])
    if "made_in" in given:
        read["made_in"] = desk.party(given["made_in"])
    values |= read
    return TraceRequest.model_validate(
        {**values, "id": id, "recipient": recipient, "requester": requester, "drafted": drafted}
    )


def _words(desk: Desk, row: TraceRequest) -> tuple[str, ...]:
    said = []
    if not _covered(desk, row.item):
        said.append(
            "The Instrument is about small arms and light weapons: this class is outside it, and the letter does not "
            "cite it."
        )
    if not _speaks_for_state(desk, row.recipient):
        said.append("The recipient is no state: the Instrument binds states only.")
    party = desk.directory.get(row.recipient) if desk.directory.has(row.recipient) else None
    if party and party.exists.last is not None:
        after = ", ".join(desk.directory.name(one) for one in party.successors if desk.directory.has(one))
        said.append(f"{party.name} is no more; its records may be with a successor" + (f": {after}." if after else "."))
    return tuple(said)


def _sendable(made: RequestStep, empty: list[str], incomplete: bool, reason: str) -> RequestStep:
    if not empty:
        return made
    if not incomplete:
        raise BadValueError(
            f"still empty: {', '.join(empty)}; fill them with request draft, or send it as it is: --incomplete --reason"
        )
    note = f"sent without {', '.join(empty)}: {filled(reason, '--reason')}"
    return made.model_copy(update={"note": f"{note}. {made.note}".removesuffix(" ") if made.note else note})


def _missing(desk: Desk, row: TraceRequest) -> tuple[Missing, ...]:
    return missing(row, covered=_covered(desk, row.item), ammunition=_ammunition(desk, row.item))


def _request(ledger: Ledger, id: str) -> TraceRequest:
    found = next((one for one in ledger.requests if one.id == id), None)
    if found is None:
        known = ", ".join(one.id for one in ledger.requests[:5]) or "none yet: make one with request draft"
        raise UnknownNameError(f"no trace request {id!r}; the case has {known}")
    return found


def _covered(desk: Desk, item: str) -> bool:
    return item in COVERED or (desk.taxonomy.has(item) and desk.taxonomy.get(item).group.value in COVERED)


def _ammunition(desk: Desk, item: str) -> bool:
    return item == "ammunition" or (desk.taxonomy.has(item) and desk.taxonomy.get(item).group.value == "ammunition")


def _calibre(desk: Desk, item: str) -> str:
    """The class's calibre, or that of the nearest class above that has one."""
    if not desk.taxonomy.has(item):
        return ""
    own = (desk.taxonomy.get(item), *desk.taxonomy.ancestors(item))
    return next((one.calibre for one in own if one.calibre), "")


def _unit(desk: Desk, item: str) -> Unit:
    return desk.taxonomy.get(item).unit if desk.taxonomy.has(item) else Unit.ITEMS


def _speaks_for_state(desk: Desk, party: str) -> str | None:
    """The state that a party answers for, if it is one or a part of one."""
    if not desk.directory.has(party) or desk.directory.get(party).kind not in _STATES:
        return None
    return party if desk.directory.get(party).kind is PartyKind.STATE else desk.directory.country(party)


def _asked_marks(row: TraceRequest) -> tuple[str, ...]:
    numbers = [f"serial: {text.strip()}" for text in row.serial.split(",") if text.strip()]
    numbers += [f"lot: {text.strip()}" for text in row.lot.split(",") if text.strip()]
    return (*numbers, *((f"import: {row.import_marks}",) if row.import_marks else ()), *row.marks)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _free(stem: str, taken: set[str], number: int) -> str:
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
