"""The arithmetic of calibration, on traces and truths small enough to be checked by hand."""

import math
from datetime import date
from itertools import pairwise

import pytest

from takingstock.records import (
    Chain,
    ChainBasis,
    ChannelShare,
    DateRange,
    Grade,
    Ledger,
    Mode,
    Origin,
    OriginKind,
    Quantity,
    Statement,
    Step,
    Trace,
    TraceItem,
    Unit,
)
from takingstock.worlds import world
from takingstock.worlds.parcels import Parcel
from takingstock.worlds.scoring import (
    Claim,
    Ranking,
    Score,
    Spoken,
    channel_truth,
    largest_recorded_exporter,
    largest_recorded_supplier,
    plain_reading,
    score,
)
from takingstock.worlds.summary import PLACES, compared, coverage, rate, reliability, summarise
from takingstock.worlds.truth import erased, goods

RIFLE = "rifle.assault.ak"
GOODS = goods(
    {
        Parcel(RIFLE, ("north", "army", "front"), 0, "produced", ("army", "capture")): 60.0,
        Parcel(RIFLE, ("south", "army", "front"), 1, "opening", ("army", "capture")): 30.0,
        Parcel(RIFLE, ("south", "rival", "front"), 2, "unrecorded", ("", "")): 10.0,
    }
)


def chain(*holders, share, low, high, origin=OriginKind.PRODUCED, probability=None, leads=None):
    steps = tuple(Step(from_party=a, to_party=b, mode="export") for a, b in pairwise(holders))
    return Chain(
        basis=ChainBasis.INFERRED,
        origin=origin,
        steps=steps,
        share=share,
        low=low,
        high=high,
        probability=probability,
        leads=leads,
    )


def channel(name, share, low, high, members=(), sender=None, mode=None):
    return ChannelShare(
        channel=name,
        members=members,
        from_party=sender,
        mode=mode,
        prior=share,
        prior_low=low,
        prior_high=high,
        share=share,
        low=low,
        high=high,
        separated=True,
    )


def trace(**changed):
    block = {
        "item": RIFLE,
        "classes": (RIFLE,),
        "unit": Unit.ITEMS,
        "total": 110.0,
        "total_low": 95.0,
        "total_high": 120.0,
        "coverage": (),
        "origins": (
            Origin(party="north", kind=OriginKind.PRODUCED, share=0.7, low=0.65, high=0.8),
            Origin(party="army", kind=OriginKind.OPENING, share=0.3, low=0.2, high=0.4),
        ),
        "chains": (
            chain("north", "army", "front", share=0.7, low=0.65, high=0.8, probability=0.99, leads=0.9),
            chain("army", "front", share=0.3, low=0.2, high=0.4, origin=OriginKind.OPENING, probability=0.9, leads=0.1),
        ),
        "remainder": 0.0,
        "unrecorded": 0.0,
        "unrecorded_low": 0.0,
        "unrecorded_high": 0.05,
        "definition": "",
        "attribution": (
            channel("army|capture", 0.95, 0.85, 0.99, sender="army", mode="capture"),
            channel("unrecorded", 0.05, 0.0, 0.09),
        ),
    } | changed
    return Trace(
        holder="front",
        at=DateRange(),
        policy="proportional",
        births="late",
        of="received",
        revision=0,
        tables="",
        version="",
        items=(TraceItem(**block),),
    )


def truth():
    return world(1).truth.model_copy(
        update={"received": GOODS, "holder": "front", "item": RIFLE, "at": date(2010, 6, 30), "mechanism": "drawn"}
    )


def statement(id, sender, to, quantity, when="2005", mode=Mode.EXPORT, item=RIFLE):
    return Statement(
        id=id,
        movement=id,
        source="s",
        item=item,
        from_party=sender,
        to_party=to,
        quantity=Quantity.parse(quantity),
        when=DateRange.parse(when),
        mode=mode,
        grade=Grade.parse("B2"),
    )


def ledger(*statements):
    return Ledger(title="", revision=0, head="", statements=statements)


LEDGER = ledger(
    statement("a", "south", "army", "100"),
    statement("b", "north", "army", "90"),
    statement("c", "army", "front", "50"),
    statement("d", "north", "elsewhere", "500"),
    statement("e", "north", "army", "900", when="2011"),
    statement("f", "east", "army", "900", item="rocket-launcher.rpg-7.rpg-7"),
)


