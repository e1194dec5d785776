"""What the sampler is given: alternatives side by side, voices that agree, chains that stand or fall as a whole."""

import numpy as np
import pytest
from small_ledgers import moves, opening, planned, question, runner, sampled, say

from takingstock.trace.block import block
from takingstock.trace.commodity import commodities
from takingstock.trace.drawing import prepare
from takingstock.trace.draws.holding import holds
from takingstock.trace.draws.plan import OPEN, standing

DRAWS = 4000
"""An error of three standard deviations in a share is 2.4 points."""


def drawn(statements, holder="faction", counts=(), draws=DRAWS, **fields):
    made = runner(statements, holder, counts, draws, **fields)
    quantity, _ = sampled(made)
    return made.plan, quantity


def part(values):
    return pytest.approx(values, abs=0.025)


def two(first, second, **fields):
    """What two independent voices say of one movement."""
    return [say("d", "USA", "faction", **({"when": "2004"} | first)),
            say("d", "USA", "faction", source="press", **({"when": "2004"} | second))]  # fmt: skip


# Figures


def test_contradicting_figures_are_alternatives_and_never_averaged():
    told = two({"quantity": "100", "grade": "B2"}, {"quantity": "40", "grade": "C3"})
    laid, quantity = drawn(told)
    assert len(laid.moves) == 1
    assert set(np.unique(quantity)) == {0.0, 40.0, 100.0}
    # Both cannot be right: that case is taken out.
    assert (quantity == 0).mean() == part(0.375 / 0.875)
    assert (quantity == 100).mean() == part(0.375 / 0.875)
    assert (quantity == 40).mean() == part(0.125 / 0.875)


def test_voices_that_agree_make_the_movement_likelier():
    told = two({"grade": "B2"}, {"grade": "B2"})
    assert (drawn(told[:1])[1] == 100).mean() == part(0.5)
    assert (drawn(told)[1] == 100).mean() == part(0.75)


def test_those_that_repeat_one_original_are_one_voice():
    original = say("d", "USA", "faction", source="press", grade="B2")
    repeated = [
        original.model_copy(update={"id": f"s-{name}", "source": name}) for name in ("repeater", "second-repeater")
    ]
    assert (drawn([original, *repeated])[1] == 100).mean() == part(0.5)
    # Without the original, what its repeaters tell is still one voice.
    assert (drawn(repeated)[1] == 100).mean() == part(0.5)


def test_a_source_that_says_a_thing_twice_is_one_voice():
    told = [say("d", "USA", "faction", grade="B2", id=f"s-{n}") for n in (1, 2)]
    laid, quantity = drawn(told)
    assert len(laid.said.p) == 1
    assert (quantity == 100).mean() == part(0.5)
    other = told[0].model_copy(update={"id": "s-3", "quantity": say("x", quantity="40").quantity})
    _, quantity = drawn([told[0], other])
    # It contradicts itself: it holds or fails as one, and where it holds, one of the two is true.
    assert (quantity == 0).mean() == part(0.5)
    assert (quantity == 40).mean() == part(0.25)


def test_that_nothing_came_is_an_alternative():
    _, quantity = drawn(two({"quantity": "0", "grade": "B2"}, {"quantity": "40", "grade": "B2"}))
    assert (quantity == 40).mean() == part(1 / 3)


def test_a_movement_of_nothing_is_no_move():
    _asked, laid = planned([say("d", "USA", "faction", quantity="0"), say("e", "USA", "faction", quantity="?"),
                           say("f", "USA", "faction")])  # fmt: skip
    assert [key for key, *_ in moves(laid)] == ["f"]


def test_a_range_is_heard_as_the_view_has_it():
    told = two({"quantity": "30..50"}, {"quantity": "45", "grade": "B2"})
    _laid, quantity = drawn(told)
    assert quantity.min() >= 30
    assert quantity.max() <= 50
    assert quantity.mean() == pytest.approx(40, abs=0.5)


def test_rounds_say_nothing_of_items():
    told = two({"quantity": "100"}, {"quantity": "5000", "unit": "rounds", "grade": "B2"})
    assert set(np.unique(drawn(told)[1])) == {100.0}


# Refinements and contradictions


