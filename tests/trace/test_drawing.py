"""Answers from draws: medians with their intervals, what leads, and what stays said whatever draws make of it."""

import itertools

import numpy as np
import pytest
from small_ledgers import WORTH, ask, opening, say

from takingstock.records import BadValueError, OriginKind
from takingstock.trace import drawing
from takingstock.trace.policies import POLICIES

DRAWS = 400
SURE = 1e-6
"""Shares are float32 inside."""

MIXED = [
    say("d1", "USA", "iraqi-army", "50..150", "2003..2005", grade="B2"),
    say("d2", "BGR", "iraqi-army", "~80", "2004"),
    say("d2", "BGR", "iraqi-army", "20", "2004", source="press", grade="C3"),
    say("c", "iraqi-army", "faction", "40..90", "2006", mode="capture"),
    say("p", "rivals", "faction", "25", "2007", mode="illicit-purchase", grade="B2"),
]


def one(*args, **options):
    options.setdefault("draws", DRAWS)
    (item,) = ask(*args, **options).items
    return item


def ways(item):
    return {("->".join([*(s.from_party for s in c.steps), c.steps[-1].to_party]), c.origin.value): c
            for c in item.chains}  # fmt: skip


def without_draws(item):
    """All that arithmetic says."""
    return item.model_copy(update={"influence": (), "confidence": None, "reasons": ()})


# What is said of shares


@pytest.mark.parametrize("policy", sorted(POLICIES))
@pytest.mark.parametrize("of", ["received", "held"])
def test_shares_are_medians_within_their_intervals(policy, of):
    told = [*MIXED, say("x", "faction", "USA", "30", "2008", mode="retransfer")]
    item = one(told, policy=policy, of=of, draws=64, counts=[opening("faction", "10..30", when="2000")])
    assert item.chains
    assert item.origins
    for found in (*item.chains, *item.origins):
        assert 0.0 <= found.low <= found.share <= found.high <= 1.0
    for chain in item.chains:
        assert 0.0 <= chain.leads <= chain.probability <= 1.0
    assert 0.0 <= item.unrecorded_low <= item.unrecorded <= item.unrecorded_high <= 1.0
    assert 0.0 <= item.total_low <= item.total_high
    assert 0.0 <= item.remainder <= 1.0
    assert sum(chain.leads for chain in item.chains) <= 1.0 + SURE
    assert any(chain.low < chain.high for chain in item.chains)
    assert policy in item.definition
    assert "median of the draws of the record in which any came (" in item.definition
    if of == "received":
        assert (item.total_low, item.total_high) == (pytest.approx(45, abs=6), pytest.approx(110, abs=6))


def test_the_share_is_the_median_of_what_is_drawn(monkeypatch):
    kept = {}
    real = drawing.draw

    def seen(ready, **how):
        kept["drawn"], kept["keys"] = real(ready, **how), [key for key, _ in ready.chains]
        return kept["drawn"]

    monkeypatch.setattr(drawing, "draw", seen)
    item = one(MIXED)
    drawn = kept["drawn"]
    chain = ways(item)["BGR->iraqi-army->faction", "unrecorded"]
    row = kept["keys"].index((("BGR", "iraqi-army", "faction"), OriginKind.UNRECORDED))
    shares = drawn.values[row][drawn.total > 0] / drawn.total[drawn.total > 0]
    assert (chain.low, chain.share, chain.high) == pytest.approx(
        np.quantile(shares, [0.05, 0.5, 0.95], method="inverted_cdf")
    )
    assert chain.quantity == pytest.approx(np.median(drawn.values[row]))
    assert chain.probability == pytest.approx(np.minimum(drawn.values[row], 1).mean())
    assert chain.leads == pytest.approx((drawn.values[row] > np.delete(drawn.values[:-1], row, 0).max(axis=0)).mean())
    rest = 1 - drawn.values[:-1].sum(axis=0) / drawn.total
    assert item.remainder == pytest.approx(np.median(rest), abs=SURE)


