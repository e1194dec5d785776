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


class Basis(StrEnum):
    """What a key rests on: the sighting states it, the item table has it, or only general knowledge stands behind the
    item table's row."""

    STATED = "stated"
    TABLE = "item table"
    UNVERIFIED = "item table, unverified"


def key(sighting: Sighting, by: By, role: CountryRole, taxonomy: Taxonomy) -> tuple[str | None, Basis]:
    """The row's key and what it rests on. None: neither stated nor in the item table.

    Countries are ids of states (``CHN``, ``RUS+SUN``), classes item ids at the level given (a mixed set such as
    ``weapons`` is no class), eras decades of manufacture (``1970s``; ``1970s-1980s`` where the dates span several).
    A designer looked up is the state that the table names, even one that did not exist at the time of the design."""
    if by is By.CLASS:
        return (None if sighting.item in SETS else sighting.item), Basis.STATED
    if by is By.ERA:
        return era(sighting.made), Basis.STATED
    if role is CountryRole.MANUFACTURED:
        return _joined(sighting.made_in), Basis.STATED
    if role is CountryRole.SUPPLIED:
        return _joined(sighting.supplied_by), Basis.STATED
    if sighting.designed_in:
        return _joined(sighting.designed_in), Basis.STATED
    designer = taxonomy.get(sighting.item).designer if taxonomy.has(sighting.item) else None
    if designer is None:
        return None, Basis.STATED
    evidence = taxonomy.evidence(sighting.item)
    known = evidence.verified or "designer" in evidence.supported
    return _joined(designer), Basis.TABLE if known else Basis.UNVERIFIED


def era(made: DateRange) -> str | None:
    """The decade or decades of manufacture; ``..1980s`` and ``1970s..`` with an open end; None if unknown."""
    first, last = _decade(made.first), _decade(made.last)
    if first is None and last is None:
        return None
    if first == last:
        return first
    return f"{first}-{last}" if first and last else f"{first or ''}..{last or ''}"


NOT_STATED = "not stated"
ALL = "all"
JOIN = " | "


def dimensions(text: str) -> tuple[By, ...]:
    """One dimension or two different ones, with a comma. Raises ValueError for anything else."""
    found = tuple(By(part.strip()) for part in text.split(","))
    if len(found) > 2 or len(set(found)) != len(found):
        raise ValueError(text)
    return found


def keys(
    sighting: Sighting, by: tuple[By, ...], role: CountryRole, taxonomy: Taxonomy
) -> tuple[tuple[str, ...] | None, Basis]:
    """The parts of a row's key. In a table by one dimension a sighting that does not state it has none; in a
    cross-table it is in the row *not stated*. The basis is the weakest of the parts'."""
    parts = [key(sighting, one, role, taxonomy) for one in by]
    basis = max((basis for _, basis in parts), key=list(Basis).index)
    if len(by) == 1 and parts[0][0] is None:
        return None, basis
    return tuple(part or NOT_STATED for part, _ in parts), basis


def states(joined: str | None) -> frozenset[str]:
    """The states of a joined id."""
    return frozenset(joined.split("+")) if joined else frozenset()


def _joined(party: str | None) -> str | None:
    return "+".join(sorted(states(party))) or None


def _decade(day: date | None) -> str | None:
    return f"{day.year // 10 * 10}s" if day else None
