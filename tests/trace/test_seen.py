"""What populations of sightings are put to: never merged, never of what they did not look at, silent where they are."""

from datetime import date

import numpy as np
import pytest
from small_ledgers import ask, question, say

from takingstock.records import Place, Population, ProvenanceLevel, Quantity, Sighting, Unit
from takingstock.trace import seen
from takingstock.trace.further import _refined
from takingstock.trace.inflows import Inflows, Layout
from takingstock.trace.seen import ITEMS_PER_SITE, UNRECORDED, attributions

ARMY, RIVALS = ("iraqi-army", "capture", 0), ("rivals", "capture", 0)
SEED = 3


def population(name="p", **fields):
    size = Quantity.parse(fields.pop("size", "?"), fields.get("unit", Unit.ITEMS))
    fields = {"holder": "faction", "unit": Unit.ITEMS, "level": ProvenanceLevel.PHYSICAL} | fields
    return Population(id=name, title=name, size=size, source="press", **fields)


def sight(made_in, quantity="?", inside="p", site=None, item="vehicle.truck", **fields):
    unit = fields.pop("unit", Unit.ITEMS)
    return Sighting(
        id=fields.pop("id", f"{inside}-{made_in}-{site}-{item}-{quantity}-{fields.get('share')}"),
        source="press",
        holder=fields.pop("holder", "faction"),
        item=item,
        population=inside,
        quantity=Quantity.parse(str(quantity), unit),
        made_in=made_in,
        place=Place(name=site) if site else None,
        **fields,
    )


def inflows(usa=100.0, bgr=100.0, item="vehicle.truck", unit=Unit.ITEMS, draws=240, **marks):
    """Two captures in some draws: one all of American, one all of Bulgarian make, quantities uncertain by half."""
    rng = np.random.default_rng(1)
    mass = np.zeros((2, 2, draws))
    mass[0, 0] = usa * rng.uniform(0.5, 1.5, draws)
    mass[1, 1] = bgr * rng.uniform(0.5, 1.5, draws)
    finest = ((item, "USA", ""), (item, "BGR", ""))
    return Inflows(item, unit, (ARMY, RIVALS), finest, mass, marks.get("lots", {}), marks.get("importers", {}))


def layout(*states):
    return Layout(question([]).items, ("vehicle.truck",), states)


def told(populations, sightings, flows=None, **fields):
    asked = question([], populations=populations, sightings=sightings, **fields)
    found = attributions(asked, [inflows()] if flows is None else flows, SEED)
    return {one.population: one for one in found}


def scattered(american, bulgarian, inside="p", **fields):
    """One item at each of many places."""
    made = ["USA"] * american + ["BGR"] * bulgarian
    return [sight(state, 1, inside, f"site {inside} {n}", **fields) for n, state in enumerate(made)]


def shares(one):
    return {channel.channel: channel for channel in one.channels}


@pytest.fixture(scope="module")
def recovered():
    return told([population()], scattered(64, 16))["p"]


def test_recoveries_of_two_makers_tell_two_captures_apart(recovered):
    assert recovered.verdict == "separated"
    found = shares(recovered)
    army, rivals = found["iraqi-army|capture"], found["rivals|capture"]
    assert (army.from_party, army.mode) == ARMY[:2]
    # What is unrecorded may have brought some of either, so the truth is known of the two together.
    assert army.share / (army.share + rivals.share) == pytest.approx(0.8, abs=0.07)
    assert army.low < 0.8 * (army.share + rivals.share) < army.high
    assert army.prior == pytest.approx(rivals.prior, abs=0.05)
    assert army.share > 2.5 * rivals.share
    assert found[UNRECORDED].from_party is None
    assert all(c.low <= c.share <= c.high and c.prior_low <= c.prior <= c.prior_high for c in recovered.channels)
    assert {c.population for c in recovered.channels} == {"p"}


def test_the_truth_is_found_the_other_way_round_too(recovered):
    mirrored = shares(told([population()], scattered(16, 64))["p"])
    army, rivals = mirrored["iraqi-army|capture"], mirrored["rivals|capture"]
    assert army.share / (army.share + rivals.share) == pytest.approx(0.2, abs=0.07)


