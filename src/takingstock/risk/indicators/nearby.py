"""Nearby: conflict deaths and embargoes at the destination's land neighbours in the year before."""

from __future__ import annotations

from takingstock.records import Indicator
from takingstock.reference.borders import neighbours
from takingstock.reference.indicators import DEATHS, MEASURES
from takingstock.risk.dossier import Dossier
from takingstock.risk.indicators.embargoed import in_force
from takingstock.risk.indicators.moment import missing_place, start, years_before
from takingstock.risk.indicators.published import last_before, none_recorded

_SOURCE = "land borders: Natural Earth"


def neighbourhood(dossier: Dossier) -> tuple[Indicator, Indicator]:
    """The largest number of deaths at one neighbour, and the number of neighbours under an embargo."""
    state, day = dossier.destination, start(dossier)
    measure = MEASURES[DEATHS]
    violent = Indicator(
        id="neighbours-conflict",
        name="Deaths in conflict at the most violent land neighbour",
        party=state or "",
        unit=measure.unit,
        worse="higher",
        source=f"{measure.credit}; {_SOURCE}",
    )
    embargoed = Indicator(
        id="neighbours-embargo",
        name="Land neighbours under an arms embargo",
        party=state or "",
        unit="neighbours",
        worse="higher",
        source=f"the table of embargoes; {_SOURCE}",
    )
    why = missing_place(dossier)
    if why or state is None or day is None:
        return violent.model_copy(update={"missing": why}), embargoed.model_copy(update={"missing": why})
    year = years_before(day, 1)
    near = neighbours(state, year)
    if near is None:
        lacks = {"missing": f"the table of land borders says nothing about {state} in {year}"}
        return violent.model_copy(update=lacks), embargoed.model_copy(update=lacks)
    if not near:
        none = {"value": 0.0, "when": year, "words": "no land neighbour"}
        return violent.model_copy(update=none), embargoed.model_copy(update=none)

    deaths: dict[str, float] = {}
    used: list[str] = []
    for one in near:
        if none_recorded(dossier.background, measure, one, day):
            deaths[one] = 0.0
        elif found := last_before(dossier.background, DEATHS, one, day):
            deaths[one] = found.value
            used.append(found.id)
    unknown = [one for one in near if one not in deaths]
    if deaths:
        worst = max(sorted(deaths), key=lambda one: deaths[one])
        words = f"{deaths[worst]:g} in {dossier.around.party_name(worst)}, of {len(near)} neighbours"
        words += f"; not known of {', '.join(map(dossier.around.party_name, unknown))}" if unknown else ""
        update = {"value": deaths[worst], "when": year, "words": words, "rests_on": tuple(used)}
        violent = violent.model_copy(update=update)
    else:
        violent = violent.model_copy(update={"missing": f"no figures about {', '.join(near)} for {year}"})

    bound = {one: rows for one in near if (rows := in_force(dossier, one, year))}
    names = ", ".join(map(dossier.around.party_name, bound))
    return violent, embargoed.model_copy(
        update={
            "value": float(len(bound)),
            "when": year,
            "words": f"{len(bound)} of {len(near)}" + (f": {names}" if bound else ""),
            "rests_on": tuple(dict.fromkeys(row.id for rows in bound.values() for row in rows)),
        }
    )
