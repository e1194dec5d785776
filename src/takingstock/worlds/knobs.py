"""Knobs: how a world is degraded into a record, and the probability that a statement of each grade is true.

Every knob is written into the truth, so that a world says of itself how it was made.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

_RELIABILITY = {"A": 1.0, "B": 0.6, "C": 0.2, "D": -0.4, "E": -1.2, "F": 0.0}
_CREDIBILITY = {"1": 2.0, "2": 1.2, "3": 0.4, "4": -0.8, "5": -2.0, "6": 0.0}

HOLDS = {
    f"{letter}{digit}": 1.0 / (1.0 + math.exp(-(1.0 + first + second)))
    for letter, first in _RELIABILITY.items()
    for digit, second in _CREDIBILITY.items()
}
"""The probability that a statement of a grade is true, where the caller gives none: log-odds added on two axes. It is
an assumption of the world and comes from no data; F6 stands at the base, it is not the worst."""

GRADES = {"A1": 0.15, "A2": 0.2, "B2": 0.3, "B3": 0.1, "C2": 0.1, "C3": 0.08, "F6": 0.05, "D4": 0.02}
"""How often a statement gets a grade, whether it is true or not."""


@dataclass(frozen=True)
class Knobs:
    """Shares are probabilities for each movement (or statement) unless said otherwise.

    ``missing``: never recorded at all. ``old_years``: years before the register begins; ``counted``: that the stock a
    holder has then is published as an opening count. ``vague``: a known leaf class is recorded as its family.
    ``exact``, ``ranges``, ``at_least``, ``at_most``: the form of a quantity, the rest is rounded ("~500"). ``years``,
    ``months``: a date of which only this is recorded, the rest are days; ``capture_days``: a capture dated to the day.
    ``second``: a second source that does not derive from the first, and ``third``: of these, a third one; a further
    source contradicts the first in the number (``clash_quantity``), a party, the date or the class, and agrees in the
    rest of cases. ``derived``: a source that repeats the first. ``documented``: consignments that one source follows
    link by link to the group, for each planned movement. ``unauthorised``: that an unlawful retransfer is said to be
    one. ``images``, ``recoveries`` and ``pooled``: items seen, at ``sites``, ``recovery_sites`` and ``pooled_sites``
    places; of the pooled ones only shares are published. ``bias``: standard deviation of the logarithm of how much
    likelier a class is to be pictured; ``reposts``: of pictures that another account shows again; ``unmade``: of
    pictures that do not show where the item was made; ``unplaced``: of the sites of recoveries, those not named."""

    missing: float = 0.0
    old_years: int = 2
    counted: float = 1.0
    vague: float = 0.2
    exact: float = 0.35
    ranges: float = 0.27
    at_least: float = 0.08
    at_most: float = 0.05
    years: float = 0.5
    months: float = 0.25
    capture_days: float = 0.8
    second: float = 0.25
    third: float = 0.2
    clash_quantity: float = 0.14
    clash_party: float = 0.1
    clash_date: float = 0.08
    clash_class: float = 0.08
    derived: float = 0.15
    documented: float = 0.02
    unauthorised: float = 0.7
    images: int = 300
    sites: int = 12
    recoveries: int = 60
    recovery_sites: int = 10
    pooled: int = 150
    pooled_sites: int = 8
    bias: float = 0.5
    reposts: float = 0.2
    unmade: float = 0.15
    unplaced: float = 0.15

    @property
    def followed(self) -> Knobs:
        """For the figure of a consignment: how many came at least is nothing that a source can follow."""
        return replace(self, at_least=0.0)
