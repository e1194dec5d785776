"""Publication: everything a report prints, gathered once, frozen; what is not in it does not appear in the report.

Invariant: a Publication holds no clock, no path and no open file, so that equal publications give equal pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from takingstock.audit import Contradiction
from takingstock.records import Arsenal, Embargo, Finding, ItemClass, Ledger, Movement, Party, Record, Trace


class Names(Protocol):
    """What the report asks of a directory of parties."""

    def has(self, id: str, /) -> bool: ...

    def name(self, id: str, /, lang: str = "en") -> str: ...

    def country(self, id: str, /) -> str | None: ...

    def part_of(self, a: str, b: str, /) -> bool: ...

    def all(self) -> tuple[Party, ...]: ...


class Classes(Protocol):
    """What the report asks of an item taxonomy."""

    def has(self, id: str, /) -> bool: ...

    def get(self, id: str, /) -> ItemClass: ...


class Paragraph(Record):
    """A passage written by a person. ``[@id]`` in the text becomes a link to that source, statement or count;
    ``sources`` and ``rests_on`` are linked at its end. ``language`` is that of the text, not of the report."""

    text: str
    heading: str = ""
    sources: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    language: str = "en"


class Versions(Record):
    """What a result must be reprinted from."""

    revision: int
    head: str
    tables: str
    package: str
    policy: str
    births: str
    of: str
    at: str = ""


@dataclass(frozen=True)
class Publication:
    """``language`` is the default of the render. ``territories`` are the state ids that the inflows are shown for."""

    title: str
    holder: str
    ledger: Ledger
    movements: tuple[Movement, ...]
    directory: Names
    taxonomy: Classes
    arsenals: tuple[Arsenal, ...]
    trace: Trace
    findings: tuple[Finding, ...]
    contradictions: tuple[Contradiction, ...]
    embargoes: tuple[Embargo, ...]
    versions: Versions
    territories: tuple[str, ...] = ()
    scope: str = ""
    narrative: tuple[Paragraph, ...] = ()
    highlights: tuple[Paragraph, ...] = ()
    warnings: tuple[str, ...] = ()
    language: str = "en"