def test_pictures_say_less_than_recoveries(recovered):
    pictures = told([population(level=ProvenanceLevel.IMAGERY)], scattered(64, 16))["p"]

    def width(one):
        army = shares(one)["iraqi-army|capture"]
        return army.high - army.low

    assert width(pictures) > 1.15 * width(recovered)


def test_one_place_says_less_than_many(recovered):
    cache = told([population()], [sight("USA", 64, site="a cache"), sight("BGR", 16, site="a cache")])["p"]
    assert (recovered.sites, recovered.sites_assumed) == (80, False)
    assert (cache.sites, cache.sites_assumed, cache.n) == (1, False, 80)
    assert cache.verdict == "not-separated"
    pooled = told([population()], [sight("USA", 64), sight("BGR", 16)])["p"]
    assert (pooled.sites, pooled.sites_assumed) == (80 / ITEMS_PER_SITE, True)


def test_figures_of_few_items_stand_for_one_site():
    assert told([population()], [sight("USA", 3)])["p"].sites == 1


# Populations stay apart


def test_populations_are_never_merged(recovered):
    found = told([population(), population("q"), population("r", holder="rivals")],
                 [*scattered(64, 16), *scattered(5, 15, "q"), *scattered(1, 9, "r", holder="rivals")])  # fmt: skip
    assert list(found) == ["p", "q"]
    # What another population saw changes nothing in what this one says.
    assert found["p"] == recovered
    assert (found["p"].n, found["q"].n) == (80, 20)
    assert {c.population for c in found["q"].channels} == {"q"}


def test_what_was_seen_with_others_is_not_the_holders():
    mixed = [sight("USA", 5), sight("BGR", 70, holder="rivals")]
    assert told([population()], mixed)["p"].n == 5


def test_rounds_say_nothing_of_items():
    flows = [inflows(unit=Unit.ROUNDS)]
    assert told([population()], scattered(8, 2), flows)["p"].verdict == "no-channels"
    rounds = population(unit=Unit.ROUNDS)
    seen_rounds = [sight("USA", 500, unit=Unit.ROUNDS), sight("BGR", 500, unit=Unit.ROUNDS)]
    assert told([rounds], seen_rounds, flows)["p"].verdict != "no-channels"
    assert told([rounds], seen_rounds, [inflows()])["p"].verdict == "no-channels"
    # A figure in another unit than its population's is not counted in it.
    assert told([rounds], [sight("USA", 5)], flows)["p"].verdict == "no-counts"
    stray = told([rounds], [*seen_rounds, sight("USA", 70)], flows)["p"]
    assert stray.n == 1000


def test_a_population_is_not_asked_of_what_it_did_not_look_at():
    other = inflows(item="rifle.fal")
    assert told([population()], scattered(8, 2), [other])["p"].verdict == "no-channels"
    assert (
        told([population()], scattered(64, 16), [inflows(), other])["p"] == told([population()], scattered(64, 16))["p"]
    )


def test_goods_of_another_class_of_the_commodity_are_left_out():
    # The population looked at one of two classes that a vague record ties together.
    flow = inflows(item="rifle.ak")
    flow = Inflows(
        "rifle.ak", Unit.ITEMS, flow.channels, (("rifle.ak.akm", "USA", ""), ("rifle.ak.type56", "BGR", "")), flow.mass,
        {}, {},
    )  # fmt: skip
    rows, size = seen._rows(population(), [sight("USA", 5, item="rifle.ak.akm")])
    put, *_ = seen._put(question([]), population(), rows, size, [flow], SEED)
    quantity = dict(zip(put.channels.names, put.channels.quantity.T, strict=True))
    assert quantity["iraqi-army|capture"].min() > 0
    assert quantity["rivals|capture"].max() == 0


def test_weapons_are_no_vehicles():
    wide = [sight("USA", 40, item="weapons"), sight("BGR", 10, item="weapons")]
    assert told([population()], wide, [inflows(item="ammunition.cartridge")])["p"].verdict == "no-channels"
    assert told([population()], wide, [inflows(item="rifle.fal")])["p"].verdict != "no-channels"


# Counts