def test_probability_and_leads_of_a_chain_that_may_not_have_been():
    told = [say("d", "USA", "faction", "60", "2004", grade="B2"), say("e", "BGR", "faction", "40", "2005")]
    found = ways(one(told, draws=2000))
    sure, unsure = found["BGR->faction", "unrecorded"], found["USA->faction", "produced"]
    assert sure.probability == 1.0
    assert unsure.probability == pytest.approx(0.5, abs=0.04)
    assert unsure.leads == unsure.probability
    assert sure.leads == pytest.approx(1 - unsure.leads)
    assert (unsure.low, unsure.high) == (0.0, pytest.approx(0.6))
    assert (sure.low, sure.high) == (pytest.approx(0.4), 1.0)


def test_one_item_out_of_a_mixed_stock_came_either_way():
    told = [
        say("d", "USA", "rivals", "2", "2004-01-01"),
        say("e", "BGR", "rivals", "3", "2004-01-02"),
        say("c", "rivals", "faction", "1", "2005", mode="capture"),
    ]
    found = ways(one(told, draws=20))
    assert found["USA->rivals->faction", "produced"].probability == pytest.approx(0.4, abs=SURE)
    assert found["BGR->rivals->faction", "unrecorded"].probability == pytest.approx(0.6, abs=SURE)


def test_draws_without_any_goods_have_no_share_and_count_in_the_total():
    item = one([say("d", "USA", "faction", "60", "2004", grade="B2")], draws=1000)
    (chain,) = item.chains
    assert (chain.low, chain.share, chain.high) == (1.0, 1.0, 1.0)
    assert chain.probability == pytest.approx(0.5, abs=0.05)
    assert (item.total_low, item.total_high) == (0.0, 60.0)
    assert item.remainder == 0.0


def test_where_no_draw_has_goods_the_record_stands_as_arithmetic():
    holds = WORTH | {"B2": 1e-9}
    item = one([say("d", "USA", "faction", "60", "2004", grade="B2")], holds=holds, draws=20)
    (chain,) = item.chains
    assert (chain.share, chain.low, chain.high) == (1.0, None, None)
    assert (chain.probability, chain.leads) == (0.0, 0.0)
    assert "median" not in item.definition
    assert (item.total_low, item.total_high) == (0.0, 0.0)


# Dates


@pytest.mark.parametrize("links", [2, 3, 4])
def test_a_chain_in_one_year_is_never_unrecorded(links):
    way = ["USA", "party-1", "party-2", "party-3", "faction"]
    holders = [*way[:links], "faction"]
    told = [say(f"m{n}", a, b, "100", "2004") for n, (a, b) in enumerate(itertools.pairwise(holders))]
    for statements in (told, told[::-1]):
        item = one(statements, draws=1000)
        assert item.unrecorded_high == pytest.approx(0, abs=SURE)
        assert item.chains[0].low == pytest.approx(1, abs=SURE)
        assert len(item.chains[0].steps) == links


def test_what_may_have_come_too_late_is_uncertain():
    told = [
        say("a", "BGR", "iraqi-army", "100", "2004-01-01"),
        say("d", "USA", "iraqi-army", "100", "2003..2005"),
        say("c", "iraqi-army", "faction", "50", "2004-07-01", mode="capture"),
    ]
    found = ways(one(told, draws=1000))["USA->iraqi-army->faction", "produced"]
    assert found.probability == pytest.approx(0.5, abs=0.1)
    assert (found.low, found.high) == (0.0, pytest.approx(0.5, abs=SURE))


def test_the_day_asked_about_cuts_off_what_came_later():
    told = [say("d", "USA", "faction", "60", "2004"), say("e", "BGR", "faction", "40", "2010")]
    assert {way for way, _ in ways(one(told, at=say("x", when="2005").when))} == {"USA->faction"}
    open_ended = one(told[:1], at=say("x", when="2004-06-30").when, draws=1000)
    assert open_ended.chains[0].probability == pytest.approx(0.5, abs=0.1)


