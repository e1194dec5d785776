"""The reader of our own template: a workbook, a folder of CSV files, or one sheet whose header says which it is.

Order matters once: parties and sources first (a row may name a party of the same file), then populations, then all
that speaks about them. A row that names something unknown is rejected with the nearest names; no party, item or
source is ever made from a name in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from takingstock.exchange import building
from takingstock.exchange.cells import Cells
from takingstock.exchange.columns import header_score
from takingstock.exchange.files import read_grids
from takingstock.exchange.layout import Line, Sheet, arrange
from takingstock.exchange.reading import TABLES, Key, Reading
from takingstock.exchange.resolving import Resolver, known_directory, known_taxonomy
from takingstock.records import Ledger, Party, Population, Record, Rejected, Source

READER = "template"
Progress = Callable[[int, int], None]
_STEP = 100
"""Rows between two calls of the progress."""

R = TypeVar("R", bound=Record)


def read_template(path: str | Path, ledger: Ledger | None = None, progress: Progress | None = None) -> Reading:
    """Read a template file. Names are looked up in the reference tables, in the file itself and in ``ledger``.

    Raises BadFileError (no spreadsheet, empty, cut off, a required column missing); bad rows are values in the
    reading, never exceptions."""
    path = Path(path)
    grids, notes = read_grids(path, header_score)
    sheets, more = arrange(path, grids)
    return _Template(path.name, sheets, ledger, progress, (*notes, *more)).read()


@dataclass
class _Made:
    """A record with the row it came from."""

    line: Line
    record: Record


@dataclass
class _Template:
    file: str
    sheets: tuple[Sheet, ...]
    ledger: Ledger | None
    progress: Progress | None
    notes: tuple[str, ...]
    made: dict[str, dict[str, _Made]] = field(default_factory=lambda: {table: {} for table in TABLES})
    fate: dict[tuple[int, int], Key | Rejected] = field(default_factory=dict)
    repeated: int = 0

    def read(self) -> Reading:
        taxonomy = known_taxonomy()
        self._parties()
        names = Resolver(taxonomy, known_directory(self._known("parties", Party)))
        self._sources(names)
        names.sources = {source.id for source in self._known("sources", Source)}
        self._rows("populations", lambda cells: building.population(cells, names))
        units = {population.id: population.unit for population in self._known("populations", Population)}
        self._rows("statements", lambda cells: building.statement(cells, names))
        self._rows("counts", lambda cells: building.count(cells, names))
        self._rows("sightings", lambda cells: building.sighting(cells, names, units))
        return self._reading()

    # -- sheet by sheet ----------------------------------------------------------------------------------------

    def _parties(self) -> None:
        self._rows("parties", building.party)
        while True:
            directory = known_directory(self._known("parties", Party))
            bad = []
            for made in list(self.made["parties"].values()):
                cells = Cells(made.line.values)
                resolved = building.placed(_as(made.record, Party), cells, directory)
                if cells.faults:
                    bad.append((made, cells))
                made.record = resolved
            if not bad:
                return
            for made, cells in bad:
                self._retract("parties", made, cells)

    def _sources(self, names: Resolver) -> None:
        self._rows("sources", lambda cells: building.source(cells, names))
        while True:
            known = {source.id for source in self._known("sources", Source)}
            bad = []
            for made in self.made["sources"].values():
                source = _as(made.record, Source)
                missing = [other for other in source.derives_from if other not in known or other == source.id]
                if missing:
                    cells = Cells(made.line.values)
                    cells.fault("derives_from", f"unknown source {', '.join(map(repr, missing))}; add it to the sheet")
                    bad.append((made, cells))
            if not bad:
                return
            for made, cells in bad:
                self._retract("sources", made, cells)

    def _rows(self, table: str, build: Callable[[Cells], Record | None]) -> None:
        for line in self._lines(table):
            if self.progress and len(self.fate) % _STEP == 0:
                self.progress(len(self.fate), self._total)
            if line.surplus:
                self._reject(
                    line, f"has {line.surplus} cells more than the header; put texts that hold commas in quotes"
                )
                continue
            cells = Cells(line.values)
            record = build(cells)
            if record is None:
                self._reject(line, _reason(cells))
                continue
            self._take(table, line, record)

    def _take(self, table: str, line: Line, record: Record) -> None:
        id = str(getattr(record, "id"))  # noqa: B009 - every record of a table has an id, Record itself has none
        earlier = self.made[table].get(id)
        if earlier is None:
            self.made[table][id] = _Made(line, record)
        elif earlier.record == record:
            self.repeated += 1
        else:
            where = earlier.line.where(line)
            self._reject(line, f"id: {id!r} stands already in {where} with other content; give this row its own id")
            return
        self.fate[line.key] = (table, id)

    def _retract(self, table: str, made: _Made, cells: Cells) -> None:
        """Take a record back, and with it every row that said the same."""
        id = str(getattr(made.record, "id"))  # noqa: B009
        del self.made[table][id]
        for line in self._lines(table):
            if self.fate.get(line.key) == (table, id):
                self._reject(line, _reason(cells))

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
        notes = list(self.notes)
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
            taken=tuple((fate,) for fate in fates if not isinstance(fate, Rejected)),
            rejected=tuple(fate for fate in fates if isinstance(fate, Rejected)),
            barren=barren,
            notes=tuple(notes),
            **{table: tuple(made.record for _, made in sorted(rows.items())) for table, rows in self.made.items()},  # type: ignore[arg-type]
        )


def _as(record: Record, kind: type[R]) -> R:
    assert isinstance(record, kind)
    return record


def _reason(cells: Cells) -> str:
    return "; ".join(dict.fromkeys(cells.faults))
