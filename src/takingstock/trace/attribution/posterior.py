"""The answer: what each channel's share of the arsenal is with the sightings, beside what it was without them.

Invariant: an answer exists only where the sampler converged; else `NotConverged` says why, and nothing is estimated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from takingstock.trace.attribution.model import Question, Real
from takingstock.trace.attribution.sampler import Particles, sample
from takingstock.trace.attribution.separation import (
    Estimate,
    Pair,
    Sentence,
    estimates,
    groups,
    log_ratio,
    pairs,
    sentence,
    summed,
)
from takingstock.trace.attribution.target import Target
from takingstock.trace.attribution.urns import Index

ISLANDS = 4
PARTICLES = 400
"""Per island."""
PRIOR = 20_000
"""Size of the sample from which prior intervals are read."""
MOST_RHAT = 1.05
LEAST_ESS = 100.0
MANY_DRAWS = 40
LEAST_DRAWS = 4.0


@dataclass(frozen=True)
class Diagnostics:
    """How far the sampler can be trusted.

    rhat: the worst potential scale reduction over the log odds of the shares and the log likelihood, between islands
    that share nothing (A. Gelman and D. B. Rubin, Statistical Science 7:457, 1992). ess: the least effective sample
    size of a share: variance of the sample over the variance of its mean that the islands show, never more than
    `particles`. draws_left: the effective number of draws of the record that the posterior rests on, of `draws`.
    acceptance: of the moves of coordinates. steps: of the temperature, the most of any island.
    """

    rhat: float
    ess: float
    draws_left: float
    draws: int
    acceptance: float
    steps: int
    particles: int

    @property
    def faults(self) -> tuple[str, ...]:
        """Why there is no answer; empty where there is one."""
        found = []
        if not self.rhat <= MOST_RHAT:
            found.append(f"the islands disagree (R-hat {self.rhat:.3f}, at most {MOST_RHAT}): use more particles")
        if not self.ess >= LEAST_ESS:
            found.append(f"too few effective particles ({self.ess:.0f}, at least {LEAST_ESS:.0f}): use more particles")
        if self.draws >= MANY_DRAWS and self.draws_left < LEAST_DRAWS:
            found.append(
                f"of {self.draws} draws of the record the sightings leave {self.draws_left:.1f}: take more draws, "
                "coarser categories, or a visibility with a residual for each category"
            )
        return tuple(found)


class NotConverged(Exception):
    """The sampler did not converge: there is no answer. `diagnostics` says how far it was from one."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__("; ".join(diagnostics.faults))
        self.diagnostics = diagnostics


@dataclass(frozen=True, eq=False)
class Posterior:
    """Equally weighted particles. Channels and categories are in the question's own order.

    share: float64[N, C], of the arsenal. draw: int64[N], of the record. log_visibility: float64[N, J]. concentration:
    float64[N, 2], of sites in pictures and among recoveries.
    """

    share: Real
    draw: Index
    log_visibility: Real
    concentration: Real


@dataclass(frozen=True, eq=False)
class Attribution:
    """groups: positions of the channels that are named together; estimates: one per group, in that order; pairs: all
    of them; leading: the (at most) two groups of largest posterior median. `sentence` speaks of these two."""

    groups: tuple[tuple[int, ...], ...]
    estimates: tuple[Estimate, ...]
    pairs: tuple[Pair, ...]
    leading: tuple[int, ...]
    diagnostics: Diagnostics
    posterior: Posterior
    seed: int

    @property
    def sentence(self) -> Sentence:
        chief = set(self.leading)
        return sentence(any(p.separated for p in self.pairs if {p.first, p.second} == chief))


def scale_reduction(values: Real) -> tuple[float, float]:
    """R-hat of float64[islands, size], and variance over variance of the overall mean."""
    islands, size = values.shape
    if not np.isfinite(values).all():
        return np.inf, 0.0
    means = values.mean(axis=1)
    between = float(means.var(ddof=1))
    within = float(values.var(axis=1, ddof=1).mean())
    if within <= 1e-18:
        return (1.0, float(islands * size)) if between <= 1e-18 else (np.inf, 0.0)
    rhat = float(np.sqrt((size - 1) / size + between / within))
    return max(rhat, 1.0), min(float(islands * size), islands * within / max(between, 1e-300))


def diagnose(particles: Particles, share: Real, draws: int) -> Diagnostics:
    """Diagnostics of particles whose groups have these shares, float64[islands, size, groups]."""
    checked = [scale_reduction(log_ratio(share[:, :, g], 1 - share[:, :, g])) for g in range(share.shape[2])]
    fit, _ = scale_reduction(particles.log_likelihood)
    held = np.bincount(particles.draw.ravel(), minlength=draws) / particles.draw.size
    return Diagnostics(
        rhat=max(fit, *(rhat for rhat, _ in checked)),
        ess=min(ess for _, ess in checked),
        draws_left=float(1.0 / (held**2).sum()),
        draws=draws,
        acceptance=float(particles.acceptance.mean()),
        steps=int(particles.steps.max()),
        particles=int(particles.draw.size),
    )


def attribute(question: Question, seed: int, islands: int = ISLANDS, particles: int = PARTICLES) -> Attribution:
    """What the sightings add to the record of the channels.

    particles: per island. The answer depends on (question, seed, islands, particles), not on the order of channels,
    sites or categories. Raises `NotConverged` where the sampler did not converge, `model.InvalidInput` where the
    question could not be put.
    """
    canonical = question.canonical()
    target = Target(canonical)
    # Positions of the question's channels and categories in the canonical order.
    channel = np.argsort(np.argsort(np.array(question.channels.names), kind="stable"))
    category = np.argsort(np.argsort(np.array(question.channels.categories), kind="stable"))
    members = groups(question.channels, question.sightings)
    inside = [tuple(sorted(int(channel[c]) for c in group)) for group in members]

    ran = sample(target, seed, islands, particles)
    x = ran.x.reshape(-1, target.dimension)
    draw = ran.draw.ravel()
    share = target.share(x, draw)
    after = summed(share, inside)
    diagnostics = diagnose(ran, after.reshape(islands, particles, -1), target.draws)
    if diagnostics.faults:
        raise NotConverged(diagnostics)

    before = summed(target.share(*target.sample_prior(np.random.default_rng([seed, 1]), PRIOR)), inside)
    compared = pairs(before, after)
    names = [tuple(question.channels.names[c] for c in group) for group in members]
    chief = sorted(range(len(names)), key=lambda g: (-float(np.median(after[:, g])), names[g]))[:2]
    return Attribution(
        groups=members,
        estimates=estimates(names, before, after, compared),
        pairs=compared,
        leading=tuple(chief),
        diagnostics=diagnostics,
        posterior=Posterior(
            share=np.ascontiguousarray(share[:, channel]),
            draw=draw,
            log_visibility=np.ascontiguousarray(target.log_visibility(x)[:, category]),
            concentration=target.concentration(x),
        ),
        seed=seed,
    )
