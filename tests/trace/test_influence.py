"""The influence of a source: left out with all that derives from it, by hand on small ledgers."""

import random

import pytest

from takingstock.records import (
    Count,
    DateRange,
    Grade,
    ItemClass,
    Ledger,
    Party,
    Quantity,
    Source,
    Stage,
    Statement,
    Unit,
)
from takingstock.reference.parties import directory
from takingstock.trace import influence as module
from takingstock.trace.asking import Question, arrives
from takingstock.trace.commodity import commodities
from takingstock.trace.documented import documented
from takingstock.trace.holders import family, plain, receiver, sender
from takingstock.trace.influence import Silence, answer, influence, moved, route
from takingstock.trace.opening import opening_counts
from takingstock.trace.question import trace

PARTIES = tuple(
    Party(id=name, name=name, kind="armed-group") for name in ("group", "alpha", "beta", "gamma", "delta", "far")
)
SOURCES = (
    Source(id="one", title="One"),
    Source(id="two", title="Two"),
    Source(id="three", title="Three"),
    Source(id="paper", title="Paper", derives_from=("one",)),
    Source(id="blog", title="Blog", derives_from=("paper",)),
    Source(id="unheard", title="Seen by nobody"),
    Source(id="quote-a", title="Quote", derives_from=("unheard",)),
    Source(id="quote-b", title="Quote", derives_from=("unheard",)),
    Source(id="echo-a", title="Echo", derives_from=("echo-b",)),
    Source(id="echo-b", title="Echo", derives_from=("echo-a",)),
)


class Items:
    """Nobody is known to make anything."""

    def get(self, item):
        return ItemClass(id=item, name=item, group="small-arms")

    def is_a(self, item, other):
        return item == other or item.startswith(f"{other}.")

    def makes(self, state, item, when):
        return None

    def production_note(self, item, state):
        return ""


def say(key, source, start, end, quantity, when="2010", *, name=None, item="rifle.ak", mode="retransfer", **fields):
    return Statement(
        id=name or f"{key}-{source}",
        movement=key,
        source=source,
        item=item,
        from_party=start,
        to_party=end,
        quantity=Quantity.parse(quantity),
        when=DateRange.parse(when),
        mode=mode,
        **fields,
    )


def counted(name, source, holder, quantity):
    return Count(id=name, source=source, holder=holder, item="rifle.ak", quantity=quantity, basis="opening")


def book(statements, counts=(), sources=SOURCES):
    return Ledger(
        title="t", revision=1, head="0", sources=sources, parties=PARTIES, statements=statements, counts=counts
    )


def put(ledger, holder="group", **changes):
    """The question, built as the room's own front door builds it."""
    parties = directory(PARTIES)
    movements = {m.key: m for m in ledger.movements(parties.part_of)}
    named = {party for m in movements.values() for party in (plain(sender(m)), receiver(m))}
    own = family(holder, named, parties)
    until = changes.pop("until", None)
    lots = documented(ledger.statements, movements, lambda m: arrives(m, own, until))
    taken = {}
    for chain in lots:
        for link in chain.links:
            taken[link.key] = taken.get(link.key, 0.0) + (chain.carried or 0.0)
    settings = {"policy": "proportional", "births": "late", "of": "received", "limit": 10, "joined": False} | changes
    return Question(
        ledger=ledger, items=Items(), parties=parties, holder=holder, own=own, until=until, movements=movements,
        lots=lots, taken=taken, **settings,
    )  # fmt: skip


def goods(asked, item="rifle.ak"):
    delivered = [m for m in asked.movements.values() if m.stage is Stage.DELIVERED]
    return next(c for c in commodities(delivered, opening_counts(asked.ledger.counts)) if c.item == item)


def told(statements, counts=(), *, item="rifle.ak", sources=SOURCES, **changes):
    asked = put(book(tuple(statements), tuple(counts), sources), **changes)
    return {row.source: row for row in influence(asked, goods(asked, item))}


TWO = (say("a", "one", "alpha", "group", "60"), say("b", "two", "beta", "group", "40"))