def test_the_truth_of_goods_is_what_was_put_in():
    assert GOODS.total == 100.0
    assert [(c.steps, c.share) for c in GOODS.chains] == [
        (("north", "army", "front"), 0.6),
        (("south", "army", "front"), 0.3),
        (("south", "rival", "front"), 0.1),
    ]
    assert [(c.steps, c.kind.value, c.label, c.share) for c in GOODS.known] == [
        (("north", "army", "front"), "produced", "", 0.6),
        (("army", "front"), "opening", "", 0.3),
        (("front",), "unrecorded", "", 0.1),
    ]
    assert {c.id: c.share for c in GOODS.channels} == {"army|capture": pytest.approx(0.9), "unrecorded": 0.1}
    assert [(o.party, o.share) for o in GOODS.origins] == [("north", 0.6), ("south", 0.4)]


def test_round_trips_are_left_out_of_the_short_telling():
    assert erased(("a", "b", "c", "b", "d")) == ("a", "b", "d")
    assert erased(("a", "b", "a", "c", "b")) == ("a", "c", "b")
    assert erased(("a", "b")) == ("a", "b")


def test_claims_are_held_against_what_the_record_can_know():
    found = score(truth(), LEDGER, trace())
    claims = {(claim.kind, claim.name): claim for claim in found.claims}
    first = claims["chain", "north > army > front (produced)"]
    assert (first.true, first.covered) == (0.6, False)
    second = claims["chain", "army > front (opening)"]
    assert (second.true, second.covered) == (0.3, True)
    assert claims["origin", "north produced"].true == 0.6
    assert claims["origin", "army opening"].covered
    assert claims["unrecorded", "unrecorded"].true == 0.1
    assert not claims["unrecorded", "unrecorded"].covered
    assert claims["channel", "army|capture ()"].true == pytest.approx(0.9)
    assert claims["channel", "army|capture ()"].covered
    assert not claims["unrecorded inflow", "unrecorded ()"].covered
    total = claims["total", "total"]
    assert (total.true, total.low, total.share, total.high) == (1.0, 0.95, 1.1, 1.2)
    assert found.heard == pytest.approx(0.9)
    assert [(s.kind, s.probability, s.so) for s in found.spoken] == [
        ("came", 0.99, True),
        ("leads", 0.9, True),
        ("came", 0.9, True),
        ("leads", 0.1, False),
    ]


def test_large_true_chains_that_are_not_listed_are_missed_and_small_ones_are_not():
    only = (chain("army", "front", share=1.0, low=0.9, high=1.0, origin=OriginKind.OPENING),)
    found = score(truth(), LEDGER, trace(chains=only))
    missed = [claim for claim in found.claims if not claim.listed]
    # The tenth whose arrival is not recorded has no chain that could be listed.
    assert [(claim.name, claim.true, claim.covered) for claim in missed] == [
        ("north > army > front (produced)", 0.6, False)
    ]
    nothing = score(truth(), LEDGER, trace(item="rocket-launcher.rpg-7.rpg-7"))
    assert not nothing.answered
    assert [claim.name for claim in nothing.claims] == [
        "north > army > front (produced)",
        "army > front (opening)",
    ]
    assert nothing.trace == Ranking(False, False, False)


def test_a_chain_of_goods_that_never_were_has_the_truth_zero():
    ghost = chain("east", "front", share=0.02, low=0.0, high=0.1)
    sure = chain("east", "front", share=0.02, low=0.01, high=0.1)
    for listed, covered in ((ghost, True), (sure, False)):
        found = score(truth(), LEDGER, trace(chains=(listed,)))
        claim = next(c for c in found.claims if c.name == "east > front (produced)")
        assert (claim.true, claim.covered) == (0.0, covered)


def test_an_interval_covers_to_the_last_printed_digit():
    assert Claim("chain", "", 0.5, 0.6, 0.5004, 0.7).covered
    assert not Claim("chain", "", 0.5, 0.6, 0.5006, 0.7).covered
    assert Claim("chain", "", 0.5, 0.4, 0.3, 0.4996).covered
    assert not Claim("chain", "", 0.5, 0.5, 0.0, 1.0, listed=False).covered


def test_channels_are_found_by_sender_and_mode_by_name_or_as_members():
    row = channel("anything", 0.5, 0.4, 0.6, sender="army", mode="capture")
    assert channel_truth(row, GOODS) == pytest.approx(0.9)
    assert channel_truth(channel("army|theft-or-leakage", 0.5, 0, 1), GOODS) == 0.0
    merged = channel("merged", 0.5, 0, 1, members=("army|capture", "unrecorded"))
    assert channel_truth(merged, GOODS) == pytest.approx(1.0)
    assert channel_truth(channel("a name of another kind", 0.5, 0, 1), GOODS) is None


