"""Each chain under every policy and rule for births; what a search did not get to is unknown, not zero."""

import pytest
from small_ledgers import ask, opening, planned, question, say

from takingstock.records import OriginKind, Stage
from takingstock.trace.agreement import label
from takingstock.trace.asking import RULES
from takingstock.trace.block import block
from takingstock.trace.commodity import commodities
from takingstock.trace.comparison import Comparison, compare
from takingstock.trace.opening import opening_counts
from takingstock.trace.policies import POLICIES, TooManyParcelsError

FIRST = (("USA", "rivals", "faction"), OriginKind.PRODUCED)
SECOND = (("BGR", "rivals", "faction"), OriginKind.UNRECORDED)
TOLD = [
    say("d1", "USA", "rivals", "60", "2001-01-01"),
    say("d2", "BGR", "rivals", "40", "2002-01-01"),
    say("c", "rivals", "faction", "50", "2003-01-01"),
]


def compared(statements=TOLD, limit=40, counts=(), **fields):
    asked = question(statements, counts=counts, **fields)
    (one,) = commodities([m for m in asked.movements.values() if m.stage is Stage.DELIVERED], opening_counts(counts))
    found = block(asked, one)
    return compare(asked, found.custody, limit, found.base)


def test_there_is_one_column_for_each_policy_and_rule():
    found = compared()
    assert set(found.shares) == set(found.whole) == {label(p, births) for p in POLICIES for births in RULES}


def test_policies_differ_as_they_take_from_a_stock():
    shares = dict(compared().of(FIRST))
    assert shares["proportional, late births"] == pytest.approx(0.6)
    assert shares["fifo, late births"] == pytest.approx(1.0)
    assert shares["lifo, late births"] == pytest.approx(0.2)
    found = compared()
    for name, every in found.shares.items():
        assert sum(every.values()) == pytest.approx(1.0), name


def test_births_differ_as_they_come_before_or_when_lacking():
    told = [
        say("d", "USA", "rivals", "100", "2001-01-01"),
        say("o", "rivals", "BGR", "100", "2002-01-01"),
        say("c", "rivals", "faction", "100", "2003-01-01"),
    ]
    shares = dict(compared(told).of(FIRST))
    # method.md, 1: late births make all of the second issue unrecorded, opening births half of each.
    assert shares["proportional, late births"] == 0.0
    assert shares["proportional, opening births"] == pytest.approx(0.5)
    lacked = dict(compared(told).of((("rivals", "faction"), OriginKind.UNRECORDED)))
    assert lacked["proportional, late births"] == pytest.approx(1.0)
    assert lacked["proportional, opening births"] == pytest.approx(0.5)


def test_counted_and_lacked_stock_are_two_chains():
    told = [say("c", "rivals", "faction", "100", "2003-01-01")]
    found = compared(told, counts=[opening("rivals", "25", when="2000")])
    for kind, share in ((OriginKind.OPENING, 0.25), (OriginKind.UNRECORDED, 0.75)):
        shares = dict(found.of((("rivals", "faction"), kind)))
        assert set(shares) == set(found.shares)
        assert all(value == pytest.approx(share) for value in shares.values())


def test_documented_lots_are_among_the_rivals():
    told = [
        say("l1", "USA", "rivals", "100", "2001", chain="k", link=1),
        say("l2", "rivals", "faction", "40", "2002", chain="k", link=2),
        say("e", "BGR", "faction", "10", "2002"),
    ]
    found = compared(told)
    lot = (("USA\x1flot k", "rivals\x1flot k", "faction"), OriginKind.PRODUCED)
    assert dict(found.of(lot)) == {name: pytest.approx(0.8) for name in found.shares}
    assert all(sorted(shares) == pytest.approx([0.2, 0.8]) for shares in found.rivals.values())


def test_what_a_search_got_whole_leaves_zero_for_the_rest():
    stranger = (("nobody", "faction"), OriginKind.UNRECORDED)
    assert dict(compared().of(stranger)) == dict.fromkeys(compared().shares, 0.0)


def test_what_a_search_did_not_get_to_is_unknown():
    found = compared(limit=1)
    assert not found.whole["proportional, late births"]
    assert "proportional, late births" not in dict(found.of(SECOND))
    # One chain is all there is under this policy, so the other is known to be nothing.
    assert found.whole["fifo, late births"]
    assert dict(found.of(SECOND))["fifo, late births"] == 0.0


def test_a_policy_that_is_too_costly_is_left_out(monkeypatch):
    from takingstock.trace.network import CustodyNetwork

    real = CustodyNetwork.chains

    def costly(self, holder, policy, *args, **named):
        if policy == "lifo":
            raise TooManyParcelsError("too many")
        return real(self, holder, policy, *args, **named)

    monkeypatch.setattr(CustodyNetwork, "chains", costly)
    found = compared()
    assert not any(name.startswith("lifo") for name in {*found.shares, *found.whole, *dict(found.of(FIRST))})
    assert "fifo, late births" in found.shares


def test_known_is_what_was_found_or_what_cannot_be_there():
    found = Comparison({"a": {FIRST: 0.7}, "b": {SECOND: 1.0}}, {"a": False, "b": True})
    assert dict(found.of(FIRST)) == {"a": 0.7, "b": 0.0}
    assert dict(found.of(SECOND)) == {"b": 1.0}
    assert found.rivals == {"a": [0.7], "b": [1.0]}


@pytest.mark.parametrize("draws", [0, 64])
def test_the_trace_prints_what_is_compared(draws):
    (item,) = ask(TOLD, draws=draws).items
    chain = next(c for c in item.chains if c.steps[0].from_party == "BGR")
    assert dict(chain.agreement) == pytest.approx(dict(compared().of(SECOND)))
    assert dict(chain.ranks)["lifo"] == 1
    assert dict(chain.ranks)["proportional"] == 2
    assert "fifo" not in dict(chain.ranks)


def test_of_what_is_held_shares_are_of_what_is_left():
    told = [*TOLD, say("x", "faction", "party-1", "30", "2004-01-01")]
    found = compared(told, of="held")
    assert all(sum(every.values()) == pytest.approx(1.0) for every in found.shares.values())


def test_a_plan_and_its_comparison_name_chains_alike():
    _, laid = planned(TOLD)
    for shares in compared().shares.values():
        for holders, _ in shares:
            assert set(holders) <= set(laid.labels)
