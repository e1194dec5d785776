"""Compiled likelihoods of counts by site, for many particles at once.

Importing this module imports numba, so callers import it inside the function that needs it. Nothing here validates.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.kernels import compiled

Real = NDArray[np.float64]
Index = NDArray[np.int64]


@compiled
def log_gamma(x: float) -> float:
    """log G(x) for x > 0, to about 1e-12: Stirling's series from 8 upwards, below it by the recurrence."""
    # Three times faster than the library's, which is exact to the last digit.
    below = 1.0
    while x < 8.0:
        below *= x
        x += 1.0
    y = 1.0 / (x * x)
    series = (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)))) / x
    return (x - 0.5) * math.log(x) - x + 0.9189385332046727 + series - math.log(below)


@compiled
def rising(a: float, count: float) -> float:
    """log G(a + count)/G(a); -inf for a = 0."""
    if a > 1e8 and count < 1e-3 * a:
        # The difference of two gamma functions would be rounding; the items are all but independent.
        return count * math.log(a) + count * (count - 1.0) / (2.0 * a) * (1.0 - (2.0 * count - 1.0) / (6.0 * a))
    if count <= 16.0 and count == math.floor(count):
        # One logarithm of a product is several times cheaper than two gamma functions.
        product = 1.0
        for k in range(int(count)):
            product *= a + k
        return math.log(product) if product > 0.0 else -np.inf
    return log_gamma(a + count) - log_gamma(a) if a > 0.0 else -np.inf


@compiled
def pooled(concentration: float, sites: float, items: float) -> float:
    """The concentration at which one urn has the variance of `sites` urns with `items` in all; inf: independent."""
    if sites == 1.0:
        return concentration
    each = items / sites
    if each <= 1.0:
        return np.inf
    excess = (each + concentration) / (1.0 + concentration)
    return (items - excess) * (1.0 + concentration) / (each - 1.0)


@compiled
def log_mixture(share: Real, draw: Index, composition: Real, out: Real) -> None:
    """log sum_c phi_c A_cj per particle, into out float64[N, J]; -inf where no channel brings a category."""
    for i in range(len(draw)):
        out[i] = 0.0
        for c in range(composition.shape[1]):
            for j in range(composition.shape[2]):
                out[i, j] += share[i, c] * composition[draw[i], c, j]
        for j in range(composition.shape[2]):
            out[i, j] = math.log(out[i, j]) if out[i, j] > 0.0 else -np.inf


@compiled
def log_likelihood(
    share: Real,
    draw: Index,
    composition: Real,
    log_visibility: Real,
    concentration: Real,
    start: Index,
    member: Index,
    kind: Index,
    sites: Real,
    items: Real,
    term_urn: Index,
    term_set: Index,
    term_before: Real,
    term_count: Real,
    term_times: Real,
    total_urn: Index,
    total_count: Real,
    total_times: Real,
    out: Real,
) -> None:
    """Log likelihood of the terms of `urns.Urns` per particle, into out float64[N].

    share float64[N, C], draw int64[N], composition float64[D, C, J], log_visibility float64[N, J],
    concentration float64[N, 2] (pictures, recoveries).
    """
    C = composition.shape[1]
    J = composition.shape[2]
    U = len(start) - 1
    E = len(kind)
    mixed = np.empty(J)
    probability = np.empty((2, U))
    used = np.zeros(2, np.bool_)
    for e in range(E):
        used[kind[e]] = True
    strength = np.empty(E)
    for i in range(len(draw)):
        mixed[:] = 0.0
        for c in range(C):
            part = share[i, c]
            for j in range(J):
                mixed[j] += part * composition[draw[i], c, j]
        for k in range(1, -1, -1):
            # Recoveries first, as they are; then pictures, through the visibility of the categories.
            if not used[k]:
                continue
            if k == 0:
                for j in range(J):
                    mixed[j] *= math.exp(log_visibility[i, j])
            whole = 0.0
            for j in range(J):
                whole += mixed[j]
            for u in range(U):
                sum_ = 0.0
                for m in range(start[u], start[u + 1]):
                    sum_ += mixed[member[m]]
                probability[k, u] = sum_ / whole
        for e in range(E):
            strength[e] = pooled(concentration[i, kind[e]], sites[e], items[e])
        total = 0.0
        product = 1.0
        for t in range(len(term_urn)):
            e = term_urn[t]
            p = probability[kind[e], term_set[t]]
            n = term_count[t]
            if strength[e] == np.inf:
                total += term_times[t] * n * (math.log(p) if p > 0.0 else -np.inf)
                continue
            a = strength[e] * p + term_before[t]
            if term_times[t] == 1.0 and n <= 16.0 and n == math.floor(n) and a < 1e10:
                # Most terms occur once: one logarithm for many of them.
                if not 1e-80 < product < 1e80:
                    total += math.log(product) if product > 0.0 else -np.inf
                    product = 1.0
                for k in range(int(n)):
                    product *= a + k
            else:
                total += term_times[t] * rising(a, n)
        total += math.log(product) if product > 0.0 else -np.inf
        for t in range(len(total_urn)):
            e = total_urn[t]
            if strength[e] != np.inf:
                total -= total_times[t] * rising(strength[e], total_count[t])
        out[i] = total


@compiled
def outcome_likelihood(probability: Real, strength: Real, counts: Real, out: Real) -> None:
    """Log probability of each outcome under each particle, up to a constant of the outcome, into out float64[O, N].

    probability float64[N, M], strength float64[N] (inf: multinomial), counts float64[O, M].
    """
    for o in range(len(counts)):
        n = counts[o].sum()
        for i in range(len(strength)):
            total = 0.0
            if strength[i] != np.inf:
                total = -rising(strength[i], n)
            for m in range(counts.shape[1]):
                if counts[o, m] > 0.0:
                    p = probability[i, m]
                    if strength[i] == np.inf:
                        total += counts[o, m] * (math.log(p) if p > 0.0 else -np.inf)
                    else:
                        total += rising(strength[i] * p, counts[o, m])
            out[o, i] = total