def test_the_baselines_follow_the_largest_recorded_figures():
    assert largest_recorded_supplier(LEDGER, RIFLE, "front", date(2010, 6, 30)) == ("south", "army", "front")
    assert largest_recorded_supplier(LEDGER, RIFLE, "front", date(2011, 6, 30)) == ("north", "army", "front")
    assert largest_recorded_exporter(LEDGER, RIFLE, date(2010, 6, 30)) == "north"
    around = ledger(
        statement("a", "rival", "front", "9", mode=Mode.RETURN),
        statement("b", "front", "rival", "9", mode=Mode.RETRANSFER),
    )
    assert largest_recorded_supplier(around, RIFLE, "front", date(2010, 1, 1)) == ("rival", "front")
    assert largest_recorded_supplier(ledger(), RIFLE, "front", date(2010, 1, 1)) == ("front",)
    assert largest_recorded_exporter(ledger(), RIFLE, date(2010, 1, 1)) is None


def test_who_names_the_right_chain_supplier_and_maker():
    found = score(truth(), LEDGER, trace())
    assert found.trace == Ranking(chain=True, supplier=True, maker=True, ends=True)
    assert found.baseline == Ranking(chain=False, supplier=True, maker=False)
    # The largest exporter, to whomever, is north; the army gave the front most: here the plain reader is right.
    assert found.plain == Ranking(chain=True, supplier=True, maker=True, ends=True)


def test_the_plain_reader_names_the_largest_exporter_and_the_last_giver():
    day = date(2010, 6, 30)
    assert plain_reading(LEDGER, RIFLE, "front", day) == ("north", "army")
    assert plain_reading(ledger(), RIFLE, "front", day) == (None, None)
    more = ledger(*LEDGER.statements, statement("g", "depot", "front", "60"))
    assert plain_reading(more, RIFLE, "front", day) == ("north", "depot")
    found = score(truth(), more, trace())
    assert found.plain == Ranking(chain=False, supplier=False, maker=True, ends=False)
    straight = ledger(statement("a", "north", "front", "9"))
    assert score(truth(), straight, trace()).plain == Ranking(chain=False, supplier=False, maker=True, ends=False)


def test_both_ends_can_be_right_where_what_lies_between_is_not():
    longer = (chain("north", "port", "army", "front", share=0.7, low=0.6, high=0.8),)
    found = score(truth(), LEDGER, trace(chains=longer))
    assert (found.trace.chain, found.trace.ends) == (False, True)


def test_a_followed_consignment_is_a_chain_of_its_own():
    way, army = ("north", "army", "front"), ("army", "capture")
    both = goods(
        {
            Parcel(RIFLE, way, 0, "produced", army): 60.0,
            Parcel(RIFLE, way, 0, "produced", army, label="lot 7"): 40.0,
        }
    )
    told = chain(*way, share=0.45, low=0.35, high=0.5).model_copy(update={"label": "lot 7"})
    rest = chain(*way, share=0.55, low=0.5, high=0.59)
    found = score(truth().model_copy(update={"received": both}), LEDGER, trace(chains=(rest, told)))
    claims = [(c.name, c.true, c.covered) for c in found.claims if c.kind == "chain"]
    assert claims == [
        ("north > army > front (produced)", 0.6, False),
        ("north > army > front (produced, lot 7)", 0.4, True),
    ]
    assert found.heard == pytest.approx(1.0)


def test_goods_came_if_half_an_item_did():
    for amount, so in ((0.4, False), (0.6, True)):
        small = goods(
            {
                Parcel(RIFLE, ("north", "front"), 0, "produced", ("north", "export")): 100.0 - amount,
                Parcel(RIFLE, ("north", "army", "front"), 0, "produced", ("army", "capture")): amount,
            }
        )
        found = score(truth().model_copy(update={"received": small}), LEDGER, trace())
        assert [s.so for s in found.spoken if s.kind == "came"] == [so, False]


def test_the_total_of_the_draws_comes_before_that_of_the_record(monkeypatch):
    claims = score(truth(), LEDGER, trace()).claims
    assert next(c.share for c in claims if c.kind == "total") == pytest.approx(1.1)
    monkeypatch.setattr(TraceItem, "total_drawn", 104.0, raising=False)
    drawn = trace()
    if "total_drawn" in TraceItem.model_fields:
        drawn = trace(total_drawn=104.0)
    claims = score(truth(), LEDGER, drawn).claims
    assert next(c.share for c in claims if c.kind == "total") == pytest.approx(1.04)


def test_a_supplier_is_named_by_the_sum_of_its_chains():
    several = (
        chain("east", "rival", "front", share=0.4, low=0, high=1),
        chain("north", "army", "front", share=0.3, low=0, high=1),
        chain("south", "army", "front", share=0.3, low=0, high=1),
    )
    assert score(truth(), LEDGER, trace(chains=several)).trace == Ranking(
        chain=False, supplier=True, maker=True, ends=False
    )


def made_score(claims, ranks=(True, False), spoken=()):
    right, wrong = (Ranking(r, r, r, r) for r in ranks)
    return Score(1, "drawn", True, tuple(claims), tuple(spoken), 0.8, right, wrong, wrong)


