"""Publishing: which fields of which records may leave at redaction level *public*. What is not listed here stays.

The decision is made field by field, so that a field which is new is not published before somebody decides (a test asks
for a decision on each). Free text is never published: people write names, serials and coordinates into it. Two places
need more than an export may hold: a report has to say where in a published source a figure stands. So what is decided
``printed`` is printed of rows whose source is itself published, and of no others; an export never holds it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic_core import PydanticUndefined

from takingstock.records import (
    OWN_POPULATIONS,
    Contact,
    ContactKind,
    Ledger,
    PartyKind,
    Place,
    Population,
    Precision,
    Record,
    Source,
    SourceKind,
    UnknownNameError,
)
from takingstock.reference.parties import Directory

PUBLISHED: Final = frozenset(SourceKind) - {SourceKind.FIELD, SourceKind.REPLY, SourceKind.OTHER}
"""Kinds of sources that are published themselves. What somebody told us, or handed over, is none."""

LEFT_OUT: Final = "left out"
"""Stands where a text has to be and none may."""

KEPT: Final = "kept"
LEFT: Final = "left out"
PRINTED: Final = "printed"
"""Left out; a report prints it of rows of a published source."""
CITED: Final = "cited"
"""Kept of a published source, and left out of any other."""
PLACE: Final = "country"
"""The state that the place lies in, if its name says so, and nothing more; a report prints the town of rows of a
published source, never an exact place."""
NUMBERED: Final = "numbered"
"""Another name stands for it, the same wherever it occurs: which rows belong together is kept."""
STATES: Final = "states"
"""Those parties that are states."""
FACTS: Final = "facts"
"""Without the text inside; a report prints that, too, of rows of a published source."""
PRESENT: Final = "present"
"""That there is something is told, and not what."""
_TEXTS: Final = {"coverage": "note", "sampling": "strata"}


def _decided(**groups: str) -> dict[str, str]:
    return {field: decision for decision, fields in groups.items() for field in fields.split()}


_WORDS: Final = {
    "kept": KEPT,
    "left": LEFT,
    "printed": PRINTED,
    "cited": CITED,
    "place": PLACE,
    "numbered": NUMBERED,
    "states": STATES,
    "facts": FACTS,
    "present": PRESENT,
}

FIELDS: Final[dict[str, dict[str, str]]] = {
    "sources": _decided(
        kept="id kind published reliability derives_from licence read",
        cited="title publisher url",
        facts="coverage",
        printed="note",
    ),
    "parties": _decided(
        kept="id name kind part_of country exists successors codes names verified", left="aliases source remark"
    ),
    "statements": _decided(
        kept="id movement source item from_party to_party via quantity when mode stage funding payer authorised "
        "made_in made condition value link grade reporter criteria tiv tiv_per_unit level",
        numbered="chain",
        place="place",
        printed="claimant allegation allegation_status designation locator remark",
        left="marks namings",
    ),
    "counts": _decided(
        kept="id source holder item quantity when basis grade materiality",
        place="place",
        facts="sampling",
        printed="condition claimant locator remark",
        left="marks",
    ),
    "populations": _decided(
        kept="id holder unit size sites when design level source", states="territory", printed="title locator note"
    ),
    "sightings": _decided(
        kept="id source holder item population quantity minimum share made_in designed_in supplied_by made when level "
        "evidence same_as grade",
        numbered="chain",
        place="place",
        printed="recoverer locator remark",
        left="marks marking_condition known_by",
    ),
    "incidents": _decided(
        kept="id source when parties sightings grade", place="place", printed="what qualified_by locator remark"
    ),
    "payments": _decided(
        kept="id source amount when kind from_party to_party grade",
        numbered="from_account to_account",
        printed="category locator remark",
        left="at balance_from balance_to",
    ),
    "adjustments": _decided(
        kept="id holder item direction quantity when source finding", place="place", left="person reason"
    ),
    "contacts": _decided(kept="id party kind when about deadline", left="person channel text reference"),
    "linkings": _decided(
        kept="id kind movements statements into rule score withdrawn", present="person", left="reason"
    ),
    "embargoes": _decided(kept="id body target territory scope when verified", left="reference exemptions source note"),
    "figures": _decided(
        kept="id source kind parties quantity when grade", printed="definition claimant locator remark"
    ),
    "indicators": _decided(kept="id measure party when value source published grade", printed="remark"),
}
"""Table to field to decision."""

_ANSWERS: Final = frozenset({ContactKind.REPLIED, ContactKind.DECLINED})
"""What was said for publication: a report prints it."""

WITHHELD: Final = frozenset({"verifications", "followups", "requests", "steps", "namings", "marklinks"})
"""Tables of which no row leaves: who verified what, work that is under way, requests with serials and circumstances,
what names in somebody's register were taken for, and which serials and lots link two movements."""

