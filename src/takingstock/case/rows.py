"""Rows: records on their way into a case, one tuple per table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from takingstock.records import BadValueError, Count, Party, Population, Record, Sighting, Source, Statement

Row = Source | Party | Statement | Count | Population | Sighting

TABLES: Final[dict[str, type[Row]]] = {
    "counts": Count,
    "parties": Party,
    "populations": Population,
    "sightings": Sighting,
    "sources": Source,
    "statements": Statement,
}
"""The record tables in alphabetical order: the order in which rows are written, hashed and verified."""


@dataclass(frozen=True)
class Rows:
    """Records to write; their order does not matter, and the same record twice is one."""

    sources: tuple[Source, ...] = ()
    parties: tuple[Party, ...] = ()
    statements: tuple[Statement, ...] = ()
    counts: tuple[Count, ...] = ()
    populations: tuple[Population, ...] = ()
    sightings: tuple[Sighting, ...] = ()

    @classmethod
    def of(cls, *records: Row) -> Rows:
        """Sort records of any kind into their tables. Raises BadValueError for a record that has no table."""
        tables: dict[str, list[Row]] = {name: [] for name in TABLES}
        for record in records:
            tables[table_of(record)].append(record)
        return cls(**{name: tuple(found) for name, found in tables.items()})  # type: ignore[arg-type]

    def table(self, name: str) -> tuple[Row, ...]:
        """The records of one table."""
        records: tuple[Row, ...] = getattr(self, name)
        return records

    def __iter__(self) -> Iterator[Row]:
        for field in fields(self):
            yield from self.table(field.name)

    def __len__(self) -> int:
        return sum(len(self.table(field.name)) for field in fields(self))


def table_of(record: Record) -> str:
    """The name of the table that holds this kind of record."""
    for name, model in TABLES.items():
        if isinstance(record, model):
            return name
    raise BadValueError(f"a case has no table for {type(record).__name__}; write {', '.join(TABLES)}")
