"""The interval of a share, where a sample's design justifies one.

Method: Wilson's score interval (E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212), recommended over the textbook
interval by Brown, Cai and DasGupta (Statistical Science 16 (2001) 101-133). It needs a probability sample: a purposive
one has an error that no formula knows, and a census has none from sampling.
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from takingstock.records import BadValueError, Design

LEVEL = 0.90
"""The house prints 90 % intervals everywhere."""


def wilson(share: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """Low and high of a share (0 to 1) found in ``n`` > 0 items. Raises BadValueError outside these."""
    if not 0 <= share <= 1 or n <= 0 or not 0 < level < 1:
        raise BadValueError(f"no interval for a share of {share:g} in {n:g} items; give 0 to 1 in at least one item")
    z = NormalDist().inv_cdf((1 + level) / 2)
    middle = share + z * z / (2 * n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def interval(share: float | None, n: float | None, design: Design) -> tuple[float | None, float | None]:
    """Wilson's interval for a probability sample of known size, else ``(None, None)``."""
    if design is not Design.PROBABILITY or share is None or not n or share > 1:
        return None, None
    return wilson(share, n)
