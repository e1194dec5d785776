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
    Quantity,
    Step,
    Trace,
    TraceItem,
    Unit,
)
from takingstock.verbs.shapes import trace_json, trace_lines, trace_table
from takingstock.verbs.shapes.bearing import INTERVAL, WORD
from takingstock.verbs.shapes.figures import share_text
from takingstock.verbs.shapes.influence import matters, renames
from takingstock.verbs.shapes.lines import NO_MALPRACTICE, ranks_text, total_text
from takingstock.verbs.shapes.sightings import ASSUMED, HANDLED, VERDICTS


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
        "total_drawn": 5.0,
        "total_low": 3.0,
        "total_high": 9.0,
        "arrived": 0.811,
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
    one = trace_json(trace(SECOND.model_copy(update={"share": 0.01, "probability": 0.99}), draws=1000, asked=1000))
    one = one["items"][0]["chains"][0]
    assert one["likelihood"] == "almost certain"


def test_a_row_of_the_table_carries_what_must_be_read_with_it():
    head, rows = trace_table(drawn())
    row = dict(zip(head, rows[0], strict=True))
    assert (row["share"], row["low"], row["high"]) == (0.75, 0.0, 1.0)
    assert (row["total_drawn"], row["total_low"], row["total_high"], row["arrived"]) == (5, 3, 9, 0.811)
    assert (row["likelihood"], row["agreement"]) == ("almost certain", "fifo=1; lifo=1; proportional=1")
    assert (row["confidence"], row["draws"], row["seed"]) == ("moderate", 1000, 7)
    head, rows = trace_table(trace(PLAIN))
    row = dict(zip(head, rows[0], strict=True))
    assert (row["likelihood"], row["low"], row["draws"], row["seed"]) == ("", None, 0, None)


