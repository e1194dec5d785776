"""names: what names in registers mean: the sheet of those that wait, out and in; what stands, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.linkage.suggestion import Suggestion
from takingstock.records import (
    BadValueError,
    DateRange,
    NameKind,
    Naming,
    Record,
    Rejected,
    RowsImported,
    Statement,
    UnknownNameError,
)

if TYPE_CHECKING:
    from takingstock.case import Case
    from takingstock.linkage.namings import Named, Names


class NamesOut(Record):
    """The sheet written, and how many distinct names it holds, by kind."""

    out: str
    items: int
    parties: int


class NamesIn(Record):
    """What became of the rows of a sheet: namings taken (new or revised), unchanged, rows left empty, rejects."""

    read: int
    taken: int
    unchanged: int
    unanswered: int
    rejects: tuple[Rejected, ...] = ()
    rejects_file: str | None = None
    notes: tuple[str, ...] = ()
    revision: int


class NamesListed(Record):
    """The namings of a case; ``resting`` pairs each id with the number of statements that rest on it."""

    revision: int
    namings: tuple[Naming, ...]
    resting: tuple[tuple[str, int], ...] = ()


class NamesWithdrawn(Record):
    """The namings withdrawn; ``fallen`` are ids of statements that stand under the broader class again, ``gone`` those
    that were taken out, as nothing broader is known."""

    namings: tuple[str, ...]
    fallen: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    revision: int


class NameRead(Record):
    """How a name is read as one kind: its meaning or None, why, by which naming, and the candidates."""

    kind: NameKind
    text: str
    meaning: str | None
    name: str = ""
    why: str
    naming: Naming | None = None
    candidates: tuple[Suggestion, ...] = ()


class NamesWhy(Record):
    """How a name is read as an item and as a party."""

    item: NameRead
    party: NameRead


def names_out(folder: Path, out: Path) -> NamesOut:
    """Write every distinct name that waits for a person: from rows in review, and from statements that stand under a
    broad class with a designation that nobody has read. Raises NotACaseError, BadFileError."""
    from takingstock.case import open_case
    from takingstock.exchange.loading import IMPORTS
    from takingstock.exchange.names_sheet import in_leftovers, under_broad, waiting, write_sheet

    with open_case(folder) as case:
        ledger = case.ledger()
        files, statements = _readers(case)
        names = _names(ledger.namings, ledger.parties)
        found = [*in_leftovers(case.folder / IMPORTS, files), *under_broad(ledger, names, statements)]
    rows = waiting(found, names)
    write_sheet(Path(out), rows)
    items = sum(row.kind is NameKind.ITEM for row in rows)
    return NamesOut(out=str(out), items=items, parties=len(rows) - items)


def names_in(folder: Path, file: Path, *, person: str) -> NamesIn:
    """Take a filled sheet in, one event: each filled row becomes a naming by the person of the row or ``person``.
    Import the registers again afterwards, and their rows are taken. Rejects go to a file beside the sheet.

    Raises NotACaseError, BadFileError for a file that is no such sheet, BadValueError for no person."""
    from takingstock.case import Rows, open_case
    from takingstock.exchange.leftovers import fingerprint, leftover_path, write_leftovers
    from takingstock.exchange.names_sheet import read_sheet
    from takingstock.records.person import checked_name

    person, file = checked_name(person), Path(file)
    with open_case(folder) as case:
        ledger = case.ledger()
        reading = read_sheet(file, _names(ledger.namings, ledger.parties), ledger, person=person)
        before = {naming.id: naming for naming in ledger.namings}
        changed = tuple(naming for naming in reading.namings if before.get(naming.id) != naming)
        if changed:
            case.write(
                Rows(namings=changed),
                actor=person,
                reason=f"{len(changed)} names said to mean something, from {file.name}",
                expected_revision=ledger.revision,
            )
        revision = case.revision
    kept = None
    if reading.rejected:
        place = leftover_path(file.parent, file, fingerprint(file), "rejects")
        kept = str(write_leftovers(place, reading.rejected))
    return NamesIn(
        read=reading.read,
        taken=len(changed),
        unchanged=len(reading.namings) - len(changed),
        unanswered=sum(not keys for keys in reading.taken),
        rejects=reading.rejected,
        rejects_file=kept,
        notes=reading.notes,
        revision=revision,
    )


def names_list(folder: Path, *, kind: str = "", rule: str = "", withdrawn: bool = False) -> NamesListed:
    """The namings that stand (``withdrawn``: those taken back as well), of one kind or rule.

    Raises NotACaseError, BadValueError for a kind that is none."""
    from takingstock.case import open_case

    if kind and kind not in set(NameKind):
        raise BadValueError(f"no kind {kind!r}; write {' or '.join(NameKind)}")
    with open_case(folder) as case:
        ledger = case.ledger()
    rows = [
        naming
        for naming in ledger.namings
        if (withdrawn or not naming.withdrawn) and kind in ("", naming.kind) and rule in ("", naming.rule)
    ]
    rows.sort(key=lambda one: (one.kind, one.text.casefold(), one.usage, one.id))
    counts = dict.fromkeys((row.id for row in rows), 0)
    for statement in ledger.statements:
        for id in statement.namings:
            if id in counts:
                counts[id] += 1
    return NamesListed(revision=ledger.revision, namings=tuple(rows), resting=tuple(sorted(counts.items())))


def names_withdraw(folder: Path, *, rule: str = "", naming: str = "", actor: str, reason: str = "") -> NamesWithdrawn:
    """Take back all that a rule said, or one naming, in one event. A statement that rests on one falls back to the
    broader class; where nothing broader is known it is taken out, and named in the result. Importing the register
    again brings back what was taken out, and applies the present rule anew.

    Raises NotACaseError, BadValueError where neither or both are given, UnknownNameError where nothing stands."""
    from takingstock.case import Rows, open_case

    if bool(rule) == bool(naming):
        raise BadValueError("say what to withdraw: --rule for all that a rule said, or --naming for one")
    with open_case(folder) as case:
        ledger = case.ledger()
        standing = [one for one in ledger.namings if not one.withdrawn]
        taken = {one.id: one for one in standing if (rule and one.rule == rule) or one.id == naming}
        if not taken:
            known = ", ".join(sorted({one.rule for one in standing if one.rule})) or "none"
            raise UnknownNameError(f"nothing stands by {rule or naming!r}; rules that said something: {known}")
        fallen, gone = _fall_back(ledger.statements, taken)
        rows = Rows(
            namings=tuple(one.model_copy(update={"withdrawn": True}) for one in taken.values()),
            statements=fallen,
            gone=tuple(("statements", id) for id in gone),
        )
        case.write(
            rows,
            actor=actor,
            reason=reason or f"names withdrawn: {rule or naming}",
            expected_revision=ledger.revision,
        )
        revision = case.revision
    return NamesWithdrawn(
        namings=tuple(sorted(taken)),
        fallen=tuple(statement.id for statement in fallen),
        gone=gone,
        revision=revision,
    )


def _fall_back(
    statements: tuple[Statement, ...], taken: Mapping[str, Naming]
) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
    """The statements without the namings taken back, and the ids of those that then say nothing of somebody."""
    fallen, gone = [], []
    for statement in statements:
        lost = [taken[id] for id in statement.namings if id in taken]
        if not lost:
            continue
        classes = [one.fallback for one in lost if one.kind is NameKind.ITEM]
        if any(one.kind is NameKind.PARTY for one in lost) or None in classes:
            gone.append(statement.id)
            continue
        kept = tuple(id for id in statement.namings if id not in taken)
        fallen.append(statement.model_copy(update={"item": classes[0], "namings": kept}))
    return tuple(fallen), tuple(gone)


def names_why(
    folder: Path,
    text: str,
    *,
    when: str = "",
    description: str = "",
    calibre: str = "",
    country: str = "",
    usage: str = "",
) -> NamesWhy:
    """How a name is read in this case, as an item and as a party, and what else it might be.

    Raises NotACaseError, BadValueError for a date that is none."""
    from takingstock.case import open_case

    date = DateRange.parse(when)
    with open_case(folder) as case:
        ledger = case.ledger()
    names = _names(ledger.namings, ledger.parties)
    item = names.item(text, description=description, calibre=calibre, country=country, usage=usage)
    party = names.party(text, date, usage)
    return NamesWhy(
        item=_read(NameKind.ITEM, text, item, names.taxonomy.name(item.meaning) if item.meaning else ""),
        party=_read(NameKind.PARTY, text, party, names.directory.name(party.meaning) if party.meaning else ""),
    )


def _read(kind: NameKind, text: str, named: Named, name: str) -> NameRead:
    return NameRead(
        kind=kind,
        text=text,
        meaning=named.meaning,
        name=name,
        why=named.why,
        naming=named.naming,
        candidates=named.candidates,
    )


def _names(namings: tuple[Naming, ...], parties: tuple[object, ...]) -> Names:
    from takingstock.linkage.namings import Names
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory

    return Names(taxonomy(), directory(parties), namings)  # type: ignore[arg-type]


def _readers(case: Case) -> tuple[dict[str, str], dict[str, str]]:
    """First eight digits of a file's digest, and id of a statement, each to the reader that brought it last."""
    from takingstock.records import BODY

    files: dict[str, str] = {}
    statements: dict[str, str] = {}
    for event in case.events():
        if event.kind != "rows-imported":
            continue
        body = BODY.validate_json(event.payload)
        assert isinstance(body, RowsImported)
        files[body.file_sha256[:8]] = body.reader
        statements |= {id: body.reader for table, id, _ in case.rows_of(event.seq) if table == "statements"}
    return files, statements
