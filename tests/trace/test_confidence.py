"""Analytic confidence: one case for each reason, on the strongest basis with one thing taken away."""

import random

import pytest

from takingstock.records import (
    Caution,
    Chain,
    ChainBasis,
    Confidence,
    DateRange,
    Influence,
    Ledger,
    Quantity,
    Source,
    Statement,
    Step,
    TraceItem,
    derive,
)
from takingstock.trace import confidence as module
from takingstock.trace.confidence import WEIGHTS, confidence

SOURCES = (
    Source(id="one", title="One"),
    Source(id="two", title="Two"),
    Source(id="paper", title="Paper", derives_from=("one",)),
)
LABELS = tuple(f"{policy}, {births} births" for policy in ("proportional", "fifo") for births in ("late", "opening"))


def said(key, source, grade="B2", **fields):
    return Statement(
        id=f"{key}-{source}",
        movement=key,
        source=source,
        item="rifle",
        from_party={"m": "maker", "c": "army"}[key],
        to_party={"m": "army", "c": "group"}[key],
        quantity=Quantity.parse(fields.pop("quantity", "10")),
        when=DateRange.parse("2014"),
        mode=fields.pop("mode", "export"),
        grade=grade,
        **fields,
    )


FIRM = (said("m", "one"), said("m", "two"), said("c", "one"), said("c", "two"))
LEAD = Chain(
    basis="documented",
    origin="produced",
    steps=(
        Step(from_party="maker", to_party="army", mode="export", movements=("m",)),
        Step(from_party="army", to_party="group", mode="capture", movements=("c",)),
    ),
    share=0.8,
    low=0.7,
    high=0.9,
)
INFERRED = LEAD.model_copy(update={"basis": ChainBasis.INFERRED, "agreement": tuple((name, 0.8) for name in LABELS)})


def rival(**shares):
    given = dict.fromkeys(LABELS, 0.1) | {name.replace("_", ", ") + " births": v for name, v in shares.items()}
    return Chain(
        basis="inferred",
        origin="unrecorded",
        steps=(Step(from_party="else", to_party="group", mode="capture"),),
        share=0.1,
        agreement=tuple(given.items()),
    )


def judge(statements=FIRM, chains=(LEAD,), unrecorded=0.1, cautions=(), influence=(), **more):
    item = TraceItem(
        item="rifle",
        classes=("rifle",),
        unit="items",
        total=10,
        coverage=(),
        cautions=cautions,
        origins=(),
        chains=chains,
        remainder=0.1,
        unrecorded=unrecorded,
        definition="",
        influence=influence,
    )
    ledger = Ledger(title="t", revision=1, head="0", sources=SOURCES, statements=tuple(statements))
    by_key = {}
    for statement in statements:
        by_key.setdefault(statement.movement, []).append(statement)
    movements = {
        key: derive(key, group, ledger.source_by_id, lambda a, b: False) for key, group in sorted(by_key.items())
    }
    return confidence(item, movements, ledger, policy="proportional", births="late", **more)


def without(source, leads):
    return Influence(source=source, sources=(source,), total=1, leading=0.1, leads=leads, unrecorded=0, moves=0.5)


def test_high_takes_everything():
    assert judge() == (Confidence.HIGH, ("independent-voices",))


@pytest.mark.parametrize(
    ("reason", "case"),
    [
        ("mostly-unrecorded", {"unrecorded": 0.51}),
        ("unrecorded-large", {"unrecorded": 0.5}),
        ("weak-link", {"statements": (said("m", "one", "D2"), said("m", "two", "D2"), *FIRM[2:])}),
        ("weak-link", {"statements": (*FIRM[:2], said("c", "one", "B5"), said("c", "two", "B5"))}),
        ("link-not-judged", {"statements": (*FIRM[:2], said("c", "one", ""), said("c", "two", ""))}),
        ("depends-on-one-source", {"influence": (without("two", True), without("one", False))}),
        ("contradicted", {"statements": (*FIRM[:3], said("c", "two", quantity="99"))}),
        (
            "production-unverified",
            {"cautions": (Caution(kind="production-unverified", words="", party="maker"),)},
        ),
        ("order-open", {"cautions": (Caution(kind="order-open", words=""),)}),
        ("search-cut", {"cautions": (Caution(kind="search-cut", words=""),)}),
        ("wide-interval", {"chains": (LEAD.model_copy(update={"low": 0.4, "high": 0.9}),)}),
        ("no-interval", {"chains": (LEAD.model_copy(update={"low": None, "high": None}),)}),
        ("policy-decides", {"chains": (LEAD, rival(fifo_late=0.9))}),
        ("births-decide", {"chains": (LEAD, rival(proportional_opening=0.9))}),
    ],
)
def test_each_weakness_by_itself_bars_high(reason, case):
    level, reasons = judge(**case)
    assert set(reasons) == {reason, "independent-voices"}
    assert level is (Confidence.LOW if WEIGHTS[reason] - 1 >= module.LOW_FROM else Confidence.MODERATE)


