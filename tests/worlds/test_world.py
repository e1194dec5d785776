"""A world's truth adds up, nothing comes from nowhere, and its record is as false as its grades say, no more."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from takingstock.records import BadValueError, Mode, UnknownNameError
from takingstock.worlds import GRADES, HOLDS, MECHANISMS, Knobs, as_json, world
from takingstock.worlds.parcels import within
from takingstock.worlds.reporting import half_width
from takingstock.worlds.scene import FAMILY, GROUP

SEEDS = range(1, 5)
MANY = range(1, 31)
plain_world = cache(world)


@pytest.fixture(scope="module")
def worlds():
    return {name: [world(seed, name) for seed in SEEDS] for name in MECHANISMS}


def every(worlds):
    return [made for group in worlds.values() for made in group]


@pytest.mark.parametrize("name", MECHANISMS)
def test_shares_of_the_truth_sum_to_one(worlds, name):
    for made in worlds[name]:
        for goods in (made.truth.received, made.truth.held):
            if goods.total:
                for shares in (goods.chains, goods.known, goods.channels, goods.origins):
                    assert sum(row.share for row in shares) == pytest.approx(1.0, abs=1e-9)
            assert all(row.share > 0 for row in goods.chains)


@pytest.mark.parametrize("name", MECHANISMS)
def test_no_item_appears_from_nowhere(worlds, name):
    """Replayed from the true movements alone: no stock of a commodity ever falls below nothing."""
    for made in worlds[name]:
        stock = defaultdict(float)
        assert list(made.truth.movements) == sorted(made.truth.movements, key=lambda m: m.when)
        for movement in made.truth.movements:
            commodity = FAMILY if within(movement.item, FAMILY) else movement.item
            if movement.from_party is None:
                assert movement.mode is Mode.PRODUCTION
            else:
                stock[movement.from_party, commodity] -= movement.quantity
                assert stock[movement.from_party, commodity] > -1e-6
            if movement.to_party:
                stock[movement.to_party, commodity] += movement.quantity


@pytest.mark.parametrize("name", MECHANISMS)
def test_what_was_received_is_what_the_movements_say(worlds, name):
    for made in worlds[name]:
        truth = made.truth
        came = [m for m in truth.movements if m.to_party == GROUP and m.when <= truth.at and within(m.item, truth.item)]
        left = [
            m for m in truth.movements if m.from_party == GROUP and m.when <= truth.at and within(m.item, truth.item)
        ]
        assert truth.received.total == pytest.approx(sum(m.quantity for m in came))
        assert truth.held.total == pytest.approx(sum(m.quantity for m in came) - sum(m.quantity for m in left))
        by_channel = Counter()
        for m in came:
            by_channel[f"{m.from_party}|{m.mode}" if m.recorded else "unrecorded"] += m.quantity
        told = {channel.id: channel.share * truth.received.total for channel in truth.received.channels}
        assert told == pytest.approx(dict(by_channel))


def test_chains_run_from_a_maker_to_the_group(worlds):
    for made in every(worlds):
        makers = {m.to_party for m in made.truth.movements if m.mode is Mode.PRODUCTION}
        steps = {(m.from_party, m.to_party) for m in made.truth.movements}
        for chain in made.truth.received.chains:
            assert chain.steps[0] in makers
            assert chain.steps[-1] == GROUP
            assert set(zip(chain.steps, chain.steps[1:], strict=False)) <= steps
            assert chain.erased is None or len(set(chain.erased)) == len(chain.erased) < len(chain.steps)
        for chain in made.truth.received.known:
            assert (chain.kind.value == "produced") == (chain.steps[0] in makers)


def test_a_loan_that_comes_back_is_a_longer_chain_with_a_shorter_telling():
    found = (c for seed in MANY for c in plain_world(seed).truth.received.chains if c.erased)
    assert any(chain.steps.count(GROUP) == 2 and chain.erased.count(GROUP) == 1 for chain in found)


def test_what_the_record_can_know_is_all_where_all_is_recorded():
    for seed in SEEDS:
        truth = world(seed, knobs=Knobs(old_years=0)).truth
        assert {chain.kind.value for chain in truth.received.known} == {"produced"}
        assert {c.steps: c.share for c in truth.received.known} == pytest.approx(
            {c.steps: c.share for c in truth.received.chains}
        )


def test_the_same_seed_is_the_same_world():
    for name in ("well-mixed", "drawn", "mix"):
        first, second = world(5, name), world(5, name)
        assert as_json(first.truth) == as_json(second.truth)
        assert first.ledger.canonical() == second.ledger.canonical()
    assert world(6).ledger.canonical() != world(5).ledger.canonical()


def test_true_statements_hold_the_truth_and_false_ones_do_not():
    checked = Counter()
    for seed in MANY:
        made = plain_world(seed)
        events = {m.key: m for m in made.truth.movements if m.recorded}
        for verdict in made.truth.statements:
            statement, event = made.ledger.statement_by_id[verdict.id], events.get(verdict.movement)
            if verdict.true:
                assert event is not None
                assert (statement.from_party, statement.to_party, statement.mode) == (
                    event.from_party,
                    event.to_party,
                    event.mode,
                )
                assert within(event.item, statement.item)
                assert statement.when.first <= event.when <= statement.when.last
                slack = half_width(statement.quantity.low) if statement.quantity.about else 0.0
                assert statement.quantity.low - slack <= event.quantity <= statement.quantity.high + slack
                checked[statement.quantity.form, statement.quantity.about] += 1
            elif event is not None:
                # Another source is right about this movement: the two exclude one another.
                slack = half_width(statement.quantity.low) if statement.quantity.about else 0.0
                low, high = statement.quantity.low - slack, statement.quantity.high + slack
                assert not low <= event.quantity <= high
                checked["wrong"] += 1
            else:
                checked["made up"] += 1
    assert set(checked) == {("exact", False), ("exact", True), ("range", False), "wrong", "made up"}
    assert min(checked.values()) > 20


def test_statements_are_as_false_as_their_grades_say():
    """Within four standard errors for every grade, over independent statements; a copy is no trial of its own."""
    for table, seeds in ((HOLDS, MANY), (dict.fromkeys(GRADES, 0.5), range(1, 16))):
        said, true = Counter(), Counter()
        for seed in seeds:
            made = plain_world(seed) if table is HOLDS else world(seed, holds=table)
            for verdict in made.truth.statements:
                if verdict.repeats is None:
                    said[verdict.grade] += 1
                    true[verdict.grade] += verdict.true
        assert set(said) == set(GRADES)
        for grade, count in said.items():
            p = table[grade]
            assert abs(true[grade] / count - p) <= 4 * (p * (1 - p) / count) ** 0.5, (grade, p, true[grade], count)


def test_quantities_follow_the_laws_that_the_engine_reads_into_them():
    """Where in a range the truth lies is even; about a rounded figure it is triangular."""
    ranges, rounded = [], []
    for seed in range(1, 31):
        made = world(seed, holds=dict.fromkeys(GRADES, 1.0), knobs=Knobs(second=0.0, derived=0.0))
        events = {m.key: m for m in made.truth.movements if m.recorded}
        for statement in made.ledger.statements:
            quantity, true = statement.quantity, events[statement.movement].quantity
            if quantity.form == "range" and quantity.high - quantity.low >= 20:
                ranges.append((true - quantity.low) / (quantity.high - quantity.low))
            elif quantity.about and quantity.low >= 100:
                rounded.append((true - quantity.low) / half_width(quantity.low))
    assert len(ranges) > 300
    assert sum(ranges) / len(ranges) == pytest.approx(0.5, abs=4 * (1 / 12 / len(ranges)) ** 0.5)
    assert sum(x < 0.25 for x in ranges) / len(ranges) == pytest.approx(0.25, abs=4 * (0.19 / len(ranges)) ** 0.5)
    assert len(rounded) > 300
    assert sum(rounded) / len(rounded) == pytest.approx(0.0, abs=4 * (1 / 6 / len(rounded)) ** 0.5)
    # A triangle has three quarters of its mass within half of its half width.
    assert sum(abs(x) < 0.5 for x in rounded) / len(rounded) == pytest.approx(
        0.75, abs=4 * (0.19 / len(rounded)) ** 0.5 + 0.01
    )


def test_ids_do_not_tell_what_is_true():
    """Of the first and the last half of the keys alike parts are made up."""
    halves = Counter()
    for seed in MANY:
        verdicts = plain_world(seed).truth.statements
        for place, verdict in enumerate(verdicts):
            halves[2 * place >= len(verdicts), verdict.true] += 1
    first, second = (halves[half, False] / (halves[half, False] + halves[half, True]) for half in (False, True))
    assert first == pytest.approx(second, abs=0.05)


def test_the_record_is_as_vague_as_its_knobs():
    plain = Knobs(vague=0.0, exact=1.0, ranges=0.0, years=0.0, months=0.0, capture_days=1.0, second=0.0, derived=0.0)
    certain = dict.fromkeys(GRADES, 1.0)
    made = world(3, holds=certain, knobs=plain)
    assert all(verdict.true for verdict in made.truth.statements)
    assert all(s.when.days == 1 and s.quantity.form == "exact" for s in made.ledger.statements)
    assert len(made.ledger.statements) == sum(m.recorded for m in made.truth.movements)
    vague = world(3, holds=certain, knobs=replace(plain, vague=1.0))
    assert {s.item for s in vague.ledger.statements if within(s.item, FAMILY)} == {FAMILY}
    doubled = world(3, holds=certain, knobs=replace(plain, second=1.0, derived=1.0))
    assert len(doubled.ledger.statements) == 3 * len(made.ledger.statements)
    echoes = {s.id: s for s in doubled.ledger.sources if s.derives_from}
    by_id = doubled.ledger.statement_by_id
    for verdict in doubled.truth.statements:
        if verdict.repeats:
            source = echoes[by_id[verdict.id].source]
            assert source.derives_from == (by_id[verdict.repeats].source,)


def test_the_register_begins_with_stocks_that_were_there_before():
    counted = world(4)
    assert counted.ledger.counts
    eve = counted.truth.register_begins - timedelta(days=1)
    assert all(count.when.last == eve for count in counted.ledger.counts)
    stock = defaultdict(float)
    for movement in counted.truth.movements:
        if movement.when <= eve:
            assert not movement.recorded
            commodity = FAMILY if within(movement.item, FAMILY) else movement.item
            if movement.from_party:
                stock[movement.from_party, commodity] -= movement.quantity
            if movement.to_party:
                stock[movement.to_party, commodity] += movement.quantity
    told = defaultdict(float)
    true = {verdict.id for verdict in counted.truth.counts if verdict.true}
    for count in counted.ledger.counts:
        if count.id in true:
            told[count.holder, FAMILY if within(count.item, FAMILY) else count.item] += count.quantity.best
    makers = {m.to_party for m in counted.truth.movements if m.mode is Mode.PRODUCTION}
    there = {key: amount for key, amount in stock.items() if amount > 1 and key[0] not in makers}
    assert dict(told) == pytest.approx(there, abs=2)


def test_sightings_are_of_what_was_held(worlds):
    for made in every(worlds):
        makers = {chain.steps[0] for chain in made.truth.held.chains}
        sizes = {population.id: population.size.best for population in made.ledger.populations}
        seen = Counter()
        for sighting in made.ledger.sightings:
            seen[sighting.population] += sighting.quantity.best
            if within(sighting.item, made.truth.item):
                assert sighting.made_in is None or sighting.made_in in makers
        assert dict(seen) == sizes
        assert all(p.design.value == "purposive" for p in made.ledger.populations)


def test_pictures_are_biased_as_the_truth_says():
    """With one class far likelier to be pictured it is seen more often in pictures than in recoveries."""
    more = 0
    tried = 0
    for seed in range(1, 25):
        made = world(seed, knobs=Knobs(bias=2.0))
        shares = {}
        for population in ("pop-pictures", "pop-recoveries"):
            rows = [s for s in made.ledger.sightings if s.population == population]
            whole = sum(s.quantity.best for s in rows)
            shares[population] = {
                item: sum(s.quantity.best for s in rows if s.item == item) / whole for item in made.truth.bias
            }
        first = max(made.truth.bias, key=made.truth.bias.get)
        if 0.05 < shares["pop-recoveries"][first] < 0.7:
            tried += 1
            more += shares["pop-pictures"][first] > shares["pop-recoveries"][first]
    assert tried >= 8
    assert more > 0.8 * tried


def test_pictures_come_in_clusters():
    """Items of one site are more alike than items of different sites: a class varies more over sites than by chance."""
    between, chance = 0.0, 0.0
    for seed in MANY:
        made = plain_world(seed)
        rows = [s for s in made.ledger.sightings if s.population == "pop-pictures"]
        whole = Counter()
        sites = defaultdict(Counter)
        for row in rows:
            whole[row.item] += row.quantity.best
            sites[row.place.name][row.item] += row.quantity.best
        item, most = whole.most_common(1)[0]
        p = most / sum(whole.values())
        for counts in sites.values():
            n = sum(counts.values())
            between += (counts[item] - n * p) ** 2
            chance += n * p * (1 - p)
    assert between > 1.5 * chance


def test_reposts_are_of_what_was_pictured():
    for seed in SEEDS:
        rows = plain_world(seed).ledger.sightings
        shown = {(s.place.name, s.item) for s in rows if s.population == "pop-pictures"}
        again = {(s.place.name, s.item) for s in rows if s.population == "pop-reposts"}
        assert again
        assert again <= shown


def test_larger_worlds_have_more_movements_and_more_parties():
    small, large = world(2, size=40), world(2, size=200)
    assert len(large.truth.movements) > 2 * len(small.truth.movements)
    assert len(large.ledger.parties) > len(small.ledger.parties)


def test_what_cannot_be_made_says_so():
    with pytest.raises(UnknownNameError, match="fifo-depot"):
        world(1, "well mixed")
    with pytest.raises(BadValueError, match="40 to 2000"):
        world(1, size=3)
    with pytest.raises(BadValueError, match="A1"):
        world(1, holds={})
    with pytest.raises(BadValueError, match="B2"):
        world(1, holds={**HOLDS, "B2": 0.0})