def test_moves_by_hand():
    rows = told(TWO)
    # Without "one" all is beta's: half of |0 - 0.6| + |1 - 0.4|.
    assert rows["one"].moves == pytest.approx(0.6)
    assert rows["two"].moves == pytest.approx(0.4)
    assert (rows["one"].total, rows["two"].total) == (40, 60)
    assert (rows["one"].leading, rows["one"].leads) == (0, False)
    assert (rows["two"].leading, rows["two"].leads) == (pytest.approx(1), True)
    assert rows["one"].unrecorded == pytest.approx(1)
    assert rows["one"].movements == ("a",)
    assert list(rows) == ["one", "two"]


def test_the_distance_of_distributions():
    assert moved({"x": 0.5, "y": 0.5}, {"x": 0.2, "z": 0.8}) == pytest.approx(0.8)
    assert moved({"x": 1.0}, {"x": 1.0}) == 0
    assert moved({"x": 1.0}, {}) == 1
    assert moved({}, {"x": 1.0}) == 1
    assert moved({}, {}) == 0


def test_what_derives_from_a_source_goes_with_it():
    rows = told((*TWO, say("a", "paper", "alpha", "group", "60"), say("c", "blog", "gamma", "group", "100")))
    assert rows["one"].sources == ("one", "blog", "paper")
    assert rows["one"].total == 40
    assert rows["one"].movements == ("a", "c")
    assert rows["paper"].sources == ("paper", "blog")
    assert rows["paper"].total == 100


def test_a_repeater_alone_takes_nothing_along():
    rows = told((*TWO, say("a", "paper", "alpha", "group", "60")))
    assert (rows["paper"].total, rows["paper"].moves, rows["paper"].leads) == (100, 0, True)
    assert rows["paper"].leading == pytest.approx(0.6)


def test_an_original_that_only_others_quote_is_asked_about():
    rows = told((*TWO, say("c", "quote-a", "gamma", "group", "50"), say("d", "quote-b", "delta", "group", "50")))
    assert rows["unheard"].total == 100
    assert rows["quote-a"].total == 150
    # Heard through one repeater only, it is that repeater.
    assert "unheard" not in told((*TWO, say("c", "quote-a", "gamma", "group", "50")))


def test_sources_that_quote_one_another_are_one():
    rows = told((*TWO, say("c", "echo-a", "gamma", "group", "50"), say("d", "echo-b", "delta", "group", "50")))
    assert rows["echo-a"].sources == ("echo-a", "echo-b")
    assert rows["echo-a"].total == 100
    assert "echo-b" not in rows


def test_a_source_without_which_another_chain_leads():
    further = say("c", "three", "alpha", "beta", "100", "2009")
    rows = told((*TWO, further))
    # With "three", what came through beta began at alpha: a chain of its own, smaller than the direct one.
    assert rows["three"].leads
    assert not rows["one"].leads
    assert rows["three"].moves == pytest.approx(0.4)
    assert rows["one"].moves == pytest.approx(0.6)


def test_without_the_statement_that_ruled_the_other_rules():
    statements = (
        say("a", "one", "alpha", "group", "60", grade="A1"),
        say("a", "two", "beta", "group", "20", grade="C3"),
        say("b", "three", "gamma", "group", "40"),
    )
    rows = told(statements)
    assert (rows["one"].total, rows["two"].total) == (60, 100)
    # alpha .6 gamma .4 against beta 1/3 gamma 2/3
    assert rows["one"].moves == pytest.approx(0.6)
    assert rows["two"].moves == 0
    assert not rows["one"].leads


def test_a_source_that_only_changes_the_number():
    statements = (
        say("a", "one", "alpha", "group", "60", grade="A1"),
        say("a", "two", "alpha", "group", "20", grade="C3"),
    )
    rows = told(statements)
    assert (rows["one"].total, rows["one"].moves, rows["one"].leads) == (20, 0, True)
    assert list(rows) == ["one", "two"]


