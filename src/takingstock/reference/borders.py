"""Borders: which states share a land border, and when.

From a map of today (Natural Earth), pair by pair for as long as both states exist; what the map's scale leaves out
comes from a published list. Of states that are gone before the map was drawn (``SUN``, ``YUG``) nothing is known here.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from takingstock.records import DateRange
from takingstock.reference import tables

TABLE = "borders.csv"


def neighbours(state: str, when: DateRange) -> tuple[str, ...] | None:
    """Ids of the states with a land border at any time in ``when``, sorted; empty: the state has none. None: the table
    lacks the state, or knows no border of it at that time."""
    rows = _table().get(state)
    if rows is None:
        return None
    if not any(other for other, _ in rows):
        return ()
    found = sorted({other for other, period in rows if other and period.overlaps(when)})
    return tuple(found) or None


def version() -> str:
    """SHA-256 (hex) of the table."""
    return tables.digest(TABLE)


@lru_cache(maxsize=1)
def _table() -> dict[str, list[tuple[str, DateRange]]]:
    found: dict[str, list[tuple[str, DateRange]]] = defaultdict(list)
    for row in tables.read(TABLE):
        period = DateRange.parse(row["when"])
        found[row["one"]].append((row["other"], period))
        if row["other"]:
            found[row["other"]].append((row["one"], period))
    return dict(found)
