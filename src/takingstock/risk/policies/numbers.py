"""Tests that compare an estimate: the forecast and the indicators. They may bring a rule in and never lift one."""

from __future__ import annotations

from typing import Any

from takingstock.records import Estimate
from takingstock.risk.policies.matter import Matter
from takingstock.risk.policies.truth import Found, met, not_met, unknown

_MEASURES = {
    "any": "probability that any is diverted",
    "tenth": "probability that a tenth is diverted",
    "expected": "expected number diverted",
}


def forecast(matter: Matter, value: dict[str, Any]) -> Found:
    measure, years, bound = value["measure"], int(value["years"]), float(value["above"])
    what = f"{_MEASURES[measure]} within {years} years"
    found = matter.forecast
    horizon = next((one for one in found.horizons if one.years == years), None) if found else None
    if horizon is None:
        question = matter.ask("forecast", f"The {what} was not forecast; what is missing for it?")
        return unknown(f"there is no forecast of the {what}", question)
    estimate: Estimate = getattr(horizon, measure)
    end = value.get("at", "value")
    figure = float(getattr(estimate, end))
    side = "above" if figure > bound else "not above"
    middle = "" if end == "value" else f", at the {end} end of its interval"
    return (met if figure > bound else not_met)(f"forecast: the {what} is {side} {bound:g}{middle}")


def indicator(matter: Matter, value: dict[str, Any]) -> Found:
    id_ = value["id"]
    found = next((one for one in matter.indicators if one.id == id_ or one.id.startswith(f"{id_}.")), None)
    if found is None or found.value is None:
        words = found.missing if found is not None and found.missing else f"the indicator {id_} has no value"
        return unknown(words, matter.ask(f"indicator.{id_}", f"What is the indicator {id_} of the destination?"))
    over = "above" in value
    bound = float(value["above"] if over else value["below"])
    hit = found.value > bound if over else found.value < bound
    side = f"{'' if hit else 'not '}{'above' if over else 'below'} {bound:g}"
    said = f"{found.name} {found.value:g} ({found.when}) is {side}"
    return (met if hit else not_met)(said, *found.rests_on)