def claim(covered, width=0.2, share=0.2, kind="chain", listed=True):
    return Claim(kind, "", 0.5, share, 0.5 if covered else 0.6, (0.5 if covered else 0.6) + width, listed)


def test_rates_and_their_two_errors():
    found = rate([(3, 4), (0, 0), (1, 2)])
    assert (found.hits, found.trials, found.value) == (4, 6, pytest.approx(2 / 3))
    assert found.error == pytest.approx(math.sqrt(2 / 3 * 1 / 3 / 6))
    # Residuals 3 - 8/3 and 1 - 4/3: their squares sum to 2/9; times 2/(2 - 1), the root, over 6 claims.
    assert found.by_world == pytest.approx(math.sqrt(2 / 9 * 2) / 6)
    assert rate([(0, 0)]).value is None
    assert rate([(1, 2)]).by_world is None
    # All ten right: twelve of fourteen, since a spread of nothing says nothing of the next world.
    assert rate([(2, 2)] * 10).by_world == pytest.approx(math.sqrt(12 / 14 * 2 / 14 / 14))


def test_worlds_that_are_right_or_wrong_as_a_whole_have_the_larger_error():
    found = rate([(10, 10), (0, 10)] * 20)
    assert found.by_world > 3 * found.error


def test_coverage_and_width_are_of_the_claims_chosen():
    scores = [
        made_score([claim(True, 0.1), claim(False, 0.3)]),
        made_score([claim(True, 0.2), claim(True, kind="total")]),
    ]
    found = coverage(scores, lambda c: c.kind == "chain")
    assert (found.rate.hits, found.rate.trials) == (2, 3)
    assert found.width == pytest.approx(0.2)
    assert coverage(scores, lambda c: c.kind == "channel").width is None


def test_a_gain_is_taken_over_pairs():
    found = compared([(True, False), (True, True), (False, False), (True, False)])
    assert (found.trace.value, found.baseline.value, found.gain) == (0.75, 0.25, 0.5)
    # Differences 1, 0, 0, 1: variance 1/3 over four worlds.
    assert found.error == pytest.approx(math.sqrt(1 / 3 / 4))


def test_words_are_counted_by_the_probability_that_was_given():
    spoken = [Spoken("came", 0.97, True), Spoken("came", 0.99, False), Spoken("leads", 0.5, True)]
    rows = list(reliability([made_score([], spoken=spoken)]))
    assert [(r.kind, r.word, r.said, r.rate.value) for r in rows] == [
        ("came", "almost certain", pytest.approx(0.98), 0.5),
        ("leads", "roughly even chance", 0.5, 1.0),
    ]


def test_a_summary_keeps_listed_and_missed_apart():
    scores = [
        made_score([claim(True, share=0.01), claim(True, share=0.2), claim(False, listed=False)]),
        made_score([claim(False, share=0.5), claim(True, kind="origin")], ranks=(True, True)),
    ]
    found = summarise("drawn", scores)
    # The chain of a hundredth is too small for the headline; it stands in the table by size.
    assert (found.covered["chain"].rate.hits, found.covered["chain"].rate.trials) == (1, 2)
    assert (found.whole.hits, found.whole.trials) == (1, 3)
    assert [(c.rate.hits, c.rate.trials) for _, c in found.by_size] == [(1, 1), (0, 0), (1, 1), (0, 1)]
    assert (found.chain.trace.value, found.chain.baseline.value) == (1.0, 0.5)
    assert (found.plain["maker"].trace.value, found.plain["maker"].baseline.value) == (1.0, 0.5)
    assert found.heard == pytest.approx(0.8)


def test_claims_whose_truth_is_nothing_or_all_stand_apart():
    claims = [
        Claim("unrecorded", "", 0.0, 0.1, 0.0, 0.2),
        Claim("unrecorded", "", 0.3, 0.1, 0.0, 0.2),
        Claim("chain", "", 1.0, 0.9, 0.8, 1.0),
        Claim("chain", "", 0.0, 0.3, 0.1, 0.4),
        Claim("chain", "", 0.5, 0.5, 0.4, 0.6),
        Claim("total", "", 1.0, 0.9, 0.8, 1.1),
    ]
    found = summarise("drawn", [made_score(claims), made_score(claims)])

    def counted(coverage):
        return coverage.rate.hits, coverage.rate.trials

    assert {kind: counted(one) for kind, one in found.covered.items() if one.rate.trials} == {
        "chain": (2, 2),
        "unrecorded": (0, 2),
        "total": (2, 2),
    }
    assert [counted(found.by_truth["chain"][place]) for place in PLACES] == [(0, 2), (2, 2), (2, 2)]
    assert [counted(found.by_truth["unrecorded"][place]) for place in PLACES] == [(2, 2), (0, 2), (0, 0)]
