"""Standing links in a trace: by hand, in draws, and what must hold on random ledgers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_ledgers import WORTH, Items, ledger_of, opening, say

from takingstock.records import BadValueError, MarkLink, OriginKind, Quantity, Unit
from takingstock.reference.parties import directory
from takingstock.trace.marked import pairs
from takingstock.trace.question import trace

CLASS = "vehicle.truck"


def link(receipt, issue, quantity="60", mark="7", **fields):
    return MarkLink(
        id=fields.pop("id", f"k-{receipt}-{issue}-{mark}"),
        kind=fields.pop("kind", "lot"),
        mark=mark,
        receipt=receipt,
        issue=issue,
        quantity=Quantity.parse(quantity, fields.pop("unit", Unit.ITEMS)),
        person="A",
        reason="r",
        **fields,
    )


DEPOT = [
    say("x", "ROU", "iraqi-army", "60", "2001", made_in="ROU"),
    say("y", "BGR", "iraqi-army", "60", "2002", made_in="BGR"),
    say("b", "iraqi-army", "rivals", "60", "2003", mode="capture"),
    say("c", "iraqi-army", "faction", "60", "2004", mode="capture"),
]


def ask(statements, links, holder="faction", policy="strict", counts=(), **fields):
    ledger = ledger_of(statements, counts).model_copy(update={"marklinks": tuple(links)})
    return trace(ledger, Items(), directory(ledger.parties), holder, policy=policy, holds=WORTH, **fields)


def origins(found):
    (item,) = found.items
    return {origin.party: pytest.approx(origin.share, abs=1e-9) for origin in item.origins}


def caution(found, kind):
    return [one for item in found.items for one in item.cautions if one.kind == kind]


@pytest.mark.parametrize("draws", [0, 24])
def test_a_link_overrides_the_mixture_for_exactly_its_goods(draws):
    """20 of the faction's 60 are Romania's: of the other 100 the rivals had 60 in proportion (24 and 36)."""
    found = ask(DEPOT, [link("x", "c", "20")], draws=draws)
    assert origins(found) == {"ROU": (20 + 16) / 60, "BGR": 24 / 60}
    (rests,) = caution(found, "rests-on-links")
    assert rests.share == pytest.approx(20 / 60)
    assert "1 standing link(s)" in rests.words
    assert "33.3 % came by one of them" in rests.words
    assert "(policy proportional), 10.0 % of the origins would be others" in rests.words
    assert ("In draws the median of that share is 33.3 %" in rests.words) == bool(draws)
    assert origins(ask(DEPOT, [link("x", "c", "20")], holder="rivals", draws=draws)) == {"ROU": 0.4, "BGR": 0.6}
    (leading, *_) = found.items[0].chains
    assert dict(leading.agreement)["strict, late births"] == pytest.approx(0.6)
    assert dict(leading.agreement)["proportional, late births"] == pytest.approx(0.5)


def test_goods_that_others_have_known_are_not_ones_own():
    found = ask(DEPOT, [link("x", "c")], holder="rivals")
    assert origins(found) == {"BGR": 1.0}
    (rests,) = caution(found, "rests-on-links")
    assert rests.share == 0.0
    assert "None of the goods" in rests.words
    assert "50.0 % of the origins would be others" in rests.words


def test_without_a_standing_link_it_says_what_to_do():
    for links in ([], [link("x", "c", withdrawn=True)]):
        with pytest.raises(BadValueError, match=r"no link stands in this case: .*marks links"):
            ask(DEPOT, links)


def test_a_class_that_no_link_touches_is_the_mixture():
    other = [
        say("r", "BGR", "iraqi-army", "5", "2001", item="rifle.ak"),
        say("s", "iraqi-army", "rivals", "5", "2002", item="rifle.ak"),
    ]
    strict = ask(DEPOT + other, [link("r", "s", "5")])
    mixed = ask(DEPOT + other, [], policy="proportional")
    assert strict.items[0].origins == mixed.items[0].origins
    assert [c.share for c in strict.items[0].chains] == [c.share for c in mixed.items[0].chains]
    (rests,) = caution(strict, "rests-on-links")
    assert "No standing link bears on this class" in rests.words


def test_links_add_up_by_what_they_may_share():
    movements = {m.key: m for m in ledger_of(DEPOT).movements(directory(()).part_of)}
    serials = [link("x", "c", "1", mark=mark, kind="serial") for mark in "abc"]
    (pair,) = pairs([*serials, link("x", "c", "1", mark="a", kind="serial", id="again")], movements)
    assert pair.quantity == 3
    assert pairs([*serials, link("x", "c", "2")], movements)[0].quantity == 3
    assert pairs([*serials, link("x", "c", "4"), link("x", "c", "5", mark="8")], movements)[0].quantity == 9
    assert pairs([link("x", "c", unit=Unit.ROUNDS), link("x", "gone"), link("y", "c", "")], movements) == ()


def test_a_receipt_supplies_no_more_than_it_holds():
    found = ask(DEPOT, [link("x", "c", "60"), link("x", "b", "30", mark="8")])
    # 90 of 60: cut to 40 and 20.
    assert [one.movements for one in caution(found, "links-exceed-movement")] == [("x", "b"), ("x", "c")]
    assert caution(found, "rests-on-links")[0].share == pytest.approx(40 / 60)
    # Of the other 20 and of the rivals' 40 nothing loose but Bulgaria's is left.
    assert origins(found) == {"ROU": 40 / 60, "BGR": 20 / 60}
    assert origins(ask(DEPOT, [link("x", "c", "1000")])) == {"ROU": 1.0}


@pytest.mark.parametrize("births", ["late", "opening"])
def test_what_is_known_decides_what_dates_leave_open(births):
    """Both in 2003, in any order: what is linked came before it left, though half of the year's may have come later."""
    told = [
        say("x", "ROU", "iraqi-army", "60", "2003", made_in="ROU"),
        say("y", "BGR", "iraqi-army", "60", "2002", made_in="BGR"),
        say("c", "iraqi-army", "faction", "60", "2003-03", mode="capture"),
    ]
    found = ask(told, [link("x", "c", "60")], births=births)
    assert origins(found) == {"ROU": 1.0}
    assert not caution(found, "link-not-followed")