def test_what_has_no_way_to_the_holder_is_not_listed():
    elsewhere = say("x", "three", "gamma", "far", "1000")
    assert set(told((*TWO, elsewhere))) == {"one", "two"}
    # What leaves a holder on the way decides what is left there.
    drained = say("y", "three", "beta", "far", "30", "2009")
    supply = say("z", "two", "delta", "beta", "50", "2008")
    rows = told((*TWO, supply, drained))
    assert set(rows) == {"one", "two", "three"}
    # 20 of delta's 50 were left for the 40 that came: without "three" all 40 are.
    assert rows["three"].moves == pytest.approx(0.2)


def test_what_came_too_late_or_was_never_delivered_is_not_listed():
    after = say("x", "three", "gamma", "group", "10", "2015")
    ordered = say("a", "unheard", "alpha", "group", "70", stage="ordered")
    assert set(told((*TWO, after, ordered), until=DateRange.parse("2012").last)) == {"one", "two"}


def test_a_movement_that_only_one_source_has_delivered_goes_with_it():
    ordered = say("a", "three", "alpha", "group", "70", stage="ordered")
    rows = told((*TWO, ordered))
    assert rows["one"].total == 40


def test_who_would_supply_if_another_ruled_is_upstream():
    statements = (
        say("a", "one", "alpha", "group", "60", grade="A1"),
        say("a", "two", "beta", "group", "60", grade="C3"),
        say("b", "three", "gamma", "beta", "60", "2009"),
    )
    rows = told(statements)
    assert rows["three"].moves == 0
    assert rows["one"].moves == 1
    asked = put(book(statements))
    without = answer(Silence(asked).without("one"), [goods(asked)])
    assert without.total == 60


def test_opening_counts_go_with_their_source():
    rows = told(TWO, [counted("n", "three", "alpha", "60")])
    # Counted stock of alpha becomes unrecorded stock of alpha.
    assert rows["three"].moves == pytest.approx(0.6)
    assert (rows["three"].movements, rows["three"].unrecorded) == ((), pytest.approx(1))
    assert not rows["three"].leads
    assert "three" not in told(TWO, [counted("n", "three", "far", "60")])


def test_coverage_goes_with_its_source():
    asked = put(book(TWO))
    rest = Silence(asked).without("one").ledger
    assert "one" not in rest.source_by_id
    assert {s.source for s in rest.statements} == {"two"}
    assert "one" in asked.ledger.source_by_id


def test_a_stated_chain_goes_with_the_source_that_states_it():
    lot = (
        say("a", "one", "alpha", "beta", "10", "2008", chain="lot", link=1),
        say("b", "one", "beta", "group", "10", "2009", chain="lot", link=2),
    )
    others = (
        say("a", "two", "alpha", "beta", "10", "2008"),
        say("b", "two", "beta", "group", "10", "2009"),
        say("c", "three", "gamma", "group", "5"),
    )
    rows = told((*lot, *others))
    # The others tell the same route, so it still leads; it is inferred then.
    assert rows["one"].leads
    assert rows["one"].leading == pytest.approx(2 / 3)
    assert rows["one"].moves == 0
    alone = told((*lot, others[2]))
    assert (alone["one"].leads, alone["one"].total) == (False, 5)


def test_a_link_of_another_class_is_part_of_a_stated_chain():
    lot = (
        say("a", "one", "alpha", "beta", "10", "2008", item="parts", chain="lot", link=1),
        say("b", "two", "beta", "group", "10", "2009", chain="lot", link=2),
    )
    rows = told(lot)
    assert rows["one"].moves == 1
    assert rows["one"].total == 10


def test_nothing_left_is_another_answer_altogether():
    row = told((TWO[0],))["one"]
    assert (row.total, row.leading, row.leads, row.unrecorded, row.moves) == (None, None, False, None, 1)


def test_the_only_arrival_may_have_no_number():
    lot = say("a", "one", "alpha", "group", "?", chain="lot", link=1)
    row = told((lot,))["one"]
    assert (row.total, row.moves) == (None, 1)


