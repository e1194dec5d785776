"""What a table of an arsenal is broken down by: the key that a sighting states, or none."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from takingstock.records import DateRange, Sighting
from takingstock.reference.taxonomy import SETS, Taxonomy


class By(StrEnum):
    """The dimension of the rows."""

    COUNTRY = "country"
    CLASS = "class"
    ERA = "era"


class CountryRole(StrEnum):
    """Three different questions: who made it, who designed it, who supplied it last."""

    MANUFACTURED = "manufactured"
    DESIGNED = "designed"
    SUPPLIED = "supplied"


def key(sighting: Sighting, by: By, role: CountryRole, taxonomy: Taxonomy) -> tuple[str | None, bool]:
    """The row's key and whether it was looked up in the item table instead of stated. None: not stated.

    Countries are ids of states (``CHN``, ``RUS+SUN``), classes item ids at the level given (a mixed set such as
    ``weapons`` is no class), eras decades of manufacture (``1970s``; ``1970s-1980s`` where the dates span several)."""
    if by is By.CLASS:
        return (None if sighting.item in SETS else sighting.item), False
    if by is By.ERA:
        return era(sighting.made), False
    if role is CountryRole.MANUFACTURED:
        return _joined(sighting.made_in), False
    if role is CountryRole.SUPPLIED:
        return _joined(sighting.supplied_by), False
    if sighting.designed_in:
        return _joined(sighting.designed_in), False
    designer = taxonomy.get(sighting.item).designer if taxonomy.has(sighting.item) else None
    return _joined(designer), designer is not None


def era(made: DateRange) -> str | None:
    """The decade or decades of manufacture; ``..1980s`` and ``1970s..`` with an open end; None if unknown."""
    first, last = _decade(made.first), _decade(made.last)
    if first is None and last is None:
        return None
    if first == last:
        return first
    return f"{first}-{last}" if first and last else f"{first or ''}..{last or ''}"


def states(joined: str | None) -> frozenset[str]:
    """The states of a joined id."""
    return frozenset(joined.split("+")) if joined else frozenset()


def _joined(party: str | None) -> str | None:
    return "+".join(sorted(states(party))) or None


def _decade(day: date | None) -> str | None:
    return f"{day.year // 10 * 10}s" if day else None
