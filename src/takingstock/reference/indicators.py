"""Indicators: the figures about states that ship, and what is known of every measure that a judgement looks at.

Each table has one shape: measure, state, year, value. A country-year that a table lacks is *missing*; only where the
publisher's method makes absence mean "no event recorded" does the measure say so (``absent``), and then only inside
what the table covers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from takingstock.records import DateRange, IndicatorValue
from takingstock.reference import tables

CPI = "cpi"
DEATHS = "ucdp-deaths"
RIGHTS = "human-rights"
SPENDING = "military-spending"


@dataclass(frozen=True)
class Measure:
    """``worse`` is the worse direction. ``table`` ships (empty: only a table of the case has it). ``absent``: what a
    missing country-year means inside ``covered``, but for the states in ``outside``; empty: it is missing."""

    id: str
    name: str
    unit: str
    worse: str
    source: str
    credit: str
    table: str = ""
    covered: DateRange = field(default_factory=DateRange)
    absent: str = ""
    outside: tuple[str, ...] = ()
    caution: str = ""

    def absence_counts(self, state: str, when: DateRange) -> bool:
        """Whether the table's silence about this state in this period means that nothing was recorded."""
        inside = self.covered.known and when.known and when.within(self.covered)
        return bool(self.absent) and inside and state not in self.outside


MEASURES: dict[str, Measure] = {
    one.id: one
    for one in (
        Measure(
            id=CPI,
            name="Corruption Perceptions Index",
            unit="0 (highly corrupt) to 10 (very clean)",
            worse="lower",
            source="Transparency International, by way of github.com/datasets/corruption-perceptions-index (PDDL)",
            credit="Corruption Perceptions Index, Transparency International",
            table="indicators/cpi.csv",
            covered=DateRange.parse("1995..2017"),
            caution="From 2012 on the index is made by another method on a scale of 0 to 100, divided by ten here: "
            "values before and after are not to be compared.",
        ),
        Measure(
            id=DEATHS,
            name="Deaths in conflict and one-sided violence",
            unit="deaths in the year",
            worse="higher",
            source="Uppsala Conflict Data Program (2019), by way of Our World in Data",
            credit="Uppsala Conflict Data Program; Our World in Data (CC BY)",
            table="indicators/ucdp_deaths.csv",
            covered=DateRange.parse("1989..2018"),
            absent="no event is recorded",
            # Syria was no part of the released events data: https://www.rj.se/en/grants/2017/
            # mapping-violence-in-syria---filling-the-gap-in-the-ucdp-ged/
            outside=("SYR",),
            caution="The compilation is of 2019: it stands for what had happened by then, not for what a table of that "
            "year said. Deaths in Palestine stand under Israel.",
        ),
        Measure(
            id=RIGHTS,
            name="Protection of human rights",
            unit="as the imported table has it",
            worse="lower",
            source="",
            credit="",
        ),
        Measure(
            id=SPENDING,
            name="Military spending",
            unit="as the imported table has it",
            worse="",
            source="",
            credit="",
        ),
    )
}

# Editions that came out after the end of their year. Earlier ones came out within it (2009: 17 November 2009,
# https://docslib.org/doc/1550895; 2012: 5 December 2012, https://issuu.com./transparencyuk/docs/
# corruption_perceptions_index_2012_w); for 2013 and 2014 that is general knowledge.
_LATE = {
    (CPI, 2015): "2016-01-27",  # https://www.lexology.com/library/detail.aspx?g=86c7dcae-5a14-499c-964b-bc71faf650f2
    (CPI, 2016): "2017-01-25",  # https://www.lexology.com/library/detail.aspx?g=3e76bfe3-0263-4626-a133-16f521023ebd
    (CPI, 2017): "2018-02-21",  # https://www.transparency.org/news/pressrelease/
    # transparency_international_to_launch_corruption_perceptions_index
}

TABLES = tuple(one.table for one in MEASURES.values() if one.table)
SHIPPED = "shipped-"
"""How the ids of shipped values begin."""


@lru_cache(maxsize=1)
def values() -> tuple[IndicatorValue, ...]:
    """Every shipped value, in the order of the tables."""
    found = []
    for measure in MEASURES.values():
        for row in tables.read(measure.table) if measure.table else ():
            year = int(row["year"])
            late = _LATE.get((measure.id, year))
            found.append(
                IndicatorValue(
                    id=f"{SHIPPED}{measure.id}-{row['state']}-{year}",
                    measure=row["measure"],
                    party=row["state"],
                    when=DateRange.parse(row["year"]),
                    value=float(row["value"]),
                    source=measure.source,
                    published=DateRange.parse(late) if late else DateRange(),
                )
            )
    return tuple(found)


def version() -> str:
    """SHA-256 (hex) of the tables."""
    return tables.digest(*TABLES)