_COORDINATES: Final = re.compile(
    r"-?\d{1,3}\.\d{3,}|\d{1,3}(?:°|%C2%B0)|-?\d{1,3}\.\d+\s*(?:,|/|;|%2C|\s)\s*-?\d{1,3}\.\d+"
    r"|\b\d{1,3}\.\d+\s*[NSEW]\b",
    re.I,
)
"""What looks like a position, in degrees with decimals or with their sign; rather once too often."""


def public(
    ledger: Ledger, directory: Directory, *, printed: bool = False, only: Collection[str] | None = None
) -> Ledger:
    """The ledger as it may leave. ``printed``: for a report, with what it prints of published sources. Tables that are
    in no export (identifications, rulings) are empty, and so is what is not among ``only``, if that is given."""
    published = {one.id for one in ledger.sources if one.kind in PUBLISHED}
    names = _Names()
    tables: dict[str, Any] = {}
    for table in Ledger.model_fields:
        rows = getattr(ledger, table)
        if not isinstance(rows, tuple):
            continue
        rules = FIELDS.get(table, {}) if only is None or table in only else {}
        # What is no table of the template, or one that nobody decided on, does not leave.
        tables[table] = tuple(_row(row, rules, published, directory, names, printed) for row in rows) if rules else ()
    return ledger.model_copy(update=tables)


class _Names:
    """Numbers that stand for what is not told."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], str] = {}

    def number(self, what: str, value: str) -> str:
        many = sum(1 for kind, _ in self._given if kind == what)
        return self._given.setdefault((what, value), f"{what}-{many + 1}")


def _row(
    row: Record, rules: Mapping[str, str], published: set[str], directory: Directory, names: _Names, printed: bool
) -> Record:
    source = row.id if isinstance(row, Source) else str(getattr(row, "source", ""))
    # What is said of the team's own sightings as a population is the program's text, not a source's.
    own = isinstance(row, Population) and row.id.startswith(OWN_POPULATIONS)
    known = source in published or own
    changed: dict[str, Any] = {}
    for name, field in type(row).model_fields.items():
        value, decision = getattr(row, name), _WORDS.get(rules.get(name, "left"), LEFT)
        if decision == KEPT or value is None:
            continue
        if decision == CITED and known and not _placed(value):
            continue
        if decision == PRINTED and printed and known and not _placed(value):
            continue
        if isinstance(row, Contact) and name == "text" and printed and row.kind in _ANSWERS and not _placed(value):
            continue
        if decision == PLACE:
            changed[name] = _place(value, directory, whole=printed and known)
        elif decision == NUMBERED:
            changed[name] = value if printed and known else names.number(name.rpartition("_")[2], value)
        elif decision == FACTS:
            changed[name] = value if printed and known else value.model_copy(update={_TEXTS[name]: ""})
        elif decision == PRESENT:
            changed[name] = value and LEFT_OUT
        elif decision == STATES:
            changed[name] = tuple(one for one in value if _state(one, directory))
        elif (empty := field.get_default(call_default_factory=True)) is not PydanticUndefined:
            changed[name] = empty
        else:
            changed[name] = LEFT_OUT
    return row.model_copy(update=changed)


def _placed(value: object) -> bool:
    """Whether a text gives away a position."""
    return isinstance(value, str) and bool(_COORDINATES.search(value))


def _place(place: Place, directory: Directory, *, whole: bool) -> Place | None:
    if whole and place.precision in (Precision.LOCALITY, Precision.COUNTRY):
        return place
    for part in (place.name, place.name.rpartition(",")[2].strip()):
        if state := _state(part, directory):
            return Place(name=state, precision=Precision.COUNTRY)
    return None


def _state(text: str, directory: Directory) -> str:
    """The name of the state that ``text`` names; empty: it names none."""
    try:
        party = directory.get(text) if directory.has(text) else directory.resolve(text)
    except UnknownNameError:
        return ""
    return party.name if party.kind is PartyKind.STATE else ""
