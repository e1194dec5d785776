"""The place of each chain under every policy, with ties and with what a search did not get to."""

import random

from takingstock.records import Chain, Step
from takingstock.trace.agreement import label, policy_and_births, ranked, ranks


def chain(share, agreement=None, basis="inferred", **fields):
    return Chain(
        basis=basis,
        origin="produced",
        steps=(Step(from_party="a", to_party="b", mode="export"),),
        share=share,
        agreement=tuple((agreement or {}).items()),
        **fields,
    )


P, F, P_OPENING = "proportional, late births", "fifo, late births", "proportional, opening births"


def test_a_label_names_a_policy_and_a_rule():
    assert label("oldest-made-first", "late") == "oldest-made-first, late births"
    assert policy_and_births("oldest-made-first, late births") == ("oldest-made-first", "late")


def test_places_under_every_policy_with_births_as_asked():
    shares = [{P: 0.6, F: 0.2, P_OPENING: 0.1}, {P: 0.4, F: 0.8, P_OPENING: 0.9}]
    assert ranks(shares, "late") == ((("fifo", 2), ("proportional", 1)), (("fifo", 1), ("proportional", 2)))
    assert ranks(shares, "opening") == ((("proportional", 2),), (("proportional", 1),))


def test_equal_shares_have_one_place_and_the_next_is_left_free():
    shares = [{P: 0.3}, {P: 0.3 + 1e-13}, {P: 0.2}, {P: 0.2}]
    assert [dict(r)["proportional"] for r in ranks(shares, "late")] == [1, 1, 3, 3]


def test_what_the_search_did_not_get_to_has_no_place():
    shares = [{P: 0.6}, {P: 0.4, F: 0.5}]
    assert ranks(shares, "late") == ((("proportional", 1),), (("fifo", 1), ("proportional", 2)))


def test_what_did_not_come_that_way_has_no_place():
    assert ranks([{P: 0.6, F: 0.0}, {P: 0.4, F: 1.0}], "late")[0] == (("proportional", 1),)


def test_chains_that_are_not_listed_take_their_places_too():
    shares = [{P: 0.3}, {P: 0.1}]
    assert ranks(shares, "late", {P: [0.5, 0.3, 0.2, 0.1]}) == ((("proportional", 2),), (("proportional", 4),))


def test_nothing_known_is_no_place():
    assert ranks([{}, {}], "late") == ((), ())
    assert ranks([], "late") == ()


def test_a_documented_lot_takes_its_place_among_what_was_received():
    chains = (chain(0.5, basis="documented"), chain(0.3, {P: 0.3, F: 0.6}), chain(None, basis="documented"))
    lot, inferred, unknown = ranked(chains, "late", "received")
    assert lot.ranks == (("fifo", 2), ("proportional", 1))
    assert inferred.ranks == (("fifo", 1), ("proportional", 2))
    assert unknown.ranks == ()


def test_of_what_is_held_a_lot_without_shares_by_policy_leaves_all_places_open():
    chains = (chain(0.5, basis="documented"), chain(0.3, {P: 0.3}, ranks=(("proportional", 1),)))
    assert [c.ranks for c in ranked(chains, "late", "held")] == [(), ()]
    known = (chain(0.5, {P: 0.2}, basis="documented"), chain(0.3, {P: 0.3}))
    assert [c.ranks for c in ranked(known, "late", "held")] == [(("proportional", 2),), (("proportional", 1),)]


def test_no_order_of_chains_matters():
    dice = random.Random(1)
    shares = [{P: dice.choice([0.1, 0.2, 0.3]), F: dice.random()} for _ in range(12)]
    first = ranks(shares, "late")
    order = list(range(12))
    dice.shuffle(order)
    assert ranks([shares[i] for i in order], "late") == tuple(first[i] for i in order)