def test_the_day_asked_about_changes_no_date():
    """Of two deliveries within 2014 each has come by the end of October as that much of the year is over, also the one
    that its sender neither makes nor ever received."""
    october, by_then = say("x", when="2014-10").when, 304 / 365
    told = [say("a", "USA", "faction", "100", "2014"), say("b", "rivals", "faction", "100", "2014")]
    # One order for each draw: the noise of 400 dates is two points.
    found = ways(one(told, at=october, draws=400))
    made, begun = found["USA->faction", "produced"], found["rivals->faction", "unrecorded"]
    assert (made.probability, begun.probability) == (pytest.approx(by_then, abs=0.08), pytest.approx(by_then, abs=0.08))
    # One alone, where the other has not come.
    assert (made.low, made.high) == (begun.low, begun.high) == (0.0, 1.0)
    # What is captured out of a delivery of that year is the later of two.
    told = [say("a", "USA", "rivals", "100", "2014"), say("b", "rivals", "faction", "150", "2014", mode="capture")]
    found = ways(one(told, at=october, draws=400))
    assert found["USA->rivals->faction", "produced"].probability == pytest.approx(by_then**2, abs=0.09)


# Which chains are listed


def test_a_chain_that_only_an_alternative_opens_up_is_listed():
    told = [
        say("d", "USA", "rivals", "100", "2004", grade="B2"),
        say("d", "BGR", "rivals", "100", "2004", source="press", grade="C3"),
        say("c", "rivals", "faction", "40", "2006", mode="capture"),
    ]
    assert {way for way, _ in ways(one(told, draws=0))} == {"USA->rivals->faction"}
    found = ways(one(told, draws=1000))
    other = found["BGR->rivals->faction", "unrecorded"]
    assert other.probability == pytest.approx(0.125 / 0.875, abs=0.04)
    assert (other.low, other.share, other.high) == (0.0, 0.0, 1.0)
    assert other.steps[0].movements == ("d",)
    assert found["rivals->faction", "unrecorded"].probability == pytest.approx(0.375 / 0.875, abs=0.05)


@pytest.mark.parametrize("chains", [1, 2, 10])
def test_the_chain_that_leads_on_the_record_is_always_listed(chains):
    told = [
        say("d", "USA", "faction", "1000", "2004", grade="C3"),
        say("e", "BGR", "faction", "40", "2005"),
        say("f", "rivals", "faction", "30", "2006"),
    ]
    assert one(told, draws=0).chains[0].steps[0].from_party == "USA"
    item = one(told, chains=chains, draws=1000)
    assert len(item.chains) == min(chains, 3)
    lead = ways(item)["USA->faction", "produced"]
    assert lead.probability == pytest.approx(0.25, abs=0.05)
    assert lead.share == 0.0
    shown = [c.share for c in item.chains]
    assert shown == sorted(shown, reverse=True)


def test_what_is_not_listed_is_the_remainder():
    told = [say(f"d{n}", f"party-{n}", "faction", "10", "2004") for n in range(5)]
    item = one(told, chains=2)
    assert item.remainder == pytest.approx(0.6, abs=SURE)
    assert one(told, chains=5).remainder == pytest.approx(0, abs=SURE)


def test_own_opening_stock_is_no_chain_and_no_remainder():
    told = [say("d", "USA", "faction", "50", "2004")]
    item = one(told, of="held", counts=[opening("faction", "50", when="2000", grade="B2")], draws=1000)
    assert {way for way, _ in ways(item)} == {"USA->faction"}
    own = next(o for o in item.origins if o.kind is OriginKind.OPENING)
    assert own.party == "faction"
    assert (own.low, own.high) == (0.0, pytest.approx(0.5, abs=SURE))
    assert item.remainder == pytest.approx(0, abs=SURE)
    assert (item.total_low, item.total_high) == (50.0, 100.0)


# Documented chains


def documented(grade="B2", quantity="40"):
    return [
        say("l1", "USA", "rivals", "100", "2004", chain="k", link=1, grade=grade),
        say("l2", "rivals", "faction", quantity, "2005", chain="k", link=2, grade=grade),
    ]


