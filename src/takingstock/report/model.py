"""Publication: everything a report prints, gathered once, frozen; what is not in it does not appear in the report.

Invariant: a Publication holds no clock, no path and no open file, so that equal publications give equal pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from takingstock.audit import Contradiction
from takingstock.records import Arsenal, Embargo, Finding, ItemClass, Ledger, Movement, Party, Record, Trace

if TYPE_CHECKING:
    from takingstock.reference.calibration import Calibration
    from takingstock.reference.taxonomy import ProductionFact
    from takingstock.report.evidenced import Evidenced

Translations = tuple[tuple[str, str, str], ...]
"""Texts of a story in further languages: (field, language, text)."""


class Names(Protocol):
    """What the report asks of a directory of parties."""

    def has(self, id: str, /) -> bool: ...
    def get(self, id: str, /) -> Party: ...

    def name(self, id: str, /, lang: str = "en") -> str: ...

    def country(self, id: str, /) -> str | None: ...

    def part_of(self, a: str, b: str, /) -> bool: ...

    def all(self) -> tuple[Party, ...]: ...


class Classes(Protocol):
    """What the report asks of an item taxonomy."""

    def has(self, id: str, /) -> bool: ...

    def get(self, id: str, /) -> ItemClass: ...

    def name(self, id: str, /, lang: str = "en") -> str: ...

    def productions(self, item: str, state: str | None = None, /) -> tuple[ProductionFact, ...]: ...


class Paragraph(Record):
    """A passage written by a person. ``[@id]`` in the text becomes a link to that source, statement or count;
    ``sources`` and ``rests_on`` are linked at its end. ``language`` is that of the text, not of the report;
    ``translations`` are ``text`` and ``heading`` in further languages."""

    text: str
    heading: str = ""
    sources: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    language: str = "en"
    translations: Translations = ()

    def worded(self, field: str, language: str) -> tuple[str, str]:
        """``text`` or ``heading`` with the language it is in: the one asked for, else the base language."""
        base = self.heading if field == "heading" else self.text
        return worded(field, language, base, self.language, self.translations)


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
    """``language`` is the default of the render. ``territories`` are the state ids that the inflows are shown for;
    ``calibration`` is what was measured of intervals of draws, None where nothing was; ``evidenced`` is what
    lies behind the sightings, None where the case holds no evidence."""

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
    story_language: str = "en"
    translations: Translations = ()
    calibration: Calibration | None = None
    evidenced: Evidenced | None = None

    def worded(self, field: str, language: str) -> tuple[str, str]:
        """``title`` or ``scope`` with the language it is in: the one asked for, else that of the story."""
        base = self.scope if field == "scope" else self.title
        return worded(field, language, base, self.story_language, self.translations)


def worded(field: str, language: str, base: str, spoken: str, translations: Translations) -> tuple[str, str]:
    """The text of a field in a language, or the base text and its own language."""
    if language != spoken:
        for name, tongue, text in translations:
            if name == field and tongue == language and text:
                return text, tongue
    return base, spoken
