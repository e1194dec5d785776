"""Source: who says it, and what it covers."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.grade import Reliability


class SourceKind(StrEnum):
    """What kind of source it is."""

    REGISTER = "register"
    OFFICIAL = "official"
    AUDIT = "audit"
    NGO_REPORT = "ngo-report"
    PRESS_RELEASE = "press-release"
    PRESS = "press"
    FIELD = "field"
    REPLY = "reply"
    WORLD = "synthetic"
    OTHER = "other"


class Coverage(Record):
    """What a source covers: a period, item classes (none: all), parties (none: all). Outside it the source's silence
    says nothing: a stock before the period is unknown, not zero."""

    period: DateRange = DateRange()
    items: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    note: str = ""


class Source(Record):
    """``derives_from`` names the sources this one repeats: ten newspapers quoting one report are one voice.
    ``read`` is False where only a quotation of the source was seen; ``note`` says what was."""

    id: str
    title: str
    publisher: str = ""
    kind: SourceKind = SourceKind.OTHER
    published: DateRange = DateRange()
    url: str = ""
    reliability: Reliability = Reliability.F
    derives_from: tuple[str, ...] = ()
    coverage: Coverage | None = None
    licence: str = ""
    read: bool = True
    note: str = ""
