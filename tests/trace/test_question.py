"""The question as an investigator asks it, on small ledgers that can be worked out by hand."""

import pytest

from takingstock.records import (
    Count,
    Coverage,
    DateRange,
    Grade,
    ItemClass,
    Ledger,
    OriginKind,
    Party,
    Quantity,
    Source,
    Statement,
    Unit,
)
from takingstock.reference.parties import directory
from takingstock.trace.question import trace

PARTIES = (
    Party(id="faction", name="A faction", kind="armed-group"),
    Party(id="depot", name="Depot 7", kind="depot", part_of="iraqi-army", country="IRQ"),
    Party(id="broker", name="Broker Ltd", kind="company"),
)
REGISTER = Source(id="register", title="The register", coverage=Coverage(period="1995.."))
PRESS = Source(id="press", title="A newspaper")


class Items:
    """Only the USA makes HMMWV, from 1985; Poland makes the tank; nothing is known of cartridges."""

    def get(self, item):
        return ItemClass(id=item, name=item.rpartition(".")[2].upper(), group="armour")

    def is_a(self, item, other):
        return item == other or item.startswith(f"{other}.")

    def makes(self, state, item, when):
        table = {"vehicle.hmmwv": ("USA", "1985.."), "tank.t-72": ("POL", "1980..1995"), "missile": ("BGR", "..")}
        for path, (maker, years) in table.items():
            if self.is_a(item, path) or self.is_a(path, item):
                return state == maker and when.overlaps(DateRange.parse(years))
        return None

    def production_note(self, item, state):
        return f"{state} 1985.. (a table, unverified)" if state == "USA" else ""


def say(key, source="register", item="vehicle.hmmwv", quantity="100", mode="export", **fields):
    renamed = {"start": "from_party", "end": "to_party"}
    fields = {renamed.get(name, name): value for name, value in fields.items()}
    unit = fields.pop("unit", Unit.ITEMS)
    return Statement(
        id=fields.pop("id", f"s-{key}"),
        movement=key,
        source=source,
        item=item,
        quantity=Quantity.parse(quantity, unit),
        mode=mode,
        **fields,
    )


def ask(statements, holder="islamic-state", counts=(), **options):
    ledger = Ledger(
        title="t",
        revision=1,
        head="0",
        sources=(PRESS, REGISTER),
        parties=PARTIES,
        statements=tuple(sorted(statements, key=lambda s: s.id)),
        counts=tuple(counts),
    )
    return trace(ledger, Items(), directory(PARTIES), holder, **options)


def kinds(block):
    return {(o.party, o.kind.value): o.share for o in block.origins}


DELIVERY = say("d", start="USA", end="iraqi-army", when="2010")
CAPTURE = say("c", "press", mode="capture", start="iraqi-army", end="islamic-state", when="2014-06-10", quantity="40")


def test_a_chain_from_the_maker():
    block = ask([DELIVERY, CAPTURE]).items[0]
    assert block.total == 40
    assert kinds(block) == {("USA", "produced"): pytest.approx(1)}
    chain = block.chains[0]
    assert [(s.from_party, s.to_party, s.mode) for s in chain.steps] == [
        ("USA", "iraqi-army", "export"),
        ("iraqi-army", "islamic-state", "capture"),
    ]
    assert (chain.basis.value, chain.diversion, chain.share) == ("inferred", 1, pytest.approx(1))
    assert chain.steps[1].movements == ("c",)
    assert all(share == pytest.approx(1) for _, share in chain.agreement)
    assert len(chain.agreement) >= 6
    assert block.unrecorded == 0
    assert block.remainder == pytest.approx(0)


def test_iraq_is_not_its_army():
    statements = [DELIVERY.model_copy(update={"to_party": "IRQ"}), CAPTURE]
    block = ask(statements).items[0]
    assert kinds(block) == {("iraqi-army", "unrecorded"): pytest.approx(1)}
    assert block.unrecorded == pytest.approx(1)
    assert "recipient-not-broken-down" in {c.kind for c in block.cautions}
    assert any("100 delivered to Iraq" in c.words for c in block.cautions)
    joined = ask(statements, join_forces=True).items[0]
    assert kinds(joined) == {("USA", "produced"): pytest.approx(1)}


def test_a_second_source_may_break_it_down():
    told = [
        DELIVERY.model_copy(update={"to_party": "IRQ"}),
        say("d", "press", id="s-d2", start="USA", end="iraqi-army"),
    ]
    assert kinds(ask([*told, CAPTURE]).items[0]) == {("USA", "produced"): pytest.approx(1)}