def test_a_documented_chain_holds_as_a_whole():
    told = [*documented(), say("e", "BGR", "faction", "60", "2004")]
    item = one(told, draws=2000)
    lot = next(c for c in item.chains if c.basis.value == "documented")
    assert lot.probability == pytest.approx(0.5, abs=0.04)
    assert (lot.low, lot.high) == (0.0, pytest.approx(0.4, abs=SURE))
    # Nothing of its links is told a second time, as inferred.
    assert {way for way, _ in ways(item)} == {"USA->rivals->faction", "BGR->faction"}


def test_a_documented_chain_of_about_so_many_leaves_nothing_to_infer():
    item = one([*documented("A1", "~40"), say("e", "BGR", "faction", "60", "2004")])
    assert [c.basis.value for c in item.chains] == ["inferred", "documented"]
    lot = item.chains[1]
    assert lot.low < 0.4 < lot.high
    assert item.remainder == pytest.approx(0, abs=SURE)


def test_a_chain_without_a_number_holds_as_its_grade_does():
    told = [*documented(quantity="?"), say("e", "BGR", "faction", "60", "2004")]
    for statements in (told, told[:2]):
        item = one(statements)
        lot = next(c for c in item.chains if c.basis.value == "documented")
        assert (lot.low, lot.high, lot.probability) == (None, None, 0.5)
        assert lot.share == (None if len(statements) > 2 else 1.0)


# Diversion, origins, several classes


def test_points_of_diversion_are_medians_of_sums():
    item = one(MIXED, draws=1000)
    points = {(p.party, p.mode): p for p in item.diversion_points}
    # What an armed group sells had left authorised hands before, if it ever was in them.
    assert set(points) == {("iraqi-army", "capture")}
    capture = points["iraqi-army", "capture"]
    assert capture.high == pytest.approx(1, abs=SURE)
    assert capture.low == pytest.approx(46 / 71, abs=0.06)
    assert all(p.low <= p.share <= p.high for p in item.diversion_points)
    assert {d.low for d in one(MIXED, draws=0).diversion_points} == {None}


def test_the_unrecorded_has_an_interval_of_its_own():
    told = [say("d", "USA", "faction", "60", "2004"), say("e", "BGR", "faction", "40", "2005", grade="B2")]
    item = one(told, draws=1000)
    assert (item.unrecorded_low, item.unrecorded_high) == (0.0, pytest.approx(0.4, abs=SURE))
    assert {o.party for o in item.origins} == {"USA", "BGR"}


def test_rounds_and_items_are_drawn_apart():
    told = [
        say("d", "USA", "faction", "60", "2004"),
        say("r", "BGR", "faction", "100000..300000", "2004", item="ammunition.cartridge", unit="rounds", grade="B2"),
    ]
    found = {item.unit.value: item for item in ask(told, draws=400).items}
    assert found["rounds"].total_low == 0.0
    assert found["rounds"].total_high > 200_000
    assert (found["items"].total_low, found["items"].total_high) == (60.0, 60.0)


# The call


def test_without_draws_nothing_is_changed_and_nothing_made_up():
    trace = ask(MIXED)
    (item,) = trace.items
    assert (trace.draws, trace.asked, trace.seed, trace.attributions) == (0, 0, None, ())
    for found in (*item.chains, *item.origins):
        assert (found.low, found.high) == (None, None)
    for chain in item.chains:
        assert (chain.probability, chain.leads) == (None, None)
    assert (item.total_low, item.total_high, item.unrecorded_low, item.unrecorded_high) == (None,) * 4
    assert item.definition.endswith("arithmetic on the record, not a probability")
    assert {way: round(c.share, 6) for way, c in ways(item).items()} == {
        ("USA->iraqi-army->faction", "produced"): round(65 / 90 * 100 / 180, 6),
        ("BGR->iraqi-army->faction", "unrecorded"): round(65 / 90 * 80 / 180, 6),
        ("rivals->faction", "unrecorded"): round(25 / 90, 6),
    }


