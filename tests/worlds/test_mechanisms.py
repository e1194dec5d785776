"""Every mechanism differs from proportional mixing in the way its docstring says, and in no other."""

import random
from collections import Counter
from itertools import combinations

import pytest

from takingstock.records import Mode
from takingstock.worlds import MECHANISMS, what_it_does, world
from takingstock.worlds.knobs import Knobs
from takingstock.worlds.parcels import Lot, Parcel, Stock
from takingstock.worlds.running import calendar, run
from takingstock.worlds.scene import scene

OLD, MID, NEW = (Parcel(item, ("maker", "depot"), 0, "produced") for item in ("rifle.a", "rifle.c", "rifle.b"))


def stock():
    """Three consignments: 100 of class a, then 60 of class c, then 40 of class b."""
    made = Stock()
    for number, (parcel, quantity) in enumerate(((OLD, 100.0), (MID, 60.0), (NEW, 40.0))):
        made.put([(parcel, quantity)], number)
    return made


def taken(name, *, depot, mode, quantity=50, seed="x"):
    pick = MECHANISMS[name].pick(depot=depot, mode=mode)
    found = stock().take("rifle", quantity, pick, random.Random(seed))
    assert sum(found.values()) == pytest.approx(quantity)
    return {parcel.item[-1]: amount for parcel, amount in found.items()}


MIXED = {"a": 25.0, "c": 15.0, "b": 10.0}


def test_well_mixed_takes_every_lot_in_proportion():
    for depot in (True, False):
        for mode in Mode:
            assert taken("well-mixed", depot=depot, mode=mode) == pytest.approx(MIXED)


def test_drawn_is_proportional_only_on_average():
    found = [taken("drawn", depot=True, mode=Mode.CAPTURE, seed=seed) for seed in range(300)]
    assert all(amount == int(amount) for row in found for amount in row.values())
    assert len({tuple(sorted(row.items())) for row in found}) > 20
    for item, amount in MIXED.items():
        assert sum(row.get(item, 0) for row in found) / len(found) == pytest.approx(amount, abs=1.0)


def test_depots_issue_the_oldest_or_the_newest_first_and_others_mix():
    assert taken("fifo-depot", depot=True, mode=Mode.ISSUE) == {"a": 50}
    assert taken("lifo-depot", depot=True, mode=Mode.ISSUE) == {"b": 40, "c": 10}
    for name in ("fifo-depot", "lifo-depot"):
        assert taken(name, depot=False, mode=Mode.ISSUE) == pytest.approx(MIXED)


def test_captors_take_the_class_they_want_and_issues_mix():
    for mode in (Mode.CAPTURE, Mode.THEFT_OR_LEAKAGE):
        assert taken("selective-capture", depot=True, mode=mode) == {"c": 50}
    assert taken("selective-capture", depot=True, mode=Mode.CAPTURE, quantity=80) == {"c": 60, "b": 20}
    assert taken("selective-capture", depot=True, mode=Mode.ISSUE) == pytest.approx(MIXED)


def test_of_one_class_captors_take_the_newest():
    made = Stock()
    for number, maker in enumerate(("first", "second")):
        made.put([(Parcel("rifle.a", (maker,), 0, "produced"), 10.0)], number)
    pick = MECHANISMS["selective-capture"].pick(depot=True, mode=Mode.CAPTURE)
    assert {p.holders: q for p, q in made.take("rifle", 12, pick, random.Random(1)).items()} == {
        ("second",): 10.0,
        ("first",): 2.0,
    }


def test_losses_come_as_whole_consignments():
    sizes = {"a": 100, "c": 60, "b": 40}
    seen = Counter()
    for seed in range(60):
        for mode in (Mode.CAPTURE, Mode.LOSS, Mode.DESTRUCTION):
            found = taken("clustered-losses", depot=True, mode=mode, quantity=120, seed=seed)
            assert sum(amount != sizes[item] for item, amount in found.items()) <= 1, "two consignments were broken"
            seen[tuple(sorted(found))] += 1
    assert len(seen) > 2, "always the same consignments"
    assert taken("clustered-losses", depot=True, mode=Mode.ISSUE) == pytest.approx(MIXED)


def test_old_stocks_lie_before_the_register_and_are_not_counted():
    knobs = MECHANISMS["old-stocks"].knobs(Knobs())
    assert (knobs.old_years, knobs.counted) == (8, 0.0)
    made = world(3, "old-stocks")
    assert not made.ledger.counts
    assert sum(m.when < made.truth.register_begins for m in made.truth.movements) > 40
    plain = [world(seed, "old-stocks").truth.received.known for seed in range(1, 9)]
    assert sum(c.share for known in plain for c in known if c.kind.value == "unrecorded") > 0.5
    counted = [world(seed).truth.received.known for seed in range(1, 9)]
    assert not [c for known in counted for c in known if c.kind.value == "unrecorded"]


def test_missing_movements_are_a_quarter_of_all():
    told = Counter()
    for seed in range(1, 16):
        truth = world(seed, "missing-movements").truth
        told.update(m.recorded for m in truth.movements if m.from_party and m.when >= truth.register_begins)
    whole = told[True] + told[False]
    assert told[False] / whole == pytest.approx(0.25, abs=4 * (0.25 * 0.75 / whole) ** 0.5)
    full = world(3).truth
    assert all(m.recorded for m in full.movements if m.from_party and m.when >= full.register_begins)


