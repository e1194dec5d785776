"""Sightings as terms of a likelihood: each distinct one once, with how often it occurs.

Invariant: the terms do not depend on the order of sites or observed categories; vague categories are exact.

A site is an urn: given pi and the concentration a, its counts n_k have the Dirichlet-multinomial probability
G(a)/G(a+n) prod_k G(a pi_k + n_k)/G(a pi_k), up to a constant. A vague observed category lies within or around others
("RUS+SUN" around "RUS"). The aggregate of a Dirichlet vector is Dirichlet, so with sets taken from the inside outwards
the set k of a nested family has the factor G(b + n_k)/G(b), b = a pi_k + what was counted in sets within k. This is
exact; a set of all categories cancels against the total, as it must. Sets that overlap without nesting have no such
form, and become their union.

A row that stands for m sites with n items is given the concentration a' at which one urn has the variance of m
urns of n/m items each: (n + a')/(1 + a') = (n/m + a)/(1 + a). With m >= n the items are independent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.attribution.model import Real, Sightings

Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Urns:
    """Columns for `kernels.log_likelihood`.

    start: int64[U + 1], member: int64[...]: the categories of each distinct set, one after another.
    urns: kind (0 pictures, 1 recoveries), sites and items of each distinct kind of urn; items is 0 where sites is 1,
    because the concentration then does not depend on them.
    terms: urn, set, count in sets within, count, times. totals: urn, count, times.
    """

    start: Index
    member: Index
    kind: Index
    sites: Real
    items: Real
    term_urn: Index
    term_set: Index
    term_before: Real
    term_count: Real
    term_times: Real
    total_urn: Index
    total_count: Real
    total_times: Real

    @property
    def kinds(self) -> NDArray[np.bool_]:
        """Are there pictures, are there recoveries? bool[2]."""
        return np.array([(self.kind == 0).any(), (self.kind == 1).any()])


def nested(members: NDArray[np.bool_], counts: Real) -> list[tuple[bytes, float, float]]:
    """The counted sets of one site as (set, counted within, counted), smallest first, overlaps made unions."""
    table: dict[bytes, float] = {}
    for mask, count in zip(members, counts, strict=True):
        table[mask.tobytes()] = table.get(mask.tobytes(), 0.0) + float(count)
    sets = [(np.frombuffer(key, dtype=np.bool_), count) for key, count in sorted(table.items())]
    joined = True
    while joined:
        joined = False
        for i, (a, _) in enumerate(sets):
            for k in range(i + 1, len(sets)):
                b = sets[k][0]
                common = a & b
                same = bool((a == b).all())
                if same or (common.any() and not (common == a).all() and not (common == b).all()):
                    merged = (a | b, sets[i][1] + sets[k][1])
                    sets = [*sets[:i], *sets[i + 1 : k], *sets[k + 1 :], merged]
                    joined = True
                    break
            if joined:
                break
    sets.sort(key=lambda pair: (int(pair[0].sum()), pair[0].tobytes()))
    return [
        (mask.tobytes(), sum(c for inner, c in sets[:i] if not (inner & ~mask).any()), count)
        for i, (mask, count) in enumerate(sets)
    ]


def urns(sightings: Sightings) -> Urns:
    """The distinct terms of the likelihood of these sightings, in an order of their own."""
    terms: dict[tuple[tuple[int, float, float], bytes, float, float], int] = {}
    totals: dict[tuple[tuple[int, float, float], float], int] = {}
    for counts, recovered, sites in zip(sightings.counts, sightings.recovered, sightings.sites, strict=True):
        seen = counts > 0
        total = float(counts.sum())
        if not seen.any():
            continue
        urn = (int(recovered), float(sites), 0.0 if sites == 1 else total)
        totals[urn, total] = totals.get((urn, total), 0) + 1
        for mask, before, count in nested(sightings.members[seen], counts[seen]):
            key = (urn, mask, before, count)
            terms[key] = terms.get(key, 0) + 1
    kinds = sorted({urn for urn, _ in totals})
    number = {urn: i for i, urn in enumerate(kinds)}
    masks = sorted({key[1] for key in terms})
    place = {mask: i for i, mask in enumerate(masks)}
    listed = [np.flatnonzero(np.frombuffer(mask, dtype=np.bool_)) for mask in masks]
    rows = sorted(terms.items())
    ends = sorted(totals.items())
    return Urns(
        start=np.cumsum([0, *(len(m) for m in listed)], dtype=np.int64),
        member=np.concatenate([*listed, np.zeros(0, np.int64)]).astype(np.int64),
        kind=np.array([u[0] for u in kinds], dtype=np.int64),
        sites=np.array([u[1] for u in kinds], dtype=np.float64),
        items=np.array([u[2] for u in kinds], dtype=np.float64),
        term_urn=np.array([number[key[0]] for key, _ in rows], dtype=np.int64),
        term_set=np.array([place[key[1]] for key, _ in rows], dtype=np.int64),
        term_before=np.array([key[2] for key, _ in rows], dtype=np.float64),
        term_count=np.array([key[3] for key, _ in rows], dtype=np.float64),
        term_times=np.array([times for _, times in rows], dtype=np.float64),
        total_urn=np.array([number[key[0]] for key, _ in ends], dtype=np.int64),
        total_count=np.array([key[1] for key, _ in ends], dtype=np.float64),
        total_times=np.array([times for _, times in ends], dtype=np.float64),
    )