def test_no_counts_and_no_channels_are_said():
    assert told([population()], [])["p"].verdict == "no-counts"
    bare = [sight("USA"), sight(None, 40), sight("USA", 0, id="nothing")]
    one = told([population()], bare)["p"]
    assert (one.verdict, one.channels, one.items, one.n) == ("no-counts", (), ("vehicle.truck",), 0)
    assert told([population()], [sight("USA", share=0.5)])["p"].verdict == "no-counts"
    assert told([population()], scattered(8, 2), [])["p"].verdict == "no-channels"
    held = inflows()
    held = Inflows(held.item, held.unit, (("", "held", 0),), held.finest, held.mass[:1], {}, {})
    assert told([population()], scattered(8, 2), [held])["p"].verdict == "no-channels"
    never = inflows(0.0, 0.0)
    assert told([population()], scattered(8, 2), [never])["p"].verdict == "no-channels"


def test_shares_are_of_the_size_and_the_rest_may_be_of_any_other():
    rows, size = seen._rows(population(size="200"), [sight("USA", share=0.5), sight("RUS", share=0.1)])
    assert size == 200
    assert [(row.states, row.count) for row in rows] == [(("USA",), 100), (("RUS",), 20)]
    put = seen._sightings(population(size="200"), rows, size, layout("RUS", "USA"))
    assert put.counts.tolist() == [[20, 100, 80]]
    assert put.members.tolist() == [[True, False, False], [False, True, False], [False, False, True]]
    # A state that the record has no goods from is one of the others.
    put = seen._sightings(population(size="200"), rows, size, layout("USA"))
    assert put.counts.tolist() == [[100, 100]]
    assert put.members.tolist() == [[True, False], [False, True]]
    assert put.sites.tolist() == [10]


def test_what_is_left_of_a_population_with_places_is_not_used():
    one = told([population(size="500")], scattered(64, 16))["p"]
    assert (one.n, one.sites) == (80, 80)


def test_a_figure_for_two_states_may_be_of_either():
    rows, size = seen._rows(population(), [sight("RUS+SUN", 30), sight("RUS", 5), sight("BGR", 10)])
    flow = inflows()
    flow = Inflows(
        flow.item, flow.unit, flow.channels, (("vehicle.truck", "SUN", ""), flow.finest[1]), flow.mass, {}, {}
    )
    put, *_ = seen._put(question([]), population(), rows, size, [flow], SEED)
    categories = put.channels.categories
    assert categories == tuple(f"vehicle.truck|{state}" for state in ("BGR", "SUN", "other"))
    figures = {tuple(np.array(categories)[row].tolist()): total
               for row, total in zip(put.sightings.members, put.sightings.counts.sum(axis=0), strict=True)}  # fmt: skip
    assert figures == {
        ("vehicle.truck|BGR",): 10,
        ("vehicle.truck|SUN", "vehicle.truck|other"): 30,
        # Russia alone, and what is left of the population.
        ("vehicle.truck|other",): 5,
    }


def test_goods_of_no_recorded_country_may_be_of_any():
    flow = inflows()
    flow = Inflows(
        flow.item, flow.unit, flow.channels, (("vehicle.truck", None, ""), flow.finest[1]), flow.mass, {}, {}
    )
    rows, size = seen._rows(population(), [sight("USA", 5), sight("BGR", 5)])
    put, *_ = seen._put(question([]), population(), rows, size, [flow], SEED)
    army = put.channels.composition[:, put.channels.names.index("iraqi-army|capture")]
    # Drawn anew in every draw; on the mean the one that the record has goods from is one of forty states.
    assert army.std(axis=0).min() > 0.05
    assert army.mean(axis=0) == pytest.approx([1 / 40, 39 / 40], abs=0.03)
    more, *_ = seen._put(
        question([]), population(),
        *seen._rows(population(), [sight("USA", 5), *(sight(s, 1) for s in ("RUS", "FRA"))]), [flow], SEED,
    )  # fmt: skip
    # What was seen beside does not change what is taken of it.
    assert more.channels.composition == pytest.approx(put.channels.composition)