def test_an_army_stands_for_its_depots_and_a_state_for_its_army_but_not_for_a_region():
    to_depot = DELIVERY.model_copy(update={"to_party": "depot"})
    to_region = say("p", start="USA", end="peshmerga", when="2015", quantity="7")
    assert ask([to_depot], "iraqi-army").items[0].total == 100
    assert ask([to_depot, to_region], "IRQ").items[0].total == 100
    assert ask([to_depot, to_region], "peshmerga").items[0].total == 7


def test_only_delivered_goods_move():
    for stage in ("negotiated", "notified", "authorised", "ordered", "refused"):
        assert ask([CAPTURE.model_copy(update={"stage": stage})]).items == ()


def test_classes_do_not_mix_and_vague_ones_tie():
    rifle = say("r", item="rifle.ak", mode="capture", start="iraqi-army", end="islamic-state", quantity="5")
    rounds = say("a", item="ammunition", mode="capture", end="islamic-state", quantity="900", unit=Unit.ROUNDS)
    blocks = ask([DELIVERY, CAPTURE, rifle, rounds]).items
    assert [(b.item, b.unit.value, b.total) for b in blocks] == [
        ("ammunition", "rounds", 900),
        ("rifle.ak", "items", 5),
        ("vehicle.hmmwv", "items", 40),
    ]
    vague = say("v", item="vehicle", mode="capture", start="faction", end="islamic-state", quantity="10")
    tied = ask([DELIVERY, CAPTURE, vague]).items[0]
    assert (tied.item, tied.classes, tied.total) == ("vehicle", ("vehicle", "vehicle.hmmwv"), 50)


def test_a_record_without_a_quantity_ties_nothing():
    vague = say("v", item="vehicle", mode="capture", start="faction", end="islamic-state", quantity="?")
    finer = say("f", item="vehicle.hmmwv.armoured", mode="capture", start="faction", end="islamic-state", quantity="?")
    blocks = ask([DELIVERY, CAPTURE, vague, finer]).items
    assert [(b.item, b.total) for b in blocks] == [("vehicle", None), ("vehicle.hmmwv", 40)]


def test_a_mixed_set_ties_nothing():
    rocket = say("r", item="ammunition.rocket", end="islamic-state", quantity="5", unit=Unit.ROUNDS)
    mixed = say("a", item="ammunition", mode="capture", end="islamic-state", quantity="900", unit=Unit.ROUNDS)
    assert [(b.item, b.total) for b in ask([rocket, mixed]).items] == [("ammunition", 900), ("ammunition.rocket", 5)]


def test_tonnes_and_unknown_quantities_are_not_traced_as_items():
    tonnes = say("t", item="ammunition", end="islamic-state", quantity="650000", unit=Unit.TONNES)
    assert ask([tonnes]).items == ()
    unknown = ask([CAPTURE.model_copy(update={"quantity": Quantity()})]).items[0]
    assert (unknown.total, unknown.chains, unknown.origins, unknown.unrecorded) == (None, (), (), None)
    assert {c.kind for c in unknown.cautions} == {"quantity-not-recorded"}


def test_a_stock_before_the_register_is_unknown_not_zero():
    tanks = say("t", item="tank.t-72", start="HUN", end="iraqi-army", when="2005-11-11", quantity="77")
    block = ask([tanks], "iraqi-army").items[0]
    assert kinds(block) == {("HUN", "unrecorded"): pytest.approx(1)}
    caution = next(c for c in block.cautions if c.kind == "before-coverage")
    assert (caution.party, caution.source, caution.when.first.year) == ("HUN", "register", 1995)
    assert "Hungary before 1995 is not in the records" in caution.words
    bare = ask([tanks.model_copy(update={"source": "press"})], "iraqi-army").items[0]
    assert {c.kind for c in bare.cautions} == {"no-opening-count"}


def test_a_stock_that_was_never_counted_is_said():
    caution = next(c for c in ask([DELIVERY, CAPTURE]).items[0].cautions if c.kind == "no-opening-stock")
    assert "what Iraqi Army held before 1995 is unknown, not zero" in caution.words
    count = Count(id="o", source="press", holder="iraqi-army", item="vehicle.hmmwv", quantity="300", basis="opening")
    assert "no-opening-stock" not in {c.kind for c in ask([DELIVERY, CAPTURE], counts=[count]).items[0].cautions}


def test_a_maker_makes_only_in_its_years():
    late = say("t", item="tank.t-72", start="POL", end="iraqi-army", when="2005")
    assert kinds(ask([late], "iraqi-army").items[0]) == {("POL", "unrecorded"): pytest.approx(1)}
    early = late.model_copy(update={"when": DateRange.parse("1990")})
    assert kinds(ask([early], "iraqi-army").items[0]) == {("POL", "produced"): pytest.approx(1)}


