"""Holding: the probability that a graded statement is true, an assumption that is stated and can be edited.

The Admiralty code has words, no numbers, and no table of numbers for it is calibrated. Ours adds log-odds, one value
for each axis, to a base: :data:`BASE` is what a statement is given of which neither axis can be judged (F6), since F
and 6 say nothing for or against it and are not the worst values. A case may set its own table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from takingstock.records import BadValueError, Credibility, Grade, Reliability

BASE = 1.0
RELIABILITY = {"A": 1.0, "B": 0.6, "C": 0.2, "D": -0.4, "E": -1.2, "F": 0.0}
CREDIBILITY = {"1": 2.0, "2": 1.2, "3": 0.4, "4": -0.8, "5": -2.0, "6": 0.0}


def holds(grade: Grade, table: Mapping[str, float] | None = None) -> float:
    """The probability that a statement of this grade is true: from ``table`` ("B2": 0.9) where it has the grade."""
    own = (table or {}).get(str(grade))
    if own is None:
        return _probability(grade.reliability.value, grade.credibility.value)
    if not 0.0 < own <= 1.0:
        raise BadValueError(f"{grade} = {own!r} is no probability that a statement holds; give more than 0, at most 1")
    return own


def every_grade(table: Mapping[str, float] | None = None) -> dict[str, float]:
    """The probability for each of the 36 grades, A1 first."""
    grades = (Grade(reliability=r, credibility=c) for r in Reliability for c in Credibility)
    return {str(grade): holds(grade, table) for grade in grades}


def _probability(reliability: str, credibility: str) -> float:
    return 1.0 / (1.0 + math.exp(-(BASE + RELIABILITY[reliability] + CREDIBILITY[credibility])))