def test_half_of_a_year_is_due_half_of_its_links():
    found = ask(DEPOT, [link("x", "c", "60")], at=say("-", when="2004-07-01").when)
    assert caution(found, "rests-on-links")[0].share == pytest.approx(1.0)
    assert found.items[0].total == pytest.approx(60 * 183 / 366)


@pytest.mark.parametrize(
    ("statements", "links", "says"),
    [
        (DEPOT, [link("b", "c"), link("x", "c", "1")], "Another faction received them and Iraqi Army sent them on"),
        (DEPOT, [link("x", "c", "1"), link("gone", "c")], "the record holds gone no more"),
        (DEPOT, [link("x", "c", "1"), link("gone", "lost")], "the record holds gone and lost no more"),
        (DEPOT, [link("x", "c", "1"), link("y", "c", "")], "has no figure"),
        (DEPOT, [link("x", "c", "1"), link("y", "c", "5", unit=Unit.ROUNDS)], "another unit is counted in y and c"),
        (
            [*DEPOT, say("u", "iraqi-army", "rivals", "", "2004", mode="capture")],
            [link("x", "c", "1"), link("y", "u", "5")],
            "has no figure",
        ),
        (
            [*DEPOT, say("late", "ROU", "iraqi-army", "9", "2009")],
            [link("late", "c", "9"), link("x", "c", "1")],
            "the record has them leave before they came",
        ),
        (
            [*DEPOT, say("r", "BGR", "iraqi-army", "5", "2001", item="rifle.ak")],
            [link("r", "c", "5"), link("x", "c", "1")],
            "goods of different classes",
        ),
    ],
)
def test_what_cannot_be_followed_is_said(statements, links, says):
    found = caution(ask(statements, links), "link-not-followed")
    assert [says in one.words for one in found] == ([True] if says else [])


