"""Published: the last value of a table before the authorisation (corruption, deaths, human rights, spending)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from takingstock.records import Indicator, IndicatorValue
from takingstock.reference.indicators import CPI, DEATHS, MEASURES, RIGHTS, SHIPPED, SPENDING, Measure
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.indicators.moment import before, missing_place, start, years_before

NAMES = {CPI: "corruption", DEATHS: "conflict-deaths", RIGHTS: "human-rights", SPENDING: "military-spending"}
STALE = timedelta(days=731)
"""How long ago a period may have ended: of the year before, or of the one before that where that is the last out."""

Table = Mapping[tuple[str, str], tuple[IndicatorValue, ...]]


def published(dossier: Dossier) -> tuple[Indicator, ...]:
    """One indicator for each measure of :data:`NAMES`, about the destination."""
    why = missing_place(dossier)
    return tuple(_one(dossier, MEASURES[measure], id, why) for measure, id in NAMES.items())


def _one(dossier: Dossier, measure: Measure, id: str, why: str) -> Indicator:
    state, day = dossier.destination, start(dossier)
    frame = Indicator(
        id=id, name=measure.name, party=state or "", unit=measure.unit, worse=measure.worse, source=measure.credit
    )
    if why or state is None or day is None:
        return frame.model_copy(update={"missing": why})
    if none_recorded(dossier.background, measure, state, day):
        year = years_before(day, 1)
        words = f"{measure.absent} in {year}: in this table that counts as none. {measure.caution}"
        return frame.model_copy(update={"value": 0.0, "when": year, "words": words})
    found = last_before(dossier.background, measure.id, state, day)
    if found is not None:
        return frame.model_copy(update=_said(measure, found))
    return frame.model_copy(update={"missing": _looked_for(dossier.background, measure, state, day)})


def last_before(background: Background, measure: str, party: str, day: date) -> IndicatorValue | None:
    """The value whose period ended last before ``day``, not longer ago than :data:`STALE`, and that was published
    before it. A table of the case goes before the shipped one; then the better grade, then the smaller id."""
    fit = [
        one
        for one in by_party(background).get((measure, party), ())
        if before(one.when, day)
        and one.when.last is not None
        and day - one.when.last <= STALE
        and (one.published.first is None or before(one.published, day))
    ]
    return min(fit, key=_preference, default=None)


def none_recorded(background: Background, measure: Measure, party: str, day: date) -> bool:
    """Whether no table has a value for the year before, and the shipped table's silence about it means *none*."""
    year = years_before(day, 1)
    known = by_party(background)
    if (measure.id, "") not in known or not measure.absence_counts(party, year):
        return False
    return not any(one.when.overlaps(year) for one in known.get((measure.id, party), ()))


def covers(background: Background, measure: str, year: int) -> bool:
    """Whether the tables on hand reach a year: hold any value that ends in it, about whichever party."""
    key = f"{__name__}.covers"
    if key not in background.kept:
        ends = ((one.measure, one.when.last) for one in background.indicators)
        background.kept[key] = frozenset((name, last.year) for name, last in ends if last)
    reached: frozenset[tuple[str, int]] = background.kept[key]  # type: ignore[assignment]
    return (measure, year) in reached


def by_party(background: Background) -> Table:
    """The values by measure and party; the empty party stands for *the shipped table is among them*."""
    key = f"{__name__}.by_party"
    if key not in background.kept:
        found: dict[tuple[str, str], list[IndicatorValue]] = defaultdict(list)
        for one in background.indicators:
            found[one.measure, one.party].append(one)
            if one.id.startswith(SHIPPED):
                found.setdefault((one.measure, ""), [])
        background.kept[key] = {name: tuple(rows) for name, rows in found.items()}
    table: Table = background.kept[key]  # type: ignore[assignment]
    return table


def _preference(one: IndicatorValue) -> tuple[int, bool, tuple[int, int], str]:
    assert one.when.last is not None
    return -one.when.last.toordinal(), one.id.startswith(SHIPPED), one.grade.rank, one.id


def _said(measure: Measure, found: IndicatorValue) -> dict[str, object]:
    own = not found.id.startswith(SHIPPED)
    words = f"{found.value:g} for {found.when}"
    words += f", from a table of the case ({found.source})" if own else ""
    words += f". {measure.caution}" if measure.caution and not own else ""
    words += f" {found.remark}" if found.remark else ""
    source = found.source if own else measure.credit
    return {"value": found.value, "when": found.when, "words": words, "source": source, "rests_on": (found.id,)}


def _looked_for(background: Background, measure: Measure, state: str, day: date) -> str:
    rows = by_party(background).get((measure.id, state), ())
    older = [one for one in rows if before(one.when, day)]
    if older:
        last = max(older, key=lambda one: one.when.sort_key)
        return (
            f"no value for {day.year - 1} or the year before it; the last, {last.value:g} for {last.when}, is too old "
            "to stand for it. Import a newer table"
        )
    if rows:
        return f"no value for {day.year - 1} or the year before it; every value on hand is later. Import an older table"
    if not measure.table:
        return f"no table of {measure.id} is in the case; import one (docs/indicators.md says how): none ships"
    if state in measure.outside:
        return f"the shipped table does not cover {state}, so its silence is not zero"
    return f"the tables say nothing about {state} in {day.year - 1} or the year before it"
