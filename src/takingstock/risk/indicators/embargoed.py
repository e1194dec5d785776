"""Embargoed: in how many of the ten years before a binding embargo lay on the destination, and on the end user."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from takingstock.records import DateRange, Embargo, Indicator
from takingstock.reference.embargoes import EXPORTS_FROM, binding
from takingstock.reference.scope import reaches
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.indicators.moment import NO_DATE, missing_place, start

YEARS = 10


def embargo_history(dossier: Dossier) -> tuple[Indicator, Indicator, Indicator]:
    """Years under a binding embargo on the destination's territory; the same for what reaches the end user itself; and
    whether an embargo that binds nobody (a political agreement, a call) lay on the destination in the year before.

    A year counts where the embargo may have been in force on any of its days."""
    state, user = dossier.destination, dossier.application.end_user
    why = missing_place(dossier)
    place = Indicator(
        id="embargo-destination",
        name="Years under a binding arms embargo, destination",
        party=state or "",
        unit=f"of the {YEARS} calendar years before",
        worse="higher",
        source="the table of embargoes",
    )
    person = place.model_copy(
        update={
            "id": "embargo-end-user",
            "name": "Years under a binding arms embargo, end user",
            "party": user or "",
        }
    )
    political = place.model_copy(
        update={
            "id": "embargo-political",
            "name": "An embargo without binding force on the destination",
            "unit": "1: yes, 0: none in the table",
        }
    )
    day = start(dossier)
    if day is None:
        gone = {"missing": NO_DATE}
        return place.model_copy(update=gone), person.model_copy(update=gone), political.model_copy(update=gone)
    years = [DateRange(first=date(year, 1, 1), last=date(year, 12, 31)) for year in range(day.year - YEARS, day.year)]
    # A group without a state of its own can be bound all the same.
    if dossier.end_user is None or user is None:
        person = person.model_copy(
            update={"missing": "the end user is not named, or neither the case nor the tables know it"}
        )
    else:
        reached = tuple(row for row in _binding(dossier.background) if reaches(dossier.around, row, user))
        person = _counted(person, reached, years)
    if why or state is None:
        gone = {"missing": why}
        return place.model_copy(update=gone), person, political.model_copy(update=gone)
    loose = _overlapping(on_state(dossier.background, state, bound=False), years[-1])
    unbound = political.model_copy(
        update={
            "value": float(bool(loose)),
            "when": years[-1],
            "words": ", ".join(sorted({row.body for row in loose})) or "none in the table",
            "rests_on": tuple(row.id for row in loose),
        }
    )
    return _counted(place, on_state(dossier.background, state), years), person, unbound


def in_force(dossier: Dossier, state: str, when: DateRange) -> tuple[Embargo, ...]:
    """Binding embargoes on the territory of a state that may have been in force at some time in ``when``."""
    return _overlapping(on_state(dossier.background, state), when)


def on_state(background: Background, state: str, *, bound: bool = True) -> tuple[Embargo, ...]:
    """Embargoes on a territory as a destination, whoever in it they bind; ``bound`` False: those that bind nobody."""
    key = f"{__name__}.on_state.{bound}"
    if key not in background.kept:
        found: dict[str, list[Embargo]] = defaultdict(list)
        for row in background.embargoes:
            if row.target != EXPORTS_FROM and binding(row) is bound:
                for one in row.territory.split("+"):
                    found[one].append(row)
        background.kept[key] = {one: tuple(rows) for one, rows in found.items()}
    table: dict[str, tuple[Embargo, ...]] = background.kept[key]  # type: ignore[assignment]
    return table.get(state, ())


def _binding(background: Background) -> tuple[Embargo, ...]:
    key = f"{__name__}.binding"
    if key not in background.kept:
        background.kept[key] = tuple(row for row in background.embargoes if row.target != EXPORTS_FROM and binding(row))
    rows: tuple[Embargo, ...] = background.kept[key]  # type: ignore[assignment]
    return rows


def _overlapping(rows: tuple[Embargo, ...], when: DateRange) -> tuple[Embargo, ...]:
    return tuple(row for row in rows if row.when.overlaps(when))


def _counted(frame: Indicator, rows: tuple[Embargo, ...], years: list[DateRange]) -> Indicator:
    hit = {str(year): found for year in years if (found := _overlapping(rows, year))}
    used = list(dict.fromkeys(row for found in hit.values() for row in found))
    period = DateRange(first=years[0].first, last=years[-1].last)
    words = f"{len(hit)} of {len(years)} years"
    words += f" ({', '.join(sorted({row.body for row in used}))})" if used else "; none in the table"
    if any(row.exemptions for row in used):
        words += "; with exemptions, on which the gates decide"
    return frame.model_copy(
        update={
            "value": float(len(hit)),
            "when": period,
            "words": words,
            "verified": all(row.verified for row in used),
            "rests_on": tuple(row.id for row in used),
        }
    )
