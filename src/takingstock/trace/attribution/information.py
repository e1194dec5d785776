"""Which further observation would best tell the two leading channels apart.

Invariant: nothing is claimed of an observation whose composition by channel is not given.

**Bits per item.** Let an item come by channel c and show outcome m (a category, a category with its year, its lot, its
import mark). Under one particle the joint probability is p(c, m) ~ phi_c B_cm d_m, and what the outcome tells about the
channel is the mutual information I = sum p(c, m) log2(p(c, m)/(p(c) p(m))) (D. V. Lindley, "On a measure of the
information provided by an experiment", Annals of Mathematical Statistics 27:986, 1956: the expected fall of entropy).
It is averaged over the posterior, once over all groups of channels and once given that the item came by one of the two
leading. It is never negative, 0 for equal compositions, 1 bit for two disjoint ones at even odds.

**Narrowing.** Bits per item do not see that pictures are biased in a way that more pictures do not cure. So each
observation is also made in thought `items` times at `sites` sites: particles are drawn, outcomes from their urns,
and each outcome weighs all particles anew (preposterior simulation). Reported is the expected width of the 90 %
interval of the leading group's share, and of the first's part of the two leading groups together. The ranking is by
the latter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.attribution.model import InvalidInput, Real
from takingstock.trace.attribution.posterior import Attribution
from takingstock.trace.attribution.separation import summed
from takingstock.trace.attribution.urns import Index

THINNED = 1024
"""Particles that are weighed; more cost time and change little."""
THOUGHT = 48
"""Outcomes that are simulated per kind of observation."""


@dataclass(frozen=True, eq=False)
class Observation:
    """A kind of observation that could still be made.

    composition: float64[C, M], or float64[D, C, M] by draw of the record: outcomes of an item of each channel, rows sum
    to 1. category: int64[M], the category of the attribution to which each outcome belongs, by which it is visible;
    None where `recovered`. recovered: physical recovery, where all items are seen alike (d = 1).
    """

    name: str
    composition: Real
    category: Index | None = None
    recovered: bool = False

    def __post_init__(self) -> None:
        composition = np.asarray(self.composition, dtype=np.float64)
        if composition.ndim == 2:
            composition = composition[None]
        object.__setattr__(self, "composition", composition)
        if composition.ndim != 3 or not np.allclose(composition.sum(axis=2), 1.0, atol=1e-6) or (composition < 0).any():
            raise InvalidInput(
                f"{self.name}: composition must be [channels, outcomes] or [draws, ...], rows summing to 1"
            )
        if self.category is not None:
            object.__setattr__(self, "category", np.asarray(self.category, dtype=np.int64))
        if not self.recovered and (self.category is None or len(self.category) != composition.shape[2]):
            raise InvalidInput(f"{self.name}: each outcome needs its category, by which it comes into pictures or not")


@dataclass(frozen=True)
class Gain:
    """What one kind of observation promises.

    bits: per item, about all groups; bits_leading: given that the item came by one of the two leading. width, expected:
    of the 90 % interval of the leading group's share now, and after `items` items; pair_width, pair_expected: of the
    first's part of the two leading. narrows, pair_narrows: now over expected, above 1 where it helps.
    """

    observation: str
    bits: float
    bits_leading: float
    items: int
    width: float
    expected: float
    pair_width: float
    pair_expected: float

    @property
    def narrows(self) -> float:
        return self.width / self.expected if self.expected > 0 else 1.0

    @property
    def pair_narrows(self) -> float:
        return self.pair_width / self.pair_expected if self.pair_expected > 0 else 1.0


def mutual_information(joint: Real) -> Real:
    """In bits, of joint float64[..., C, M] (any scale): float64[...]."""
    whole = joint.sum(axis=(-2, -1), keepdims=True)
    # A particle in which neither channel brought anything has nothing to be told apart.
    joint = np.divide(joint, whole, out=np.zeros_like(joint), where=whole > 0)
    product = joint.sum(axis=-1, keepdims=True) * joint.sum(axis=-2, keepdims=True)
    ratio = np.divide(joint, product, out=np.ones_like(joint), where=joint > 0)
    # Rounding may leave -1e-17 where there is no information.
    return np.asarray(np.maximum((joint * np.log2(ratio)).sum(axis=(-2, -1)), 0.0))


def joint_probability(attribution: Attribution, observation: Observation, chosen: NDArray[np.int64]) -> Real:
    """p(group, outcome) per chosen particle, float64[N, groups, M]."""
    posterior = attribution.posterior
    composition = observation.composition
    draw = posterior.draw[chosen] if len(composition) > 1 else np.zeros(len(chosen), np.int64)
    joint = composition[draw] * posterior.share[chosen][:, :, None]
    if not observation.recovered:
        joint = joint * np.exp(posterior.log_visibility[chosen][:, observation.category])[:, None, :]
    joint = np.stack([joint[:, list(group)].sum(axis=1) for group in attribution.groups], axis=1)
    return np.asarray(joint / joint.sum(axis=(1, 2), keepdims=True))


def weighted_width(values: Real, weights: Real) -> Real:
    """Width of the 90 % interval of values float64[N] under each row of weights float64[O, N]."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    ends = np.cumsum(weights[:, order], axis=1)
    # The middle of each step, so that even weights give the quantiles of the plain sample.
    ends = (ends - 0.5 * weights[:, order]) / ends[:, -1:]
    return np.array([np.diff(np.interp((0.05, 0.95), row, ranked))[0] for row in ends])