def test_channels_of_several_commodities_are_one_inflow():
    flows = [inflows(item="rifle.fal"), inflows(item="rifle.ak")]
    rows, size = seen._rows(population(), [sight("USA", 5, item="rifle"), sight("BGR", 5, item="rifle")])
    put, keys, _ = seen._put(question([]), population(), rows, size, flows, SEED)
    assert set(keys.values()) == {ARMY[:2], RIVALS[:2], None}
    army = put.channels.quantity[:, put.channels.names.index("iraqi-army|capture")]
    assert army == pytest.approx(2 * flows[0].mass[0, 0])
    assert np.isnan(put.channels.quantity[:, -1]).all()


def test_a_recovery_is_what_was_held_in_a_hand():
    levels = [ProvenanceLevel.IMAGERY, ProvenanceLevel.PHYSICAL, ProvenanceLevel.MATCHED]
    rows, _ = seen._rows(population(level=ProvenanceLevel.IMAGERY), [sight("USA", n + 1, site=f"site {n}", level=x)
                                                                     for n, x in enumerate(levels)])  # fmt: skip
    assert [row.recovered for row in rows] == [False, True, True]
    # A picture and a recovery at one place are two rows.
    both = [sight("USA", 2, site="a", level=levels[0]), sight("USA", 3, site="a", level=levels[1])]
    rows, size = seen._rows(population(level=levels[0]), both)
    put = seen._sightings(population(level=levels[0]), rows, size, layout("USA"))
    assert put.recovered.tolist() == [False, True]
    assert put.counts[:, 0].tolist() == [2, 3]


# What one more observation would tell


def test_marks_count_for_as_much_as_a_commodity_brought():
    flows = [inflows(900.0, 100.0), inflows(100.0, 100.0)]
    parts = [{ARMY[:2]: {("USA", "m1"): 1.0}, RIVALS[:2]: {("BGR", "m2"): 0.5}}, {}]
    keys = {"a": ARMY[:2], "b": RIVALS[:2], UNRECORDED: None}
    mean = np.array([[0, 1, 0], [1, 0, 0], [0.1, 0.1, 0.8]], dtype=float)
    table = _refined(mean, keys, layout("BGR", "USA"), flows, parts).reshape(3, 3, 4)
    # Category by category: no mark, m1, m2, one that is on no record.
    assert table[0, 1] == pytest.approx([0.1, 0.9, 0, 0], abs=0.01)
    assert table[1, 0] == pytest.approx([0.75, 0, 0.25, 0], abs=0.01)
    assert table[2, :, 1:3].sum() == 0
    assert table[2, :, 3].sum() == pytest.approx((0.9 * 1000 + 0.25 * 200) / 1200, abs=0.02)
    assert table.sum(axis=(1, 2)) == pytest.approx(np.ones(3))
    assert _refined(mean, keys, layout("BGR", "USA"), flows, [{}, {}]) is None


def test_a_mark_never_tells_less_than_the_item_without_it():
    marked = inflows(lots={ARMY[:2]: {("USA", "m1"): 0.3}}, importers={RIVALS[:2]: {(None, "IRQ"): 0.5}})
    one = told([population()], scattered(20, 20), [marked])["p"]
    bits = {gain.observation: gain.bits for gain in one.gains}
    assert bits["lot"] >= bits["recovery"] - 1e-9
    assert bits["import-mark"] >= bits["recovery"] - 1e-9


def test_what_came_after_a_population_was_seen_is_not_in_it():
    early, late = population(when="2014"), population("q", when="2017")
    asked = question([], populations=[early, late], sightings=[*scattered(10, 10), *scattered(10, 10, "q")])
    later = inflows()
    later = Inflows(later.item, later.unit, (ARMY, (*RIVALS[:2], 1)), later.finest, later.mass, {}, {})
    found = {one.population: shares(one) for one in attributions(asked, [later], SEED)}
    assert found["q"]["rivals|capture"].prior > 0.1
    assert found["p"]["rivals|capture"].prior == found["p"]["rivals|capture"].share == 0
    assert [asked.seen_before(date(year, 6, 1)) for year in (2014, 2015, 2018)] == [0, 1, 2]