def test_what_arrives_and_goes_on_as_known_goods_is_drawn_by_channel():
    """Of what the faction received, some went on to the rivals and came back: links on both sides of the one asked."""
    told = [
        *DEPOT,
        say("z", "faction", "rivals", "30", "2005", mode="retransfer"),
        say("back", "rivals", "faction", "20", "2006", mode="retransfer"),
    ]
    links = [link("x", "c", "20"), link("c", "z", "30"), link("z", "back", "20")]
    still, drawn = ask(told, links), ask(told, links, draws=24)
    assert origins(drawn) == origins(still)
    assert drawn.items[0].total_drawn == still.items[0].total == pytest.approx(80)
    by_links = caution(still, "rests-on-links")[0].share
    assert by_links == pytest.approx((20 + 20) / 80)


PARTIES = ["ROU", "BGR", "iraqi-army", "rivals", "faction"]


@st.composite
def linked_ledgers(draw):
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(PARTIES), st.sampled_from(PARTIES[2:]), st.integers(1, 9), st.integers(1, 9)),
            min_size=2,
            max_size=9,
        )
    )
    told = [
        say(f"m{n}", start, end, str(amount), f"200{year}", mode="retransfer")
        for n, (start, end, amount, year) in enumerate(rows)
        if start != end
    ]
    last = say("last", "iraqi-army", "faction", "7", "2010", mode="capture")
    told = [*told, say("first", "ROU", "iraqi-army", "5", "2000"), last]
    keys = [one.movement for one in told]
    ends = draw(st.lists(st.tuples(st.sampled_from(keys), st.sampled_from(keys), st.integers(1, 12)), max_size=5))
    links = [link("first", "last", str(draw(st.integers(1, 6))))]
    links += [link(a, b, str(n), mark=str(place)) for place, (a, b, n) in enumerate(ends) if a != b]
    counts = (opening("iraqi-army", str(draw(st.integers(1, 20)))),) if draw(st.booleans()) else ()
    return told, links, counts


@settings(deadline=None, max_examples=60)
@given(case=linked_ledgers(), births=st.sampled_from(["late", "opening"]), of=st.sampled_from(["received", "held"]))
def test_goods_are_conserved_and_nothing_hangs_on_the_order(case, births, of):
    told, links, counts = case
    found = ask(told, links, counts=counts, births=births, of=of)
    mixed = ask(told, [], policy="proportional", counts=counts, births=births, of=of)
    for item, other in zip(found.items, mixed.items, strict=True):
        assert sum(origin.share for origin in item.origins) == pytest.approx(1.0)
        if of == "received":
            assert item.total == pytest.approx(other.total)
        assert 0.0 <= caution(found, "rests-on-links")[0].share <= 1.0 + 1e-9
    again = ask(
        told[::-1],
        [one.model_copy(update={"id": f"z{n}"}) for n, one in enumerate(links[::-1])],
        counts=counts,
        births=births,
        of=of,
    )
    for item, other in zip(found.items, again.items, strict=True):
        mine = {(o.party, o.kind): o.share for o in item.origins}
        assert mine == pytest.approx({(o.party, o.kind): o.share for o in other.origins})


@settings(deadline=None, max_examples=25)
@given(case=linked_ledgers(), births=st.sampled_from(["late", "opening"]), of=st.sampled_from(["received", "held"]))
def test_where_all_is_sure_draws_are_the_arithmetic(case, births, of):
    """Days in place of years, so that no date is open."""
    told, links, counts = case
    told = [
        one.model_copy(update={"when": say("-", when=f"{one.when}-{n + 1:02}-01").when}) for n, one in enumerate(told)
    ]
    still = ask(told, links, counts=counts, births=births, of=of)
    drawn = ask(told, links, counts=counts, births=births, of=of, draws=2)
    for item, other in zip(still.items, drawn.items, strict=True):
        mine = {(o.party, o.kind): o.share for o in item.origins if o.share > 1e-9}
        theirs = {(o.party, o.kind): o.share for o in other.origins if o.share > 1e-9}
        assert theirs == pytest.approx(mine, abs=1e-6)
        assert OriginKind.UNRECORDED not in {kind for _, kind in theirs} - {kind for _, kind in mine}
