"""The one schema, for SQLite and PostgreSQL.

A record table holds every version of every row. ``id`` is the user's stable key; ``record`` is the canonical JSON of
the record and the truth; ``digest`` is its SHA-256; ``added_event`` and ``retired_event`` are the events that brought
the version in and took it out of the current state (NULL: it still stands). The columns in between repeat what is
queried, and a verification compares them with ``record``. Nothing is ever deleted.

Dates are ISO 8601 text on both engines, and keys collate by code point on both, so that order and content are alike.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, Float, Index, Integer, MetaData, Table, Text

from takingstock.case.rows import TABLES, Row, table_of
from takingstock.records import (
    Count,
    DateRange,
    Decision,
    Embargo,
    Examination,
    Figure,
    Identification,
    Incident,
    IndicatorValue,
    LikenessJudgement,
    Party,
    Population,
    Quantity,
    Sighting,
    Source,
    Statement,
)

VERSIONS: Final = ("0001", "0002", "0003", "0004")
"""The revisions of the schema, oldest first; the last is what this package reads and writes."""

SCHEMA: Final = VERSIONS[-1]

KEY: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by code point on both engines."""

METADATA: Final = MetaData()

HISTORY: Final = Table(
    "history",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
)

_TEXT: Final[dict[str, tuple[str, ...]]] = {
    "adjustments": ("holder", "item", "direction", "person"),
    "contacts": ("party", "kind", "person"),
    "decisions": ("kind", "person", "first", "last"),
    "indicators": ("measure", "party", "first", "last", "source"),
    "marklinks": ("kind", "mark", "receipt", "issue", "person"),
    "embargoes": ("body", "target", "territory", "first", "last", "source"),
    "figures": ("source", "kind", "unit", "first", "last"),
    "followups": ("owner", "status", "person"),
    "linkings": ("kind", "person", "rule"),
    "namings": ("kind", "text", "meaning", "usage", "person", "rule"),
    "payments": ("source", "from_account", "to_account", "at", "category"),
    "requests": ("recipient", "requester", "item", "serial"),
    "steps": ("request", "status", "person"),
    "assignments": ("sighting", "expert"),
    "clearances": ("person",),
    "collections": ("evidence", "source", "url", "account", "within", "commitment"),
    "counts": ("source", "holder", "item", "unit", "first", "last", "basis"),
    "evidence": ("name", "media_type", "commitment"),
    "examinations": ("tool", "device", "integrity", "trust"),
    "identifications": ("sighting", "expert"),
    "incidents": ("source", "qualified_by", "first", "last"),
    "likenesses": ("first_file", "second_file", "judgement", "person"),
    "parties": ("name", "kind", "part_of", "country"),
    "populations": ("source", "holder", "unit", "first", "last"),
    "rulings": ("sighting", "kind", "person", "level", "item"),
    "sightings": ("source", "holder", "item", "population", "unit", "made_in", "first", "last"),
    "sources": ("title", "kind", "first", "last", "reliability"),
    "statements": (
        "movement",
        "source",
        "item",
        "from_party",
        "to_party",
        "unit",
        "first",
        "last",
        "mode",
        "stage",
        "chain",
    ),
    "verifications": ("evidence", "person", "aspect", "answer"),
}
_NUMBER: Final[dict[str, tuple[str, ...]]] = {
    "figures": ("low", "high"),
    "counts": ("low", "high"),
    "indicators": ("value",),
    "evidence": ("size",),
    "populations": ("low", "high"),
    "rulings": ("number",),
    "sightings": ("low", "high", "share"),
    "statements": ("low", "high"),
}


def _table(name: str) -> Table:
    return Table(
        name,
        METADATA,
        Column("id", KEY, primary_key=True),
        Column("added_event", Integer, primary_key=True, autoincrement=False),
        Column("retired_event", Integer),
        *(Column(column, Text) for column in _TEXT[name]),
        *(Column(column, Float(53)) for column in _NUMBER.get(name, ())),
        Column("digest", Text, nullable=False),
        Column("record", Text, nullable=False),
    )


RECORDS: Final[dict[str, Table]] = {name: _table(name) for name in TABLES}

for _name, _records in RECORDS.items():
    _still = _records.c.retired_event.is_(None)
    Index(f"{_name}_current", _records.c.id, unique=True, sqlite_where=_still, postgresql_where=_still)


def typed(record: Row) -> dict[str, Any]:
    """The typed columns of a record."""
    match record:
        case Source():
            own = _period(record.published) | {
                "title": record.title,
                "kind": record.kind.value,
                "reliability": record.reliability.value,
            }
        case Party():
            own = {
                "name": record.name,
                "kind": record.kind.value,
                "part_of": record.part_of,
                "country": record.country,
            }
        case Statement():
            own = _period(record.when) | _amount(record.quantity)
            own |= {name: getattr(record, name) for name in ("movement", "source", "item", "from_party", "to_party")}
            own |= {"mode": record.mode.value, "stage": record.stage.value, "chain": record.chain}
        case Count():
            own = _period(record.when) | _amount(record.quantity)
            own |= {"source": record.source, "holder": record.holder, "item": record.item, "basis": record.basis.value}
        case Population():
            own = _period(record.when) | _amount(record.size) | {"source": record.source, "holder": record.holder}
            own["unit"] = record.unit.value
        case Sighting():
            own = _period(record.when) | _amount(record.quantity)
            own |= {name: getattr(record, name) for name in ("source", "holder", "item", "population", "share")}
            own["made_in"] = record.made_in
        case Examination():
            own = {"tool": record.tool, "device": record.device, "integrity": record.credentials.integrity.value}
            own["trust"] = record.credentials.trust.value
        case LikenessJudgement():
            own = {"first_file": record.first, "second_file": record.second, "judgement": record.judgement.value}
            own["person"] = record.person
        case Embargo():
            own = _period(record.when) | {"body": record.body, "target": record.target, "source": record.source}
            own["territory"] = record.territory
        case Figure():
            own = _period(record.when) | _amount(record.quantity)
            own |= {"source": record.source, "kind": record.kind.value}
        case Decision():
            own = _period(record.decided) | {"kind": record.kind.value, "person": record.person}
        case IndicatorValue():
            own = _period(record.when) | {"measure": record.measure, "party": record.party, "value": record.value}
            own["source"] = record.source
        case Incident():
            own = _period(record.when) | {"source": record.source, "qualified_by": record.qualified_by}
        case Identification():
            # Only who answers about what: the answer itself is nobody's to query while it is open.
            own = {"sighting": record.sighting, "expert": record.expert}
        case _:
            columns = (*_TEXT[table_of(record)], *_NUMBER.get(table_of(record), ()))
            values = {name: getattr(record, name) for name in columns}
            own = {name: value.value if isinstance(value, StrEnum) else value for name, value in values.items()}
    return {"id": record.id} | own


def _period(when: DateRange) -> dict[str, Any]:
    return {
        "first": when.first.isoformat() if when.first else None,
        "last": when.last.isoformat() if when.last else None,
    }


def _amount(quantity: Quantity) -> dict[str, Any]:
    return {"low": quantity.low, "high": quantity.high, "unit": quantity.unit.value}