def test_production_on_general_knowledge_alone_is_said():
    words = [c.words for c in ask([DELIVERY, CAPTURE]).items[0].cautions if c.kind == "production-unverified"]
    assert words == [
        "That United States made vehicle.hmmwv rests on the item table alone: USA 1985.. (a table, unverified)."
    ]
    stated = DELIVERY.model_copy(update={"made_in": "USA"})
    assert not [c for c in ask([stated, CAPTURE]).items[0].cautions if c.kind == "production-unverified"]


def test_an_opening_count_is_of_unknown_origin():
    count = Count(id="o", source="press", holder="iraqi-army", item="vehicle.hmmwv", quantity="300", basis="opening")
    block = ask([DELIVERY, CAPTURE], counts=[count]).items[0]
    assert kinds(block) == {("iraqi-army", "opening"): pytest.approx(0.75), ("USA", "produced"): pytest.approx(0.25)}
    assert sum(o.share for o in block.origins) == pytest.approx(1)
    assert {c.origin for c in block.chains} == {OriginKind.OPENING, OriginKind.PRODUCED}


def tube(**last):
    steps = [
        ("1", "BGR", "us-army", "export", "2015-12-12", "1", {"via": ("broker",), "authorised": True}),
        ("2", "us-army", "faction", "retransfer", "2015-12-12..2016-02-09", "1", {"authorised": False}),
        ("3", "faction", "islamic-state", "capture", "2015-12-12..2016-02-09", "1", {}),
        ("4", "islamic-state", "iraqi-federal-police", "recovery", "2016-02-09", "1", {}),
    ]
    return [
        say(f"t{n}", "press", item="missile", mode=mode, start=a, end=b, when=when, chain="tube", link=int(n),
            quantity=last.get("quantity", q) if n == "3" else q, **more)
        for n, a, b, mode, when, q, more in steps
    ]  # fmt: skip


def test_a_documented_chain_is_the_sources_own():
    block = ask(tube()).items[0]
    chain = block.chains[0]
    assert chain.basis.value == "documented"
    assert [s.to_party for s in chain.steps] == ["us-army", "faction", "islamic-state"]
    assert chain.steps[0].via == ("broker",)
    assert [s.to_party for s in chain.after] == ["iraqi-federal-police"]
    assert (chain.share, chain.diversion) == (1, 1)
    assert [(lag.event, lag.low, lag.high) for lag in chain.lag if "recovery" in lag.event] == [
        ("first transfer to recovery", 59, 59)
    ]
    assert len(block.chains) == 1


def test_the_lag_runs_from_manufacture_too_where_the_record_has_it():
    first, *rest = tube()
    made = first.model_copy(update={"made": DateRange.parse("2015-12-02")})
    lags = {lag.event: (lag.low, lag.high) for lag in ask([made, *rest]).items[0].chains[0].lag}
    assert lags == {
        "manufacture to arrival": (10, 69),
        "first transfer to arrival": (0, 59),
        "manufacture to recovery": (69, 69),
        "first transfer to recovery": (59, 59),
    }


def test_what_is_documented_is_not_mixed_with_what_is_inferred():
    other = say("x", item="missile", mode="capture", start="iraqi-army", end="islamic-state", quantity="3", when="2014")
    block = ask([*tube(), other]).items[0]
    assert block.total == 4
    assert [(c.basis.value, c.share) for c in block.chains] == [
        ("inferred", pytest.approx(0.75)),
        ("documented", pytest.approx(0.25)),
    ]
    assert sum(o.share for o in block.origins) == pytest.approx(1)


def test_an_unknown_quantity_gives_no_share_beside_others():
    only = ask(tube(quantity="?")).items[0]
    assert (only.total, only.chains[0].share) == (None, 1)
    assert "not recorded" in only.chains[0].remark
    other = say("x", item="missile", mode="capture", start="iraqi-army", end="islamic-state", quantity="3", when="2014")
    beside = ask([*tube(quantity="?"), other]).items[0]
    assert beside.total == 3
    documented = next(c for c in beside.chains if c.basis.value == "documented")
    assert documented.share is None


def test_received_counts_what_has_left_again_and_held_does_not():
    assert ask(tube(), of="received").items[0].total == 1
    back = say("b", mode="recovery", start="islamic-state", end="iraqi-army", when="2016", quantity="30")
    held = ask([DELIVERY, CAPTURE, back], of="held").items[0]
    assert held.total == pytest.approx(10)
    assert ask([DELIVERY, CAPTURE, back]).items[0].total == pytest.approx(40)


def test_at_cuts_off_what_came_later():
    assert ask([DELIVERY, CAPTURE], at=DateRange.parse("2014-05")).items == ()
    assert ask([DELIVERY, CAPTURE], at=DateRange.parse("2014")).items[0].total == 40


