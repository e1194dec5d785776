"""Weights: how much each outcome of comparing two reports says for or against their being about one transfer.

The model is that of Fellegi and Sunter (A Theory for Record Linkage, JASA 64, 1969): each field falls on one level; a
level weighs log2(m / u), m being how often reports of one transfer fall on it, u how often reports of two do.
Fields are taken to be independent, which they are not quite. The table is fixed, so that two reports score alike in
every case and at every revision. Quantity, date, class, supplier and recipient are what reports made from the deals of
a real register give (scripts/measure_linkage.py; docs/linking.md): their ``u`` is real, their ``m`` as good as the
assumptions on reporting made there. What such a register cannot show (narrow dates, parts of a state, intermediates,
origin, value) is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

PRIOR = -4.0
"""Log-odds that two reports of other sources, comparable and within a year, are about one transfer."""


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of comparing one field. ``agrees``: True, False (they contradict), None (neither)."""

    words: str
    m: float
    u: float
    agrees: bool | None

    @property
    def weight(self) -> float:
        """log2(m / u), in bits."""
        return log2(self.m / self.u)


LEVELS: dict[str, dict[str, Level]] = {
    "quantity": {
        "equal, uncommon": Level("equal, and no common figure", 0.19, 0.007, True),
        "equal": Level("equal", 0.53, 0.095, True),
        "close": Level("within 5 %", 0.07, 0.02, True),
        "overlap": Level("ranges overlap", 0.03, 0.025, True),
        "part": Level("one may be a part of the other", 0.05, 0.21, None),
        "within": Level("no more than the earlier stage", 0.40, 0.40, None),
        "differ": Level("differ", 0.13, 0.643, False),
    },
    "date": {
        "same days": Level("same days", 0.10, 0.02, True),
        "same year": Level("same year", 0.68, 0.30, True),
        "overlap": Level("ranges overlap", 0.06, 0.05, True),
        "adjacent": Level("adjacent", 0.16, 0.63, None),
        "in order": Level("in the order of stages", 0.90, 0.60, True),
    },
    "item": {
        "same type": Level("same type", 0.28, 0.06, True),
        "narrower": Level("one is a class of the other", 0.15, 0.055, True),
        "same class": Level("same broad class", 0.16, 0.16, True),
        "broad": Level("one is a broad class that holds the other", 0.39, 0.435, True),
        "family": Level("same family, other type", 0.02, 0.29, False),
    },
    "supplier": {
        "same": Level("same", 0.94, 0.34, True),
        "part": Level("one is a part of the other", 0.05, 0.03, True),
        "same state": Level("of one state, other parts", 0.01, 0.03, False),
    },
    "recipient": {
        "same": Level("same", 0.86, 0.38, True),
        "part": Level("one is a part of the other", 0.10, 0.03, True),
        "same state": Level("of one state, other parts", 0.02, 0.03, False),
        "intermediate": Level("final importer and intermediate", 0.02, 0.03, False),
    },
    "origin": {
        "same": Level("same", 0.95, 0.85, True),
        "differ": Level("differ", 0.05, 0.15, False),
    },
    "value": {
        "close": Level("within 5 %", 0.60, 0.03, True),
        "near": Level("within a half", 0.25, 0.27, None),
        "differ": Level("differ", 0.15, 0.70, False),
    },
}
FIELDS = tuple(LEVELS)
