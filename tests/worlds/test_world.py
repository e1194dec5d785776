"""A world's truth adds up, nothing comes from nowhere, and its record is as false as its grades say, no more."""

import math
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import combinations, pairwise

import pytest

from takingstock.records import BadValueError, Mode, UnknownNameError
from takingstock.worlds import GRADES, HOLDS, MECHANISMS, Knobs, as_json, world
from takingstock.worlds.parcels import within
from takingstock.worlds.reporting import half_width
from takingstock.worlds.scene import FAMILY, GROUP

SEEDS = range(1, 4)
MANY = range(1, 25)
plain_world = cache(world)
UNSURE = {**dict.fromkeys(GRADES, 0.6), "A1": 0.8, "C2": 0.4, "D4": 0.25}


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
        known = Counter()
        for chain in truth.received.known:
            known[chain.steps] += chain.share
        assert dict(known) == pytest.approx({c.steps: c.share for c in truth.received.chains})


def test_the_same_seed_is_the_same_world():
    for name in ("well-mixed", "drawn", "mix"):
        first, second = world(5, name), world(5, name)
        assert as_json(first.truth) == as_json(second.truth)
        assert first.ledger.canonical() == second.ledger.canonical()
    assert world(6).ledger.canonical() != world(5).ledger.canonical()


def bounds(quantity):
    """What a figure leaves open, as wide as its law is."""
    slack = half_width(quantity.low) if quantity.about else 0.0
    return (quantity.low or 0.0) - slack, (math.inf if quantity.high is None else quantity.high) + slack


def apart(one, other):
    """In what two statements of one movement cannot both be right."""
    (low, high), (least, most) = bounds(one.quantity), bounds(other.quantity)
    return {
        name
        for name, differs in (
            ("quantity", high < least or most < low),
            ("party", (one.from_party, one.to_party) != (other.from_party, other.to_party)),
            ("date", not one.when.overlaps(other.when)),
            ("class", not within(one.item, other.item) and not within(other.item, one.item)),
        )
        if differs
    }


def test_true_statements_hold_the_truth_and_false_ones_do_not():
    checked = Counter()
    for seed in MANY:
        made = plain_world(seed)
        events = {m.key: m for m in made.truth.movements if m.recorded}
        right = {v.movement: v.version for v in made.truth.statements if v.true}
        for verdict in made.truth.statements:
            statement, event = made.ledger.statement_by_id[verdict.id], events.get(verdict.movement)
            assert (event is not None) == (verdict.movement in right)
            # What agrees with a true statement is so too, though its own source did not know.
            if event is not None and right[verdict.movement] == verdict.version:
                assert event is not None
                assert (statement.from_party, statement.to_party, statement.mode) == (
                    event.from_party,
                    event.to_party,
                    event.mode,
                )
                assert within(event.item, statement.item)
                assert statement.when.first <= event.when <= statement.when.last
                low, high = bounds(statement.quantity)
                assert low <= event.quantity <= high
                checked[statement.quantity.form, statement.quantity.about] += 1
                checked["agrees by chance"] += not verdict.true
            elif event is not None:
                # Another source is right about this movement: the two exclude one another.
                assert not verdict.true
                low, high = bounds(statement.quantity)
                wrong = {
                    "quantity": not low <= event.quantity <= high,
                    "party": (statement.from_party, statement.to_party) != (event.from_party, event.to_party),
                    "date": not statement.when.first <= event.when <= statement.when.last,
                    "class": not within(event.item, statement.item),
                }
                assert sum(wrong.values()) == 1
                checked["wrong"] += 1
            else:
                assert not verdict.true
                checked["made up"] += 1
    forms = {("exact", False), ("exact", True), ("range", False), ("at least", False), ("at most", False)}
    assert set(checked) == {*forms, "wrong", "made up", "agrees by chance"}
    assert min(checked.values()) > 5


def test_versions_clash_in_one_thing_and_statements_of_one_version_in_none():
    found = Counter()
    for seed in MANY:
        made = plain_world(seed)
        by_movement = defaultdict(list)
        for verdict in made.truth.statements:
            by_movement[verdict.movement].append((verdict.version, made.ledger.statement_by_id[verdict.id]))
        for told in by_movement.values():
            for (version, one), (other_version, other) in combinations(told, 2):
                differs = apart(one, other)
                assert len(differs) == (version != other_version)
                found.update(differs)
    assert set(found) == {"quantity", "party", "date", "class"}
    assert min(found.values()) > 10