def test_contradicting_claims_are_kept_and_bound_the_total():
    claims = [
        CAPTURE,
        CAPTURE.model_copy(update={"id": "s-c2", "source": "register", "quantity": Quantity.parse("60")}),
    ]
    block = ask([DELIVERY, *claims]).items[0]
    assert (block.total_range.low, block.total_range.high) == (40, 60)
    assert "contradiction" in {c.kind for c in block.cautions}


def test_what_is_made_there_is_not_taken_from_the_stores():
    made = say("m", mode="craft-production", item="rocket", end="islamic-state", quantity="50", when="2015")
    block = ask([made]).items[0]
    assert kinds(block) == {("islamic-state", "produced"): pytest.approx(1)}
    assert [s.from_party for s in block.chains[0].steps] == ["islamic-state"]


def test_an_allegation_is_printed_with_its_status():
    link = DELIVERY.model_copy(update={"allegation": "no licence", "allegation_status": "complaint filed"})
    block = ask([link, CAPTURE]).items[0]
    assert block.chains[0].allegations == ("no licence (status: complaint filed; source: register)",)


@pytest.mark.parametrize("policy", ["fifo", "lifo"])
def test_policies_differ_only_in_how_a_stock_is_left(policy):
    second = say("e", start="faction", end="iraqi-army", when="2012", mode="retransfer")
    shares = kinds(ask([DELIVERY, second, CAPTURE], policy=policy).items[0])
    assert shares == {("USA", "produced") if policy == "fifo" else ("faction", "unrecorded"): pytest.approx(1)}
    chain = ask([DELIVERY, second, CAPTURE], policy=policy).items[0].chains[0]
    assert dict(chain.agreement)["proportional, late births"] == pytest.approx(0.5)


def count(name, quantity, *, source="press", holder="iraqi-army", item="vehicle.hmmwv", **fields):
    return Count(id=name, source=source, holder=holder, item=item, quantity=quantity, basis="opening", **fields)


def chained(label, *links, **more):
    """Links (key, from, to, quantity, when) of a documented chain."""
    return [
        say(key, "press", start=a, end=b, quantity=q, when=when, chain=label, link=number, mode="retransfer", **more)
        for number, (key, a, b, q, when) in enumerate(links, 1)
    ]


def test_documented_goods_are_counted_once():
    statements = [
        *chained("c", ("x", "USA", "faction", "100", "2005"), ("y", "faction", "islamic-state", "100", "2005")),
        say("z", "press", start="faction", end="islamic-state", quantity="100", when="2006", mode="capture"),
    ]
    block = ask(statements).items[0]
    assert block.total == 200
    assert kinds(block) == {("USA", "produced"): pytest.approx(0.5), ("faction", "unrecorded"): pytest.approx(0.5)}
    assert sum(c.share for c in block.chains) + block.remainder == pytest.approx(1)


def test_a_documented_chain_carries_no_more_than_its_smallest_link():
    statements = chained("c", ("x", "USA", "faction", "1", "2005"), ("y", "faction", "islamic-state", "100", "2005"))
    block = ask(statements).items[0]
    assert kinds(block) == {("faction", "unrecorded"): pytest.approx(0.99), ("USA", "produced"): pytest.approx(0.01)}
    assert {c.basis.value: c.share for c in block.chains} == {
        "inferred": pytest.approx(0.99),
        "documented": pytest.approx(0.01),
    }


def test_what_is_held_of_documented_goods_follows_the_policy():
    chain = chained("c", ("x", "USA", "faction", "100", "2005"), ("y", "faction", "islamic-state", "100", "2005"))
    gone = say("l", "press", start="islamic-state", mode="loss", quantity="100", when="2010")
    assert ask([*chain, gone], of="held").items[0].total is None
    plain = say("z", "press", start="USA", end="islamic-state", quantity="100", when="2006")
    held = {
        policy: {c.basis.value: c.share for c in ask([*chain, plain, gone], of="held", policy=policy).items[0].chains}
        for policy in ("proportional", "fifo", "lifo")
    }
    assert held["proportional"] == {"documented": pytest.approx(0.5), "inferred": pytest.approx(0.5)}
    assert held["fifo"]["inferred"] == pytest.approx(1)
    assert held["lifo"]["documented"] == pytest.approx(1)


def test_at_treats_documented_and_inferred_arrivals_alike():
    chain = chained("c", ("x", "USA", "faction", "100", "2004"), ("y", "faction", "islamic-state", "100", "2005"))
    plain = say("z", "press", start="USA", end="islamic-state", quantity="100", when="2005")
    block = ask([*chain, plain], at=DateRange.parse("2005-06-30")).items[0]
    assert block.total == pytest.approx(200 * 181 / 365)
    assert [c.share for c in block.chains] == [pytest.approx(0.5)] * 2
    assert (block.total_range.low, block.total_range.high) == (0, 200)
    assert "dated-across-at" in {c.kind for c in block.cautions}


