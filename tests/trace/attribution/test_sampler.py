"""The sampler against weighed draws from the prior, and against worlds that the prior itself made."""

import numpy as np
import pytest
from problems import two_channels, world

from takingstock.trace.attribution.sampler import sample
from takingstock.trace.attribution.target import Target


def weighed(question, size=150_000, seed=5):
    """Shares and weights of draws from the prior: slow, exact, and blind to every trick of the sampler."""
    target = Target(question)
    x, draw = target.sample_prior(np.random.default_rng(seed), size)
    log_weight = target.log_likelihood(x, draw)
    weight = np.exp(log_weight - log_weight.max())
    return target, target.share(x, draw), draw, weight / weight.sum()


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_agrees_with_weighed_draws_from_the_prior(seed):
    question, _ = world(np.random.default_rng(seed))
    target, share, draw, weight = weighed(question)
    assert 1 / (weight**2).sum() > 1500
    ran = sample(target, 7, 4, 512)
    x, drawn = ran.x.reshape(-1, target.dimension), ran.draw.ravel()
    got = target.share(x, drawn)
    for c in range(target.channels):
        order = np.argsort(share[:, c])
        # Probabilities, not quantiles: a channel that may not have happened has an atom at 0.
        levels = np.interp([0.05, 0.25, 0.5, 0.75, 0.95], np.cumsum(weight[order]), share[order, c])
        below = [(got[:, c] <= level).mean() for level in levels]
        assert below == pytest.approx([weight[share[:, c] <= level].sum() for level in levels], abs=0.05)
    exact = np.bincount(draw, weights=weight, minlength=target.draws)
    held = np.bincount(drawn, minlength=target.draws) / len(drawn)
    assert held == pytest.approx(exact, abs=0.06)


def test_calibrated_on_worlds_from_the_prior():
    """Simulation-based calibration: ranks of the truth among particles are uniform, 90 % intervals hold it 90 %."""
    rng = np.random.default_rng(11)
    ranks = []
    for i in range(150):
        question, truth = world(rng)
        target = Target(question)
        ran = sample(target, i, 1, 192)
        share = target.share(ran.x.reshape(-1, target.dimension), ran.draw.ravel())[:, -1]
        # Ties (a channel that did not happen) are broken at random.
        ranks.append((share < truth[-1]).mean() + rng.random() * (share == truth[-1]).mean())
    ranks = np.array(ranks)
    covered = ((ranks > 0.05) & (ranks < 0.95)).mean()
    # Binomial(150, 0.9): 0.9 +- 2.6 standard deviations.
    assert 0.836 < covered < 0.964
    bins = np.histogram(ranks, 10, (0, 1))[0]
    # 27.9: one in a thousand of a chi-square with 9 degrees of freedom.
    assert ((bins - 15.0) ** 2 / 15.0).sum() < 27.9


def test_the_same_seed_gives_the_same_particles_and_another_seed_others():
    target = Target(two_channels([[5.0, 3.0], [2.0, 9.0]], sd=0.3))
    a, b, c = sample(target, 1, 2, 64), sample(target, 1, 2, 64), sample(target, 2, 2, 64)
    assert np.array_equal(a.x, b.x)
    assert not np.array_equal(a.x, c.x)
    assert not np.array_equal(a.x[0], a.x[1])


def test_the_move_to_another_draw_is_its_own_inverse():
    question, _ = world(np.random.default_rng(3))
    target = Target(question)
    rng = np.random.default_rng(0)
    x, old = target.sample_prior(rng, 50)
    new = rng.integers(0, target.draws, 50)
    assert target.draws > 1
    for keep in (False, True):
        for answered in (False, True):
            there = target.moved(x, old, new, keep, answered)
            assert target.moved(there, new, old, keep, answered) == pytest.approx(x, abs=1e-9)


def test_nothing_seen_leaves_the_prior():
    target = Target(two_channels(np.zeros((1, 2)), sd=0.5))
    ran = sample(target, 3, 4, 256)
    share = target.share(ran.x.reshape(-1, target.dimension), ran.draw.ravel())[:, 0]
    assert np.quantile(share, [0.05, 0.5, 0.95]) == pytest.approx([0.05, 0.5, 0.95], abs=0.05)
