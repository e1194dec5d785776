"""Reader of a list of arms embargoes: target, entry into force, suspended, lifted, establishing document.

Layout of SIPRI's archive of arms embargoes as people pass it on. Such a list says on whom, from when and by which
document, and neither who exactly is bound nor which goods nor what is exempt: rows say so, and stand as unverified
beside the reference tables. Where a row disagrees with those, a note names both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from takingstock.exchange.grid import Grid
from takingstock.exchange.readers import Asked, Reader
from takingstock.exchange.reading import Reading
from takingstock.exchange.resolving import known_directory
from takingstock.exchange.row_names import RowNames
from takingstock.exchange.tabular import Row, TableSpec, collect, has_header, read_table
from takingstock.records import BadValueError, DateRange, Embargo, Exemption, PartyKind, Record
from takingstock.reference.embargoes import embargoes

SPEC = TableSpec(
    columns={
        "target": ("target",),
        "entry_into_force": ("entry into force", "in force"),
        "suspended": ("suspended",),
        "lifted": ("lifted",),
        "founding_document": ("establishing document", "founding document"),
    },
    required=("target", "entry_into_force", "lifted", "founding_document"),
)

TARGET = "not stated by the list"
SCOPE = "arms; which goods and what is exempt is not stated by the list"

_FIRST_YEAR = 1945
"""Two-digit years lie between this one and the century after it."""

_BODIES = (
    (re.compile(r"UNSCR|S/RES", re.I), "United Nations"),
    (re.compile(r"CFSP|\bE[CU]\b", re.I), "European Union"),
    (re.compile(r"OSCE", re.I), "OSCE"),
    (re.compile(r"\bLAS\b", re.I), "League of Arab States"),
)


def day(text: str, what: str) -> date:
    """``19-Dec-00``, ``2000-12-19``, ``19/12/2000``. Raises BadValueError for anything else."""
    for form in ("%d-%b-%y", "%d-%b-%Y", "%Y-%m-%d", "%d/%m/%Y"):
        try:
            found = datetime.strptime(text, form).date()
        except ValueError:
            continue
        # strptime reads 63 as 2063; no embargo of this list begins in the future.
        return found.replace(year=found.year - 100) if form.endswith("%y") and found.year > _FIRST_YEAR + 99 else found
    raise BadValueError(f"{what}: not a date: {text!r}; write 2000-12-19")


def read_embargoes(path: Path, asked: Asked) -> Reading:
    """The rows as embargoes of the case. Raises BadFileError where the file is no such list."""
    table = read_table(path, SPEC)
    directory = known_directory(asked.ledger.parties)
    names = RowNames(asked, READER.name)
    ours = embargoes()
    disagree: list[str] = []

    def take(row: Row) -> Iterable[Record]:
        names.start()
        first = day(row.needed("entry_into_force"), "entry into force")
        last = day(row.get("lifted"), "lifted") if row.get("lifted") else None
        if last and last < first:
            raise BadValueError(f"lifted on {last}, before it came into force on {first}; mend one of the two")
        when = DateRange(first=first, last=last)
        target = row.needed("target")
        bound = directory.get(names.party(target, DateRange(first=first, last=first)))
        state = bound.kind is PartyKind.STATE
        reference = row.get("founding_document").strip("- ")
        body = next((name for pattern, name in _BODIES if pattern.search(reference)), "body not stated by the list")
        said = [f"target as written: {target}"]
        if row.get("suspended"):
            said.append(f"suspended {day(row.get('suspended'), 'suspended')}")
        exemptions: tuple[Exemption, ...] = ()
        if row.get("suspended"):
            out = DateRange(first=day(row.get("suspended"), "suspended"))
            exemptions = (Exemption(when=out, condition="suspended, says the list", reference=reference or "the list"),)
        embargo = Embargo(
            id=f"list-{row.digest('target', 'entry_into_force', 'founding_document')}",
            body=body,
            target=TARGET if state else bound.id,
            territory=bound.id if state else "",
            scope=SCOPE,
            when=when,
            reference=reference or "not stated by the list",
            exemptions=exemptions,
            source=asked.source or "a list of arms embargoes, imported",
            verified=False,
            note="; ".join(said),
        )
        disagree.extend(_against(embargo, ours, row.line))
        yield embargo
        yield from names.rows

    return collect(READER.name, path, table, take, asked, notes=lambda: disagree)


def _against(embargo: Embargo, ours: Sequence[Embargo], line: int) -> Iterable[str]:
    """Where the reference tables say something else of the same body, territory and time."""
    if not embargo.territory:
        return
    same = [
        known
        for known in ours
        if known.body == embargo.body and embargo.territory in known.territory.split("+") and _near(known, embargo)
    ]
    if same and not any(known.when == embargo.when for known in same):
        theirs = "; ".join(f"{known.id}: {known.when} ({known.reference})" for known in same)
        yield (
            f"line {line}: {embargo.body} on {embargo.territory}, {embargo.when} ({embargo.reference}) disagrees with "
            f"the reference tables: {theirs}; both are kept"
        )


def _near(one: Embargo, other: Embargo) -> bool:
    return bool(one.when.first and other.when.first and abs((one.when.first - other.when.first).days) <= 400)


def _recognises(grids: Sequence[Grid]) -> str:
    return "the columns of a list of arms embargoes" if has_header(grids, SPEC) else ""


READER = Reader(
    name="embargoes",
    what="a list of arms embargoes: target, entry into force, suspended, lifted, establishing document",
    score=SPEC.score,
    recognises=_recognises,
    read=read_embargoes,
)