def test_a_movement_may_be_a_link_of_two_chains():
    first = chained("c1", ("x", "USA", "faction", "100", "2005"), ("y", "faction", "islamic-state", "60", "2006"))
    shared = say(
        "x", "register", id="s-x2", start="USA", end="faction", quantity="100", when="2005", chain="c2", link=1
    )
    second = say("z", "register", start="faction", end="islamic-state", quantity="40", when="2007", chain="c2", link=2)
    block = ask([*first, shared, second]).items[0]
    told = {c.label: [s.from_party for s in c.steps] for c in block.chains}
    assert told == {"c1": ["USA", "faction"], "c2": ["USA", "faction"]}
    assert kinds(block) == {("USA", "produced"): pytest.approx(1)}


def test_contradicting_opening_counts_are_not_added():
    counts = [count("a", "100", grade="D4"), count("b", "110", grade="B2")]
    block = ask([DELIVERY, CAPTURE], counts=counts).items[0]
    assert kinds(block)[("iraqi-army", "opening")] == pytest.approx(110 / 210)
    assert any(c.kind == "opening-count-contradicted" and "100 (a, vehicle.hmmwv)" in c.words for c in block.cautions)


def test_a_count_after_the_first_movement_is_no_opening_count():
    block = ask([DELIVERY, CAPTURE], counts=[count("a", "100", when="2012")]).items[0]
    assert kinds(block) == {("USA", "produced"): pytest.approx(1)}
    assert "opening-count-not-first" in {c.kind for c in block.cautions}


def test_a_count_of_a_finer_class_is_opening_stock_of_its_commodity():
    vague = [m.model_copy(update={"item": "vehicle"}) for m in (DELIVERY, CAPTURE)]
    block = ask(vague, counts=[count("a", "100")]).items[0]
    assert kinds(block)[("iraqi-army", "opening")] == pytest.approx(0.5)
    assert "tied-classes" in {c.kind for c in block.cautions}


def test_a_holder_with_a_count_and_no_movement_holds_it():
    block = ask([DELIVERY], "faction", counts=[count("a", "7", holder="faction")], of="held").items[0]
    assert (block.total, kinds(block), block.remainder) == (7, {("faction", "opening"): 1}, 0)


def test_counted_and_uncounted_opening_stock_are_told_apart():
    out = say("o", "press", start="iraqi-army", end="islamic-state", quantity="40", when="2014", mode="capture")
    block = ask([out], counts=[count("a", "5")], births="opening").items[0]
    shares = kinds(block)
    assert shares == {
        ("iraqi-army", "opening"): pytest.approx(0.125),
        ("iraqi-army", "unrecorded"): pytest.approx(0.875),
    }
    assert {c.origin.value: c.share for c in block.chains} == {
        "opening": pytest.approx(0.125),
        "unrecorded": pytest.approx(0.875),
    }


def test_what_a_policy_was_not_asked_for_is_not_zero():
    makers = ("USA", "GBR", "FRA", "DEU", "ITA", "ESP", "POL", "CZE", "HUN", "ROU", "BGR", "GRC")
    statements = [
        say(f"d{i:02}", start=maker, end="iraqi-army", when=f"{1996 + i}", quantity="1")
        for i, maker in enumerate(makers)
    ]
    capture = CAPTURE.model_copy(update={"quantity": Quantity.parse("6")})
    block = ask([*statements, capture], chains=12).items[0]
    for chain in block.chains:
        for label, share in chain.agreement:
            births = "opening" if "opening" in label else "late"
            again = ask([*statements, capture], chains=12, policy=label.partition(",")[0], births=births).items[0]
            there = {tuple(s.from_party for s in c.steps): c.share for c in again.chains}
            assert share == pytest.approx(there.get(tuple(s.from_party for s in chain.steps), 0.0))


def test_the_range_holds_the_total_and_averages_nothing():
    claims = [
        CAPTURE.model_copy(update={"quantity": Quantity.parse("4000"), "grade": Grade.parse("B2")}),
        CAPTURE.model_copy(update={"id": "s-c2", "source": "register", "quantity": Quantity.parse("74000"),
                                   "grade": Grade.parse("C5")}),
    ]  # fmt: skip
    block = ask(claims).items[0]
    assert (block.total, block.total_range.low, block.total_range.high, block.total_range.best) == (
        4000,
        4000,
        74000,
        4000,
    )
    up_to = ask([CAPTURE.model_copy(update={"quantity": Quantity.parse("<=52")})]).items[0]
    assert (up_to.total, up_to.total_range.low, up_to.total_range.high, up_to.total_range.best) == (52, 0, 52, 52)
    at_least = ask([CAPTURE.model_copy(update={"quantity": Quantity.parse(">=40")})]).items[0]
    assert (at_least.total_range.low, at_least.total_range.high, at_least.total_range.form) == (40, None, "at least")


