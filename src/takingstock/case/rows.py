"""Rows: records on their way into a case, one tuple per table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from takingstock.records import (
    Adjustment,
    Assignment,
    BadValueError,
    Clearance,
    Collection,
    Contact,
    Count,
    Decision,
    Embargo,
    Evidence,
    Examination,
    Figure,
    FollowUp,
    Identification,
    Incident,
    IndicatorValue,
    LikenessJudgement,
    Linking,
    MarkLink,
    Naming,
    Party,
    Payment,
    Population,
    Record,
    RequestStep,
    Ruling,
    Sighting,
    Source,
    Statement,
    TraceRequest,
    Verification,
)

Row = (
    Source
    | Party
    | Statement
    | Count
    | Population
    | Sighting
    | Incident
    | Evidence
    | Collection
    | Examination
    | Clearance
    | Verification
    | LikenessJudgement
    | Assignment
    | Identification
    | Ruling
    | Adjustment
    | Contact
    | FollowUp
    | Linking
    | Naming
    | Payment
    | RequestStep
    | TraceRequest
    | Embargo
    | Figure
    | Decision
    | IndicatorValue
    | MarkLink
)

TABLES: Final[dict[str, type[Row]]] = {
    "adjustments": Adjustment,
    "assignments": Assignment,
    "clearances": Clearance,
    "collections": Collection,
    "contacts": Contact,
    "counts": Count,
    "decisions": Decision,
    "embargoes": Embargo,
    "evidence": Evidence,
    "examinations": Examination,
    "figures": Figure,
    "followups": FollowUp,
    "identifications": Identification,
    "incidents": Incident,
    "indicators": IndicatorValue,
    "likenesses": LikenessJudgement,
    "linkings": Linking,
    "marklinks": MarkLink,
    "namings": Naming,
    "parties": Party,
    "payments": Payment,
    "populations": Population,
    "requests": TraceRequest,
    "rulings": Ruling,
    "sightings": Sighting,
    "sources": Source,
    "statements": Statement,
    "steps": RequestStep,
    "verifications": Verification,
}
"""The record tables in alphabetical order: the order in which rows are written, hashed and verified."""

_NAMES: Final[dict[type[Record], str]] = {model: name for name, model in TABLES.items()}


@dataclass(frozen=True)
class Rows:
    """Records to write; their order does not matter, and the same record twice is one. ``gone`` are (table, id) of rows
    to take out of the current state without a successor: what a later release of a register does not hold any more."""

    sources: tuple[Source, ...] = ()
    parties: tuple[Party, ...] = ()
    statements: tuple[Statement, ...] = ()
    counts: tuple[Count, ...] = ()
    populations: tuple[Population, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    incidents: tuple[Incident, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    collections: tuple[Collection, ...] = ()
    examinations: tuple[Examination, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    verifications: tuple[Verification, ...] = ()
    likenesses: tuple[LikenessJudgement, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    identifications: tuple[Identification, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    namings: tuple[Naming, ...] = ()
    linkings: tuple[Linking, ...] = ()
    payments: tuple[Payment, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    followups: tuple[FollowUp, ...] = ()
    requests: tuple[TraceRequest, ...] = ()
    steps: tuple[RequestStep, ...] = ()
    contacts: tuple[Contact, ...] = ()
    embargoes: tuple[Embargo, ...] = ()
    figures: tuple[Figure, ...] = ()
    decisions: tuple[Decision, ...] = ()
    indicators: tuple[IndicatorValue, ...] = ()
    marklinks: tuple[MarkLink, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()

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
        for name in TABLES:
            yield from self.table(name)

    def __len__(self) -> int:
        return sum(len(self.table(name)) for name in TABLES)


def table_of(record: Record) -> str:
    """The name of the table that holds this kind of record."""
    exact = _NAMES.get(type(record))
    if exact is not None:
        return exact
    for name, model in TABLES.items():
        if isinstance(record, model):
            return name
    raise BadValueError(f"a case has no table for {type(record).__name__}; write {', '.join(TABLES)}")
