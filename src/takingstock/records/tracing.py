"""TraceRequest: asking a state for the record of a weapon, and what came of it.

Fields after the International Tracing Instrument (2005), paragraphs 7, 8 and 17: see ``docs/tracing.md``.
"""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.dates import DateRange


class RequestStatus(StrEnum):
    """How far a trace request has come. *Overdue* is computed, never written."""

    DRAFTED = "drafted"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    REFUSED = "refused"
    OVERDUE = "overdue"


class TraceRequest(Record):
    """``recipient`` is the party asked, ``requester`` who asks. ``serial``, ``lot``, ``import_marks`` and ``marks`` are
    as read on the item. ``why_illicit``, ``circumstances`` and ``intended_use`` are what an instrument asks to be told.
    ``sightings`` are what it rests on; ``movement`` the transfer asked about, if it is one."""

    id: str
    recipient: str
    requester: str
    item: str
    make: str = ""
    model: str = ""
    calibre: str = ""
    serial: str = ""
    lot: str = ""
    made_in: str | None = None
    made: DateRange = DateRange()
    import_marks: str = ""
    marks: tuple[str, ...] = ()
    circumstances: str = ""
    why_illicit: str = ""
    intended_use: str = ""
    found: DateRange = DateRange()
    place: str = ""
    sightings: tuple[str, ...] = ()
    movement: str = ""
    drafted: DateRange = DateRange()
    due: DateRange = DateRange()
    language: str = "en"
    remark: str = ""


class RequestStep(Record):
    """One step of a request: sent, acknowledged, answered, refused. ``statement`` is what an answer became."""

    id: str
    request: str
    status: RequestStatus
    when: DateRange
    person: str
    reference: str = ""
    note: str = ""
    statement: str = ""