def test_the_mix_does_several_at_once():
    assert taken("mix", depot=True, mode=Mode.ISSUE) == {"a": 50}
    assert taken("mix", depot=True, mode=Mode.CAPTURE) == {"c": 50}
    found = taken("mix", depot=True, mode=Mode.LOSS, quantity=120)
    assert max(found.values()) in (100, 60, 40)
    knobs = MECHANISMS["mix"].knobs(Knobs())
    assert knobs.missing > 0
    assert knobs.counted < 1


@pytest.mark.parametrize("name", ["fifo-depot", "lifo-depot", "selective-capture", "clustered-losses"])
def test_the_same_plan_gives_other_goods(name):
    """One stem, one plan: movements of whole families are the same, the goods in them are not."""
    plain, other = course("one stem", "well-mixed"), course("one stem", name)
    assert by_chain(plain) != pytest.approx(by_chain(other))
    both = len(set(moved(plain)) & set(moved(other)))
    assert both > 0.6 * len(moved(plain))


def course(stem, name):
    place = scene(random.Random(stem), 80)
    return run(stem, place, calendar(random.Random(stem), Knobs()), 80, MECHANISMS[name], Knobs())


def by_chain(course):
    found = Counter()
    for parcel, quantity in course.received.items():
        found[parcel.holders] += quantity
    return dict(found)


def moved(course):
    return [(e.giver, e.to, e.when, e.mode) for e in course.events if e.giver]


def test_worlds_of_one_seed_under_different_mechanisms_have_nothing_in_common():
    """As little as worlds of different seeds have: who moved what when agrees by chance alone."""

    def alike(one, other):
        moves = [[(m.from_party, m.to_party, m.when) for m in w.truth.movements if m.from_party] for w in (one, other)]
        return len(set(moves[0]) & set(moves[1]))

    worlds = {(name, seed): world(seed, name) for name in ("well-mixed", "drawn", "lifo-depot") for seed in (1, 2)}
    for seed in (1, 2):
        for first, second in combinations(("well-mixed", "drawn", "lifo-depot"), 2):
            assert alike(worlds[first, seed], worlds[second, seed]) <= 3
    made = {name: [world(seed, name).truth.at for seed in range(1, 6)] for name in ("well-mixed", "drawn")}
    assert made["well-mixed"] != made["drawn"]


def test_an_unreliable_source_errs_as_a_whole_or_not_at_all():
    """All its statements have one verdict, and its worlds err as often as its grades say."""
    erred, expected, spread, sizes = 0, 0.0, 0.0, Counter()
    for seed in range(1, 41):
        truth = (made := world(seed, "unreliable-source")).truth
        own = [s.id for s in made.ledger.statements if s.source == truth.unreliable]
        verdicts = [v for v in truth.statements if v.id in own]
        assert {v.true for v in verdicts} <= {not truth.erred}
        assert len({v.grade for v in verdicts}) <= 1
        if verdicts:
            p = 1 - truth.holds[verdicts[0].grade]
            erred, expected, spread = erred + truth.erred, expected + p, spread + p * (1 - p)
            sizes[truth.erred] += len(verdicts)
            assert len({v.true for v in truth.statements if v.id not in own}) == 2, "the others err by themselves"
    assert abs(erred - expected) <= 3.5 * spread**0.5
    assert min(sizes.values()) > 60


def test_a_source_that_errs_is_out_by_one_factor_or_makes_all_up():
    ways = Counter()
    for seed in range(1, 25):
        truth = (made := world(seed, "unreliable-source", knobs=Knobs(derived=0.0, exact=1.0, ranges=0.0))).truth
        if truth.erred:
            events = {m.key: m for m in truth.movements if m.recorded}
            own = [s for s in made.ledger.statements if s.source == truth.unreliable]
            real = [s for s in own if s.movement in events]
            assert len(real) in (0, len(own))
            ways[bool(real)] += 1
            ratios = [s.quantity.best / events[s.movement].quantity for s in real if s.quantity.best > 100]
            assert not ratios or max(ratios) - min(ratios) < 0.05
            assert not ratios or not 0.6 < ratios[0] < 1.8
    assert min(ways[True], ways[False]) >= 2


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_mechanism_says_what_it_keeps_or_breaks(name):
    mechanism = MECHANISMS[name]
    assert mechanism.name == name
    assert what_it_does(mechanism).startswith("Keeps " if mechanism.keeps else "Breaks ")


def test_a_stock_never_gives_what_it_lacks():
    with pytest.raises(ValueError, match="cannot leave"):
        stock().take("rifle.b", 41, MECHANISMS["well-mixed"].pick(depot=True, mode=Mode.ISSUE), random.Random(1))
    made = stock()
    made.take("rifle.b", 40, MECHANISMS["well-mixed"].pick(depot=True, mode=Mode.ISSUE), random.Random(1))
    assert made.lots == [Lot(OLD, 0, 100.0), Lot(MID, 1, 60.0)]
