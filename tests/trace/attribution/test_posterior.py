"""What is claimed of attribution: how little pictures say, what goes wrong without it, that order decides nothing."""

from dataclasses import replace

import numpy as np
import pytest
from problems import two_channels, world

from takingstock.trace.attribution.model import Assumptions, Channels, Question, Sightings, Visibility
from takingstock.trace.attribution.posterior import Diagnostics, NotConverged, attribute, scale_reduction

TRUTH = 0.82
A, B = np.array([0.8, 0.2]), np.array([0.1, 0.9])


def interval(estimate):
    return [estimate.low, estimate.high]


def test_two_different_arsenals_can_look_the_same():
    """phi = (0.9, 0.1) and (0.1, 0.9) with d of their own: the same pi to the last digit."""
    first, second = 0.9 * A + 0.1 * B, 0.1 * A + 0.9 * B
    d = first / second
    seen = d * second / (d * second).sum()
    assert seen == pytest.approx(first / first.sum(), abs=1e-15)


def test_with_free_visibility_the_sightings_separate_nothing():
    answer = attribute(two_channels(np.round(2000 * (TRUTH * A + (1 - TRUTH) * B))[None], sd=5.0, sites=2000), 1)
    assert answer.sentence == "not-separated"
    assert not any(e.separated for e in answer.estimates)
    assert answer.estimates[0].shrinkage < 0.15
    assert interval(answer.estimates[0]) == pytest.approx([0.05, 0.95], abs=0.04)


@pytest.mark.parametrize(
    ("sd", "low", "high", "separated"), [(0.0, 0.79, 0.84, True), (0.3, 0.57, 0.95, False), (0.7, 0.27, 0.96, False)]
)
def test_what_2000_pictures_say_under_three_priors_of_visibility(sd, low, high, separated):
    """The figures of the method's text. The set-up is ours: two channels, uniform prior of the share; two categories,
    compositions (0.8, 0.2) and (0.1, 0.9); true share 0.82, counts at their expectation, items independent; a
    log d ~ N(0, sd) for each category. The figures come out within 0.02."""
    counts = np.round(2000 * (TRUTH * A + (1 - TRUTH) * B))[None]
    first = attribute(two_channels(counts, sd=sd, sites=2000), 1).estimates[0]
    assert interval(first) == pytest.approx([low, high], abs=0.02)
    assert first.separated is separated


def test_counting_what_is_seen_answers_another_question():
    """Truth 0.5, goods of channel a 49 times as visible: of the seen, 0.98 are of a. Sixty recoveries put it right."""
    pictures, recoveries = np.array([3920.0, 80.0]), np.array([30.0, 30.0])
    disjoint = ((1.0, 0.0), (0.0, 1.0))
    plain = (1 + pictures[0]) / (2 + pictures.sum())
    assert plain == pytest.approx(0.98, abs=0.001)
    without = attribute(two_channels(pictures[None], sd=2.0, composition=disjoint, sites=4000), 1).estimates[0]
    both = two_channels(
        np.stack([pictures, recoveries]), 2.0, disjoint, recovered=np.array([False, True]), sites=np.array([4000, 60])
    )
    anchored = attribute(both, 1).estimates[0]
    assert without.low < 0.5 < without.high
    assert not without.separated
    assert anchored.share == pytest.approx(0.5, abs=0.05)
    assert 0.35 < anchored.low < 0.5 < anchored.high < 0.65
    assert anchored.separated


def test_one_cache_of_one_make_is_one_site():
    """122 machine guns in one cache move the share by less than a third of what 122 sites with one each do."""
    sites = np.array([[1.0, 1.0]] * 30)
    cache = np.vstack([sites, [[122.0, 0.0]]])
    apart = np.vstack([sites, [[1.0, 0.0]] * 122])
    disjoint = ((0.95, 0.05), (0.05, 0.95))
    alone, cached, spread = (
        attribute(two_channels(c, composition=disjoint), 1).estimates[0] for c in (sites, cache, apart)
    )
    assert alone.share == pytest.approx(0.5, abs=0.03)
    assert spread.share - alone.share > 0.3
    assert 0 < cached.share - alone.share < 0.1


def test_a_pooled_row_says_less_the_fewer_sites_it_is_said_to_stand_for():
    widths = []
    for sites in (2.0, 20.0, 200.0):
        first = attribute(two_channels([[120.0, 80.0]], sites=sites), 1).estimates[0]
        widths.append(first.high - first.low)
    assert widths[0] > 1.3 * widths[1] > 1.69 * widths[2]


def test_channels_that_look_alike_are_named_together():
    composition = np.array([[[0.8, 0.2], [0.1, 0.9], [0.75, 0.25]]])
    question = Question(
        Channels(("b", "c", "a"), ("x", "y"), np.array([[10.0, 20.0, 10.0]]), composition),
        Sightings.separate([[600.0, 400.0]], sites=1000),
        Visibility.free(2, 0.0),
    )
    answer = attribute(question, 1)
    assert answer.groups == ((0, 2), (1,))
    assert [e.names for e in answer.estimates] == [("b", "a"), ("c",)]
    assert sum(e.prior for e in answer.estimates) == pytest.approx(1.0, abs=1e-9)
    assert answer.estimates[0].separated


