"""Embargo: an arms embargo as a target in a territory, its goods, its exemptions and its dates."""

from __future__ import annotations

from takingstock.records.base import Record
from takingstock.records.dates import DateRange


class Exemption(Record):
    """What is let through, from when, on which condition."""

    when: DateRange
    condition: str
    reference: str


class Embargo(Record):
    """``target`` says whom it binds (the whole territory, or non-governmental forces only); several records may speak
    about one embargo where sources contradict each other: both are kept."""

    id: str
    body: str
    target: str
    territory: str
    scope: str
    when: DateRange
    reference: str
    exemptions: tuple[Exemption, ...] = ()
    source: str
    verified: bool = True
    note: str = ""
