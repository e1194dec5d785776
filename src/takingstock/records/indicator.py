"""Indicator: a dated figure about a state, a party or a unit that a judgement of risk looks at."""

from __future__ import annotations

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.grade import Grade


class IndicatorValue(Record):
    """One row of a table of indicators, shipped or imported. ``measure`` names the scale (``cpi``, ``ucdp-deaths``),
    ``party`` whom it is about, ``when`` the period it describes, ``published`` when it could first be known (empty:
    after the end of ``when``)."""

    id: str
    measure: str
    party: str
    when: DateRange
    value: float
    source: str
    published: DateRange = DateRange()
    grade: Grade = Grade()
    remark: str = ""


class Indicator(Record):
    """What one measure says of this application. ``value`` None: missing, and ``missing`` says what was looked for.
    ``worse``: which direction is worse ("higher", "lower", "")."""

    id: str
    name: str
    party: str
    value: float | None = None
    unit: str = ""
    when: DateRange = DateRange()
    worse: str = ""
    words: str = ""
    missing: str = ""
    source: str = ""
    verified: bool = True
    rests_on: tuple[str, ...] = ()


class Comparable(Record):
    """What a fitted score says: of comparable past applications, which share was refused. Never a gate."""

    share: float
    low: float
    high: float
    fitted_on: str
    version: str
    words: str
    drivers: tuple[tuple[str, float], ...] = ()
    cautions: tuple[str, ...] = ()