def test_draws_leave_the_arithmetic_beside_them_alone():
    plain, drawn = one(MIXED, draws=0), one(MIXED)
    assert (drawn.total, drawn.total_range, drawn.coverage) == (plain.total, plain.total_range, plain.coverage)
    agreement = {way: chain.agreement for way, chain in ways(plain).items()}
    assert all(ways(drawn)[way].agreement == known for way, known in agreement.items())


def test_a_trace_says_how_many_draws_were_made():
    trace = ask(MIXED, draws=300, seed=7)
    assert (trace.draws, trace.asked, trace.seed) == (300, 300, 7)
    cut = ask(MIXED, draws=3000, time_limit=0.0)
    assert 0 < cut.draws < cut.asked == 3000
    assert f" of {cut.draws})" in cut.items[0].definition


def test_all_classes_have_as_many_draws():
    # Open dates make for narrower blocks: this class has fewer draws when its time is up.
    rifles = [
        say("r", "BGR", "rivals", "40", "2004", item="rifle.ak"),
        say("s", "rivals", "faction", "20", "2004", item="rifle.ak"),
    ]
    alone = [ask(told, draws=3000, time_limit=0.0).draws for told in (MIXED, rifles)]
    assert alone[0] != alone[1]
    cut = ask([*MIXED, *rifles], draws=3000, time_limit=0.0)
    assert cut.draws == min(alone)
    assert {f" of {cut.draws})" in item.definition for item in cut.items} == {True}


@pytest.mark.parametrize("draws", [1, 3])
def test_few_draws_are_draws(draws):
    trace = ask(MIXED, draws=draws)
    assert trace.draws == draws
    assert all(c.low <= c.share <= c.high for c in trace.items[0].chains)


def test_cores_rows_and_seed():
    first = ask(MIXED, draws=200, cores=1)
    assert ask(MIXED, draws=200, cores=2) == first
    assert ask(MIXED[::-1], draws=200) == first
    assert ask(MIXED, draws=200, seed=2).items != first.items


def test_progress_comes_to_all_draws():
    told = [*MIXED, say("r", "BGR", "faction", "40", "2004-01-01", item="rifle.ak")]
    heard = []
    ask(told, draws=100, progress=lambda done, whole: heard.append((done, whole)))
    assert heard[-1] == (200, 200)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_a_call_that_cannot_be_answered_is_refused():
    with pytest.raises(BadValueError, match="-1 draws"):
        ask(MIXED, draws=-1)
    with pytest.raises(BadValueError, match="probability"):
        ask(MIXED, draws=10, holds={"A1": 0.0})


def test_an_empty_ledger_and_a_stranger_have_no_items():
    assert ask([], draws=10).items == ()
    assert ask(MIXED, "nobody", draws=10).items == ()
    assert ask([], draws=10).draws == 10


@pytest.mark.parametrize("draws", [0, 8])
def test_own_opening_stock_takes_no_chains_place(draws):
    told = [say("d", "USA", "faction", "1", "2004")]
    item = one(told, of="held", counts=[opening("faction", "50", when="2000")], chains=1, draws=draws)
    assert {way for way, _ in ways(item)} == {"USA->faction"}
    assert item.remainder == pytest.approx(0, abs=SURE)


@pytest.mark.parametrize("of", ["received", "held"])
@pytest.mark.parametrize("births", ["late", "opening"])
@pytest.mark.parametrize("draws", [0, 8])
def test_what_left_and_came_back_is_told_once(of, births, draws):
    told = [
        say("d", "USA", "faction", "100", "2004-01-01"),
        say("o", "faction", "rivals", "180", "2005-01-01"),
        say("b", "rivals", "faction", "100", "2006-01-01", mode="capture"),
    ]
    counts = [opening("faction", "50", when="2000")]
    whole = one(told, counts=counts, of=of, births=births, draws=draws)
    assert whole.remainder == pytest.approx(0, abs=SURE)
    shares = [c.share for c in whole.chains]
    assert min(shares) > 0.05
    assert sum(shares) == pytest.approx(1, abs=SURE)
    first = one(told, counts=counts, of=of, births=births, draws=draws, chains=1)
    assert first.remainder == pytest.approx(sum(shares[1:]), abs=SURE)
