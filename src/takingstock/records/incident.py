"""Incident: an alleged violation of humanitarian or human-rights law, with who qualified it so."""

from __future__ import annotations

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.grade import Grade
from takingstock.records.place import Place


class Incident(Record):
    """What is alleged, where and when; ``parties`` are those alleged to be responsible, ``sightings``
    those of the arms alleged to have been used. ``qualified_by`` is who calls it a violation, never us."""

    id: str
    source: str
    what: str
    qualified_by: str
    when: DateRange = DateRange()
    place: Place | None = None
    parties: tuple[str, ...] = ()
    sightings: tuple[str, ...] = ()
    locator: str = ""
    grade: Grade = Grade()
    remark: str = ""
