"""Members: whom the embargo of a body binds. The United Nations bind every state; the European Union its members.

Years of accession, each with its source, are in ``eu_members.csv`` and ``arab_league_members.csv``. Accession is known
to the year, so a supply in that very year only may be bound. A decision of the League of Arab States that is not
unanimous binds the members that accepted it (https://arableague-us.org/wp/about-2/structure/main-organs), so a member
only may be bound, and no other state is. Of other bodies no members are listed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from takingstock.records import DateRange
from takingstock.reference import tables
from takingstock.reference.embargoes import fits

_TABLES = {"European Union": "eu_members.csv", "League of Arab States": "arab_league_members.csv"}
_ALL = "United Nations"

Bound = Literal["within", "may overlap"]


def bound(body: str, state: str | None, when: DateRange) -> Bound | None:
    """Whether an embargo of the body binds the state at that date: certainly, possibly, or not.

    A supplier that is not named may be a member; joined states (``RUS+SUN``) may be where one of them is."""
    if body == _ALL:
        return "within"
    if body not in _TABLES or state is None:
        return "may overlap"
    found = [_member(body, one, when) for one in state.split("+")]
    if not any(found):
        return None
    return "within" if body == "European Union" and all(one == "within" for one in found) else "may overlap"


def listed(body: str) -> bool:
    """Whether the tables say whom embargoes of the body bind."""
    return body == _ALL or body in _TABLES


def _member(body: str, state: str, when: DateRange) -> Bound | None:
    if state not in _years(body):
        return None
    joined, left = _years(body)[state]
    if (fit := fits(DateRange.parse(f"{joined}..{left or ''}"), when)) is None:
        return None
    inside = DateRange.parse(f"{joined + 1}..{left - 1 if left else ''}")
    return "within" if fit == "within" and fits(inside, when) == "within" else "may overlap"


@lru_cache(maxsize=2)
def _years(body: str) -> dict[str, tuple[int, int | None]]:
    rows = tables.read(_TABLES[body])
    return {row["state"]: (int(row["joined"]), int(row["left"]) if row["left"] else None) for row in rows}
