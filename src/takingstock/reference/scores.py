"""Scores: fitted coefficients that ship. A script fits them (scripts/fit_score.py); nobody types them in.

The table holds coefficients and counts, no row of the data that they were fitted on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from takingstock.reference import tables

UK = "uk_score.json"
REGISTER = "register"
COUNTRY = "country"


@dataclass(frozen=True)
class Term:
    """One feature: its mean and standard deviation in the fit, its range there, and the coefficient on the
    standardised scale (log-odds for one standard deviation)."""

    name: str
    mean: float
    deviation: float
    low: float
    high: float
    coefficient: float


@dataclass(frozen=True)
class FittedScore:
    """A logistic regression. ``covariance`` (intercept first, then the terms) is that of clusters of destinations;
    ``auc`` is cross-validated over destinations, with its 90 % interval, ``alone`` that of the corruption index."""

    id: str
    intercept: float
    terms: tuple[Term, ...]
    covariance: tuple[tuple[float, ...], ...]
    applications: int
    refusals: int
    auc: tuple[float, float, float]
    alone: float
    clear: bool
    version: str


@lru_cache(maxsize=1)
def uk_scores() -> dict[str, FittedScore]:
    """The scores of the UK decisions of 2008 to 2010, by id: with the register of the year before, and without."""
    read = json.loads((files("takingstock.reference") / "data" / UK).read_text(encoding="utf-8"))
    found = {}
    for id, one in read["models"].items():
        found[id] = FittedScore(
            id=id,
            intercept=one["intercept"],
            terms=tuple(Term(**term) for term in one["terms"]),
            covariance=tuple(tuple(row) for row in one["covariance"]),
            applications=read["applications"],
            refusals=read["refusals"],
            auc=(one["auc"]["value"], one["auc"]["low"], one["auc"]["high"]),
            alone=read["corruption_alone"]["applications"]["auc"],
            clear=one["above_corruption_alone"]["low"] > 0,
            version=f"uk-{id} {read['fitted']} {version()[:12]}",
        )
    return found


def version() -> str:
    """SHA-256 (hex) of the table."""
    return tables.digest(UK)
