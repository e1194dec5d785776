"""What the sightings tell apart: channels that look alike, and channels whose shares they teach nothing about.

Invariant: what looks alike is decided from compositions alone, before any count is read.

**Alike.** Two channels are merged and named together where, in at least 90 % of the draws in which both happened, the
total variation distance of their compositions, over what the sources separate at all, is at most `ALIKE`. With distance
v the best guess from one item, which of the two it came by, is right with probability (1 + v)/2 (55 % at 0.1). Clusters
are complete: all members are alike, pair by pair. Within a cluster the split is not told.

**Separated.** Two groups are separated where the sightings narrow the 90 % interval of their log ratio,
log((phi_a + e)/(phi_b + e)), by at least `SHRINKAGE`: shrinkage = 1 - width after/width before. Where shares and
visibilities trade off against each other the interval stays as wide as the prior; this is how a model that is not
identified shows. At the threshold, 0.6, some 1.3 bits have been learnt of the ratio: two even channels under 2,000
independent pictures and sd(log d) = 0.3 (0.51, an interval of 0.57-0.96) are not separated. e is half a percent of the
arsenal: below that a share is printed as next to nothing, and its logarithm may run away without meaning. A group is
separated where the same holds of its share against all the rest, and of the pair with its chief rival. An interval that
moves without narrowing is not separated: `moved` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from takingstock.trace.attribution.model import Channels, Real, Sightings

Sentence = Literal["separated", "not-separated"]

ALIKE = 0.1
"""Total variation distance up to which two channels are one."""
OFTEN = 0.9
"""In at least this part of the draws."""
SHRINKAGE = 0.6
"""The least narrowing of an interval that counts as having learnt something."""
NEXT_TO_NOTHING = 0.005
"""Share of the arsenal below which logarithms are not followed."""
TAILS = (0.05, 0.5, 0.95)


def sentence(separated: bool) -> Sentence:
    """The key of the sentence to print: "not-separated" is "the sightings do not separate these"."""
    return "separated" if separated else "not-separated"


def distances(channels: Channels, sightings: Sightings) -> Real:
    """Total variation distance of each pair of channels per draw, float64[D, C, C], over what sources separate.

    Categories that every source puts into the same observed categories count as one. NaN in a draw in which one of the
    two did not happen: that draw cannot say.
    """
    seen = np.unique(sightings.members, axis=1, return_inverse=True)[1].ravel()
    D, C, _ = channels.composition.shape
    told = np.zeros((D, C, int(seen.max()) + 1))
    for j, s in enumerate(seen):
        told[:, :, s] += channels.composition[:, :, j]
    apart = np.empty((D, C, C))
    for c in range(C):
        apart[:, c] = 0.5 * np.abs(told - told[:, c : c + 1]).sum(axis=2)
    absent = channels.quantity == 0
    return np.where(absent[:, :, None] | absent[:, None, :], np.nan, apart)


def groups(channels: Channels, sightings: Sightings) -> tuple[tuple[int, ...], ...]:
    """Channels that are named together, as positions in `channels.names`, each in one group; in the order of names."""
    each = distances(channels, sightings)
    # Two channels that never happen together in any draw are not alike, they are alternatives.
    each[:, np.isnan(each).all(axis=0)] = 1.0
    apart = np.nanquantile(each, OFTEN, axis=0, method="inverted_cdf")
    order = sorted(range(len(channels.names)), key=lambda c: channels.names[c])
    clusters = [[c] for c in order]
    while True:
        # Complete linkage: the two clusters whose worst pair is nearest.
        best = min(
            (
                (float(apart[np.ix_(a, b)].max()), i, k)
                for i, a in enumerate(clusters)
                for k, b in enumerate(clusters)
                if i < k
            ),
            default=(np.inf, 0, 0),
        )
        if best[0] > ALIKE + 1e-12:
            break
        clusters[best[1]] += clusters.pop(best[2])
    return tuple(sorted(tuple(sorted(cluster)) for cluster in clusters))


def log_ratio(a: Real, b: Real) -> Real:
    """log((a + e)/(b + e)) of two shares."""
    return np.asarray(np.log((a + NEXT_TO_NOTHING) / (b + NEXT_TO_NOTHING)))


def shrinkage(before: Real, after: Real) -> float:
    """1 - width after/width before of the 90 % intervals of two samples; 0 where there was nothing to narrow."""
    low, high = np.quantile(before, (TAILS[0], TAILS[2]))
    width = high - low
    if width <= 1e-9:
        return 0.0
    low_after, high_after = np.quantile(after, (TAILS[0], TAILS[2]))
    return float(1.0 - (high_after - low_after) / width)


@dataclass(frozen=True)
class Pair:
    """Two groups (positions in the answer's groups). first_leads: posterior probability that the first has the larger
    share. shrinkage: of their log ratio."""

    first: int
    second: int
    shrinkage: float
    first_leads: float
    separated: bool

    @property
    def sentence(self) -> Sentence:
        return sentence(self.separated)


@dataclass(frozen=True)
class Estimate:
    """The share of the arsenal that came by one group of channels: prior and posterior, median and 90 % interval.

    names: its channels, more than one where they look alike. shrinkage: of the log odds of the share. moved: the
    posterior median lies outside the prior interval. unseparated: positions of the groups it is not separated from.
    """

    names: tuple[str, ...]
    prior_low: float
    prior: float
    prior_high: float
    low: float
    share: float
    high: float
    shrinkage: float
    moved: bool
    separated: bool
    unseparated: tuple[int, ...]

    @property
    def sentence(self) -> Sentence:
        return sentence(self.separated)


def pairs(before: Real, after: Real) -> tuple[Pair, ...]:
    """Every pair of groups; before and after are samples of the shares, float64[N, groups]."""
    count = after.shape[1]
    found = []
    for a in range(count):
        for b in range(a + 1, count):
            less = shrinkage(log_ratio(before[:, a], before[:, b]), log_ratio(after[:, a], after[:, b]))
            leads = float((after[:, a] > after[:, b]).mean() + 0.5 * (after[:, a] == after[:, b]).mean())
            found.append(Pair(a, b, less, leads, less >= SHRINKAGE))
    return tuple(found)


def estimates(
    names: Sequence[tuple[str, ...]], before: Real, after: Real, compared: Sequence[Pair]
) -> tuple[Estimate, ...]:
    """Prior and posterior of every group."""
    prior = np.quantile(before, TAILS, axis=0)
    posterior = np.quantile(after, TAILS, axis=0)
    found = []
    for g, name in enumerate(names):
        less = shrinkage(log_ratio(before[:, g], 1 - before[:, g]), log_ratio(after[:, g], 1 - after[:, g]))
        others = [(p.second if p.first == g else p.first, p) for p in compared if g in (p.first, p.second)]
        rival = max(others, key=lambda other: (posterior[1, other[0]], -other[0]), default=None)
        found.append(
            Estimate(
                names=name,
                prior_low=float(prior[0, g]),
                prior=float(prior[1, g]),
                prior_high=float(prior[2, g]),
                low=float(posterior[0, g]),
                share=float(posterior[1, g]),
                high=float(posterior[2, g]),
                shrinkage=less,
                moved=not prior[0, g] <= posterior[1, g] <= prior[2, g],
                separated=rival is not None and less >= SHRINKAGE and rival[1].separated,
                unseparated=tuple(sorted(k for k, p in others if not p.separated)),
            )
        )
    return tuple(found)


def summed(share: Real, members: Sequence[tuple[int, ...]]) -> Real:
    """Shares of groups from shares of channels, float64[N, groups]."""
    return np.stack([share[:, list(group)].sum(axis=1) for group in members], axis=1)