def test_a_refinement_is_no_contradiction():
    told = [
        say("d", "USA", "IRQ", when="2004", item="vehicle.truck", grade="B2"),
        say("d", "USA", "iraqi-army", when="2004-06-08", item="vehicle.truck.m35", source="press", grade="B2"),
        say("c", "iraqi-army", "faction", when="2014", item="vehicle.truck"),
    ]
    laid, quantity = drawn(told)
    first = [m for m in laid.moves if m.key == "d"]
    assert [(m.to_party, m.item) for m in first] == [("iraqi-army", "vehicle.truck.m35")]
    assert (quantity[laid.moves.index(first[0])] > 0).mean() == part(0.75)


def test_alternatives_in_date_and_in_party_are_moves_of_their_own():
    told = [
        say("d", "USA", "faction", when="2004", grade="B2"),
        say("d", "USA", "faction", when="2010", source="press", grade="B2"),
        say("d", "USA", "rivals", when="2004", source="radio", grade="C3"),
    ]
    laid, quantity = drawn(told)
    assert [(m.to_party, str(m.when)) for m in laid.moves] == [
        ("faction", "2010"), ("rivals", "2004"), ("faction", "2004")
    ]  # fmt: skip
    assert (laid.first_day[1:] == laid.first_day[1]).all()
    assert laid.first_day[0] > laid.last_day[1]
    # Those that do not differ in date move on one day; those that do have a day of their own.
    assert laid.date_hash[1] == laid.date_hash[2] != laid.date_hash[0]
    assert ((quantity > 0).sum(axis=0) <= 1).all()
    assert (quantity > 0).any(axis=0).mean() == part(1 - 0.1875 / 0.625)
    assert (quantity[1] > 0).mean() < (quantity[0] > 0).mean()


def test_an_alternative_of_another_class_has_its_own_figure():
    vague = say("v", "BGR", "rivals", item="rifle.ak", when="2001")
    told = [
        say("d", "USA", "faction", item="rifle.ak.akm", quantity="100", grade="B2"),
        say("d", "USA", "faction", item="rifle.ak.type56", quantity="40", grade="B2", source="press"),
    ]
    laid, quantity = drawn([vague, *told])
    row = {m.item: n for n, m in enumerate(laid.moves)}
    assert set(np.unique(quantity[row["rifle.ak.akm"]])) == {0.0, 100.0}
    assert set(np.unique(quantity[row["rifle.ak.type56"]])) == {0.0, 40.0}
    assert (quantity[row["rifle.ak.type56"]] > 0).mean() == part(1 / 3)


def test_where_goods_of_another_commodity_moved_none_of_this_one_did():
    told = [
        say("d", "USA", "faction", item="vehicle.truck", grade="B2"),
        say("d", "USA", "faction", item="rifle.fal", grade="C3", source="press"),
    ]
    _, quantity = drawn(told, item="vehicle.truck")
    assert set(np.unique(quantity)) == {0.0, 100.0}
    assert (quantity > 0).mean() == part(0.375 / 0.875)


def test_an_alternative_within_the_family_moves_nothing_to_it():
    told = [
        say("d", "USA", "depot", grade="B2"),
        say("d", "iraqi-army", "depot", grade="B2", source="press"),
        say("e", "USA", "iraqi-army"),
    ]
    laid, quantity = drawn(told, "iraqi-army")
    assert sorted(moves(laid)) == [("d", "USA", "iraqi-army"), ("e", "USA", "iraqi-army")]
    row = [m.key for m in laid.moves].index("d")
    assert (quantity[row] > 0).mean() == part(1 / 3)


# Documented chains


def chain(grade="B2", quantity="40", **fields):
    return [
        say("l1", "USA", "rivals", "100", "2004", chain="c", link=1, grade=grade, **fields),
        say("l2", "rivals", "faction", quantity, "2005", chain="c", link=2, grade=grade, **fields),
    ]


def by_name(laid):
    return {name: n for n, name in enumerate((m.key.replace("\x1f", " "), m.to_party) for m in laid.moves)}