@cache
def paired(seed):
    return world(seed, holds=UNSURE, knobs=PAIRED)


PAIRED = Knobs(second=1.0, third=0.5, documented=0.0, derived=0.0, clash_quantity=0.3, clash_party=0.2)


def test_reports_of_one_movement_are_true_as_independent_ones_of_which_no_two_clash():
    """Of a movement the engine's own weights: a version g has [1 - prod over g of (1 - p)] * prod over the others of
    (1 - p), that it never took place prod of all (1 - p). Within four standard errors, by how reports agree."""
    seen, expected, spread = Counter(), Counter(), Counter()
    for seed in MANY:
        truth = paired(seed).truth
        told = defaultdict(list)
        for verdict in truth.statements:
            told[verdict.movement].append(verdict)
        for verdicts in told.values():
            shape = "".join(str(v.version) for v in sorted(verdicts, key=lambda v: v.id))
            false = [math.prod(1 - UNSURE[v.grade] for v in verdicts if v.version == g) for g in (0, 1)]
            weights = {"0": (1 - false[0]) * false[1], "1": (1 - false[1]) * false[0], "": false[0] * false[1]}
            true = {str(v.version) for v in verdicts if v.true}
            assert len(true) <= 1
            for outcome, weight in weights.items():
                p = weight / sum(weights.values())
                seen[shape, outcome] += outcome == "".join(true)
                expected[shape, outcome] += p
                spread[shape, outcome] += p * (1 - p)
    assert {"00", "01", "001", "010", "011", "000"} <= {shape for shape, _ in seen}
    for what, mean in expected.items():
        if spread[what] > 5:
            assert abs(seen[what] - mean) <= 4 * spread[what] ** 0.5, (what, seen[what], mean)
    assert sum(amount > 5 for amount in spread.values()) >= 12


def test_within_a_version_that_took_place_each_report_is_true_by_itself():
    both, expected, spread = 0, 0.0, 0.0
    for seed in MANY:
        told = defaultdict(list)
        for verdict in paired(seed).truth.statements:
            told[verdict.movement].append(verdict)
        for first, second, *third in told.values():
            if not third and first.version == second.version and (first.true or second.true):
                p, q = UNSURE[first.grade], UNSURE[second.grade]
                chance = p * q / (1 - (1 - p) * (1 - q))
                both, expected, spread = (
                    both + (first.true and second.true),
                    expected + chance,
                    spread + chance * (1 - chance),
                )
    assert spread > 50
    assert abs(both - expected) <= 4 * spread**0.5


def test_statements_are_as_false_as_their_grades_say():
    """Within four standard errors for every grade, over statements that nothing contradicts; a copy is no trial of its
    own, and the links of one chain are one."""
    for table, seeds in ((HOLDS, MANY), (dict.fromkeys(GRADES, 0.5), range(1, 16))):
        said, true = Counter(), Counter()
        for seed in seeds:
            made = plain_world(seed) if table is HOLDS else world(seed, holds=table)
            clash = {v.movement for v in made.truth.statements if v.version}
            for verdict in made.truth.statements:
                link = made.ledger.statement_by_id[verdict.id].link
                if verdict.repeats is None and verdict.movement not in clash and link in (None, 1):
                    said[verdict.grade] += 1
                    true[verdict.grade] += verdict.true
        assert set(said) == set(GRADES)
        for grade, count in said.items():
            p = table[grade]
            assert abs(true[grade] / count - p) <= 4 * (p * (1 - p) / count) ** 0.5, (grade, p, true[grade], count)