def test_one_voice_is_one_however_many_repeat_it():
    repeated = (said("m", "one"), said("m", "paper"), said("c", "one"), said("c", "paper"))
    assert judge(repeated) == (Confidence.MODERATE, ("one-voice",))
    assert judge(repeated, influence=(without("one", False),)) == (Confidence.MODERATE, ("one-voice",))


def test_two_voices_that_each_tell_one_link_do_not_strengthen():
    assert judge((said("m", "one"), said("c", "two"))) == (Confidence.MODERATE, ())


def test_what_was_only_ordered_is_no_second_voice():
    ordered = said("m", "two", stage="ordered")
    assert judge((FIRM[0], ordered, *FIRM[2:])) == (Confidence.MODERATE, ())


def test_what_the_engine_inferred_is_not_documented_by_voices():
    assert judge(chains=(INFERRED,)) == (Confidence.MODERATE, ())


def test_an_uncounted_holder_matters_where_the_chain_passes_it():
    caution = Caution(kind="no-opening-stock", words="", party="else", parties=("else", "army"))
    assert judge(chains=(INFERRED,), cautions=(caution,))[1] == ("no-opening-count",)
    elsewhere = Caution(kind="no-opening-stock", words="", party="else", parties=("else",))
    assert judge(chains=(INFERRED,), cautions=(elsewhere,))[1] == ()
    # A lot traced link by link runs apart from the stocks of those who passed it on.
    assert "no-opening-count" not in judge(cautions=(caution,))[1]


def test_no_share_is_low():
    assert judge(chains=()) == (Confidence.LOW, ("no-share",))
    assert judge(chains=(LEAD.model_copy(update={"share": None}),)) == (Confidence.LOW, ("no-share",))
    assert judge(unrecorded=None) == (Confidence.LOW, ("no-share",))


def test_weaknesses_add_up_to_low():
    three = (Caution(kind="order-open", words=""), Caution(kind="search-cut", words=""))
    level, reasons = judge(chains=(INFERRED,), cautions=three, unrecorded=0.3)
    assert (level, reasons) == (Confidence.LOW, ("unrecorded-large", "order-open", "search-cut"))
    assert judge(chains=(INFERRED,), cautions=three)[0] is Confidence.MODERATE
    # Two voices on every link make up for one of the three.
    assert judge(cautions=three, unrecorded=0.3)[0] is Confidence.MODERATE


def test_a_misquotation_is_no_contradiction():
    quoted = (*FIRM, said("c", "paper", quantity="99"))
    assert "contradicted" not in judge(quoted)[1]


def test_a_place_below_the_first_under_a_policy_counts_even_if_the_rival_is_not_listed():
    lead = INFERRED.model_copy(update={"ranks": (("fifo", 2), ("proportional", 1))})
    assert judge(chains=(lead,))[1] == ("policy-decides",)


def test_a_chain_that_a_search_did_not_get_to_does_not_lead_there():
    lead = INFERRED.model_copy(update={"agreement": tuple((name, 0.8) for name in LABELS if "fifo" not in name)})
    assert judge(chains=(lead, rival()))[1] == ("policy-decides",)
    # A policy that was not asked for any chain says nothing.
    assert judge(chains=(lead,))[1] == ()


def test_a_tie_still_leads():
    assert judge(chains=(INFERRED, rival(fifo_late=0.8)))[1] == ()


def test_a_documented_lot_stands_against_what_leads_elsewhere():
    lot = LEAD.model_copy(update={"share": 0.3, "label": "lot"})
    low = INFERRED.model_copy(update={"agreement": tuple((n, 0.2 if "fifo" in n else 0.8) for n in LABELS)})
    assert judge(chains=(low, lot))[1] == ("policy-decides",)


def test_nothing_depends_on_order():
    chains = [INFERRED, rival(fifo_late=0.9), rival(proportional_opening=0.9)]
    cautions = [Caution(kind="search-cut", words=""), Caution(kind="production-unverified", words="", party="maker")]
    statements = [*FIRM[:3], said("c", "two", quantity="99")]
    rows = [without("one", False), without("two", True)]
    first = judge(statements, tuple(chains), cautions=tuple(cautions), influence=tuple(rows))
    assert len(first[1]) == 6
    dice = random.Random(5)
    for _ in range(5):
        for rows_of in (chains, cautions, statements, rows):
            dice.shuffle(rows_of)
        assert judge(statements, tuple(chains), cautions=tuple(cautions), influence=tuple(rows)) == first