def test_classes_tied_by_a_source_come_apart_without_it():
    statements = (
        say("a", "one", "alpha", "beta", "50", "2008", item="rifle.ak"),
        say("b", "two", "gamma", "beta", "50", "2008", item="rifle.ak.akm"),
        say("c", "two", "beta", "group", "50", "2009", item="rifle.ak.akm"),
        say("d", "three", "delta", "group", "50", "2009", item="rifle.ak.type56"),
    )
    rows = told(statements)
    # Two commodities then, taken together as before: what is known to be an AKM came out of AKMs either way.
    assert (rows["one"].total, rows["one"].moves, rows["one"].leads) == (100, 0, True)
    silent = Silence(put(book(statements)))
    tied = goods(silent.asked)
    apart = module._again(silent.without("one"), tied, silent.pool(tied))
    assert [commodity.item for commodity in apart] == ["rifle.ak.akm", "rifle.ak.type56"]
    # Nothing else tells of AKMs: without it only the other class is left.
    assert (rows["two"].total, rows["two"].moves) == (50, pytest.approx(0.5))


def test_a_class_without_a_number_beside_it_changes_nothing():
    statements = (*TWO, say("v", "three", "gamma", "group", "?", item="rifle"))
    rows = told(statements)
    assert rows["one"].moves == pytest.approx(0.6)
    assert rows["one"].total == 40


def test_a_class_that_only_one_source_knows_becomes_vague_without_it():
    statements = (
        say("a", "one", "alpha", "group", "60", item="rifle.ak.akm", grade="B2"),
        say("a", "two", "alpha", "group", "60", item="rifle.ak", grade="B2"),
        say("b", "three", "beta", "group", "40", item="rifle.ak.type56"),
    )
    rows = told(statements, item="rifle.ak.akm")
    # Then it may be any of them, and is traced together with the other.
    assert rows["one"].total == 100


def test_the_chain_that_led_is_valued_where_it_is_far_from_leading():
    small = [say(f"m{i}", "two", f"s{i}", "group", "5") for i in range(4)]
    parties = ("group", "alpha", "beta", *(f"s{i}" for i in range(4)))
    statements = (
        say("a", "one", "alpha", "group", "9", grade="A1"),
        say("a", "three", "alpha", "group", "1", grade="C3"),
        *small,
    )
    ledger = book(statements).model_copy(
        update={"parties": tuple(PARTIES[0].model_copy(update={"id": p}) for p in parties)}
    )
    asked = put(ledger, limit=2)
    rows = {row.source: row for row in influence(asked, goods(asked))}
    assert rows["one"].leading == pytest.approx(1 / 21)
    assert not rows["one"].leads


@pytest.mark.parametrize("policy", ["proportional", "fifo", "lifo", "oldest-made-first"])
@pytest.mark.parametrize("births", ["late", "opening"])
@pytest.mark.parametrize("of", ["received", "held"])
def test_the_light_answer_is_that_of_the_full_trace(policy, births, of):
    statements = (
        *TWO,
        say("c", "three", "gamma", "beta", "30", "2009"),
        say("d", "three", "delta", "alpha", "30", "2008", chain="lot", link=1),
        say("a2", "three", "alpha", "group", "20", "2009", chain="lot", link=2),
        say("out", "two", "group", "far", "25", "2011"),
        say("made", "two", None, "gamma", "10", "2007", mode="production"),
    )
    counts = (counted("n", "one", "beta", "5"), counted("o", "one", "group", "8"))
    ledger = book(statements, counts)
    asked = put(ledger, policy=policy, births=births, of=of)
    light = answer(asked, [goods(asked)])
    item = trace(ledger, Items(), directory(PARTIES), "group", policy=policy, births=births, of=of).items[0]
    assert light.total == pytest.approx(item.total)
    assert dict(light.shares) == pytest.approx({(o.party, o.kind): o.share for o in item.origins})
    assert light.unrecorded == pytest.approx(item.unrecorded)
    listed = {}
    for chain in item.chains:
        listed[route(chain)] = listed.get(route(chain), 0.0) + chain.share
    assert dict(light.routes) == pytest.approx(listed)


def test_a_source_that_says_nothing_changes_nothing():
    asked = put(book((*TWO, say("v", "three", "gamma", "far", "?", item="rifle"))))
    full = answer(asked, [goods(asked)])
    pool = Silence(asked).pool(goods(asked))
    again = module._again(Silence(asked).without("unheard"), goods(asked), pool)
    assert again == [goods(asked)]
    assert answer(asked, again) == full


