"""Small questions for these tests, and worlds drawn from the prior itself."""

import numpy as np

from takingstock.trace.attribution.model import Assumptions, Channels, Question, Sightings, Visibility
from takingstock.trace.attribution.target import Target


def two_channels(counts, sd=0.0, composition=((0.8, 0.2), (0.1, 0.9)), recovered=False, sites=1.0, shape=1.0):
    """Channels a and b, each an even Gamma a priori: with shape 1 the share of a is uniform on (0, 1)."""
    composition = np.asarray(composition, dtype=float)
    J = composition.shape[1]
    return Question(
        Channels(("a", "b"), tuple(f"k{j}" for j in range(J)), np.ones((1, 2)), composition[None]),
        Sightings.separate(counts, recovered, sites),
        Visibility.free(J, sd),
        Assumptions(record_shape=shape),
    )


def world(rng):
    """A question whose sightings are simulated from a truth drawn from its prior; and the true shares."""
    C, J, P, D = int(rng.integers(2, 4)), int(rng.integers(3, 5)), int(rng.integers(0, 3)), int(rng.integers(1, 6))
    S = int(rng.integers(3, 12))
    names = tuple(f"c{c}" for c in range(C))
    composition = rng.dirichlet(np.full(J, 0.7), (D, C))
    composition[:, -1] = 1 / J
    quantity = rng.lognormal(3, 0.7, (D, C))
    if C > 2 and D > 1:
        quantity[0, 0] = 0.0
    if rng.random() < 0.5:
        quantity[:, -1] = np.nan
    # A source that does not separate the last two categories, beside one that does.
    members = np.vstack([np.eye(J, dtype=bool), np.arange(J) >= J - 2])
    recovered = rng.random(S) < 0.3
    visibility = Visibility(rng.normal(size=(J, P)), np.full(P, 0.5))
    channels = Channels(names, tuple(f"k{j}" for j in range(J)), quantity, composition)
    counts = np.zeros((S, J + 1))
    # One sighting of each kind, so that the prior has all of its coordinates.
    both = Sightings(np.vstack([members[:1].sum() * np.eye(J + 1)[0]] * 2), members, np.array([False, True]), 1.0)
    target = Target(Question(channels, both, visibility))
    x, draw = target.sample_prior(rng, 1)
    share = target.share(x, draw)[0]
    mixed = share @ composition[draw[0]]
    for s in range(S):
        seen = mixed * (1.0 if recovered[s] else np.exp(target.log_visibility(x)[0]))
        strength = target.concentration(x)[0, int(recovered[s])]
        gamma = rng.gamma(strength * seen / seen.sum()) + 1e-300
        items = rng.multinomial(int(rng.integers(1, 30)), gamma / gamma.sum())
        for j, n in enumerate(items):
            vague = rng.binomial(n, 0.3) if j >= J - 2 else 0
            counts[s, j] += n - vague
            counts[s, J] += vague
    return Question(channels, Sightings(counts, members, recovered, 1.0), visibility), share
