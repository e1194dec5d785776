"""Every test of the language: met, not met, and open, and that the three tables (words, functions, docs) agree."""

import re
from pathlib import Path

import pytest
from tests.risk.policies.scene import SOURCE, UNIT, reply, says, statement

from takingstock.records import Consent, Count, DateRange, Estimate, Forecast, Gate, Goods, Horizon, Incident, Indicator
from takingstock.records import Undertaking as U
from takingstock.reference.policy_vocabulary import COMBINATORS, VOCABULARY
from takingstock.risk.policies.table import TESTS

ROOT = Path(__file__).resolve().parents[3]


ROUNDS = {"low": 5, "high": 5, "unit": "rounds"}


def rifles(**fields):
    return (Goods(item="rifle.assault", **fields),)


def control(kind, **fields):
    return U(control=kind, **fields)


SHOWN = {"standing": "evidenced", "source": "report", "when": "2016-01-10"}
GATES = (
    Gate(id="att-6-1", title="t", reference="r", outcome="passes"),
    Gate(id="att-7-1-b-i", title="t", reference="r", outcome="needs an answer"),
    Gate(id="att-7-1-b-ii", title="t", reference="r", outcome="passes"),
    Gate(id="embargo.x", title="t", reference="r", outcome="bars"),
    Gate(id="embargo.y", title="t", reference="r", outcome="passes"),
    Gate(id="ccm", title="t", reference="r", outcome="not applicable"),
)
HALF = Estimate(value=0.5, low=0.2, high=0.8)
EXPECTED = Forecast(horizons=(Horizon(years=5, any=HALF, tenth=HALF, expected=HALF),))
CPI = (Indicator(id="cpi", name="CPI", party="IRQ", value=18), Indicator(id="gap", name="gap", party="IRQ"))
LOST = Count(id="c", source="s-1", holder=UNIT.id, item="rifle", quantity="3", when="2015-05", basis="lost")
CAPTURED = statement("m", from_party=UNIT.id, to_party="islamic-state", quantity="5")
OF_ARMY = statement("m", from_party="iraqi-army", to_party="islamic-state", quantity="5")
REFUSED = {"stage": "refused", "mode": "export", "to_party": "IRQ", "from_party": "FRA", "reporter": "FRA"}
BAD = Incident(id="i", source="s-1", what="attack", qualified_by="court", parties=(UNIT.id,))