def test_lines_for_people():
    text = told(drawn())
    for words in (
        "rifle: 4 items received\n",
        "in draws: median 5, 3 to 9; lower than recorded where statements fail, higher where another statement holds",
        "shares are medians of the draws in which any came (811 of 1,000)",
        "75 % (<1 – >99 %)  inferred: USA → army → group",
        "that any came this way: almost certain; the 3 policies give no difference here; the largest known in >99 % of",
        "20 % (10–30 %)  inferred: DEU",
        "number 2 to 3 in size under 2 of 3 policies",
        "left authorised hands: army → group (capture, 2014-06): 90 % (70 – >99 %)",
        "without register and 1 that derive from it: nothing of this class would be recorded with a quantity",
        "without audit: leading chain 30 % instead of 75 % (by arithmetic on the record), no longer the largest",
        "no other source moves the answer by 5 %",
        "confidence in the basis: moderate (one voice; wide interval)",
        "army (capture): before the sightings (record and assumption) 20–90 %, with them 21–88 %",
        "the sightings do not tell the two leading ways of arrival apart; shares may still have moved",
        "how much one more would tell, in bits (1 bit = decides between the two): year of manufacture 0.25",
        "inflows that are on no record are taken to be as large as all recorded ones together",
        "taken as equally likely to be found whatever their kind",
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
    one = ATTRIBUTION.model_copy(update={"channels": (whole,), "gains": ()})
    text = told(drawn().model_copy(update={"attributions": (one,)}))
    assert "\narmy (capture) or unrecorded\n" in text


def test_likelihood_and_confidence_share_no_line():
    for _, text in trace_lines(drawn()):
        assert not ("confidence" in text and re.search("likely|certain|chance", text))


def test_draws_cut_short_lead_the_answer():
    found = drawn().model_copy(update={"draws": 320})
    kind, text = next(iter(trace_lines(found)))
    assert (kind, text) == ("caution", "the time limit cut the draws short: 320 of 1,000 were made")


def test_sources_without_weight_are_one_line():
    assert "\nno source moves the answer by 5 %\n" in told(drawn(influence=(WEAK,)))
    assert "no source moves" not in told(drawn(influence=()))


@pytest.mark.parametrize(("one", "counts"), [(GONE, True), (FALLS, True), (WEAK, False)])
def test_what_matters(one, counts):
    assert matters(one, drawn().items[0]) is counts


def test_no_share_is_no_interval():
    assert share_text(None, None, None) == "no share"
    assert share_text(0.5, None, None) == "50.0 %"
    assert share_text(1.0, 0.999, 1.0) == ">99 %"


def test_sources_of_one_effect_share_a_line():
    twin = GONE.model_copy(update={"source": "tv", "sources": ("tv",)})
    text = told(drawn(influence=(GONE, twin)))
    assert "without any one of register and 1 that derive from it, tv: nothing of this class would be recorded" in text


# what draws can bear -----------------------------------------------------------------------------------------------


def cut_to(draws):
    return drawn().model_copy(update={"draws": draws, "asked": draws})


def test_few_draws_give_no_word():
    few, enough = trace_json(cut_to(WORD - 1)), trace_json(cut_to(WORD))
    assert few["items"][0]["chains"][0]["likelihood"] is None
    assert few["items"][0]["chains"][0]["probability"] == 0.97, "how many of the draws had it stays"
    assert enough["items"][0]["chains"][0]["likelihood"] == "almost certain"
    text = told(cut_to(WORD - 1))
    assert "that any came this way: 96 of 99 draws, too few draws for a word" in text
    assert "word of likelihood" not in text


def test_very_few_draws_give_no_interval_anywhere():
    few, enough = cut_to(INTERVAL - 1), cut_to(INTERVAL)
    item = trace_json(few)["items"][0]
    bounds = [item[key] for key in ("total_low", "total_high", "unrecorded_low", "unrecorded_high")]
    bounds += [
        one[key] for one in (*item["chains"], *item["origins"], *item["diversion_points"]) for key in ("low", "high")
    ]
    assert set(bounds) == {None}
    assert item["chains"][0]["share"] == 0.75
    assert trace_json(enough)["items"][0]["chains"][0]["high"] == 1.0
    text = told(few)
    assert "75 %  inferred: USA → army → group" in text
    assert "in draws: median 5\n" in text
    assert "too few for an interval" in text
    head, rows = trace_table(few)
    row = dict(zip(head, rows[0], strict=True))
    assert (row["low"], row["total_high"], row["likelihood"]) == (None, None, "")


def test_where_no_draw_has_any_that_is_said_and_shares_are_not_called_medians():
    never = PLAIN.model_copy(update={"probability": 0.0, "leads": 0.0})
    text = told(trace(never, draws=1000, asked=1000, total_low=0.0, total_high=0.0))
    assert "in none of the 1,000 draws did any come: shares are arithmetic on the record" in text
    assert "75.0 %  inferred" in text


# totals and beginnings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "of", "words"),
    [
        (">=4", "received", "at least 4 items received"),
        (">=3", "received", "4 items received (the statements leave at least 3)"),
        ("0..4~4", "received", "up to 4 items received"),
        ("3..9~4", "received", "4 items received (the statements leave 3 to 9)"),
        ("?", "held", "4 items held, of the record as it stands"),
    ],
)
def test_the_total_keeps_its_bounds_or_says_what_it_is(said, of, words):
    item = trace(PLAIN).items[0].model_copy(update={"total_range": Quantity.parse(said)})
    assert total_text(item, of) == words


def test_nothing_left_is_not_quantity_not_recorded():
    item = trace(PLAIN).items[0].model_copy(update={"total": None})
    assert total_text(item, "held") == "nothing left, by the record as it stands"
    assert total_text(item, "received") == "quantity not recorded"
    lacking = item.model_copy(update={"cautions": (Caution(kind="quantity-not-recorded", words="w"),)})
    assert total_text(lacking, "held") == "quantity not recorded"


def test_more_than_at_least_is_said_to_be_assumed():
    text = told(drawn(total_range=Quantity.parse(">=4")))
    assert "higher where “at least” is exceeded (assumed)" in text
    assert "another statement" not in text


def test_a_counted_opening_stock_is_marked_and_its_share_printed():
    stock = DRAWN.model_copy(update={"origin": OriginKind.OPENING})
    origin = Origin(party="army", kind=OriginKind.OPENING, share=0.4, low=0.3, high=0.5)
    found = trace(stock, draws=1000, asked=1000).items[0].model_copy(update={"origins": (origin,)})
    one = trace(stock, draws=1000, asked=1000).model_copy(update={"items": (found,)})
    assert "(opening stock) USA → army → group" in told(one)
    assert "from the counted opening stock of army: 40 % (30–50 %)" in told(one)
    head, rows = trace_table(one)
    assert dict(zip(head, rows[0], strict=True))["opening"] == "army=0.4"


# allegations -------------------------------------------------------------------------------------------------------


