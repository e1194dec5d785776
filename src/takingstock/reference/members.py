"""Members: whom the embargo of a body binds. The United Nations bind every state; the European Union its members.

Years of accession, each with its source, are in ``eu_members.csv``. Accession is known to the year, so a supply in that
very year only may be bound. Of other bodies no members are listed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from takingstock.records import DateRange
from takingstock.reference import tables
from takingstock.reference.embargoes import fits

TABLE = "eu_members.csv"

Bound = Literal["within", "may overlap"]


def bound(body: str, state: str | None, when: DateRange) -> Bound | None:
    """Whether an embargo of the body binds the state at that date: certainly, possibly, or not.

    A supplier that is not named may be a member; joined states (``RUS+SUN``) may be where one of them is."""
    if body == "United Nations":
        return "within"
    if body != "European Union" or state is None:
        return "may overlap"
    found = [_member(one, when) for one in state.split("+")]
    if not any(found):
        return None
    return "within" if all(one == "within" for one in found) else "may overlap"


def _member(state: str, when: DateRange) -> Bound | None:
    if state not in _years():
        return None
    joined, left = _years()[state]
    if (fit := fits(DateRange.parse(f"{joined}..{left or ''}"), when)) is None:
        return None
    inside = DateRange.parse(f"{joined + 1}..{left - 1 if left else ''}")
    return "within" if fit == "within" and fits(inside, when) == "within" else "may overlap"


@lru_cache(maxsize=1)
def _years() -> dict[str, tuple[int, int | None]]:
    rows = tables.read(TABLE)
    return {row["state"]: (int(row["joined"]), int(row["left"]) if row["left"] else None) for row in rows}