def test_quantities_follow_the_laws_that_the_engine_reads_into_them():
    """Where in a range the truth lies is even; about a rounded figure it is triangular; above "at least" the excess is
    exponential, a quarter on average; below "at most" it is even."""
    ranges, rounded, above, below = [], [], [], []
    for seed in MANY:
        made = world(seed, holds=dict.fromkeys(GRADES, 1.0), knobs=Knobs(second=0.0, derived=0.0))
        events = {m.key: m for m in made.truth.movements if m.recorded}
        for statement in made.ledger.statements:
            quantity, true = statement.quantity, events[statement.movement].quantity
            if quantity.form == "range" and quantity.high - quantity.low >= 20:
                ranges.append((true - quantity.low) / (quantity.high - quantity.low))
            elif quantity.about and quantity.low >= 100:
                rounded.append((true - quantity.low) / half_width(quantity.low))
            elif quantity.form == "at least" and quantity.low >= 20:
                above.append((true - quantity.low) / quantity.low)
            elif quantity.form == "at most" and quantity.high >= 20:
                below.append(true / quantity.high)
    assert len(above) > 60
    assert sum(above) / len(above) == pytest.approx(0.25, abs=4 * 0.25 / len(above) ** 0.5)
    # An exponential exceeds its mean in 37 of 100.
    assert sum(x > 0.25 for x in above) / len(above) == pytest.approx(0.368, abs=4 * (0.233 / len(above)) ** 0.5)
    assert len(below) > 40
    assert sum(below) / len(below) == pytest.approx(0.5, abs=4 * (1 / 12 / len(below)) ** 0.5)
    assert sum(x < 0.25 for x in below) / len(below) == pytest.approx(0.25, abs=4 * (0.19 / len(below)) ** 0.5)
    assert len(ranges) > 200
    assert sum(ranges) / len(ranges) == pytest.approx(0.5, abs=4 * (1 / 12 / len(ranges)) ** 0.5)
    assert sum(x < 0.25 for x in ranges) / len(ranges) == pytest.approx(0.25, abs=4 * (0.19 / len(ranges)) ** 0.5)
    assert len(rounded) > 200
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
    plain = Knobs(
        vague=0.0,
        exact=1.0,
        ranges=0.0,
        years=0.0,
        months=0.0,
        capture_days=1.0,
        second=0.0,
        derived=0.0,
        documented=0.0,
    )
    certain = dict.fromkeys(GRADES, 1.0)
    made = world(3, holds=certain, knobs=plain)
    assert all(verdict.true for verdict in made.truth.statements)
    assert all(s.when.days == 1 and s.quantity.form == "exact" for s in made.ledger.statements)
    assert len(made.ledger.statements) == sum(m.recorded for m in made.truth.movements)
    vague = world(3, holds=certain, knobs=replace(plain, vague=1.0))
    assert {s.item for s in vague.ledger.statements if within(s.item, FAMILY)} == {FAMILY}
    doubled = world(3, holds=certain, knobs=replace(plain, second=1.0, third=0.0, derived=1.0))
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
            if sighting.share is None:
                seen[sighting.population] += sighting.quantity.best
            else:
                seen[sighting.population] += sighting.share * sizes[sighting.population]
            if within(sighting.item, made.truth.item):
                assert sighting.made_in is None or sighting.made_in in makers
        # A survey does not list what is rare.
        survey = sizes.pop("pop-survey")
        assert 0.8 * survey < seen.pop("pop-survey") < survey + 1
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


def test_a_survey_has_shares_and_no_sites_and_some_recoveries_have_no_site():
    named = Counter()
    for seed in MANY:
        for row in plain_world(seed).ledger.sightings:
            if row.population == "pop-survey":
                assert row.place is None
                assert not row.quantity.known
                assert row.share >= 0.03
            elif row.population == "pop-recoveries":
                named[row.place is not None] += 1
            else:
                assert row.place is not None
    assert 0.03 < named[False] / named.total() < 0.3


def test_a_consignment_is_followed_link_by_link_and_holds_as_a_whole():
    chains = Counter()
    for seed in MANY:
        made = plain_world(seed)
        true = {v.id: v.true for v in made.truth.statements}
        links = defaultdict(list)
        for statement in made.ledger.statements:
            if statement.chain:
                links[statement.chain].append(statement)
        moved = {(m.from_party, m.to_party, m.when) for m in made.truth.movements}
        for label, said in links.items():
            said.sort(key=lambda s: s.link)
            assert [s.link for s in said] == list(range(1, len(said) + 1))
            assert all(a.to_party == b.from_party for a, b in pairwise(said))
            assert said[-1].to_party == GROUP
            assert len({(s.source, s.grade, s.item, str(s.quantity), true[s.id]) for s in said}) == 1
            holds = true[said[0].id]
            known = {c.label: c for c in made.truth.received.known}
            if holds and label in known:
                assert known[label].steps == (said[0].from_party, *(s.to_party for s in said))
                assert all(any((s.from_party, s.to_party) == m[:2] for m in moved) for s in said)
            assert holds or label not in known
            chains[holds, len(said)] += 1
    assert sum(n for (holds, _), n in chains.items() if holds) > 20
    assert sum(n for (holds, _), n in chains.items() if not holds) > 2
    assert {length for _, length in chains} == {2, 3}


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