CASES = [
    ("destination: IRQ", "met", {}),
    ("destination: SYR", "not met", {}),
    ("destination: IRQ", "cannot be known yet", {"end_user": None}),
    ("destination: IRQ", "met", {"end_user": None, "consignee": "IRQ"}),
    ("destination: [RUS]", "cannot be known yet", {"end_user": "RUS+SUN"}),
    ("destination: [RUS, SUN]", "met", {"end_user": "RUS+SUN"}),
    ("authority: DEU", "met", {}),
    ("authority: DEU", "not met", {"authority": "FRA"}),
    ("authority: DEU", "cannot be known yet", {"exporter": None}),
    ("authority_member_of: European Union", "met", {}),
    ("authority_member_of: European Union", "not met", {"exporter": "CHE"}),
    ("authority_member_of: European Union", "not met", {"exporter": "GBR", "when": "2024-01-01"}),
    ("authority_member_of: European Union", "cannot be known yet", {"exporter": "HRV", "when": "2013-03-01"}),
    ("authority_member_of: European Union", "cannot be known yet", {"exporter": None}),
    ("authority_party_to: ATT", "met", {}),
    ("authority_party_to: ATT", "not met", {"when": "2010-01-01"}),
    ("exporter: DEU", "met", {}),
    ("exporter: DEU", "not met", {"exporter": "FRA"}),
    ("exporter: IRQ", "met", {"exporter": "popular-mobilisation"}),
    ("exporter: DEU", "cannot be known yet", {"exporter": None}),
    ("exporter: DEU", "cannot be known yet", {"exporter": "a-company"}),
    ("end_user: iraqi-army", "met", {}),
    ("end_user: IRQ", "met", {}),
    ("end_user: SYR", "not met", {}),
    ("end_user: iraqi-army", "cannot be known yet", {"end_user": "IRQ"}),
    ("end_user: iraqi-army", "cannot be known yet", {"end_user": "nobody-knows"}),
    ("end_user: iraqi-armyy", "cannot be known yet", {}),
    ("end_user_kind: unit", "met", {}),
    ("end_user_kind: armed-group", "not met", {}),
    ("end_user_kind: unit", "cannot be known yet", {"end_user": "nobody-knows"}),
    ("end_user_named: unit", "met", {}),
    ("end_user_named: unit", "not met", {"end_user": "iraqi-army"}),
    ("end_user_named: force", "met", {"end_user": "iraqi-army"}),
    ("end_user_named: unit", "cannot be known yet", {"end_user": None}),
    ("kind: export", "met", {}),
    ("kind: transit", "not met", {}),
    ("licence: single", "met", {}),
    ("licence: open", "not met", {}),
    ("brokered: yes", "not met", {}),
    ("brokered: yes", "met", {"brokers": ("b",)}),
    ("brokered: yes", "met", {"kind": "brokering"}),
    ("when: 2015..2017", "met", {}),
    ("when: 2017..", "not met", {}),
    ("when: 2016-02..", "cannot be known yet", {"when": "2016"}),
    ("when: 2016-02..", "cannot be known yet", {"when": ""}),
    ("goods: rifle", "met", {}),
    ("goods: small-arms", "met", {}),
    ("goods: tank", "not met", {}),
    ("goods: rifle.assault.g36", "cannot be known yet", {}),
    ("goods: tank", "cannot be known yet", {"goods": (Goods(item="weapons"),)}),
    ("goods: tank", "cannot be known yet", {"goods": (Goods(item="a-thing"),)}),
    ("goods: tank", "met", {"goods": (Goods(item="rifle"), Goods(item="tank.t-72"))}),
    ("group: small-arms", "met", {}),
    ("group: manpads", "not met", {}),
    ("group: manpads", "cannot be known yet", {"goods": (Goods(item="weapons"),)}),
    ("military_list: [ML1, ML2]", "met", {}),
    ("military_list: ML10", "not met", {}),
    ("military_list: ML1", "cannot be known yet", {"goods": (Goods(item="weapons"),)}),
    ("quantity_above: {above: 99}", "met", {"goods": rifles(quantity="100")}),
    ("quantity_above: {above: 100}", "not met", {"goods": rifles(quantity="100")}),
    ("quantity_above: {above: 100}", "cannot be known yet", {"goods": rifles(quantity="90..200")}),
    ("quantity_above: {above: 100}", "cannot be known yet", {"goods": rifles()}),
    ("quantity_above: {above: 100}", "met", {"goods": rifles(quantity="60") + rifles(quantity="60")}),
    ("quantity_above: {above: 50, goods: tank}", "not met", {}),
    # Rounds and items are never added, so a line in another unit leaves it open.
    ("quantity_above: {above: 100, unit: rounds}", "not met", {"goods": rifles(quantity="90")}),
    ("quantity_above: {above: 100}", "cannot be known yet", {"goods": rifles(quantity="60") + rifles(quantity=ROUNDS)}),
    (
        "quantity_above: {above: 100}",
        "not met",
        {"goods": (*rifles(quantity="60"), Goods(item="ammunition", quantity=ROUNDS))},
    ),
    ("quantity_above: {above: 100}", "met", {"goods": rifles(quantity="160") + rifles(quantity=ROUNDS)}),
    ("quantity_above: {above: 100, unit: rounds}", "not met", {"goods": rifles(quantity="0")}),
    ("requirement_exceeded: yes", "met", {"goods": rifles(quantity="100", requirement="80")}),
    ("requirement_exceeded: yes", "not met", {"goods": rifles(quantity="100", requirement="100")}),
    ("requirement_exceeded: yes", "cannot be known yet", {}),
    ("evidenced: training", "met", {"undertakings": (control("training", **SHOWN),)}),
    ("evidenced: training", "cannot be known yet", {"undertakings": (control("training"),)}),
    ("evidenced: training", "cannot be known yet", {}),
    ("evidenced: training", "not met", {"undertakings": (control("training", standing="missing"),)}),
    ("evidenced: training", "cannot be known yet", {"undertakings": (control("training", standing="evidenced"),)}),
    (
        "evidenced: training",
        "cannot be known yet",
        {"undertakings": (control("training", **(SHOWN | {"when": "2018-01-01"})),)},
    ),
    (
        "evidenced: training",
        "cannot be known yet",
        {"undertakings": (control("training", **SHOWN), control("training", standing="missing"))},
    ),
    (
        "evidenced: [training, disposal-agreement]",
        "cannot be known yet",
        {"undertakings": (control("training", **SHOWN),)},
    ),
    ("offered: training", "met", {"undertakings": (control("training"),)}),
    ("offered: training", "met", {"undertakings": (control("training", **SHOWN),)}),
    ("offered: training", "not met", {"undertakings": (control("training", standing="missing"),)}),
    ("offered: training", "cannot be known yet", {}),
    ("consent: given", "met", {"consents": (Consent(by="USA", given=True),)}),
    ("consent: given", "not met", {"consents": (Consent(by="USA", given=True), Consent(by="FRA", given=False))}),
    ("consent: given", "cannot be known yet", {"consents": (Consent(by="USA"),)}),
    ("consent: given", "cannot be known yet", {}),
    ("reply: {q: no}", "met", {"replies": (reply("q", "no"),)}),
    ("reply: {q: no}", "not met", {"replies": (reply("q", "yes"),)}),
    ("reply: {q: no}", "cannot be known yet", {}),
    ("reply: {q: no}", "cannot be known yet", {"replies": (reply("q", "unknown"),)}),
    ("reply: {q: no}", "cannot be known yet", {"replies": (reply("q", "no", person=""),)}),
    ("reply: {q: no}", "cannot be known yet", {"replies": (reply("q", "no", when="2017-01-01"),)}),
    ("gate: {att-6-1: passes}", "met", {"gates": GATES}),
    ("gate: {att-6: passes}", "met", {"gates": GATES}),
    ("gate: {att-7-1-b-i: passes}", "cannot be known yet", {"gates": GATES}),
    ("gate: {att-7-1-b: passes}", "cannot be known yet", {"gates": GATES}),
    ("gate: {att-7-1-b-i: needs an answer}", "met", {"gates": GATES}),
    ("gate: {embargo: passes}", "not met", {"gates": GATES}),
    ("gate: {embargo: bars}", "met", {"gates": GATES}),
    ("gate: {ccm: passes}", "not met", {"gates": GATES}),
    ("gate: {ccm: not applicable}", "met", {"gates": GATES}),
    ("gate: {apmbc: bars}", "cannot be known yet", {"gates": GATES}),
    ("embargo_on: destination", "met", {"when": "2000-01-01"}),
    ("embargo_on: destination", "not met", {"end_user": "JOR"}),
    ("embargo_on: destination", "cannot be known yet", {"when": "1990"}),
    ("embargo_on: end_user", "met", {"end_user": "popular-mobilisation", "when": "2010-01-01"}),
    ("embargo_on: end_user", "cannot be known yet", {"end_user": None}),
    ("incident: end_user", "met", {"incidents": (BAD,)}),
    ("incident: end_user", "not met", {}),
    ("incident: end_user", "met", {"incidents": (BAD,), "end_user": "iraqi-army"}),
    (
        "incident: end_user",
        "cannot be known yet",
        {"incidents": (BAD.model_copy(update={"parties": ("iraqi-army",)}),)},
    ),
    (
        "incident: end_user",
        "not met",
        {
            "incidents": (BAD.model_copy(update={"parties": ("iraqi-army",)}),),
            "replies": (reply("incident.end-user", "no"),),
        },
    ),
    ("incident: end_user", "cannot be known yet", {"end_user": None}),
    ("incident: end_user", "not met", {"incidents": (BAD.model_copy(update={"when": DateRange.parse("2017")}),)}),
    ("incident: {of: end_user, since: 2015..}", "cannot be known yet", {"incidents": (BAD,)}),
    ("loss_recorded: end_user", "not met", {"counts": (LOST.model_copy(update={"when": DateRange.parse("2017")}),)}),
    ("loss_recorded: end_user", "met", {"counts": (LOST,)}),
    ("loss_recorded: end_user", "met", {"statements": (CAPTURED,), "sources": (SOURCE,)}),
    ("loss_recorded: end_user", "cannot be known yet", {"statements": (OF_ARMY,), "sources": (SOURCE,)}),
    ("loss_recorded: end_user", "not met", {"statements": (CAPTURED,), "sources": (SOURCE,), "end_user": "JOR"}),
    ("loss_recorded: {by: end_user, since: 2015..}", "not met", {"statements": (CAPTURED,), "sources": (SOURCE,)}),
    ("loss_recorded: {by: end_user, since: 2014..}", "met", {"statements": (CAPTURED,), "sources": (SOURCE,)}),
    ("loss_recorded: {by: end_user, within_years: 1}", "not met", {"statements": (CAPTURED,), "sources": (SOURCE,)}),
    ("loss_recorded: {by: end_user, within_years: 2}", "met", {"statements": (CAPTURED,), "sources": (SOURCE,)}),
    (
        "loss_recorded: {by: end_user, within_years: 2}",
        "cannot be known yet",
        {"statements": (statement("m", from_party=UNIT.id, quantity="5", when=""),), "sources": (SOURCE,)},
    ),
    ("refusals: {by: others}", "not met", {}),
    ("refusals: {by: others}", "met", {"statements": (statement("r", **REFUSED),)}),
    ("refusals: {by: any, within_years: 1}", "not met", {"statements": (statement("r", **REFUSED),)}),
    ("refusals: {by: others}", "not met", {"statements": (statement("r", **(REFUSED | {"reporter": "DEU"})),)}),
    (
        "refusals: {by: others}",
        "cannot be known yet",
        {"statements": (statement("r", **(REFUSED | {"reporter": None, "from_party": None})),)},
    ),
    (
        "refusals: {by: any}",
        "cannot be known yet",
        {"statements": (statement("r", **(REFUSED | {"item": "weapons"})),)},
    ),
    ("refusals: {by: any}", "not met", {"statements": (statement("r", **(REFUSED | {"item": "tank"})),)}),
    ("refusals: {by: any, goods: any}", "met", {"statements": (statement("r", **(REFUSED | {"item": "tank"})),)}),
    ("standing: yes", "not met", {}),
    ("missed_visit: yes", "not met", {}),
    ("forecast: {measure: any, years: 5, above: 0.4}", "met", {"forecast": EXPECTED}),
    ("forecast: {measure: any, years: 5, above: 0.5}", "not met", {"forecast": EXPECTED}),
    ("forecast: {measure: tenth, years: 5, above: 0.7, at: high}", "met", {"forecast": EXPECTED}),
    ("forecast: {measure: any, years: 9, above: 0.4}", "cannot be known yet", {"forecast": EXPECTED}),
    ("forecast: {measure: any, years: 5, above: 0.4}", "cannot be known yet", {}),
    ("indicator: {id: cpi, below: 20}", "met", {"indicators": CPI}),
    ("indicator: {id: cpi, above: 20}", "not met", {"indicators": CPI}),
    ("indicator: {id: gap, above: 20}", "cannot be known yet", {"indicators": CPI}),
    ("indicator: {id: other, above: 20}", "cannot be known yet", {"indicators": CPI}),
]


