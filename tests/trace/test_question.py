"""The question as an investigator asks it, on small ledgers that can be worked out by hand."""

import pytest

from takingstock.records import (
    Count,
    Coverage,
    DateRange,
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
