"""The reader of our own template: a workbook, a folder of CSV files, or one sheet whose header says which it is.

The order of sheets matters: parties and sources first (a row may name a party of the same file), then populations,
then all that speaks about them; incidents and verifications last. The order of rows does not: of two rows with one
id and different content none is taken. A row that names something unknown is rejected with the nearest names; no
party, item or source is ever made from a name in a row.
A row that names a file which the case does not hold (yet) waits for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from takingstock.exchange import building, plain
from takingstock.exchange.cells import Cells
from takingstock.exchange.columns import header_score
from takingstock.exchange.cycles import cycles, shown
from takingstock.exchange.files import read_grids
from takingstock.exchange.layout import Line, Sheet, arrange
from takingstock.exchange.reading import TABLES, Key, Reading
from takingstock.exchange.resolving import Resolver, known_directory, known_taxonomy, nearest
from takingstock.records import (
    Incident,
    Ledger,
    Party,
    Population,
    Record,
    Rejected,
    RequestStep,
    Sighting,
    Source,
    TraceRequest,
    Verification,
)

READER = "template"
Progress = Callable[[int, int], None]
_STEP = 100
"""Rows between two calls of the progress."""
_OTHERS = 5
"""Other lines that a reason names at most."""

R = TypeVar("R", bound=Record)


def read_template(
    path: str | Path,
    ledger: Ledger | None = None,
    progress: Progress | None = None,
    evidence: Collection[str] | None = None,
) -> Reading:
    """Read a template file. Names are looked up in the reference tables, in the file itself and in ``ledger``;
    ``evidence`` are the ids (SHA-256) of the files that the case holds (None: that is not asked).

    Raises BadFileError (no spreadsheet, empty, cut off, a required column missing); bad rows are values in the
    reading, never exceptions."""
    path = Path(path)
    grids, notes = read_grids(path, header_score)
    sheets, more = arrange(path, grids)
    return _Template(path.name, sheets, ledger, progress, (*notes, *more), evidence).read()


@dataclass
class _Made:
    """A record with the row it came from."""

    line: Line
    record: Record


@dataclass(frozen=True)
class _Waiting:
    """A row that was understood and needs a person."""

    row: Rejected


@dataclass
class _Template:
    file: str
    sheets: tuple[Sheet, ...]
    ledger: Ledger | None
    progress: Progress | None
    notes: tuple[str, ...]
    evidence: Collection[str] | None = None
    made: dict[str, dict[str, _Made]] = field(default_factory=lambda: {table: {} for table in TABLES})
    fate: dict[tuple[int, int], Key | Rejected | _Waiting] = field(default_factory=dict)
    waiting: set[Key] = field(default_factory=set)
    repeated: int = 0
    done: int = 0
    more: list[str] = field(default_factory=list)

    def read(self) -> Reading:
        taxonomy = known_taxonomy()
        self._parties()
        decided = self.ledger.namings if self.ledger else ()
        directory = known_directory(self._known("parties", Party))
        names = Resolver(taxonomy, directory, namings=decided, usage=READER)
        self._sources(names)
        names.sources = {source.id for source in self._known("sources", Source)}
        self._rows("populations", lambda cells: building.population(cells, names))
        units = {population.id: population.unit for population in self._known("populations", Population)}
        self._rows("statements", lambda cells: building.statement(cells, names))
        self._rows("counts", lambda cells: building.count(cells, names))
        self._rows("sightings", lambda cells: building.sighting(cells, names, units))
        self._sightings()
        self._rows("incidents", lambda cells: building.incident(cells, names))
        self._incidents()
        self._rows("verifications", building.verification)
        self._verifications()
        for table in plain.MODELS:
            self._rows(table, plain.builder(table, names))
        self._steps()
        return self._reading()

    # -- sheet by sheet ----------------------------------------------------------------------------------------

    def _parties(self) -> None:
        self._rows("parties", building.party)

        def faults() -> Iterator[tuple[_Made, str]]:
            directory = known_directory(self._known("parties", Party))
            for made in self.made["parties"].values():
                cells = Cells(made.line.values)
                made.record = building.placed(_as(made.record, Party), cells, directory)
                if cells.faults:
                    yield made, _reason(cells)

        def circular() -> Iterator[tuple[_Made, str]]:
            parties = known_directory(self._known("parties", Party)).all()
            circles = cycles({party.id: (party.part_of,) for party in parties if party.part_of})
            for id, made in self.made["parties"].items():
                if id in circles:
                    yield (
                        made,
                        f"part_of: a party cannot be part of itself: {shown(circles[id], id)}; mend one of these",
                    )

        while self._fallen("parties", faults) or self._fallen("parties", circular):
            pass
        self._note_replaced()

    def _note_replaced(self) -> None:
        """A party of the file may stand for one of the reference tables; where it is another one, that is said."""
        reference = known_directory(())
        for id, made in sorted(self.made["parties"].items()):
            ours, party = reference.get(id) if reference.has(id) else None, _as(made.record, Party)
            if ours and (ours.name, ours.kind) != (party.name, party.kind):
                self.more.append(
                    f"{made.line.sheet}, line {made.line.number}: {id} replaces the party {ours.name} "
                    f"({ours.kind.value}) of the reference tables by {party.name} ({party.kind.value})"
                )

    def _sources(self, names: Resolver) -> None:
        self._rows("sources", lambda cells: building.source(cells, names))

        def missing() -> Iterator[tuple[_Made, str]]:
            known = {source.id for source in self._known("sources", Source)}
            for made in self.made["sources"].values():
                absent = [other for other in _as(made.record, Source).derives_from if other not in known]
                if absent:
                    yield made, f"derives_from: unknown source {', '.join(map(repr, absent))}; add it to the sheet"

        def circular() -> Iterator[tuple[_Made, str]]:
            circles = cycles({source.id: source.derives_from for source in self._known("sources", Source)})
            for id, made in self.made["sources"].items():
                if id in circles:
                    way = shown(circles[id], id)
                    yield made, f"derives_from: a source cannot repeat itself: {way}; say which of these came first"

        while self._fallen("sources", missing) or self._fallen("sources", circular):
            pass

    def _sightings(self) -> None:
        """A file that the case lacks, then ``same_as``: another sighting, not in the end this one."""
        for made in list(self.made["sightings"].values()):
            if absent := self._lacking(_as(made.record, Sighting).evidence):
                self._retract("sightings", made, f"evidence: {absent}", waits=True)

        def missing() -> Iterator[tuple[_Made, str]]:
            known = {one.id for one in self._known("sightings", Sighting)}
            for made in self.made["sightings"].values():
                same = _as(made.record, Sighting).same_as
                if same and (reason := _unknown(known, (same,))):
                    yield made, f"same_as: {reason}"

        def circular() -> Iterator[tuple[_Made, str]]:
            known = self._known("sightings", Sighting)
            circles = cycles({one.id: (one.same_as,) for one in known if one.same_as})
            for id, made in self.made["sightings"].items():
                if id in circles:
                    way = shown(circles[id], id)
                    yield made, f"same_as: a sighting cannot repeat itself: {way}; empty it in the one that stands"

        while self._fallen("sightings", missing) or self._fallen("sightings", circular):
            pass

    def _incidents(self) -> None:
        waiting = {id for (table, id) in self.waiting if table == "sightings"}
        known = {one.id for one in self._known("sightings", Sighting)}
        for made in list(self.made["incidents"].values()):
            named = _as(made.record, Incident).sightings
            if later := [id for id in named if id in waiting]:
                which = ", ".join(map(repr, later))
                self._retract("incidents", made, f"sightings: {which} of this file wait for a person", waits=True)
            elif reason := _unknown(known, named):
                self._retract("incidents", made, f"sightings: {reason}")

    def _verifications(self) -> None:
        for made in list(self.made["verifications"].values()):
            if absent := self._lacking((_as(made.record, Verification).evidence,)):
                self._retract("verifications", made, f"evidence: {absent}", waits=True)

    def _steps(self) -> None:
        """A step belongs to a request that the file or the case has."""
        known = {one.id for one in self._known("requests", TraceRequest)}
        for made in list(self.made["steps"].values()):
            asked = _as(made.record, RequestStep).request
            if asked not in known:
                self._retract("steps", made, f"request: unknown request {asked!r}; add it to the sheet requests")

    def _lacking(self, files: Iterable[str]) -> str:
        """What to do about files that the case does not hold; empty if it holds all."""
        absent = [id for id in files if self.evidence is not None and id not in self.evidence]
        if not absent:
            return ""
        return (
            f"the case holds no file {', '.join(map(repr, absent))}; take it in with `evidence add` and import this "
            "row again, or mend the SHA-256"
        )

    def _rows(self, table: str, build: Callable[[Cells], Record | None]) -> None:
        """Build every row of a table, then take those whose id no other row claims for something else."""
        claims: dict[str, list[tuple[Line, Record | str]]] = {}
        for line in self._lines(table):
            if self.progress and self.done % _STEP == 0:
                self.progress(self.done, self._total)
            self.done += 1
            made = _built(line, build)
            # Of a sheet whose id may be empty the record has made its own.
            own = "" if isinstance(made, str) else str(getattr(made, "id"))  # noqa: B009
            claims.setdefault(Cells(line.values).word("id") or own, []).append((line, made))
        for id, rows in claims.items():
            first: dict[Record | str, Line] = {}
            for line, made in rows:
                first.setdefault(made, line)
            for line, made in rows:
                rivals = [other for what, other in islice(first.items(), _OTHERS + 1) if what != made] if id else []
                if rivals or isinstance(made, str):
                    self._reject(line, _joined(made, id, line, rivals))
                else:
                    self.repeated += id in self.made[table]
                    self.made[table].setdefault(id, _Made(line, made))
                    self.fate[line.key] = (table, id)

    def _fallen(self, table: str, faults: Callable[[], Iterator[tuple[_Made, str]]]) -> bool:
        """Take back the records that have a fault; whether there were any."""
        bad = list(faults())
        for made, reason in bad:
            self._retract(table, made, reason)
        return bool(bad)

    def _retract(self, table: str, made: _Made, reason: str, *, waits: bool = False) -> None:
        """Take a record back, and with it every row that said the same; ``waits``: the rows need a person."""
        id = str(getattr(made.record, "id"))  # noqa: B009 - every record of a table has an id, Record itself has none
        del self.made[table][id]
        for line in self._lines(table):
            if self.fate.get(line.key) == (table, id):
                self._reject(line, reason)
                if waits:
                    self.fate[line.key] = _Waiting(_as(self.fate[line.key], Rejected))
        if waits:
            self.waiting.add((table, id))

    def _reject(self, line: Line, reason: str) -> None:
        self.fate[line.key] = Rejected(sheet=line.sheet, line=line.number, reason=reason, row=line.original)

    # -- what is known -----------------------------------------------------------------------------------------

    def _known(self, table: str, kind: type[R]) -> tuple[R, ...]:
        """The records of the case, with those of the file in their place."""
        old: Iterable[R] = getattr(self.ledger, table) if self.ledger else ()
        known = {str(getattr(record, "id")): record for record in old}  # noqa: B009
        known |= {id: _as(made.record, kind) for id, made in self.made[table].items()}
        return tuple(known.values())

    def _lines(self, table: str) -> Iterator[Line]:
        for sheet in self.sheets:
            if sheet.spec.name == table:
                yield from sheet.lines

    @property
    def _total(self) -> int:
        return sum(len(sheet.lines) for sheet in self.sheets)

    def _reading(self) -> Reading:
        notes = [*self.notes, *self.more]
        if self.repeated:
            notes.append(f"{self.repeated} rows repeat an earlier row word for word")
        if self.progress:
            self.progress(self._total, self._total)
        fates = [self.fate[line.key] for sheet in self.sheets for line in sheet.lines]
        barren = tuple(
            sheet.name
            for sheet in self.sheets
            if sheet.lines and all(isinstance(self.fate[line.key], Rejected) for line in sheet.lines)
        )
        return Reading(
            reader=READER,
            file=self.file,
            read=self._total,
            taken=tuple((fate,) for fate in fates if not isinstance(fate, Rejected | _Waiting)),
            review=tuple(fate.row for fate in fates if isinstance(fate, _Waiting)),
            rejected=tuple(fate for fate in fates if isinstance(fate, Rejected)),
            barren=barren,
            notes=tuple(notes),
            **{table: tuple(made.record for _, made in sorted(rows.items())) for table, rows in self.made.items()},  # type: ignore[arg-type]
        )


def _unknown(known: set[str], sightings: Iterable[str]) -> str:
    """What to do about sightings that neither file nor case has; empty if all are there."""
    absent = [id for id in sightings if id not in known]
    if not absent:
        return ""
    near = nearest(absent[0], known)
    hint = f"did you mean {near}?" if near else "add it to the sheet sightings"
    return f"unknown sighting {', '.join(map(repr, absent))}; {hint}"


def _as(record: object, kind: type[R]) -> R:
    assert isinstance(record, kind)
    return record


def _built(line: Line, build: Callable[[Cells], Record | None]) -> Record | str:
    """The record of a row, or why there is none."""
    if line.surplus:
        return f"has {line.surplus} cells more than the header; put texts that hold commas in quotes"
    cells = Cells(line.values)
    cells.errors()
    return build(cells) or _reason(cells)


def _joined(made: Record | str, id: str, line: Line, rivals: Sequence[Line]) -> str:
    """The faults of a row, and where else its id stands with other content: none is known to be right."""
    reasons = [made] if isinstance(made, str) else []
    if rivals:
        where = ", ".join(rival.where(line) for rival in rivals[:_OTHERS])
        reasons.append(f"id: {id!r} stands in {where} with other content; keep the right row, or give each its own id")
    return "; ".join(reasons)


def _reason(cells: Cells) -> str:
    return "; ".join(dict.fromkeys(cells.faults))
