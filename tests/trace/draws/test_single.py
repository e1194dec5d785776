"""Draws one by one through the exact engine are those of the lanes, and every policy has them."""

import numpy as np
import pytest
from small_ledgers import opening, runner, say
from test_run import CHAINS, COUNTS, TOLD

from takingstock.trace.draws import single
from takingstock.trace.policies import POLICIES

VAGUE = [
    say("d1", "BGR", "iraqi-army", "40..80", "2003..2005", item="rifle.ak.akm", grade="B2"),
    say("d2", "POL", "iraqi-army", "30", "2004", item="rifle.ak.type56"),
    say("d3", "unknown-supplier", "rivals", "50", "2004", item="rifle.ak"),
    say("i", "rivals", "iraqi-army", "30..60", "2004..2006", item="rifle.ak.akm"),
    say("c", "iraqi-army", "faction", "60..150", "2005..2007", item="rifle.ak", mode="capture"),
    say("p", "iraqi-army", "faction", "25", "2006", item="rifle.ak.type56", mode="illicit-purchase"),
    say("l1", "BGR", "rivals", "20", "2004", item="rifle.ak.akm", chain="k", link=1, grade="B2"),
    say("l2", "rivals", "faction", "20", "2005", item="rifle.ak.akm", chain="k", link=2, grade="B2"),
    say("x", "faction", "USA", "45", "2007", item="rifle.ak", mode="retransfer"),
]
VAGUE_COUNTS = (opening("iraqi-army", "10..40", item="rifle.ak", grade="B2", when="2000"),)
VAGUE_CHAINS = [
    (("BGR", "iraqi-army", "faction"), CHAINS[0][1]),
    (("iraqi-army", "faction"), CHAINS[2][1]),
    (("iraqi-army", "faction"), CHAINS[3][1]),
    (("BGR\x1flot k", "rivals\x1flot k", "faction"), CHAINS[0][1]),
]
WORLDS = {"plain": (TOLD, COUNTS, CHAINS), "vague": (VAGUE, VAGUE_COUNTS, VAGUE_CHAINS)}


def answers(world, blocks, **fields):
    """Per block: of the lanes, and of the single passes over the same samples."""
    told, counts, chains = WORLDS[world]
    made = runner(told, counts=counts, draws=48, **fields)
    worker = made.worker()
    worker.follow([chain for chain in chains if set(chain[0]) <= set(made.plan.number)])
    for number in range(blocks):
        worker.sample(number)
        yield made, worker.answer(), single.answer(worker)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("births", ["late", "opening"])
@pytest.mark.parametrize("of", ["received", "held"])
def test_single_passes_give_what_lanes_give(world, births, of):
    seen = np.zeros(4)
    for made, lanes, singles in answers(world, 24, births=births, of=of):
        if of == "received":
            assert len(made.grouping.channels) > 1
        for mine, other in zip(lanes, singles, strict=True):
            assert mine.shape == other.shape
            np.testing.assert_allclose(mine, other, rtol=3e-6, atol=1e-4)
        seen += lanes[2].sum(axis=1)[:4]
    assert seen.sum() > 0
    if world == "vague":
        # The lot, and what came by the army, are both there to be compared.
        assert (seen[[0, 3]] > 0).all()


@pytest.mark.parametrize("policy", sorted(POLICIES))
@pytest.mark.parametrize("of", ["received", "held"])
def test_every_policy_tells_of_the_same_goods(policy, of):
    told, counts, chains = WORLDS["vague"]
    usual = runner(told, counts=counts, draws=24, of=of).run(chains)
    found = runner(told, counts=counts, draws=24, of=of, policy=policy).run(chains)
    assert found.total == pytest.approx(usual.total, rel=1e-5)
    assert found.origins.sum(axis=0) == pytest.approx(found.total, rel=1e-5)
    assert found.channels.sum(axis=(0, 1)) == pytest.approx(found.total, rel=1e-5)
    assert (found.values.sum(axis=0) <= found.total * (1 + 1e-9)).all()
    if of == "received":
        # A documented lot runs apart from the mixture, whatever the policy.
        assert found.values[3] == pytest.approx(usual.values[3], rel=1e-5)


def test_policies_differ_where_a_stock_is_mixed():
    told = [
        say("d1", "USA", "rivals", "50", "2001-01-01"),
        say("d2", "BGR", "rivals", "50", "2002-01-01"),
        say("c", "rivals", "faction", "40..60", "2003-01-01"),
    ]
    from_first = {}
    for policy in ("proportional", "fifo", "lifo"):
        drawn = runner(told, policy=policy, draws=32).run([(("USA", "rivals", "faction"), CHAINS[0][1])])
        from_first[policy] = drawn.values[0] / drawn.total
        assert drawn.total.std() > 1
    assert from_first["proportional"] == pytest.approx(np.full(32, 0.5), rel=1e-6)
    assert from_first["fifo"].min() > 0.8
    assert from_first["lifo"].max() < 0.2


def test_single_passes_need_no_channel():
    drawn = runner([say("d", "USA", "rivals")], policy="fifo", draws=4).run([])
    assert drawn.total.tolist() == [0.0] * 4
    assert drawn.channels.shape[::2] == (0, 4)
