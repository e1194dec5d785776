"""The figures of the bundled case: deliveries, claims, books, documented chains, finds."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from takingstock.records import (
    Basis,
    DateRange,
    Design,
    Funding,
    Ledger,
    Mode,
    Movement,
    Quantity,
    Sighting,
    Stage,
    Unit,
    voice,
)
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import Directory

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
EXTRACT = SHARED / "sipri" / "trade_register_extract.csv"
AUDIT = SHARED / "audits" / "gao_07_711.csv"

View = dict[str, Movement]


def delivered(view: View, item: str) -> list[Movement]:
    return [
        movement
        for movement in view.values()
        if movement.item == item and movement.stage is Stage.DELIVERED and movement.mode is Mode.EXPORT
    ]


def total(those: Iterable[Movement]) -> float:
    return sum(movement.quantity.best or 0 for movement in those)


def said(ledger: Ledger, movement: str) -> set[str]:
    return {str(s.quantity) for s in ledger.statements if s.movement == movement and s.quantity.known}


# ---- the register's single facts


def test_the_register_is_entered_as_single_facts(ledger: Ledger) -> None:
    register = [s for s in ledger.statements if s.source == "sipri-2026" and s.stage is Stage.DELIVERED]
    assert 55 <= len(register) <= 70
    for s in register:
        deal, year = s.movement.removeprefix("sipri-").split("-")
        assert s.locator.startswith(f"deal {deal},")
        assert str(s.when) == year
        assert s.to_party in {"IRQ", "krg"}
        assert (s.grade.credibility.value == "3") is (
            "estimate" in s.remark.split("; ", 1)[-1] and s.remark.count("; ") > 0
        )
    assert any(s.when.may_precede(DateRange.parse("2014-06-09")) and str(s.when) == "2014" for s in register)


def test_the_register_facts_agree_with_the_extract(ledger: Ledger, parties: Directory) -> None:
    if not EXTRACT.exists():
        pytest.skip("the register's extract is not here; it may not ship")
    with EXTRACT.open(encoding="utf-8-sig", newline="") as file:
        extract = {(r["SIPRI AT Database ID"], r["Delivery year"]): r for r in csv.DictReader(file)}
    status = {"New": "new", "Second hand": "second-hand", "Second hand but modernized": "second-hand-modernised"}
    for s in ledger.statements:
        if s.source == "sipri-2026" and s.stage is Stage.DELIVERED:
            deal, year = s.movement.removeprefix("sipri-").split("-")
            row = extract[deal, year]
            assert s.quantity == Quantity.exact(
                float(row["Numbers delivered"]), about=row["Numbers delivered is estimate"] == "Yes"
            ), s.id
            assert s.condition.value == status[row["Status"]], s.id
            assert s.designation == row["Designation"], s.id
            assert s.from_party == parties.resolve(row["Supplier"]).id, s.id
            assert ("year of delivery is the register's estimate" in s.remark) is (
                row["Delivery year is estimate"] == "Yes"
            ), s.id


@pytest.mark.parametrize(
    ("item", "by_year"),
    [
        ("vehicle.light.hmmwv", {2006: 100, 2007: 300, 2008: 3400, 2009: 4700, 2010: 64}),
        ("artillery.towed.howitzer.m198", {2011: 51, 2012: 28, 2013: 41}),
        ("tank.m1.m1a1", {2010: 63, 2011: 68, 2012: 9}),
        ("manpads.stinger", {2013: 100, 2014: 100}),
    ],
)
def test_deliveries_by_year(item: str, by_year: dict[int, int], view: View) -> None:
    found = Counter[int]()
    for movement in delivered(view, item):
        assert movement.when.first is not None
        found[movement.when.first.year] += int(movement.quantity.best or 0)
    assert found == by_year


def test_forces_refine_the_recipient_only_where_a_source_names_them(view: View) -> None:
    assert {view[f"sipri-50354-{y}"].to_party for y in (2010, 2011, 2012)} == {"iraqi-army"}
    assert {view[f"sipri-39329-{y}"].to_party for y in (2008, 2009)} == {"iraqi-security-forces"}
    assert {view[f"sipri-39329-{y}"].to_party for y in (2006, 2007)} == {"IRQ"}
    assert {view[f"sipri-57806-{y}"].to_party for y in (2014, 2015, 2016)} == {"peshmerga"}
    assert view["sipri-55177-2014"].to_party == "IRQ"
    refined = [m for m in view.values() if m.key.startswith("sipri-") and m.to_party not in {"IRQ", "krg"}]
    assert all(len(m.sources) > 1 for m in refined)


def test_other_statements_refine_the_register_without_contradicting_it(view: View) -> None:
    assert {
        m.key: [c.field for c in m.conflicts] for m in view.values() if m.key.startswith("sipri-") and m.conflicts
    } == {}


# ---- Mosul


def test_the_claims_of_mosul_stand_side_by_side(ledger: Ledger, view: View) -> None:
    assert said(ledger, "mosul-2014-hmmwv") == {"2300", "<=2300", "1500"}
    assert said(ledger, "mosul-2014-m1a1") == {">=40"}
    assert said(ledger, "mosul-2014-m198") == {"<=52", "52"}
    assert said(ledger, "mosul-2014-machine-guns") == {"4000", "74000"}
    claims = [s for s in ledger.statements if s.movement.startswith("mosul-2014")]
    assert all(s.claimant and s.mode is Mode.CAPTURE and s.place and s.place.latitude for s in claims)
    assert {s.to_party for s in claims} == {"islamic-state"}
    assert [c.field for c in view["mosul-2014-machine-guns"].conflicts] == ["quantity"]
    assert "quantity" in [c.field for c in view["mosul-2014-hmmwv"].conflicts]
    # Vehicles of all kinds are no claim on one kind, and a mixed set ties no classes together.
    assert (view["iraq-2014-vehicles"].item, str(view["iraq-2014-vehicles"].quantity)) == ("vehicles", ">=2000")


def test_the_best_graded_claim_rules_against_the_deliveries(view: View) -> None:
    assert (str(view["mosul-2014-hmmwv"].quantity), total(delivered(view, "vehicle.light.hmmwv"))) == ("2300", 8564)
    assert (str(view["mosul-2014-m198"].quantity), total(delivered(view, "artillery.towed.howitzer.m198"))) == (
        "<=52",
        120,
    )
    assert (str(view["mosul-2014-m1a1"].quantity), total(delivered(view, "tank.m1.m1a1"))) == (">=40", 140)


def test_the_captured_classes_had_come_to_the_party_that_lost_them(view: View) -> None:
    for item, key in (("vehicle.light.hmmwv", "mosul-2014-hmmwv"), ("tank.m1.m1a1", "mosul-2014-m1a1")):
        capture = view[key]
        held = total(m for m in delivered(view, item) if m.to_party == capture.from_party)
        assert held >= (capture.quantity.best or 0) > 0


# ---- GAO


@pytest.mark.parametrize(
    ("key", "issued", "books", "gap"),
    [
        ("ak47", 185_000, 75_000, 110_000),
        ("pistols", 170_000, 90_000, 80_000),
        ("armour", 215_000, 80_000, 135_000),
        ("helmets", 140_000, 25_000, 115_000),
    ],
)
def test_gao_issued_against_books(key: str, issued: int, books: int, gap: int, ledger: Ledger, view: View) -> None:
    issue = view[f"gao-issue-{key}"]
    (book,) = [c for c in ledger.counts if c.id == f"c-gao-{key}"]
    assert (issue.mode, issue.from_party, issue.to_party) == (Mode.ISSUE, "mnstc-i", "iraqi-security-forces")
    assert (book.basis, book.holder, book.item) == (Basis.BOOKS, issue.to_party, issue.item)
    assert (issue.quantity.best, book.quantity.best) == (issued, books)
    assert issued - books == gap
    assert "not proven theft" in book.remark
    assert "not proven theft" in ledger.statement_by_id[f"s-gao-{key}"].remark


def test_gao_small_arms_sum(ledger: Ledger, view: View) -> None:
    arms = [view[f"gao-issue-{key}"] for key in ("ak47", "pistols")]
    books = sum(c.quantity.best or 0 for c in ledger.counts if c.id in {"c-gao-ak47", "c-gao-pistols"})
    assert (total(arms), total(arms) - books) == (355_000, 190_000)
    assert round(190 / 355 * 100, 1) == 53.5
    assert all(taxonomy().is_a(m.item, "small-arms") for m in arms)


def test_gao_agrees_with_the_audit_data(ledger: Ledger) -> None:
    if not AUDIT.exists():
        pytest.skip("the audit data is not here")
    with AUDIT.open(encoding="utf-8", newline="") as file:
        given = {r["item"]: (r["issued_or_recorded_a"], r["recorded_b"]) for r in csv.DictReader(file)}
    for s in ledger.statements:
        if s.source == "gao-07-711":
            (book,) = [c for c in ledger.counts if c.id == s.id.replace("s-gao", "c-gao")]
            assert (str(int(s.quantity.best or 0)), str(int(book.quantity.best or 0))) == given[s.designation]


# ---- documented chains


@pytest.mark.parametrize(
    ("chain", "parties_in_order"),
    [
        ("serbia-762x54r", ["SCG", "mnstc-i", "iraqi-security-forces", "islamic-state"]),
        (
            "bulgaria-atgw-tube",
            ["BGR", "us-army", "syrian-opposition", "islamic-state", "iraqi-federal-police"],
        ),
        ("romania-pg9", ["ROU", "us-army", "new-syrian-army", "islamic-state"]),
    ],
)
def test_chains_join_link_by_link_in_time(chain: str, parties_in_order: list[str], ledger: Ledger, view: View) -> None:
    links = sorted((m for m in view.values() if m.chain == chain), key=lambda m: m.link or 0)
    assert [m.link for m in links] == list(range(1, len(links) + 1))
    assert [links[0].from_party, *(m.to_party for m in links)] == parties_in_order
    assert [m.from_party for m in links[1:]] == [m.to_party for m in links[:-1]]
    assert all(a.when.may_precede(b.when) for a, b in pairwise(links))
    assert {m.stage for m in links} == {Stage.DELIVERED}
    assert any(v.chain == chain for v in ledger.sightings)


def test_the_serbian_order(ledger: Ledger, view: View) -> None:
    first = view["serbia-762x54r-1"]
    assert str(first.quantity) == "5000000"
    assert first.quantity.unit is Unit.ROUNDS
    assert set(first.via) >= {"tradewell-ag", "laudes-corporation"}
    accused = [s for s in ledger.statements if s.allegation]
    assert {s.movement for s in accused} == {"serbia-762x54r-1", "bulgaria-atgw-tube-2", "romania-pg9-2"}
    assert all(s.allegation_status for s in accused)
    assert {s.id for s in accused} >= {s.id for s in ledger.statements if s.authorised is False}
    (kobane,) = [v for v in ledger.sightings if v.id == "v-kobane-762x54r"]
    assert "19 boxes" in kobane.remark
    assert not kobane.quantity.known
    assert str(kobane.when) == "2015-02"


def test_the_tube_took_59_days_and_has_two_dates(ledger: Ledger, view: View) -> None:
    export, recovery = view["bulgaria-atgw-tube-1"], view["bulgaria-atgw-tube-4"]
    assert export.when.first == date(2015, 12, 12)
    assert recovery.when.first is not None
    assert export.when.first is not None
    assert (recovery.when.first - export.when.first).days == 59
    dates = {str(s.when) for s in ledger.statements if s.movement == export.key and s.when.known}
    assert dates == {"2015-12-12", "2015-12-15", "2015-12"}
    assert view["bulgaria-atgw-tube-2"].authorised is False


def test_how_the_tube_passed_to_islamic_state_is_not_said(ledger: Ledger, view: View) -> None:
    third = view["bulgaria-atgw-tube-3"]
    assert third.authorised is None
    assert not third.mode.diverts
    assert all("not stated" in s.remark for s in ledger.statements if s.movement == third.key)


@pytest.mark.parametrize(
    ("chain", "teller"),
    [
        ("serbia-762x54r", "swissinfo-2017-12-24"),
        ("bulgaria-atgw-tube", "nydailynews-2017-12"),
        ("romania-pg9", "defensepost-2017-12-14"),
        ("romania-pg9", "romaniajournal-2017-12"),
        ("hungary-t72-storage", "murdoc-2005"),
    ],
)
def test_one_source_states_every_link_and_all_are_one_voice(
    chain: str, teller: str, ledger: Ledger, view: View
) -> None:
    links = [m for m in view.values() if m.chain == chain]
    told = {s.link for s in ledger.statements if s.chain == chain and s.source == teller}
    assert told == {m.link for m in links}
    speakers = {voice(s.source, ledger.source_by_id) for s in ledger.statements if s.chain == chain}
    assert speakers == {voice(teller, ledger.source_by_id)}


def test_the_quotation_of_several_launchers_is_not_used_for_the_tube(ledger: Ledger) -> None:
    told = {s.source for s in ledger.statements if s.chain == "bulgaria-atgw-tube"}
    assert "romania-insider-2017-12-15" not in told


def test_the_rockets_have_no_quantity_after_the_first_link(ledger: Ledger, view: View) -> None:
    assert said(ledger, "romania-pg9-1") == {">=9200", "9252"}
    assert not view["romania-pg9-2"].quantity.known
    assert not view["romania-pg9-3"].quantity.known
    assert view["romania-pg9-2"].authorised is False


def test_the_rockets_are_passed_on_after_their_sale(ledger: Ledger, view: View) -> None:
    sold, passed, captured = (view[f"romania-pg9-{link}"].when.first for link in (1, 2, 3))
    assert sold is not None
    assert passed is not None
    assert captured is not None
    assert sold <= passed <= captured
    assert (captured - date(2014, 10, 31)).days > 600
    dates = {str(s.when) for s in ledger.statements if s.movement == "romania-pg9-1" and s.when.known}
    assert dates == {"2014-10", "2013..2014"}
    assert not [c for c in view["romania-pg9-1"].conflicts if c.field == "when"]


# ---- what is said and what did not happen


def test_no_stinger_reaches_islamic_state(ledger: Ledger, view: View) -> None:
    stingers = [m for m in view.values() if m.item == "manpads.stinger"]
    assert {m.to_party for m in stingers} == {"IRQ"}
    notified = view["notified-2013-stinger"]
    assert (notified.stage, str(notified.quantity)) == (Stage.NOTIFIED, "681")
    ordered = view["ordered-2011-stinger"]
    assert (ordered.stage, str(ordered.quantity)) == (Stage.ORDERED, "681")
    assert [s.claimant for s in ledger.statements if s.movement == ordered.key] == ["Amnesty International"]
    assert total(delivered(view, "manpads.stinger")) == 200
    assert not [v for v in ledger.sightings if v.item.startswith("manpads")]


def test_donation_barter_and_contract(view: View) -> None:
    tanks = view["sipri-28629-2005"]
    assert (tanks.from_party, tanks.to_party, tanks.funding, str(tanks.when)) == (
        "HUN",
        "iraqi-army",
        Funding.DONATION,
        "2005-11-11",
    )
    assert str(tanks.quantity) == "77"
    assert (view["brazil-1979-barter"].stage, view["brazil-1979-barter"].funding) == (Stage.NEGOTIATED, Funding.BARTER)
    contracts = [m for m in view.values() if m.funding is Funding.CONTRACT]
    assert contracts
    assert {m.payer for m in contracts} == {"USA"}
    given = {m.key: str(m.quantity) for m in view.values() if m.key.startswith("nato-2005")}
    assert given == {
        "nato-2005-weapons": "~26000",
        "nato-2005-rpg": "200",
        "nato-2005-ammunition": ">=9300000",
        "nato-2005-helmets": "10000",
    }


def test_germany_and_the_peshmerga(ledger: Ledger, view: View) -> None:
    decided = {
        s.movement: str(s.quantity) for s in ledger.statements if s.stage is Stage.AUTHORISED and s.from_party == "DEU"
    }
    assert sorted(decided.values()) == ["10000", "16000", "240", "40", "500"]
    assert all(view[key].stage is Stage.AUTHORISED for key in decided if key != "sipri-57806-2014")
    assert view["deu-2014-2016-tonnes"].quantity.unit is Unit.TONNES
    arms = [
        m
        for m in view.values()
        if m.to_party == "peshmerga" and m.stage is Stage.DELIVERED and m.key.startswith("deu-2015")
    ]
    assert total(arms) == 28_000
    (lost,) = [c for c in ledger.counts if c.basis is Basis.LOST]
    assert (lost.holder, str(lost.quantity)) == ("peshmerga", "~30")
    assert all(taxonomy().is_a(m.item, lost.item) for m in arms)
    assert view["deu-rifles-capture"].item == "rifle"


def test_the_contradicting_totals_of_m113_stand_side_by_side(view: View) -> None:
    (conflict,) = view["order-52102-m113"].conflicts
    assert (conflict.field, set(conflict.values)) == ("quantity", {"~834", "1026"})
    assert total(delivered(view, "apc.m113")) == 834


# ---- finds


def seen(ledger: Ledger, name: str) -> list[Sighting]:
    return [v for v in ledger.sightings if v.population == name]


def test_populations_are_purposive_and_keep_their_unit(ledger: Ledger) -> None:
    for p in ledger.populations:
        assert p.design is Design.PURPOSIVE
        assert {v.quantity.unit for v in seen(ledger, p.id)} <= {p.unit}
        assert len({v.made_in for v in seen(ledger, p.id)}) == len(seen(ledger, p.id))


def test_cartridges_of_2014(ledger: Ledger) -> None:
    size = ledger.population_by_id["car-2014-cartridges"].size
    found = {v.made_in: v.quantity.best for v in seen(ledger, "car-2014-cartridges") if v.made_in}
    made = {str(v.made): v.quantity.best for v in seen(ledger, "car-2014-cartridges") if v.made.known}
    assert made == {"2010..2014": 170}
    assert str(size) == "~1730"
    assert found == {"RUS+SUN": 492, "CHN": 445, "USA": 323, "ROU": 77, "IRN": 26, "SYR": 18}
    assert [round(100 * (found[c] or 0) / 1730, 1) for c in ("RUS+SUN", "CHN", "USA")] == [28.4, 25.7, 18.7]


def test_weapons_of_2017(ledger: Ledger) -> None:
    share = {v.made_in: round(100 * (v.share or 0), 1) for v in seen(ledger, "car-2017-weapons")}
    assert str(ledger.population_by_id["car-2017-weapons"].size) == "1832"
    assert share["CHN"] == 43.5
    assert round(sum(share.values()), 1) == 95.5
    assert round(share["CHN"] + share["RUS"], 1) == 53.1
    assert round(sum(share[c] for c in ("ROU", "HUN", "BGR", "DEU", "POL", "CZE")), 1) == 32.5
    assert not [v.id for v in seen(ledger, "car-2017-weapons") if v.quantity.known]


def test_finds_by_country_add_up_to_the_populations(ledger: Ledger) -> None:
    found = {c.id.removeprefix("c-car-2017-"): c.quantity.best for c in ledger.counts if c.basis is Basis.SAMPLE}
    assert (found["iraq-weapons"] or 0) + (found["syria-weapons"] or 0) == 1832
    assert (found["iraq-ammunition"] or 0) + (found["syria-ammunition"] or 0) == 40984
    # The one page that prints shares calls them weapons': none is entered for the ammunition.
    assert str(ledger.population_by_id["car-2017-ammunition"].size) == "40984"
    assert seen(ledger, "car-2017-ammunition") == []