def test_a_documented_chain_stands_or_falls_as_a_whole():
    laid, quantity = drawn(chain())
    lot = [n for n, m in enumerate(laid.moves) if "\x1f" in m.key]
    plainly = [n for n, m in enumerate(laid.moves) if "\x1f" not in m.key]
    assert len(lot) == len(plainly) == 2
    assert set(np.unique(quantity[lot])) == {0.0, 40.0}
    assert (quantity[lot[0]] == quantity[lot[1]]).all()
    assert (quantity[lot[0]] > 0).mean() == part(0.5)
    # What the lot carries is taken out of the mixture where the chain holds, and only there.
    holding = quantity[lot[0]] > 0
    for n in plainly:
        whole = 100.0 if laid.moves[n].key == "l1" else 40.0
        assert (quantity[n][holding] == whole - 40).all()
        # The links are that source's, so they fall with their chain.
        assert (quantity[n][~holding] == 0).all()


def test_a_link_may_hold_without_its_chain():
    first, second = chain()
    laid, quantity = drawn([first, second, first.model_copy(update={"id": "s-x", "source": "press", "chain": None})])
    lot = next(n for n, m in enumerate(laid.moves) if m.key == "l1\x1fc")
    link = next(n for n, m in enumerate(laid.moves) if m.key == "l1")
    assert (quantity[link][quantity[lot] == 0] == 100).mean() == pytest.approx(0.5, abs=0.05)
    assert (quantity[link][quantity[lot] > 0] == 60).all()


def test_a_chain_is_as_uncertain_as_its_smallest_link():
    laid, quantity = drawn(chain(grade="A1", quantity="~40"))
    lot = next(n for n, m in enumerate(laid.moves) if m.key == "l2\x1fc")
    link = next(n for n, m in enumerate(laid.moves) if m.key == "l2")
    first = next(n for n, m in enumerate(laid.moves) if m.key == "l1")
    assert 35 < quantity[lot].min() < 37
    assert 43 < quantity[lot].max() < 45
    # None of it is left over to be mixed with other goods.
    assert quantity[link].max() < 1e-9
    assert quantity[first] + quantity[lot] == pytest.approx(100)


def test_a_chain_carries_no_more_than_any_link_can():
    laid, quantity = drawn(
        [say("l1", "USA", "rivals", "45", "2004", chain="c", link=1), *chain("A1", "30..60")[1:]],
    )
    lot = next(n for n, m in enumerate(laid.moves) if m.key == "l1\x1fc")
    assert quantity[lot].max() <= 45


def test_a_second_source_never_makes_a_chain_weaker():
    weak = [s.model_copy(update={"id": f"{s.id}-w", "source": "press", "grade": say("x", grade="C3").grade})
            for s in chain()]  # fmt: skip
    for told, worth in ((chain(), 0.5), (weak, 0.25), ([*chain(), *weak], 0.5)):
        asked = question(told)
        assert standing(asked, asked.lots[0], asked.holds) == worth
    uneven = [chain()[0], weak[1]]
    assert standing(question(uneven), question(uneven).lots[0], question(uneven).holds) == 0.25


# Counts, days, families


def test_opening_counts_are_sampled_too():
    told = [say("d", "rivals", "faction", "50", "2004")]
    counts = [opening("rivals", "30..50", grade="B2", when="2000")]
    laid, quantity = drawn(told, counts=counts)
    assert [laid.labels[laid.nodes[node][0]] for node, _ in laid.counted] == ["rivals"]
    assert laid.typical_opening.tolist().count(40.0) == 1
    stock = quantity[laid.counted[0][1]]
    assert (stock == 0).mean() == part(0.5)
    assert stock[stock > 0].min() >= 30
    assert stock[stock > 0].mean() == pytest.approx(40, abs=0.5)
    worker = runner(told, counts=counts).worker()
    worker.sample(0)
    assert (worker.opening[laid.counted[0][0]] == worker.quantity[laid.counted[0][1]]).all()
    assert worker.opening.sum() == worker.quantity[laid.counted[0][1]].sum() > 0


