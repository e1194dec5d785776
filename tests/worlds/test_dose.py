"""A small dose of the campaign: in worlds that keep the trace's assumptions, intervals hold the truth about as often as
they promise. Six worlds and few draws: a loose bound, which intervals of a fifth of the width do not pass."""

import pytest

from takingstock.records import DateRange
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.trace.draws.holding import every_grade
from takingstock.trace.question import trace
from takingstock.worlds import world
from takingstock.worlds.scoring import score
from takingstock.worlds.summary import LEAST

SEEDS = range(1, 7)
LOWEST = 0.72
"""Claims of a world go together: six worlds have a standard error of about six points, and this is three below 90 %."""


@pytest.fixture(scope="module")
def claims():
    """Of chains, origins and channels large enough to mean something, whose truth is neither nothing nor all."""
    found = []
    for seed in SEEDS:
        made = world(seed, "well-mixed", holds=every_grade())
        truth = made.truth
        told = trace(
            made.ledger,
            taxonomy(),
            directory(made.ledger.parties),
            truth.holder,
            item=truth.item,
            at=DateRange.day(truth.at),
            chains=40,
            draws=200,
            seed=seed,
            cores=1,
        )
        found += score(truth, made.ledger, told).claims
    shares = [c for c in found if c.listed and c.kind in ("chain", "origin", "channel")]
    return [c for c in shares if c.share >= LEAST and not c.trivial]


def test_intervals_hold_the_truth_about_as_often_as_they_promise(claims):
    assert len(claims) > 60
    assert sum(c.covered for c in claims) / len(claims) >= LOWEST


def test_narrower_intervals_would_not(claims):
    fifth = [(c.share - (c.share - c.low) / 5, c.share + (c.high - c.share) / 5, c.true) for c in claims]
    assert sum(low <= true <= high for low, high, true in fifth) / len(fifth) < LOWEST
