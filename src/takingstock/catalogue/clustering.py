"""Clustering: the interval of a share where sites, not items, are the sample.

One cache may hold 122 machine guns of one make: they are one observation of a place, not 122. A share is a ratio of two
sums over sites; its variance is that of leaving out one site after the other (jackknife), put on the log-odds scale so
that the ends stay within 0 and 1, with Student's law. Its degrees of freedom are those of the effective number of sites
(Kish: the square of the sum of their sizes over the sum of squares), since a few large sites say little more than so
many. Stated, not resampled at random: the same rows give the same interval.

No interval with fewer than ``SITES`` places, where one of them holds more than half of all items, or where every site
shows only this or every site none of it: then nothing is known of how sites differ. A kind of site that is so rare that
none was visited cannot show in any interval.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, log

import numpy as np

from takingstock.catalogue.interval import LEVEL
from takingstock.records import BadValueError

SITES = 5
HALF = 0.5


def clustered(found: Iterable[float], size: Iterable[float], level: float = LEVEL) -> tuple[float | None, float | None]:
    """Low and high of sum(found) / sum(size), given both per site; ``(None, None)`` where no interval is justified.

    Raises BadValueError where a site has more of the kind than items."""
    from scipy.stats import t

    y, x = np.asarray(list(found), dtype=float), np.asarray(list(size), dtype=float)
    if len(x) and ((y < 0).any() or (y > x + 1e-9).any()):
        raise BadValueError("a site with more of one kind than items; give both counts of the same items")
    y, x = y[x > 0], x[x > 0]
    whole = float(x.sum())
    if not enough(x.tolist()):
        return None, None
    share = float(y.sum()) / whole
    if not 0 < share < 1:
        return None, None
    without = (y.sum() - y) / (whole - x)
    many = len(x)
    variance = (many - 1) / many * float(((without - without.mean()) ** 2).sum())
    if variance <= 0:
        return None, None
    effective = whole**2 / float((x**2).sum())
    odds = log(share / (1 - share))
    half = float(t.ppf((1 + level) / 2, max(1.0, effective - 1))) * variance**0.5 / (share * (1 - share))
    return _share(odds - half), _share(odds + half)


def enough(sizes: list[float]) -> bool:
    """Whether so many items at each site justify an interval."""
    return len(sizes) >= SITES and max(sizes) <= HALF * sum(sizes)


def _share(odds: float) -> float:
    return 1 / (1 + exp(-odds)) if odds > -700 else 0.0