def test_the_prior_is_the_record():
    """Recorded 300 and 100, surely, with nothing seen: three quarters, and twice the record is not more certain."""
    question = Question(
        Channels(("a", "b"), ("x", "y"), np.array([[300.0, 100.0]]), np.array([[[0.9, 0.1], [0.2, 0.8]]])),
        Sightings.separate(np.zeros((1, 2))),
        Visibility.free(2, 0.3),
        Assumptions(record_shape=400.0),
    )
    answer = attribute(question, 1)
    assert answer.estimates[0].prior == pytest.approx(0.75, abs=0.005)
    assert answer.estimates[0].share == pytest.approx(0.75, abs=0.01)
    assert answer.sentence == "not-separated"


def test_unrecorded_has_its_stated_broad_prior():
    question = Question(
        Channels(("a", "unrecorded"), ("x", "y"), np.array([[300.0, np.nan]]), np.array([[[0.9, 0.1], [0.5, 0.5]]])),
        Sightings.separate(np.zeros((1, 2))),
        Visibility.free(2, 0.3),
        Assumptions(record_shape=1e6),
    )
    unrecorded = attribute(question, 1).estimates[1]
    assert [unrecorded.prior_low, unrecorded.prior_high] == pytest.approx([0.05, 0.75], abs=0.02)


@pytest.mark.parametrize("seed", [2, 13])
def test_the_order_of_channels_sites_and_categories_decides_nothing(seed):
    rng = np.random.default_rng(seed)
    question, _ = world(rng)
    channels, sightings, visibility = question.channels, question.sightings, question.visibility
    c, j, s = (rng.permutation(n) for n in (len(channels.names), len(channels.categories), len(sightings.counts)))
    shuffled = Question(
        Channels(
            tuple(channels.names[i] for i in c),
            tuple(channels.categories[i] for i in j),
            channels.quantity[:, c],
            channels.composition[:, c][:, :, j],
        ),
        Sightings(sightings.counts[s], sightings.members[:, j], sightings.recovered[s], sightings.sites[s]),
        Visibility(visibility.covariates[j], visibility.sd),
    )
    before, after = attribute(question, 3, particles=256), attribute(shuffled, 3, particles=256)
    plain = {e.names: replace(e, unseparated=()) for e in before.estimates}
    assert {e.names: replace(e, unseparated=()) for e in after.estimates} == plain
    assert np.array_equal(before.posterior.share[:, c], after.posterior.share)
    assert np.array_equal(before.posterior.log_visibility[:, j], after.posterior.log_visibility)
    assert [before.estimates[g].names for g in before.leading] == [after.estimates[g].names for g in after.leading]


def test_the_same_seed_gives_the_same_answer():
    question = two_channels([[5.0, 3.0], [2.0, 9.0]], sd=0.3)
    assert attribute(question, 1).estimates == attribute(question, 1).estimates
    assert attribute(question, 1).estimates != attribute(question, 2).estimates


def test_too_few_particles_give_no_answer():
    with pytest.raises(NotConverged, match="more particles") as raised:
        attribute(two_channels([[500.0, 300.0]], sd=0.3, sites=800), 1, islands=2, particles=16)
    assert raised.value.diagnostics.particles == 32


def test_a_posterior_on_one_draw_of_many_gives_no_answer():
    rng = np.random.default_rng(1)
    share = rng.random((60, 1, 1))
    composition = np.concatenate([share, 1 - share], axis=2)
    question = Question(
        Channels(("a",), ("x", "y"), np.ones((60, 1)), composition),
        Sightings.separate([[9000.0, 11000.0]], sites=20000),
        Visibility.free(2, 0.0),
    )
    with pytest.raises(NotConverged, match="draws of the record"):
        attribute(question, 1)


def test_islands_that_disagree_are_seen():
    rng = np.random.default_rng(0)
    agree = rng.normal(size=(4, 500))
    rhat, ess = scale_reduction(agree)
    assert rhat < 1.02
    assert ess > 300
    rhat, ess = scale_reduction(agree + np.array([[0.0], [0.0], [0.0], [2.0]]))
    assert rhat > 1.3
    assert ess < 10
    assert scale_reduction(np.full((4, 5), -np.inf)) == (np.inf, 0.0)


def test_each_fault_of_the_sampler_is_named():
    good = Diagnostics(rhat=1.01, ess=500, draws_left=50, draws=100, acceptance=0.3, steps=8, particles=2048)
    assert good.faults == ()
    assert "R-hat" in replace(good, rhat=1.2).faults[0]
    assert "R-hat" in replace(good, rhat=np.nan).faults[0]
    assert "effective" in replace(good, ess=20).faults[0]
    assert "draws" in replace(good, draws_left=2).faults[0]
    assert replace(good, draws_left=2, draws=5).faults == ()
