"""The likelihood of sightings against sums over everything that a vague category may be."""

import itertools
import math

import numpy as np
import pytest

from takingstock.trace.attribution.kernels import log_likelihood, pooled, rising
from takingstock.trace.attribution.model import Sightings
from takingstock.trace.attribution.urns import urns

PI = np.array([0.1, 0.2, 0.3, 0.4])


def likelihood(sightings, concentration, pi=PI, log_visibility=None):
    """Log likelihood with one channel of composition pi."""
    u = urns(sightings)
    out = np.zeros(1)
    seen = np.zeros((1, len(pi))) if log_visibility is None else np.asarray(log_visibility)[None]
    log_likelihood(
        np.ones((1, 1)), np.zeros(1, np.int64), pi[None, None], seen, np.full((1, 2), float(concentration)),
        u.start, u.member, u.kind, u.sites, u.items, u.term_urn, u.term_set, u.term_before, u.term_count,
        u.term_times, u.total_urn, u.total_count, u.total_times, out,
    )  # fmt: skip
    return out[0]


def sequence(counts, a, pi=PI):
    """Probability of one ordered sequence of items with these counts by category, all told."""
    top = math.prod(math.gamma(a * p + n) / math.gamma(a * p) for p, n in zip(pi, counts, strict=True))
    return math.gamma(a) / math.gamma(a + sum(counts)) * top


def enumerated(members, counts, a):
    """The same where item i is only known to be in a set: the sum over all it may be."""
    items = [np.flatnonzero(mask) for mask, n in zip(members, counts, strict=True) for _ in range(int(n))]
    return sum(sequence(np.bincount(choice, minlength=4), a) for choice in itertools.product(*items))


@pytest.mark.parametrize("a", [0.4, 3.0, 40.0])
@pytest.mark.parametrize(
    ("sets", "counts"),
    [
        ([[0], [1], [2], [3]], [1, 0, 2, 1]),
        ([[0], [1], [0, 1]], [2, 1, 2]),
        ([[0], [0, 1], [0, 1, 2], [3]], [1, 2, 1, 2]),
        ([[0, 1], [2, 3], [0, 1, 2, 3]], [2, 1, 3]),
        ([[1], [2, 3], [1, 2, 3]], [1, 1, 2]),
    ],
)
def test_nested_vague_categories_are_exact(sets, counts, a):
    members = np.array([[j in s for j in range(4)] for s in sets])
    members = np.vstack([members, np.ones(4, bool)])
    counts = [*counts, 0]
    got = likelihood(Sightings(np.array([counts], float), members, False, 1.0), a)
    assert got == pytest.approx(math.log(enumerated(members, counts, a)), abs=1e-9)


def test_sets_that_overlap_without_nesting_count_as_their_union():
    members = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]], bool)
    union = np.array([[1, 1, 1, 0], [0, 0, 0, 1]], bool)
    overlapping = likelihood(Sightings(np.array([[2.0, 3, 1]]), members, False, 1.0), 2.0)
    joined = likelihood(Sightings(np.array([[5.0, 1]]), union, False, 1.0), 2.0)
    assert overlapping == pytest.approx(joined, abs=1e-12)


def test_an_item_that_may_be_anything_says_nothing():
    members = np.vstack([np.eye(4, dtype=bool), np.ones(4, bool)])
    some = likelihood(Sightings(np.array([[3.0, 1, 0, 2, 0]]), members, False, 1.0), 2.0)
    more = likelihood(Sightings(np.array([[3.0, 1, 0, 2, 9]]), members, False, 1.0), 2.0)
    assert more == pytest.approx(some, abs=1e-9)


def test_items_of_as_many_sites_are_independent():
    got = likelihood(Sightings.separate([[5.0, 1, 0, 4]], sites=10), 0.5)
    assert got == pytest.approx(5 * math.log(0.1) + math.log(0.2) + 4 * math.log(0.4), abs=1e-9)


@pytest.mark.parametrize(("sites", "items", "a"), [(4.0, 40.0, 2.0), (10.0, 1832.0, 0.3)])
def test_a_pooled_row_has_the_variance_of_its_sites(sites, items, a):
    each = items / sites
    one = pooled(a, sites, items)
    assert (items + one) / (1 + one) == pytest.approx((each + a) / (1 + a))
    assert pooled(a, 1.0, items) == a


def test_pictures_go_through_visibility_and_recoveries_do_not():
    seen = np.log([1.0, 1.0, 1.0, 6.0])
    counts = [[1.0, 2, 0, 3]]
    biased = PI * np.exp(seen) / (PI * np.exp(seen)).sum()
    picture = likelihood(Sightings.separate(counts), 3.0, log_visibility=seen)
    recovery = likelihood(Sightings.separate(counts, recovered=True), 3.0, log_visibility=seen)
    assert picture == pytest.approx(likelihood(Sightings.separate(counts), 3.0, biased), abs=1e-9)
    assert recovery == pytest.approx(likelihood(Sightings.separate(counts), 3.0), abs=1e-9)
    assert abs(picture - recovery) > 0.1


@pytest.mark.parametrize("a", [1e-20, 0.3, 7.99, 8.0, 50.0, 1e5])
@pytest.mark.parametrize("count", [1.0, 2.5, 16.0, 17.0, 122.0, 2000.0])
def test_rising_factorials_against_the_library(a, count):
    assert rising(a, count) == pytest.approx(math.lgamma(a + count) - math.lgamma(a), rel=1e-10, abs=1e-8)


def test_the_order_of_sites_and_observed_categories_is_not_seen():
    rng = np.random.default_rng(4)
    counts = rng.poisson(1.0, (12, 5)).astype(float)
    members = np.vstack([np.eye(4, dtype=bool), [0, 0, 1, 1]])
    rows, columns = rng.permutation(12), rng.permutation(5)
    a = likelihood(Sightings(counts, members, False, 1.0), 2.0)
    b = likelihood(Sightings(counts[rows][:, columns], members[columns], False, 1.0), 2.0)
    assert a == b


@pytest.mark.parametrize("a", [1e8, 1.01e8, 1e12, 1e100])
def test_huge_concentrations_are_independence_and_not_rounding(a):
    exact = sum(math.log1p(k / a) for k in range(2000)) + 2000 * math.log(a)
    assert rising(a, 2000.0) == pytest.approx(exact, abs=1e-5)
