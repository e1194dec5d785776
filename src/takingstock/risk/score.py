"""Score: of comparable past applications to the United Kingdom, which share was refused. Never a gate, never a bar.

A logistic regression with a ridge penalty on the decisions of 2008 to 2010 (scripts/fit_score.py, docs/indicators.md).
There are two: one that also knows what the deciding state's own register says of the destination in the twelve months
before, and one for where no such register is in the case. The interval is that of the average share for such features,
with destinations as clusters (sandwich covariance); one application may differ from it in what no indicator holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from takingstock.records import Comparable, Indicator, percent
from takingstock.reference.indicators import CPI, DEATHS
from takingstock.reference.members import bound
from takingstock.reference.scores import COUNTRY, REGISTER, FittedScore, Term, uk_scores
from takingstock.risk.dossier import Dossier
from takingstock.risk.indicators.moment import missing_place, start
from takingstock.risk.indicators.published import covers

NAMES: dict[str, str] = {
    "corruption": "perceived corruption in the year before",
    "corruption-missing": "no corruption index for the destination",
    "deaths": "deaths in conflict in the year before",
    "deaths-missing": "no figure of conflict deaths",
    "neighbour-deaths": "deaths in conflict at the most violent neighbour",
    "embargo-years": "years under a binding embargo in the ten before",
    "embargo-political": "an embargo without binding force",
    "eu-member": "member of the European Union",
    "arms": "weapons or ammunition (ML1 to ML4)",
    "platforms": "vehicles, ships or aircraft (ML6, ML9, ML10)",
    "protection": "protection or riot agents (ML7, ML13)",
    "technology": "production, software or technology (ML18, ML21, ML22)",
    "granted-before": "licences granted to the destination in the twelve months before",
    "refused-before": "licences refused to the destination in the twelve months before",
    "register-missing": "no register of the twelve months before",
}
"""What each feature is called. Counts go in as the decimal logarithm of one more than the count."""

OF_COUNTRY = tuple(NAMES)[:12]
OF_REGISTER = tuple(NAMES)

_CATEGORIES = {
    "arms": frozenset({"ML1", "ML2", "ML3", "ML4"}),
    "platforms": frozenset({"ML6", "ML9", "ML10"}),
    "protection": frozenset({"ML7", "ML13"}),
    "technology": frozenset({"ML18", "ML21", "ML22"}),
}
# Mixed sets ("small arms") and classes without a category of their own.
_OF_GROUP = {
    "small-arms": "ML1",
    "light-weapons": "ML2",
    "artillery": "ML2",
    "ammunition": "ML3",
    "atgw": "ML4",
    "manpads": "ML4",
    "missiles": "ML4",
    "munitions": "ML4",
    "armour": "ML6",
    "vehicles": "ML6",
    "naval": "ML9",
    "aircraft": "ML10",
    "weapons": "ML1",
}
_Z = 1.6448536269514722
"""90 % of a normal distribution lie within so many standard deviations."""

SIGNS: dict[str, int] = {
    "corruption": 1,
    "deaths": 1,
    "neighbour-deaths": 1,
    "embargo-years": 1,
    "embargo-political": 1,
    "eu-member": -1,
    "arms": 1,
    "granted-before": -1,
    "refused-before": 1,
}
"""The direction in which a feature may count, by its meaning: more conflict nearby shall not make a refusal less likely
here. Where the decisions say otherwise (a handful of large customers decide it), the coefficient is zero."""

Features = Mapping[str, float]


def features(dossier: Dossier, given: Sequence[Indicator]) -> dict[str, float] | None:
    """The features of one application from its indicators; None where :func:`why_not` says why.

    A figure counts for the year before; of an older one only where no table on hand reaches the year before."""
    if why_not(dossier, given):
        return None
    day, state = start(dossier), dossier.destination
    assert day is not None
    assert state is not None
    by = {one.id: one for one in given}
    corruption = _figure(dossier, by["corruption"], CPI)
    deaths = _figure(dossier, by["conflict-deaths"], DEATHS)
    nearby, granted, refused = (by[id].value for id in ("neighbours-conflict", "licences-granted", "licences-refused"))
    listed = categories(dossier)
    return {
        "corruption": 0.0 if corruption is None else 10.0 - corruption,
        "corruption-missing": float(corruption is None),
        "deaths": _log(deaths),
        "deaths-missing": float(deaths is None),
        "neighbour-deaths": _log(nearby),
        "embargo-years": by["embargo-destination"].value or 0.0,
        "embargo-political": by["embargo-political"].value or 0.0,
        "eu-member": float(bound("European Union", state, dossier.decided) is not None),
        **{name: float(bool(listed & members)) for name, members in _CATEGORIES.items()},
        "granted-before": _log(granted),
        "refused-before": _log(refused),
        "register-missing": float(granted is None),
    }


def why_not(dossier: Dossier, given: Sequence[Indicator]) -> str:
    """Why there is nothing to compare with; empty where there is."""
    if why := missing_place(dossier):
        return why
    day = start(dossier)
    assert day is not None
    if not categories(dossier):
        return (
            "no line of the goods is known to be on the military list; the decisions compared with were on such goods"
        )
    by = {one.id: one for one in given}
    for id, measure in (("corruption", CPI), ("conflict-deaths", DEATHS)):
        if by[id].value is None and not covers(dossier.background, measure, day.year - 1):
            return f"no table of {measure} reaches {day.year - 1}; import a newer one (docs/indicators.md says how)"
    return ""


def comparable(dossier: Dossier, given: Sequence[Indicator]) -> Comparable | None:
    """The share of comparable applications that was refused, its 90 % interval, what drives it (log-odds against the
    average application) and what to be careful of. None where there is nothing to compare with (:func:`why_not`)."""
    found = features(dossier, given)
    if found is None:
        return None
    score = uk_scores()[COUNTRY if found["register-missing"] else REGISTER]
    share, low, high = predict(score, found)
    drivers = [(_called(one, found), contribution) for one, contribution in _contributions(score, found)]
    drivers = [one for one in sorted(drivers, key=lambda one: (-abs(one[1]), one[0])) if abs(one[1]) >= 0.05]
    return Comparable(
        share=share,
        low=low,
        high=high,
        fitted_on=f"{score.applications:,} applications to the United Kingdom, 2008 to 2010, {score.refusals} refused",
        version=score.version,
        words=f"Comparable applications were refused in {percent(share)} of cases "
        f"(90 % interval {percent(low)} to {percent(high)}).",
        drivers=tuple((name, round(value, 3)) for name, value in drivers),
        cautions=tuple(_cautions(dossier, given, score, found)),
    )


def predict(score: FittedScore, found: Features) -> tuple[float, float, float]:
    """Share and 90 % interval for features by name. Never 0 or 1."""
    x = [1.0, *((found[one.name] - one.mean) / one.deviation if one.deviation else 0.0 for one in score.terms)]
    line = score.intercept + sum(one.coefficient * value for one, value in zip(score.terms, x[1:], strict=True))
    variance = sum(a * b * score.covariance[i][j] for i, a in enumerate(x) for j, b in enumerate(x))
    spread = _Z * math.sqrt(max(variance, 0.0))
    return _logistic(line), _logistic(line - spread), _logistic(line + spread)


def categories(dossier: Dossier) -> frozenset[str]:
    """The categories of the military list that the goods lie in, as far as they are known."""
    found = set()
    for line in dossier.goods:
        table = dossier.around.taxonomy
        own = table.get(line.item).military_list if table.has(line.item) else None
        if own and own.startswith("ML"):
            found.add(own.split("(")[0].split(".")[0].strip())
        elif group := _OF_GROUP.get(dossier.around.group(line.item)):
            found.add(group)
    return frozenset(found)


def _contributions(score: FittedScore, found: Features) -> list[tuple[Term, float]]:
    return [
        (one, one.coefficient * (found[one.name] - one.mean) / one.deviation) for one in score.terms if one.deviation
    ]


def _called(one: Term, found: Features) -> str:
    """The name of a feature; of a yes-or-no one that is absent, with a *not* before it."""
    absent = (one.low, one.high, found[one.name]) == (0.0, 1.0, 0.0)
    return f"not: {NAMES[one.name]}" if absent else NAMES[one.name]


def _cautions(dossier: Dossier, given: Sequence[Indicator], score: FittedScore, found: Features) -> list[str]:
    by = {one.id: one for one in given}
    day = start(dossier)
    assert day is not None
    said = [
        "A refusal is a decision of one state at one time; it is not diversion, and a licence granted is no proof of "
        "safety.",
        "The decisions name a destination, not an end user: nothing in this share is about the unit itself.",
    ]
    if dossier.authority != "GBR":
        said.append("The decisions are of the United Kingdom; other states decide otherwise.")
    if not 2008 <= day.year <= 2010:
        said.append(f"The decisions are of 2008 to 2010; practice in {day.year} may differ.")
    if score.id == COUNTRY:
        value, low, high = score.auc
        hardly = "" if score.clear else ", which is not clearly better"
        said.append(
            "No register of the deciding state for the twelve months before is in the case. Without it the score "
            f"orders destinations with an AUC of {value:.2f} ({low:.2f} to {high:.2f}), against {score.alone:.2f} "
            f"by the "
            f"corruption index alone{hardly}."
        )
    for id, measure in (("corruption", CPI), ("conflict-deaths", DEATHS)):
        when = by[id].when
        if by[id].value is not None and not covers(dossier.background, measure, day.year - 1):
            said.append(f"{by[id].name}: of {when}, as no table on hand reaches {day.year - 1}.")
    if by["neighbours-conflict"].value is None:
        said.append(f"Neighbours: taken as without conflict, since {by['neighbours-conflict'].missing}.")
    if day.year > 2012:
        said.append("The corruption index is made by another method since 2012 than in the years of the decisions.")
    outside = [NAMES[one.name] for one in score.terms if not one.low <= found[one.name] <= one.high]
    if outside:
        said.append(f"Outside what the decisions held, so extrapolated: {', '.join(outside)}.")
    return said


def _figure(dossier: Dossier, one: Indicator, measure: str) -> float | None:
    day = start(dossier)
    assert day is not None
    last = one.when.last
    stale = last is not None and last.year < day.year - 1
    return None if stale and covers(dossier.background, measure, day.year - 1) else one.value


def _log(count: float | None) -> float:
    return math.log10(1.0 + count) if count else 0.0


def _logistic(line: float) -> float:
    return min(max(1.0 / (1.0 + math.exp(-line)), 1e-6), 1.0 - 1e-6)
