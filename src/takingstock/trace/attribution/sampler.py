"""Sequential Monte Carlo from the prior to the posterior, on islands that do not know of each other.

Invariant: the same seed gives the same particles. Islands are independent, so that their disagreement measures the
error of the whole.

Each island takes its particles from the prior through likelihood^t, t from 0 to 1, each step so large that half of the
effective sample remains (P. Del Moral, A. Doucet, A. Jasra, "Sequential Monte Carlo samplers", J. R. Stat. Soc. B
68:411, 2006), resamples, and moves the particles by Metropolis steps until they have forgotten where they were. Two
moves take turns: of the coordinates, a Crank-Nicolson proposal that leaves the Student t fitted to the particles
invariant (far steps where the posterior is nearly normal, heavy tails where it is not; S. L. Cotter et al., "MCMC
methods for functions", Statistical Science 28:424, 2013, for the normal case); and of the draw of the record, which is
a number without a neighbour and rules out samplers that need a gradient or a metric. That is why this is not left to a
library.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from takingstock.trace.attribution.model import Real
from takingstock.trace.attribution.target import Target
from takingstock.trace.attribution.urns import Index

ROUNDS = 8
"""How often, at most, the proposal is fitted anew once t = 1, until the particles spread no further."""

TAIL = 5.0
"""Degrees of freedom of the fitted Student t."""


@dataclass(frozen=True, eq=False)
class Particles:
    """x float64[islands, size, dimension], draw int64[islands, size], log_likelihood float64[islands, size];
    acceptance of the coordinate moves at t = 1, and steps of t, per island."""

    x: Real
    draw: Index
    log_likelihood: Real
    acceptance: Real
    steps: Index


@dataclass
class Island:
    """One population on its way. `step` is the size of the Crank-Nicolson move, adapted to acceptance: up to 1 how far
    the proposal forgets where it comes from, above 1 how much wider it is than the particles, which resampling may have
    left too close together. `held`: the share of the particles that held each draw when this round began."""

    target: Target
    rng: Generator
    x: Real
    draw: Index
    log_likelihood: Real
    log_prior: Real
    t: float = 0.0
    step: float = 0.6
    acceptance: float = 1.0
    held: Real = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def at_prior(cls, target: Target, rng: Generator, size: int) -> Island:
        x, draw = target.sample_prior(rng, size)
        return cls(target, rng, x, draw, target.log_likelihood(x, draw), target.log_prior(x))

    def reweight(self) -> None:
        """Go on to the t at which half of the effective sample remains, and resample."""
        size = len(self.x)
        best = self.log_likelihood.max()

        def weights(t: float) -> Real:
            with np.errstate(invalid="ignore"):
                w = np.exp((t - self.t) * (self.log_likelihood - best))
            return np.asarray(np.where(np.isfinite(self.log_likelihood), w, 0.0))

        def left(t: float) -> float:
            w = weights(t)
            return float(w.sum() ** 2 / (w**2).sum())

        # What could not be seen at all has no weight at any t > 0.
        goal = 0.5 * float(np.isfinite(self.log_likelihood).sum())
        low, high = self.t, 1.0
        if left(1.0) < goal:
            for _ in range(40):
                middle = 0.5 * (low + high)
                low, high = (middle, high) if left(middle) >= goal else (low, middle)
            high = max(low, np.nextafter(self.t, 1.0))
        w = weights(high)
        self.t = high
        ends = np.cumsum(w)
        chosen = np.searchsorted(ends, (np.arange(size) + self.rng.random()) * ends[-1] / size, side="right")
        chosen = np.minimum(chosen, np.flatnonzero(w)[-1])
        self.x, self.draw = self.x[chosen], self.draw[chosen]
        self.log_likelihood, self.log_prior = self.log_likelihood[chosen], self.log_prior[chosen]

    def fit(self) -> tuple[Real, Real, Real]:
        """Centre, Cholesky factor and its inverse of the Student t fitted to the particles."""
        # Sums without BLAS, here and below: its order of adding may follow the number of threads.
        size, dimension = self.x.shape
        centre = self.x.mean(axis=0)
        spread = np.einsum("ni,nj->ij", self.x - centre, self.x - centre) / (size - 1)
        # Few particles and many coordinates: shrink to the diagonal, or the factor follows noise.
        shrink = min(0.9, (dimension + 2.0) / size)
        scale = np.diag(np.diag(spread) + 1e-9)
        factor = np.linalg.cholesky((1 - shrink) * spread + shrink * scale)
        return centre, factor, np.linalg.inv(factor)

    def move_coordinates(self, centre: Real, factor: Real, inverse: Real) -> float:
        """One Crank-Nicolson move of every particle; the share that was accepted."""
        size, dimension = self.x.shape
        step, wide = min(self.step, 0.98), max(self.step, 1.0)
        half = 0.5 * (dimension + TAIL)
        off = self.x - centre
        length = (np.einsum("nj,ij->ni", off, inverse) ** 2).sum(axis=1) / wide**2
        mix = 0.5 * (TAIL + length) / self.rng.standard_gamma(half, size)
        noise = np.einsum("nj,ij->ni", self.rng.standard_normal((size, dimension)), wide * factor)
        new = centre + np.sqrt(1 - step**2) * off + step * np.sqrt(mix)[:, None] * noise
        length_new = (np.einsum("nj,ij->ni", new - centre, inverse) ** 2).sum(axis=1) / wide**2
        prior, likelihood = self.target.log_prior(new), self.target.log_likelihood(new, self.draw)
        # Target over Student t, new against old.
        ratio = half * (np.log1p(length_new / TAIL) - np.log1p(length / TAIL))
        accepted = self.decide(ratio, new, self.draw, prior, likelihood)
        self.step = float(np.clip(self.step * np.exp(0.7 * (accepted - 0.3)), 0.05, 3.0))
        return accepted

    def move_draw(self, keep: bool, answered: bool) -> None:
        """Propose another draw of the record for every particle, see `Target.moved`."""
        size, draws = len(self.x), self.target.draws
        # Half from all draws, half from those that the particles held when the round began.
        chance = 0.5 / draws + 0.5 * self.held
        ends = np.cumsum(chance)
        new = np.minimum(np.searchsorted(ends, self.rng.random(size) * ends[-1], side="right"), draws - 1)
        x = self.target.moved(self.x, self.draw, new, keep, answered)
        prior, likelihood = self.target.log_prior(x), self.target.log_likelihood(x, new)
        self.decide(np.log(chance[self.draw]) - np.log(chance[new]), x, new, prior, likelihood)

    def decide(self, ratio: Real, x: Real, draw: Index, prior: Real, likelihood: Real) -> float:
        """Metropolis: accept with probability exp(ratio) times target over target; the share accepted."""
        rise = ratio + prior - self.log_prior + self.t * (likelihood - self.log_likelihood)
        yes = np.log1p(-self.rng.random(len(rise))) < rise
        self.x = np.where(yes[:, None], x, self.x)
        self.draw = np.where(yes, draw, self.draw)
        self.log_prior = np.where(yes, prior, self.log_prior)
        self.log_likelihood = np.where(yes, likelihood, self.log_likelihood)
        return float(yes.mean())

    def move(self, far: float, most: int) -> float:
        """Move until, in every coordinate, the correlation with the start is below 1 - far, but at most so often; by
        how much the particles lie wider apart than before (mean log ratio)."""
        centre, factor, inverse = self.fit()
        self.held = np.bincount(self.draw, minlength=self.target.draws) / len(self.draw)
        start = self.x - self.x.mean(axis=0)
        norm = start.std(axis=0) + 1e-12
        total = 0.0
        for turn in range(1, most + 1):
            total += self.move_coordinates(centre, factor, inverse)
            if self.target.draws > 1:
                self.move_draw(keep=turn % 2 == 0, answered=turn % 4 > 0)
            self.acceptance = total / turn
            now = self.x - self.x.mean(axis=0)
            memory = (start * now).mean(axis=0) / (norm * (now.std(axis=0) + 1e-12))
            if memory.max() < 1 - far and turn > 1:
                break
        return float(np.log((self.x.std(axis=0) + 1e-12) / norm).mean())

    def run(self) -> int:
        """From the prior to the posterior; the number of steps of t."""
        steps = 0
        while self.t < 1.0:
            self.reweight()
            steps += 1
            if self.t < 1.0:
                self.move(far=0.5, most=8)
        for _ in range(ROUNDS):
            if self.move(far=0.7, most=16) < 0.05:
                break
        return steps


def sample(target: Target, seed: int, islands: int, size: int) -> Particles:
    """Particles of the posterior, equally weighted: `islands` independent populations of `size`, two at a time.

    The answer does not depend on how many run at a time: each has a generator of its own.
    """

    def populate(child: np.random.SeedSequence) -> tuple[Island, int]:
        island = Island.at_prior(target, np.random.Generator(np.random.PCG64(child)), size)
        # Where nothing that was seen could be under any particle there is nothing to run; the caller refuses.
        return island, island.run() if np.isfinite(island.log_likelihood).any() else 0

    # Likelihoods run without the interpreter's lock; more than two threads would wait for it.
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(populate, np.random.SeedSequence(seed).spawn(islands)))
    return Particles(
        x=np.stack([island.x for island, _ in done]),
        draw=np.stack([island.draw for island, _ in done]),
        log_likelihood=np.stack([island.log_likelihood for island, _ in done]),
        acceptance=np.array([island.acceptance for island, _ in done]),
        steps=np.array([steps for _, steps in done], dtype=np.int64),
    )