def test_an_allegation_is_printed_with_its_status_once():
    said = ("Sold (status: denied; source: a)", "Sold (status: denied; source: b)", "Sold (status: open; source: c)")
    found = trace(PLAIN.model_copy(update={"allegations": said}))
    lines = list(trace_lines(found))
    assert ("detail", "alleged: Sold (status: denied; source: a, b; status: open; source: c)") in lines
    assert lines[-1] == ("note", NO_MALPRACTICE)
    head, rows = trace_table(found)
    assert dict(zip(head, rows[0], strict=True))["allegations"].count("alleged: Sold (status: ") == 3


# influence and rules -----------------------------------------------------------------------------------------------


def test_more_effects_than_are_listed_are_counted():
    many = tuple(FALLS.model_copy(update={"source": f"s{n}", "leading": 0.1 + n / 100}) for n in range(8))
    text = told(drawn(influence=many))
    assert text.count("\nwithout s") == 5
    assert "further sources without which the answer would be another: 3" in text
    assert "no other source" not in text


def test_another_total_is_shown():
    more = Influence(source="tv", sources=("tv",), total=74.0, leading=0.75, leads=True, unrecorded=0.0, moves=0.0)
    assert "without tv: total 74 instead of 4 (by arithmetic on the record)" in told(drawn(influence=(more,)))


def test_a_chain_that_is_only_told_otherwise_is_said_to_be():
    found = drawn()
    one = FALLS.model_copy(update={"leading": 0.0, "moves": 1.0})
    assert renames(found, found.items[0], one)
    assert not renames(found, found.items[0], one.model_copy(update={"unrecorded": 0.9})), "its origin is lost"
    assert not renames(found, found.items[0], one.model_copy(update={"total": 9.0}))
    assert "without audit: same total and same part unrecorded, but another chain" in told(drawn(influence=(one,)))


def test_json_tells_what_would_be_gone_from_what_has_no_total_anyway():
    assert [one["gone"] for one in trace_json(drawn())["items"][0]["influence"]] == [True, False, False]


def test_rules_say_nothing_of_a_single_movement_unless_they_differ_on_it():
    item = drawn().items[0]
    lone = DRAWN.model_copy(update={"steps": DRAWN.steps[:1], "diversion": None})
    assert ranks_text(lone, item) == ""
    torn = lone.model_copy(update={"agreement": (("fifo", 0.2), ("lifo", 0.9))})
    assert ranks_text(torn, item) == "largest under all 3 policies"
    assert "rests on the record" not in told(drawn())


# sightings ---------------------------------------------------------------------------------------------------------


def test_only_what_is_told_apart_gets_a_single_share():
    one = ATTRIBUTION.model_copy(update={"verdict": "separated"})
    text = told(drawn().model_copy(update={"attributions": (one,)}))
    assert "before the sightings (record and assumption) 60 % (20–90 %), with them 58 % (21–88 %)" in text


def test_assumptions_and_bits_are_explained_once():
    text = told(drawn().model_copy(update={"attributions": (ATTRIBUTION, ATTRIBUTION)}))
    for words in (ASSUMED, HANDLED, "1 bit = decides between the two"):
        assert text.count(words) == 1, words


@pytest.mark.parametrize("verdict", ["not-converged", "too-few-draws"])
def test_what_gave_no_result_says_what_to_do(verdict):
    one = Attribution(
        population="finds", items=(), by="country", n=1.0, sites=1.0, sites_assumed=False, verdict=verdict
    )
    text = told(drawn().model_copy(update={"attributions": (one,)}))
    assert "(--draws)" in text
    assert VERDICTS[verdict] in text
    assert ASSUMED not in text


def test_where_nothing_is_recorded_sightings_are_not_told():
    assert "sightings" not in told(drawn().model_copy(update={"items": ()}))


def test_a_mixed_set_may_be_the_same_goods_as_classes_apart():
    def renamed(id):
        return trace(PLAIN).items[0].model_copy(update={"item": id})

    many = trace(PLAIN).model_copy(update={"items": tuple(map(renamed, ("vehicle.light.hmmwv", "vehicles", "rifle")))})
    (warned,) = [item for item in trace_json(many)["items"] if len(item["warnings"]) > 1]
    assert warned["item"] == "vehicles"
    assert warned["warnings"][0].endswith("may be the same as those listed under vehicle.light.hmmwv.")
    assert warned["warnings"][0] in told(many)