def test_a_force_that_asks_with_joined_forces_stands_for_its_state():
    delivered = DELIVERY.model_copy(update={"to_party": "IRQ"})
    assert ask([delivered], "iraqi-army").items == ()
    assert ask([delivered], "iraqi-army", join_forces=True).items[0].total == 100


def test_a_circle_at_one_time_is_said():
    loop = [
        say("a", start="faction", end="iraqi-army", when="2004"),
        say("b", start="iraqi-army", end="faction", when="2004"),
    ]
    out = say("c", start="faction", end="islamic-state", when="2005", quantity="10", mode="capture")
    assert "order-open" in {c.kind for c in ask([*loop, out]).items[0].cautions}
    assert "order-open" not in {c.kind for c in ask([DELIVERY, CAPTURE]).items[0].cautions}


def test_a_half_open_arrival_is_there():
    early = say("e", start="faction", end="islamic-state", when="..2005", quantity="10", mode="capture")
    assert ask([early]).items[0].total == 10
    late = say("l", start="iraqi-army", end="islamic-state", when="2006", quantity="10", mode="capture")
    assert ask([early, late]).items[0].total == 20


def test_what_came_after_the_day_asked_about_supplies_nothing():
    later = say("d", start="USA", end="iraqi-army", when="2010", quantity="10")
    undated = say("u", start="iraqi-army", end="islamic-state", quantity="10", mode="capture")
    block = ask([later, undated], at=DateRange.parse("2005")).items[0]
    assert kinds(block) == {("iraqi-army", "unrecorded"): pytest.approx(1)}
    assert "undated" in {c.kind for c in block.cautions}


def test_chains_that_share_a_link_carry_no_more_than_it_has():
    end = {
        "start": "faction",
        "end": "islamic-state",
        "quantity": "10",
        "when": "2005",
        "mode": "retransfer",
        "link": 2,
    }
    x = [say("x", name, id=f"s-x-{label}", chain=label, **end) for name, label in (("press", "c1"), ("register", "c2"))]
    first = say("a", "press", start="USA", end="faction", quantity="10", when="2004", chain="c1", link=1)
    second = say("b", "register", start="GBR", end="faction", quantity="10", when="2004", chain="c2", link=1)
    block = ask([first, second, *x]).items[0]
    assert block.total == pytest.approx(10)
    assert [c.share for c in block.chains] == [pytest.approx(0.5)] * 2
    assert "chains-exceed-link" in {c.kind for c in block.cautions}


def test_goods_taken_for_a_chain_are_given_to_it():
    inside = chained("c", ("x", "USA", "IRQ", "10", "2004"), ("y", "IRQ", "iraqi-army", "10", "2005"))
    block = ask(inside, "IRQ").items[0]
    assert (block.total, [c.basis.value for c in block.chains]) == (10, ["documented"])
    tonnes = [
        *chained("c", ("x", "USA", "faction", "10", "2004")),
        say("y", "press", start="faction", end="islamic-state", quantity="5", unit=Unit.TONNES, chain="c", link=2),
        say("z", "press", start="faction", end="islamic-state", quantity="10", when="2006", mode="capture"),
    ]
    assert kinds(ask(tonnes).items[0]) == {("USA", "produced"): pytest.approx(1)}


def test_an_unknown_documented_arrival_leaves_the_rest_as_it_is():
    chain = chained("c", ("x", "USA", "faction", "10", "2004"), ("y", "faction", "islamic-state", "?", "2005"))
    block = ask(chain, counts=[count("o", "50", holder="islamic-state")], of="held").items[0]
    assert (block.total, kinds(block)) == (50, {("islamic-state", "opening"): pytest.approx(1)})
    assert [c.share for c in block.chains] == [None]


def test_a_chain_that_comes_twice_counts_each_arrival():
    chain = chained(
        "c",
        ("x", "USA", "islamic-state", "10", "2001"),
        ("y", "islamic-state", "faction", "10", "2002"),
        ("z", "faction", "islamic-state", "10", "2003"),
    )
    assert ask(chain).items[0].total == 20
    early = ask(chain, at=DateRange.parse("2001")).items[0]
    assert [(c.basis.value, c.share) for c in early.chains] == [("documented", pytest.approx(1))]