@pytest.mark.parametrize(("tree", "truth", "fields"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_what_a_test_says(tree, truth, fields):
    found = says("{" + tree + "}", **fields)
    assert found.truth.value == truth, found.facts
    assert all(found.facts), found
    # What is open asks, but for a gate that has no question of its own.
    assert bool(found.questions) == (truth == "cannot be known yet") or tree.startswith("gate")


def test_a_finding_of_the_audit():
    from takingstock.records import Finding, Quantity

    of_unit = Finding(
        id="f", kind="not-in-books", holder=UNIT.id, item="rifle", numerator=Quantity(), denominator=Quantity(),
        share=None, definition="d", words="w", sources=(), rests_on=(),
    )  # fmt: skip
    tree = "{finding: {kind: [not-in-books]}}"
    assert says(tree, findings=(of_unit,)).truth.value == "met"
    assert says(tree).truth.value == "not met"
    assert says("{finding: {kind: no-date}}", findings=(of_unit,)).truth.value == "not met"
    of_army = of_unit.model_copy(update={"holder": "iraqi-army"})
    assert says(tree, findings=(of_army,)).truth.value == "cannot be known yet"


def test_every_test_is_seen_met_and_not_met_here():
    seen = {}
    for tree, truth, _ in CASES:
        seen.setdefault(tree.split(":")[0], set()).add(truth)
    alone = {"finding", "standing", "missed_visit"}
    assert {name for name, truths in seen.items() if {"met", "not met"} <= truths} >= set(TESTS) - alone


def test_words_functions_and_documentation_are_the_same():
    assert list(VOCABULARY) == [name for name in VOCABULARY if name in TESTS]
    assert set(VOCABULARY) == set(TESTS)
    page = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", page, re.M))
    assert set(rows) == set(VOCABULARY) | set(COMBINATORS)
    for name, form in VOCABULARY.items():
        assert rows[name].strip() == form.says, name
