"""Members: whom the embargo of a body binds. The United Nations bind every state; the European Union its members.

Years of accession: University of Illinois Library, guide "European Union Enlargement"
(guides.library.illinois.edu/c.php?g=1226533); Denmark, Ireland and the United Kingdom: english.eu.dk/en/faq/membership.
The United Kingdom left on 31 January 2020: observerbd.com/details.php?id=242050. Accession is known here to the
year, so a supply in that very year only may be bound. Of other bodies no members are listed here.
"""

from __future__ import annotations

from typing import Literal

from takingstock.records import DateRange
from takingstock.reference.embargoes import fits

Bound = Literal["within", "may overlap"]
_YEARS = {
    1958: "BEL DEU FRA ITA LUX NLD",
    1973: "DNK GBR IRL",
    1981: "GRC",
    1986: "ESP PRT",
    1995: "AUT FIN SWE",
    2004: "CYP CZE EST HUN LTU LVA MLT POL SVK SVN",
    2007: "BGR ROU",
    2013: "HRV",
}
_LEFT = {"GBR": 2020}


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
    year = next((year for year, states in _YEARS.items() if state in states.split()), None)
    if year is None:
        return None
    last = _LEFT.get(state)
    period = DateRange.parse(f"{year}..{last or ''}")
    if (fit := fits(period, when)) is None:
        return None
    inside = DateRange.parse(f"{year + 1}..{last - 1 if last else ''}")
    return "within" if fit == "within" and fits(inside, when) == "within" else "may overlap"