def test_what_a_source_says_was_made_and_passed_on_is_produced():
    made = say("m", "press", start="faction", mode="production", quantity="10", when="2000", chain="c", link=1)
    passed = say("p", "press", start="faction", end="islamic-state", mode="retransfer", quantity="10", when="2005",
                 chain="c", link=2)  # fmt: skip
    block = ask([made, passed]).items[0]
    assert kinds(block) == {("faction", "produced"): pytest.approx(1)}


def test_a_count_of_nothing_is_a_count():
    block = ask([CAPTURE], counts=[count("o", "0")]).items[0]
    assert {c.kind for c in block.cautions} >= {"more-than-counted"}
    assert "no-opening-count" not in {c.kind for c in block.cautions}
    nested = [count("a", "10", item="vehicle"), count("b", "17")]
    vague = [m.model_copy(update={"item": "vehicle"}) for m in (DELIVERY, CAPTURE)]
    assert "opening-count-contradicted" in {c.kind for c in ask(vague, counts=nested).items[0].cautions}


def test_what_is_counted_of_an_open_date_is_said():
    early = say("e", start="faction", end="islamic-state", when="2004..2005", quantity="10", mode="capture")
    block = ask([early], at=DateRange.parse("2004")).items[0]
    said = next(c for c in block.cautions if c.kind == "dated-across-at")
    assert said.share == pytest.approx(366 / 731)
    assert "Of 10 in arrivals" in said.words
    assert "5 are taken" in said.words


def test_a_total_that_dates_leave_open_is_an_expectation_and_not_a_count():
    block = ask(
        [DELIVERY, CAPTURE.model_copy(update={"when": DateRange.parse("2014-06")})], at=DateRange.parse("2014-06-08")
    )
    item = block.items[0]
    assert (item.expected, item.total) == (True, pytest.approx(40 * 8 / 30))
    assert (item.total_range.low, item.total_range.high, item.total_range.mode) == (0, 40, None)
    assert not ask([DELIVERY, CAPTURE], at=DateRange.parse("2014")).items[0].expected


def test_what_a_source_says_the_holder_made_itself_is_documented():
    made = say(
        "m", "press", mode="craft-production", item="rocket", end="islamic-state", quantity="5", chain="c", link=1
    )
    block = ask([made]).items[0]
    assert (block.total, kinds(block)) == (5, {("islamic-state", "produced"): pytest.approx(1)})
    assert [c.basis.value for c in block.chains] == ["documented"]


AR, AKM, M16 = "rifle.assault", "rifle.assault.akm", "rifle.assault.m16"


def rifles(key, start, end, item, quantity, when, **fields):
    return say(key, start=start, end=end, item=item, quantity=str(quantity), when=when, **fields)


TIE = rifles("tie", "broker", "peshmerga", AR, 1, "2001")
"""A vague record elsewhere, which makes one commodity of all assault rifles."""


def test_tied_classes_do_not_mix():
    arms = [
        rifles("a", "CHN", "iraqi-army", AKM, 100, "2003"),
        rifles("m", "GBR", "iraqi-army", M16, 100, "2003"),
        rifles("out", "iraqi-army", "islamic-state", AKM, 100, "2014", mode="capture"),
    ]
    block = ask([*arms, TIE]).items[0]
    assert (block.item, block.classes, block.total) == (AR, (AR, AKM, M16), 100)
    assert kinds(block) == {("CHN", "unrecorded"): pytest.approx(1)}
    assert [[s.from_party for s in c.steps] for c in block.chains] == [["CHN", "iraqi-army"]]
    assert all(share == pytest.approx(1) for _, share in block.chains[0].agreement)
    # What is told does not depend on the vague record elsewhere that ties the classes.
    alone = ask(arms).items[0]
    assert (alone.item, kinds(alone)) == (AKM, kinds(block))


@pytest.mark.parametrize("births", ["late", "opening"])
@pytest.mark.parametrize("of", ["received", "held"])
def test_a_vague_issue_is_what_its_holder_has_in_proportion(births, of):
    arms = [
        rifles("a", "CHN", "iraqi-army", AKM, 50, "2003"),
        rifles("m", "GBR", "iraqi-army", M16, 150, "2003"),
        rifles("out", "iraqi-army", "islamic-state", AR, 100, "2014", mode="capture"),
    ]
    block = ask(arms, births=births, of=of).items[0]
    assert kinds(block) == {("CHN", "unrecorded"): pytest.approx(0.25), ("GBR", "unrecorded"): pytest.approx(0.75)}
    assert sorted((c.steps[0].from_party, c.share, c.steps[1].movements) for c in block.chains) == [
        ("CHN", pytest.approx(0.25), ("out",)),
        ("GBR", pytest.approx(0.75), ("out",)),
    ]
    assert block.total == pytest.approx(100)


