"""Shapes of a trace: the promised keys, nulls where no draws were made, and lines that a person can trust."""

import json
import re

import pytest

from takingstock.records import (
    Attribution,
    Caution,
    Chain,
    ChainBasis,
    ChannelShare,
    Confidence,
    DateRange,
    DiversionPoint,
    Gain,
    Influence,
    Origin,
    OriginKind,
    Step,
    Trace,
    TraceItem,
    Unit,
)
from takingstock.verbs.shapes import trace_json, trace_lines, trace_table
from takingstock.verbs.shapes.lines import matters, share_text


def step(source, target, mode, when):
    return Step(from_party=source, to_party=target, mode=mode, when=DateRange.parse(when))


def chain(maker, **fields):
    steps = (step(maker, "army", "export", "2008"), step("army", "group", "capture", "2014-06"))
    return Chain(basis=ChainBasis.INFERRED, origin=OriginKind.PRODUCED, steps=steps, diversion=1, **fields)


PLAIN = chain("USA", share=0.75, quantity=3.0, agreement=(("fifo, late births", 0.75),))
CHANNEL = ChannelShare(
    channel="army|capture", members=("army|capture",), from_party="army", mode="capture",
    prior=0.6, prior_low=0.2, prior_high=0.9, share=0.58, low=0.21, high=0.88, separated=False, population="finds",
)  # fmt: skip
OTHER = CHANNEL.model_copy(
    update={"channel": "unrecorded", "members": ("unrecorded",), "from_party": None, "mode": None, "share": 0.42}
)
ATTRIBUTION = Attribution(
    population="finds", items=("rifle",), by="country of manufacture", n=100.0, sites=12.0, sites_assumed=True,
    verdict="not-separated", channels=(CHANNEL, OTHER), gains=(Gain(observation="year-of-manufacture", bits=0.25),),
)  # fmt: skip
DRAWN = PLAIN.model_copy(
    update={
        "low": 0.0,
        "high": 1.0,
        "probability": 0.97,
        "leads": 1.0,
        "ranks": (("fifo", 1), ("lifo", 1), ("proportional", 1)),
    }
)
SECOND = chain("DEU", share=0.2, low=0.1, high=0.3, probability=0.5, leads=0.0, ranks=(("fifo", 2), ("lifo", 3)))
GONE = Influence(
    source="register", sources=("register", "paper"), total=None, leading=None, leads=False, unrecorded=None, moves=1.0
)
FALLS = Influence(source="audit", sources=("audit",), total=4.0, leading=0.3, leads=False, unrecorded=0.0, moves=0.5)
WEAK = Influence(source="press", sources=("press",), total=4.0, leading=0.74, leads=True, unrecorded=0.0, moves=0.01)


def trace(*chains, draws=0, asked=0, **fields):
    item = TraceItem(
        item="rifle", classes=("rifle",), unit=Unit.ITEMS, total=4.0, coverage=(), chains=chains,
        origins=(Origin(party="USA", kind=OriginKind.PRODUCED, share=0.75),), remainder=0.05, unrecorded=0.0,
        definition="d", cautions=(Caution(kind="k", words="Take care."),), **fields,
    )  # fmt: skip
    return Trace(
        holder="group", at=DateRange(), policy="proportional", births="late", of="received", revision=1, tables="t",
        version="v", items=(item,), draws=draws, asked=asked, seed=7 if draws else None,
        attributions=(ATTRIBUTION,) if draws else (),
    )  # fmt: skip


def drawn(**fields):
    point = DiversionPoint(
        party="army", to_party="group", mode="capture", when=DateRange.parse("2014-06"), share=0.9, low=0.7, high=1.0
    )
    given = {
        "total_low": 3.0,
        "total_high": 9.0,
        "unrecorded_low": 0.0,
        "unrecorded_high": 0.02,
        "diversion_points": (point,),
        "influence": (GONE, FALLS, WEAK),
        "attribution": (CHANNEL, OTHER),
        "confidence": Confidence.MODERATE,
        "reasons": ("one-voice", "wide-interval"),
    }
    return trace(DRAWN, SECOND, draws=1000, asked=1000, **(given | fields))


def told(found):
    return "\n".join(text for _, text in trace_lines(found))


def test_without_draws_nothing_is_made_up():
    found = trace_json(trace(PLAIN))
    (one,) = found["items"][0]["chains"]
    assert (found["draws"], found["draws_asked"], found["seed"], found["attributions"]) == (0, 0, None, [])
    for key in ("low", "high", "likelihood", "probability", "leads"):
        assert one[key] is None
    for key in ("total_low", "total_high", "unrecorded_low", "unrecorded_high", "confidence"):
        assert found["items"][0][key] is None
    assert one["agreement_shares"] == {"fifo, late births": 0.75}
    text = told(trace(PLAIN))
    assert "75.0 %  inferred: USA → army → group" in text
    assert not re.search("draws|likel|certain|median", text)