def test_no_row_order_and_no_earlier_commodity_matters():
    statements = [
        *TWO,
        say("a", "paper", "gamma", "group", "61"),
        say("c", "three", "gamma", "beta", "30", "2009"),
        say("c", "echo-a", "delta", "beta", "31", "2009"),
        say("p", "two", "alpha", "group", "3", item="pistol"),
    ]
    first = told(statements)
    dice = random.Random(3)
    for _ in range(5):
        dice.shuffle(statements)
        sources = list(SOURCES)
        dice.shuffle(sources)
        assert told(statements, sources=tuple(sources)) == first
    asked = put(book(tuple(statements)))
    shared = Silence(asked)
    influence(asked, goods(asked, "pistol"), shared)
    assert {row.source: row for row in influence(asked, goods(asked), shared)} == first


def test_only_what_the_source_spoke_of_is_derived_anew(monkeypatch):
    derived = []
    real = module.derive
    monkeypatch.setattr(module, "derive", lambda key, *rest: derived.append(key) or real(key, *rest))
    both = say("a", "two", "alpha", "group", "60")
    asked = put(book((*TWO, both, say("x", "three", "gamma", "far", "9"))))
    shared = Silence(asked)
    influence(asked, goods(asked), shared)
    influence(asked, goods(asked), shared)
    assert derived == ["a", "a"]


def test_with_joined_forces_what_the_state_received_is_upstream():
    statements = (
        say("d", "one", "USA", "IRQ", "100", "2009"),
        say("c", "two", "iraqi-army", "group", "40", mode="capture"),
    )
    assert set(told(statements)) == {"two"}
    rows = told(statements, joined=True)
    # Without the delivery the captured goods began nowhere before Iraq.
    assert (rows["one"].moves, rows["one"].total, rows["one"].leads) == (1, 40, False)


@pytest.mark.parametrize("births", ["late", "opening"])
def test_the_light_answer_is_that_of_the_full_trace_where_classes_are_tied(births):
    statements = (
        say("a", "one", "alpha", "beta", "50", "2008", item="rifle.ak"),
        say("b", "two", "gamma", "beta", "30", "2008", item="rifle.ak.akm"),
        say("c", "two", "beta", "group", "60", "2009", item="rifle.ak.akm"),
        say("d", "three", "beta", "group", "40", "2010", item="rifle.ak"),
    )
    ledger = book(statements, (counted("n", "one", "beta", "5"),))
    asked = put(ledger, births=births)
    light = answer(asked, [goods(asked)])
    item = trace(ledger, Items(), directory(PARTIES), "group", births=births).items[0]
    assert dict(light.shares) == pytest.approx({(o.party, o.kind): o.share for o in item.origins})
    listed = {}
    for chain in item.chains:
        listed[route(chain)] = listed.get(route(chain), 0.0) + chain.share
    assert dict(light.routes) == pytest.approx(listed)


def test_without_who_states_the_chain_its_lot_is_mixed():
    statements = (
        say("a", "one", "alpha", "beta", "10", "2008", chain="lot", link=1),
        say("b", "one", "beta", "group", "10", "2009", chain="lot", link=2),
        say("a", "two", "alpha", "beta", "10", "2008"),
        say("b", "two", "beta", "group", "10", "2009"),
        say("c", "three", "gamma", "beta", "30", "2008"),
    )
    row = told(statements)["one"]
    assert (row.moves, row.leading, row.leads) == (pytest.approx(0.75), pytest.approx(0.25), False)


def test_of_two_counts_the_other_rules():
    counts = (
        counted("n", "one", "group", "5").model_copy(update={"grade": Grade.parse("A1")}),
        counted("o", "two", "group", "7").model_copy(update={"grade": Grade.parse("C3")}),
    )
    rows = told((), counts, of="held")
    assert (rows["one"].total, rows["two"].total) == (7, 5)


def test_goods_of_another_unit_are_not_drawn_in():
    rounds = say("r", "three", "gamma", "group", "900").model_copy(
        update={"quantity": Quantity.parse("900", Unit.ROUNDS)}
    )
    assert told((*TWO, rounds))["one"].total == 40