@pytest.mark.parametrize("when", ["2003", "2014", "", "2003.."])
def test_vague_receipts_meet_specific_issues(when):
    arms = [
        rifles("v", "CHN", "iraqi-army", AR, 100, when),
        rifles("out", "iraqi-army", "islamic-state", AKM, 60, "2014", mode="capture"),
        rifles("out2", "iraqi-army", "islamic-state", M16, 40, "2014", mode="capture"),
    ]
    block = ask(arms).items[0]
    assert kinds(block) == {("CHN", "unrecorded"): pytest.approx(1)}
    assert [[s.from_party for s in c.steps] for c in block.chains] == [["CHN", "iraqi-army"]]
    assert block.chains[0].steps[1].movements == ("out", "out2")


def test_what_left_as_vague_is_still_what_it_was():
    """An AKM captured as an assault rifle and sold as an AKM is no M16, nor of unknown origin."""
    arms = [
        rifles("a", "CHN", "iraqi-army", AKM, 50, "2003"),
        rifles("m", "GBR", "iraqi-army", M16, 50, "2003"),
        rifles("out", "iraqi-army", "faction", AR, 100, "2014", mode="capture"),
        rifles("on", "faction", "islamic-state", AKM, 50, "2015", mode="retransfer"),
    ]
    block = ask(arms).items[0]
    assert kinds(block) == {("CHN", "unrecorded"): pytest.approx(1)}


def test_counts_are_stock_of_their_class():
    counts = [count("c-akm", "30", item=AKM), count("c-m16", "500", item=M16)]
    out = rifles("out", "iraqi-army", "islamic-state", AKM, 40, "2014", mode="capture")
    late = ask([out, TIE], counts=counts).items[0]
    assert kinds(late) == {
        ("iraqi-army", "opening"): pytest.approx(0.75),
        ("iraqi-army", "unrecorded"): pytest.approx(0.25),
    }
    shortfall = ask([out, TIE], counts=counts, births="opening").items[0]
    assert kinds(shortfall) == kinds(late)
    assert {c.origin.value: c.share for c in shortfall.chains} == {
        "opening": pytest.approx(0.75),
        "unrecorded": pytest.approx(0.25),
    }
    broad = ask([out], counts=[count("c", "500", item=AR)]).items[0]
    assert kinds(broad) == {("iraqi-army", "opening"): pytest.approx(1)}
    own = ask([out, TIE], "iraqi-army", counts=counts, of="held").items[0]
    assert (own.total, kinds(own)) == (pytest.approx(500), {("iraqi-army", "opening"): pytest.approx(1)})


def test_a_maker_of_one_class_waits_for_supply_of_another():
    """The USA makes HMMWV and had the trucks from elsewhere: they are not made there too."""
    arms = [
        say("t", start="DEU", end="USA", item="vehicle.truck", quantity="10", when="2004-11"),
        say("o", start="USA", end="islamic-state", item="vehicle.truck", quantity="10", when="2004"),
        say("h", start="USA", end="islamic-state", quantity="10", when="2004"),
        say("v", start="faction", end="islamic-state", item="vehicle", quantity="10", when="2004"),
    ]
    block = ask(arms).items[0]
    assert kinds(block) == {
        ("DEU", "unrecorded"): pytest.approx(1 / 3),
        ("USA", "produced"): pytest.approx(1 / 3),
        ("faction", "unrecorded"): pytest.approx(1 / 3),
    }


def test_a_documented_lot_may_be_named_more_exactly_on_its_way():
    lot = [
        rifles("x", "CHN", "faction", AR, 10, "2004", source="press", chain="c", link=1),
        rifles("y", "faction", "islamic-state", AKM, 10, "2005", source="press", chain="c", link=2),
    ]
    block = ask(lot).items[0]
    assert (block.total, kinds(block)) == (10, {("CHN", "unrecorded"): pytest.approx(1)})
    assert [(c.basis.value, c.share) for c in block.chains] == [("documented", pytest.approx(1))]


@pytest.mark.parametrize("policy", ["fifo", "lifo", "oldest-made-first", "newest-made-first"])
def test_policies_differ_only_within_a_class(policy):
    arms = [
        rifles("a", "CHN", "iraqi-army", AKM, 50, "2003"),
        rifles("m", "GBR", "iraqi-army", M16, 100, "2004"),
        rifles("b", "BGR", "iraqi-army", AKM, 50, "2005"),
        rifles("out", "iraqi-army", "islamic-state", AKM, 50, "2014", mode="capture"),
    ]
    block = ask([*arms, TIE], policy=policy).items[0]
    first = policy in ("fifo", "oldest-made-first")
    assert kinds(block) == {("CHN" if first else "BGR", "unrecorded"): pytest.approx(1)}
    assert dict(block.chains[0].agreement)["proportional, late births"] == pytest.approx(0.5)
