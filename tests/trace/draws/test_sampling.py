"""Statements hold with their probability, one alternative is true, quantities follow their laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takingstock.records import Quantity
from takingstock.trace.draws.randomness import record_hash, record_hashes, seed_of
from takingstock.trace.draws.sampling import ABOUT_SHARE, EXCESS_SHARE, Law, LawKind, fill, law_of

DRAWS = 20_000


def sample(statements, draws=DRAWS, first_draw=0, seed=1, moves=None):
    """float64[moves, draws]; statements are (movement id, statement id, probability, move, law), in any order."""
    movements = sorted({s[0] for s in statements}, key=[s[0] for s in statements].index)
    rows = sorted(statements, key=lambda s: movements.index(s[0]))
    first = np.searchsorted([movements.index(s[0]) for s in rows], np.arange(len(movements) + 1)).astype(np.int64)
    laws = [s[4] for s in rows]
    quantity = np.zeros((moves or 1 + max(s[3] for s in rows), draws))
    fill(
        first,
        record_hashes(movements),
        record_hashes(s[1] for s in rows),
        np.array([s[2] for s in rows], np.float64),
        np.array([s[3] for s in rows], np.int32),
        np.array([law.kind for law in laws], np.int8),
        *(np.array([getattr(law, name) for law in laws], np.float64) for name in "abc"),
        seed_of(seed),
        np.uint64(first_draw),
        quantity,
    )
    return quantity


def close(share, probability, draws=DRAWS):
    return abs(share - probability) <= 5 * np.sqrt(probability * (1 - probability) / draws)


EXACT = Law(LawKind.EXACT, 40.0)


@pytest.mark.parametrize(
    ("said", "law"),
    [
        ("40", EXACT),
        ("10..20", Law(LawKind.UNIFORM, 10.0, 20.0)),
        ("10..20~12", Law(LawKind.TRIANGULAR, 10.0, 12.0, 20.0)),
        ("<=52", Law(LawKind.AT_MOST, 0.0, 52.0)),
        (">=40", Law(LawKind.AT_LEAST, 40.0, EXCESS_SHARE * 40.0)),
        ("~185000", Law(LawKind.TRIANGULAR, 185000 * (1 - ABOUT_SHARE), 185000.0, 185000 * (1 + ABOUT_SHARE))),
        ("~3", Law(LawKind.TRIANGULAR, 2.5, 3.0, 3.5)),
        ("~100", Law(LawKind.TRIANGULAR, 50.0, 100.0, 150.0)),
        ("~0.2", Law(LawKind.TRIANGULAR, 0.15, 0.2, 0.25)),
        ("~0", Law(LawKind.EXACT, 0.0)),
    ],
)
def test_how_a_figure_is_read(said, law):
    found = law_of(Quantity.parse(said))
    assert found.kind == law.kind
    assert (found.a, found.b, found.c) == pytest.approx((law.a, law.b, law.c))


def test_an_unknown_figure_has_no_law():
    assert law_of(Quantity.parse("?")) is None


def test_a_most_likely_value_above_a_lower_bound_is_the_mean_of_the_law():
    assert law_of(Quantity(low=10, mode=15)).mean == 15.0
    assert law_of(Quantity(high=10, mode=4)) == Law(LawKind.TRIANGULAR, 0.0, 4.0, 10.0)


QUANTILES = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


@pytest.mark.parametrize(
    ("law", "quantiles"),
    [
        (EXACT, np.full(5, 40.0)),
        (Law(LawKind.UNIFORM, 10.0, 20.0), 10 + 10 * QUANTILES),
        (Law(LawKind.AT_MOST, 0.0, 52.0), 52 * QUANTILES),
        (Law(LawKind.AT_LEAST, 40.0, 10.0), 40 - 10 * np.log(1 - QUANTILES)),
        # (x - 10)² / 20 below the mode 12, 1 - (20 - x)² / 80 above.
        (
            Law(LawKind.TRIANGULAR, 10.0, 12.0, 20.0),
            np.where(QUANTILES < 0.2, 10 + np.sqrt(20 * QUANTILES), 20 - np.sqrt(80 * (1 - QUANTILES))),
        ),
    ],
    ids=lambda value: value.kind.name if isinstance(value, Law) else "",
)
def test_quantities_follow_their_law(law, quantiles):
    drawn = sample([("m", "s", 1.0, 0, law)])[0]
    for level, value in zip(QUANTILES, quantiles, strict=True):
        assert close((drawn <= value).mean(), level) or law.kind is LawKind.EXACT
    spread = drawn.std()
    assert abs(drawn.mean() - law.mean) <= 5 * spread / np.sqrt(DRAWS)
    assert drawn.min() >= law.a
    if law.kind is LawKind.EXACT:
        assert spread == 0.0
    elif law.kind is not LawKind.AT_LEAST:
        assert drawn.max() <= max(law.b, law.c)


@pytest.mark.parametrize("law", [EXACT, Law(LawKind.UNIFORM, 10.0, 20.0), Law(LawKind.AT_LEAST, 40.0, 10.0)])
@pytest.mark.parametrize("probability", [0.0, 0.2, 0.95, 1.0])
def test_a_statement_holds_with_its_probability(law, probability):
    assert close((sample([("m", "s", probability, 0, law)])[0] > 0).mean(), probability)


def test_how_many_does_not_depend_on_whether():
    """Both come from one random number; what holds rarely must not be larger or smaller for it."""
    law = Law(LawKind.UNIFORM, 10.0, 20.0)
    always = sample([("m", "s", 1.0, 0, law)])[0]
    rarely = sample([("m", "s", 0.1, 0, law)])[0]
    holding = rarely > 0
    assert np.array_equal(rarely[holding], always[holding])
    assert abs(always[holding].mean() - 15.0) < 5 * (10 / np.sqrt(12)) / np.sqrt(holding.sum())


def test_of_two_alternatives_one_is_true_or_none():
    drawn = sample([("m", "s", 0.6, 0, EXACT), ("m", "t", 0.3, 1, Law(LawKind.EXACT, 70.0))])
    first, second = drawn[0] > 0, drawn[1] > 0
    assert not (first & second).any()
    assert close(first.mean(), 0.6)
    assert close(second.mean(), 0.3)


def test_two_sources_for_one_alternative_share_its_move():
    drawn = sample([("m", s, 0.4, 0, EXACT) for s in "st"])[0]
    assert close((drawn > 0).mean(), 0.8)
    assert set(drawn) == {0.0, 40.0}


def test_what_is_chosen_by_the_hash_of_a_chain_is_chosen_only_where_the_chain_holds():
    rows = [("chain", "chain", 0.3, 0, EXACT), ("chain", "other", 0.4, 1, EXACT), ("lot", "chain", 0.5, 2, EXACT)]
    drawn = sample(rows) > 0
    assert close(drawn[0].mean(), 0.3)
    assert close(drawn[2].mean(), 0.5)
    assert not (drawn[0] & ~drawn[2]).any()


def test_links_of_one_chain_stand_or_fall_together_and_others_do_not():
    chain = sample([("m", "chain", 0.5, 0, EXACT), ("n", "chain", 0.5, 1, EXACT), ("o", "other", 0.5, 2, EXACT)])
    assert np.array_equal(chain[0], chain[1])
    together = (chain[0] > 0) == (chain[2] > 0)
    assert close(together.mean(), 0.5)


def test_a_movement_without_a_statement_is_left_alone():
    quantity = np.full((1, 3), 7.0)
    none, ints = np.zeros(0), np.zeros(0, np.int32)
    first = np.zeros(2, np.int64)
    fill(
        first,
        record_hashes(["m"]),
        record_hashes([]),
        none,
        ints,
        np.zeros(0, np.int8),
        none,
        none,
        none,
        seed_of(1),
        np.uint64(0),
        quantity,
    )
    assert (quantity == 7.0).all()


laws = st.sampled_from(
    [
        EXACT,
        Law(LawKind.UNIFORM, 10.0, 20.0),
        Law(LawKind.TRIANGULAR, 10.0, 12.0, 20.0),
        Law(LawKind.AT_LEAST, 40.0, 10.0),
        Law(LawKind.AT_MOST, 0.0, 5.0),
    ]
)
said = st.lists(st.tuples(st.integers(0, 3), st.floats(0.0, 0.125), laws), min_size=1, max_size=8).map(
    lambda rows: [(f"m{m}", f"s{n}", p, n, law) for n, (m, p, law) in enumerate(rows)]
)


@given(said, st.randoms(use_true_random=False), st.integers(0, 2**63), st.integers(0, 2**40))
@settings(max_examples=60)
def test_shuffled_movements_change_nothing(rows, random, seed, first_draw):
    movements = sorted({row[0] for row in rows})
    shuffled = [row for movement in random.sample(movements, len(movements)) for row in rows if row[0] == movement]
    drawn = sample(rows, 16, first_draw, seed, len(rows))
    assert np.array_equal(drawn, sample(shuffled, 16, first_draw, seed, len(rows)))
    for movement in {row[0] for row in rows}:
        moves = [row[3] for row in rows if row[0] == movement]
        assert ((drawn[moves] > 0).sum(axis=0) <= 1).all()


@given(said, st.integers(1, 15), st.integers(0, 2**40))
@settings(max_examples=60)
def test_blocks_and_lanes_change_nothing(rows, cut, first_draw):
    whole = sample(rows, 16, first_draw)
    parts = sample(rows, cut, first_draw), sample(rows, 16 - cut, first_draw + cut)
    assert np.array_equal(whole, np.concatenate(parts, axis=1))


@given(said)
@settings(max_examples=30)
def test_leaving_a_movement_out_changes_no_other(rows):
    whole = sample(rows, 16)
    kept = [row for row in rows if row[0] != rows[0][0]]
    if kept:
        alone = sample(kept, 16, moves=len(rows))
        moves = [row[3] for row in kept]
        assert np.array_equal(whole[moves], alone[moves])


def test_the_hash_of_the_statement_not_of_the_row_draws():
    one, other = (sample([("m", s, 0.5, 0, EXACT)], 64)[0] for s in ("s", "t"))
    assert not np.array_equal(one, other)
    assert record_hash("s") != record_hash("t")