def test_the_promised_keys_of_a_chain_and_an_item():
    found = trace_json(drawn())
    item, (one, other) = found["items"][0], found["items"][0]["chains"]
    assert (one["low"], one["high"], one["likelihood"]) == (0.0, 1.0, "almost certain")
    assert (other["likelihood"], other["probability"]) == ("roughly even chance", 0.5)
    assert one["agreement"] == {"fifo": 1, "lifo": 1, "proportional": 1}
    assert (found["draws"], found["seed"], found["draws_asked"]) == (1000, 7, 1000)
    assert [one["channel"] for one in item["attribution"]] == ["army|capture", "unrecorded"]
    assert item["attribution"][:1] == [
        {
            "channel": "army|capture", "prior": 0.6, "share": 0.58, "low": 0.21, "high": 0.88, "separated": False,
            "prior_low": 0.2, "prior_high": 0.9, "members": ["army|capture"], "from": "army", "mode": "capture",
            "population": "finds",
        }
    ]  # fmt: skip
    assert item["diversion_points"][0] == {
        "party": "army", "to": "group", "mode": "capture", "first": "2014-06-01", "last": "2014-06-30",
        "share": 0.9, "low": 0.7, "high": 1.0, "movements": [],
    }  # fmt: skip
    assert item["influence"][0]["sources"] == ["register", "paper"]
    assert (item["confidence"], item["reasons"]) == ("moderate", ["one-voice", "wide-interval"])
    assert (item["total_low"], item["total_high"], item["unrecorded_high"]) == (3, 9, 0.02)
    assert found["attributions"][0]["gains"] == [{"observation": "year-of-manufacture", "bits": 0.25, "narrows": None}]
    assert found["attributions"][0]["verdict"] == "not-separated"
    json.dumps(found, allow_nan=False)


def test_the_word_is_for_any_goods_and_not_for_the_share():
    one = trace_json(trace(SECOND.model_copy(update={"share": 0.01, "probability": 0.99})))["items"][0]["chains"][0]
    assert one["likelihood"] == "almost certain"


def test_a_row_of_the_table_carries_what_must_be_read_with_it():
    head, rows = trace_table(drawn())
    row = dict(zip(head, rows[0], strict=True))
    assert (row["share"], row["share_low"], row["share_high"]) == (0.75, 0.0, 1.0)
    assert (row["likelihood"], row["ranks"]) == ("almost certain", "fifo=1; lifo=1; proportional=1")
    assert (row["confidence"], row["draws"], row["seed"]) == ("moderate", 1000, 7)
    head, rows = trace_table(trace(PLAIN))
    row = dict(zip(head, rows[0], strict=True))
    assert (row["likelihood"], row["share_low"], row["draws"], row["seed"]) == ("", None, 0, None)


def test_lines_for_people():
    text = told(drawn())
    for words in (
        "rifle: 4 items received (3 to 9 in the middle 90 % of draws)",
        "75 % (<1 – >99 %)  inferred: USA → army → group",
        "that any came this way: almost certain; largest under all 3 policies; the largest of these in >99 % of draws",
        "20 % (10–30 %)  inferred: DEU",
        "number 2 to 3 in size under 2 of 3 policies",
        "left authorised hands: army → group (capture, 2014-06): 90 % (70 – >99 %)",
        "without register and 1 that derive from it: nothing of this class would be recorded as received",
        "without audit: the answer moves by 50 %; leading chain 30 % instead of 75 %, no longer the largest",
        "confidence in the basis: moderate (one voice; wide interval)",
        "by the record alone 60 % (20–90 %), with the sightings 58 % (21–88 %)",
        "the sightings do not separate these",
        "year of manufacture 0.25 bits",
        "1,000 draws, seed 7",
        "medians need not add up to one",
        "Take care.",
    ):
        assert words in text, words
    assert "press" not in text
    assert "time limit" not in text
    assert not re.search(r"(?<![\d.])0(\.0)? %|(?<!\d)100(\.0)? %", text)


def test_a_single_way_gets_no_share_of_the_whole():
    whole = CHANNEL.model_copy(update={"members": ("army|capture", "unrecorded"), "share": 1.0, "low": 1.0})
    text = told(drawn(attribution=(whole,)))
    assert "sightings finds: army (capture) or unrecorded\n" in text


def test_likelihood_and_confidence_share_no_line():
    for _, text in trace_lines(drawn()):
        assert not ("confidence" in text and re.search("likely|certain|chance", text))


def test_draws_cut_short_lead_the_answer():
    found = drawn().model_copy(update={"draws": 320})
    kind, text = next(iter(trace_lines(found)))
    assert (kind, text) == ("caution", "the time limit cut the draws short: 320 of 1,000 were made")


def test_sources_without_weight_are_one_line():
    assert "no source moves the answer by 5 % or more" in told(drawn(influence=(WEAK,)))
    assert "no source moves" not in told(drawn(influence=()))


@pytest.mark.parametrize(("one", "counts"), [(GONE, True), (FALLS, True), (WEAK, False)])
def test_what_matters(one, counts):
    assert matters(one) is counts


def test_no_share_is_no_interval():
    assert share_text(None, None, None) == "no share"
    assert share_text(0.5, None, None) == "50.0 %"
    assert share_text(1.0, 0.999, 1.0) == ">99 %"


def test_sources_of_one_effect_share_a_line():
    twin = GONE.model_copy(update={"source": "tv", "sources": ("tv",)})
    text = told(drawn(influence=(GONE, twin)))
    assert "without any one of register and 1 that derive from it, tv: nothing of this class would be" in text