def test_counts_of_one_stock_are_not_added():
    counts = [opening("rivals", "30", id="c1", when="2000", grade="C3"), opening("rivals", "70", id="c2", when="2000")]
    laid, quantity = drawn([say("d", "rivals", "faction", "50", "2004")], counts=counts)
    assert [node for node, _ in laid.counted] == [laid.counted[0][0]] * 2
    both = quantity[[slot for _, slot in laid.counted]]
    assert set(np.unique(both.sum(axis=0))) <= {0.0, 30.0, 70.0}
    assert ((both > 0).sum(axis=0) <= 1).all()
    assert (both[1] > 0).mean() > (both[0] > 0).mean() > 0


def test_what_comes_after_the_day_asked_about_is_in_no_order():
    told = [say("d", "USA", "faction", when="2004"), say("e", "USA", "faction", when="2010")]
    assert planned(told)[1].until == OPEN
    made = runner(told, at="2005")
    late = next(n for n, m in enumerate(made.plan.moves) if m.key == "e")
    assert all(late not in order and len(order) == 1 for order in sampled(made)[1])
    straddling = runner([say("d", "USA", "faction", when="2004")], at="2004-06-30", draws=400)
    there = np.mean([len(order) for order in sampled(straddling)[1]])
    assert there == pytest.approx(0.5, abs=0.12)


def test_a_holder_is_asked_about_as_a_family():
    told = [
        say("d", "USA", "depot", when="2004"),
        say("i", "iraqi-army", "depot", when="2004"),
        say("c", "depot", "faction", when="2014"),
        say("s", "USA", "IRQ", when="2005"),
    ]
    _, laid = planned(told, "iraqi-army", [opening("depot", when="2000")])
    assert sorted(moves(laid)) == [
        ("c", "iraqi-army", "faction"), ("d", "USA", "iraqi-army"), ("s", "USA", "IRQ")
    ]  # fmt: skip
    assert [laid.labels[laid.nodes[node][0]] for node, _ in laid.counted] == ["iraqi-army"]
    _, joined = planned(told, "iraqi-army", joined=True)
    assert ("s", "USA", "iraqi-army") in moves(joined)
    _, other = planned(told, "faction", joined=True)
    # For another, forces that are joined stand for their state.
    assert sorted(moves(other)) == [("c", "IRQ", "faction"), ("d", "USA", "IRQ"), ("s", "USA", "IRQ")]


def test_a_holder_that_does_not_occur_has_nothing_to_draw():
    _asked, laid = planned([say("d", "USA", "faction")], "rivals")
    assert laid.labels[laid.asked] == "rivals"
    assert not any(laid.rows.row_target == laid.asked)
    assert runner([say("d", "USA", "faction")], "rivals").run([]).total.tolist() == [0.0] * 64


def test_what_is_made_waits_for_nothing():
    told = [say("p", None, "rivals", mode="production"), say("d", "rivals", "faction")]
    _, laid = planned(told)
    makers = {laid.labels[laid.nodes[n][0]] for n in np.flatnonzero(laid.maker)}
    assert makers == {"rivals\x1fmade"}
    assert set(laid.origin) == {("rivals", "produced"), ("rivals", "unrecorded")}


def test_grades_are_worth_what_the_table_says():
    laid = planned([say("d", "USA", "faction", grade="B2")], holds=None)[1]
    assert laid.said.p.tolist() == [holds(say("x", grade="B2").grade)]
    assert planned([say("d", "USA", "faction", grade="B2")])[1].said.p.tolist() == [0.5]


def test_the_plan_does_not_depend_on_the_order_of_rows():
    told = [*two({"quantity": "100"}, {"quantity": "40"}), *chain(), say("e", "rivals", "faction", when="2004")]
    forwards, backwards = planned(told)[1], planned(told[::-1])[1]
    assert moves(forwards) == moves(backwards)
    for name in ("hash", "p", "move", "a", "first", "movement"):
        assert (getattr(forwards.said, name) == getattr(backwards.said, name)).all()


def test_typical_quantities_are_those_expected_where_the_movement_happens():
    told = two({"quantity": "100", "grade": "B2"}, {"quantity": "40", "grade": "C3"})
    assert planned(told)[1].typical == pytest.approx([(100 * 0.375 + 40 * 0.125) / 0.5])


def test_nothing_to_draw_is_said():
    asked = question([say("d", "USA", "faction", quantity="?")])
    (one,) = commodities(asked.movements.values())
    assert prepare(asked, block(asked, one), 1) is None