def strengths(attribution: Attribution, recovered: bool, items: int, sites: float, chosen: NDArray[np.int64]) -> Real:
    """Concentration of the urn of `items` at `sites` sites per particle, float64[N]; inf: independent items."""
    from takingstock.trace.attribution import kernels

    concentration = attribution.posterior.concentration[chosen, int(recovered)]
    return np.array([kernels.pooled(float(a), sites, float(items)) for a in concentration])


def gains(
    attribution: Attribution, observations: Sequence[Observation], items: int = 50, sites: float = 10.0, seed: int = 0
) -> tuple[Gain, ...]:
    """What each observation promises, best first; with less than two groups there is nothing to tell apart: ().

    sites: at how many sites the `items` are found, a stated assumption. All kinds are tried on the same particles.
    """
    if len(attribution.leading) < 2:
        return ()
    shares = summed(attribution.posterior.share, attribution.groups)
    for observation in observations:
        if observation.composition.shape[1] != attribution.posterior.share.shape[1]:
            raise InvalidInput(f"{observation.name}: composition must have one row per channel of the question")
    rng = np.random.default_rng([seed, 2])
    chosen = np.sort(rng.permutation(len(shares))[:THINNED])
    thought = rng.integers(0, len(chosen), THOUGHT)
    first, second = attribution.leading
    share = shares[chosen, first]
    part = share / np.maximum(share + shares[chosen, second], 1e-300)
    even = np.full((1, len(chosen)), 1.0)
    width, pair_width = float(weighted_width(share, even)[0]), float(weighted_width(part, even)[0])
    found = []
    for observation in observations:
        joint = joint_probability(attribution, observation, chosen)
        strength = strengths(attribution, observation.recovered, items, sites, chosen)
        weights = preposterior(joint.sum(axis=1), strength, thought, items, np.random.default_rng([seed, 3]))
        found.append(
            Gain(
                observation=observation.name,
                bits=float(mutual_information(joint).mean()),
                bits_leading=float(mutual_information(joint[:, [first, second]]).mean()),
                items=items,
                width=width,
                expected=float(weighted_width(share, weights).mean()),
                pair_width=pair_width,
                pair_expected=float(weighted_width(part, weights).mean()),
            )
        )
    return tuple(sorted(found, key=lambda gain: (-gain.pair_narrows, -gain.bits_leading, gain.observation)))


def preposterior(
    probability: Real, strength: Real, thought: NDArray[np.int64], items: int, rng: np.random.Generator
) -> Real:
    """Weights of all particles after each outcome thought of, float64[O, N], rows summing to 1.

    probability: float64[N, M], outcomes under each particle; thought: the particles from which outcomes are drawn.
    """
    from takingstock.trace.attribution import kernels

    drawn = np.empty((len(thought), probability.shape[1]))
    for o, i in enumerate(thought):
        p = probability[i]
        if np.isfinite(strength[i]):
            gamma = rng.gamma(strength[i] * p)
            # A concentration so small that every gamma variate vanishes: one outcome has it all.
            p = gamma / gamma.sum() if gamma.sum() > 0 else rng.multinomial(1, p).astype(np.float64)
        drawn[o] = rng.multinomial(items, p / p.sum())
    log_weight = np.empty((len(thought), len(strength)))
    kernels.outcome_likelihood(np.ascontiguousarray(probability), strength, drawn, log_weight)
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))