def test_items_that_could_not_be_read_may_be_of_any_state():
    rows, size = seen._rows(population(), [sight("USA", 40), sight(None, 60)])
    put = seen._sightings(population(), rows, size, layout("USA"))
    assert put.counts.tolist() == [[40, 60, 0]]
    assert put.members.tolist() == [[True, False], [True, True], [False, True]]
    # Figures by date or design count the same items again.
    rows, _ = seen._rows(population(), [sight("USA", 40), sight(None, 60, made="2010")])
    assert [row.count for row in rows] == [40]


def test_one_figure_of_two_outlets_is_one_figure():
    twice = [sight("USA", 40, id="a", grade="C3"), sight("USA", 44, id="b", grade="B2")]
    rows, size = seen._rows(population(), twice)
    assert [row.count for row in rows] == [44]
    assert size == 44


def test_sites_that_a_source_states_are_those_used():
    one = told([population(size="400", sites=4)], [sight("USA", 300), sight("BGR", 100)])["p"]
    assert (one.sites, one.sites_assumed) == (4, False)
    put = seen._sightings(population(size="400", sites=4), *seen._rows(population(size="400"), [sight("USA", 300)]),
                          layout("USA"))  # fmt: skip
    assert put.sites.tolist() == [4]


def test_too_few_draws_say_nothing():
    assert told([population()], scattered(10, 10), [inflows(draws=60)])["p"].verdict == "too-few-draws"


def test_a_narrower_question_is_not_put_to_wider_sightings():
    wide = [population(), population("q")]
    saw = [*scattered(10, 10), *scattered(10, 10, "q", item="weapons")]
    assert set(told(wide, saw, item="vehicle.truck")) == {"p"}


def test_an_observation_by_which_the_record_tells_nothing_has_no_bits(recovered):
    bits = {gain.observation: gain.bits for gain in recovered.gains}
    assert set(bits) == {"picture", "recovery", "year-of-manufacture", "lot", "import-mark"}
    assert (bits["year-of-manufacture"], bits["lot"], bits["import-mark"]) == (None, None, None)
    assert bits["recovery"] >= bits["picture"] > 0


# Through the whole question

RECORD = [
    say("d1", "USA", "iraqi-army", "500", "2004"),
    say("d2", "BGR", "rivals", "500", "2004", made_in="BGR"),
    say("c1", "iraqi-army", "faction", "50..150", "2014", mode="capture"),
    say("c2", "rivals", "faction", "50..150", "2014", mode="capture"),
    say("r", "BGR", "faction", "40", "2010", item="rifle.ak"),
    say("n", "BGR", "faction", "4000", "2010", item="vehicle.truck", unit="rounds"),
]


def test_a_class_is_told_only_by_populations_that_looked_at_nothing_else():
    trucks = population("trucks")
    wide = population("wide")
    both = [*scattered(32, 8, "trucks"), sight("USA", 30, "wide"), sight("BGR", 30, "wide", item="rifle.ak")]
    trace = ask(RECORD, populations=[trucks, wide], sightings=both, draws=200)
    by_item = {(item.item, item.unit.value): item for item in trace.items}
    assert {c.population for c in by_item["vehicle.truck", "items"].attribution} == {"trucks"}
    assert by_item["rifle.ak", "items"].attribution == ()
    assert by_item["vehicle.truck", "rounds"].attribution == ()
    found = {one.population: one for one in trace.attributions}
    assert set(found) == {"trucks", "wide"}
    assert set(found["wide"].items) == {"rifle.ak", "vehicle.truck"}
    army = shares(found["trucks"])["iraqi-army|capture"]
    rivals = shares(found["trucks"])["rivals|capture"]
    assert army.share / (army.share + rivals.share) == pytest.approx(0.8, abs=0.1)
    assert ask(RECORD, populations=[trucks], sightings=both[:40]).attributions == ()


def test_the_record_knows_what_an_import_mark_would_show():
    item = ask(RECORD, populations=[population("t")], sightings=scattered(32, 8, "t"), draws=200)
    bits = {gain.observation: gain.bits for gain in item.attributions[0].gains}
    # The army's trucks were imported by Iraq, so that such a mark tells the two captures apart.
    assert bits["import-mark"] > 0.3
    assert bits["lot"] > 0.3
    assert bits["year-of-manufacture"] is None


def test_the_seed_and_nothing_else_decides(recovered):
    again = told([population()], scattered(64, 16)[::-1])["p"]
    assert again == recovered
