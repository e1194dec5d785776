"""The shipped item taxonomy: its look-ups, its production table, its evidence, and whether it follows its data."""

from __future__ import annotations

import importlib.util
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from takingstock.records import DateRange, ItemGroup, Unit, UnknownNameError
from takingstock.reference import items as items_module
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.reference.taxonomy import SETS, fold

CHECKOUT = Path(__file__).resolve().parents[2]
DATA = CHECKOUT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the optional folder ../shared/data is absent")
T = taxonomy()


def year(text: str) -> DateRange:
    return DateRange.parse(text)


@cache
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_items", CHECKOUT / "scripts" / "build_items.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_items"] = module
    spec.loader.exec_module(module)
    return module


@cache
def register() -> list[dict[str, str]]:
    import csv

    with (DATA / "sipri" / "trade_register_extract.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


# The tables themselves


def test_shipped_tables_are_sound() -> None:
    T.check()


def test_size() -> None:
    leaves = T.leaves()
    assert len(leaves) >= 330
    assert {leaf.group for leaf in leaves} == set(ItemGroup)


def test_the_classes_of_the_bundled_case_exist() -> None:
    for id in [
        "vehicle.light.hmmwv",
        "artillery.towed.howitzer.m198",
        "tank.m1.m1a1",
        "tank.t-72.t-72m1",
        "rifle.assault.ak",
        "rifle.assault.ak.ak-47",
        "rifle.assault.g36",
        "pistol",
        "ammunition.cartridge",
        "ammunition.cartridge.7_62x54r",
        "ammunition.rocket.pg-9",
        "atgw.fagot.9m111mb-1",
        "atgw.milan",
        "manpads.stinger",
        "missile.air-to-surface.agm-114",
        "equipment.body-armour",
        "equipment.helmet",
        "machine-gun",
        "ifv.bmp.bmp-1",
        "recovery-vehicle.vt-55a",
        "weapons",
        "small-arms",
        "light-weapons",
        "ammunition",
        "rifle.assault.ak.akm",
    ]:
        assert T.get(id).id == id
    assert set(SETS) <= {item.id for item in T.all()}


def test_ids_are_stable_paths() -> None:
    for item in T.all():
        assert re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", item.id), item.id


def test_values_are_of_their_lists() -> None:
    categories = {"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII"}
    for item in T.all():
        assert item.unroca in categories, item.id
        assert re.fullmatch(r"|ML([1-9]|1\d|2[0-2])", item.military_list), item.id
        assert not any("," in alias or alias != alias.strip() for alias in item.aliases), item.id


def test_states_are_known_and_lived_when_they_produced() -> None:
    parties = directory()
    for item in T.all():
        for state in (item.designer or "").split("+"):
            assert not state or parties.has(state), (item.id, state)
        for made in item.producers:
            empire = made.state == "RUS" and made.when.last and made.when.last.year < 1922  # goes under RUS too
            assert empire or parties.get(made.state).exists.overlaps(made.when), (item.id, made)


def test_former_states_make_nothing_after_their_end() -> None:
    for former in ("SUN", "YUG", "CSK", "DDR", "SCG"):
        last = directory().get(former).exists.last
        assert last
        for item in T.all():
            for made in item.producers:
                if made.state == former:
                    assert made.when.last, item.id
                    assert made.when.last.year <= last.year, item.id


def test_rounds_and_items() -> None:
    assert T.get("ammunition.cartridge.7_62x39").unit is Unit.ROUNDS
    assert T.get("ammunition.mortar.120mm").unit is Unit.ROUNDS
    assert T.get("atgw.kornet").unit is Unit.ITEMS
    assert all(item.unit is Unit.ROUNDS for item in T.all() if item.group is ItemGroup.AMMUNITION)
    assert all(item.unit is Unit.ITEMS for item in T.all() if item.group in {ItemGroup.ARMOUR, ItemGroup.MISSILES})


def test_unroca_by_class() -> None:
    expected = {
        "tank.t-72.t-72m1": "I",
        "ifv.bmp.bmp-1": "II",
        "artillery.mrl.bm-21": "III",
        "mortar.heavy.120mm.2b11": "III",
        "mortar.light.60mm.m224": "VIII",
        "aircraft.combat.su-25": "IV",
        "aircraft.helicopter.combat.mi-28": "V",
        "manpads.stinger": "VII",
        "rifle.assault.ak.akm": "VIII",
        "ammunition.cartridge.7_62x39": "",
        "recovery-vehicle.vt-55a": "",
        "aircraft.transport.an-26": "",
    }
    assert {id: T.get(id).unroca for id in expected} == expected


# Names


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("T-72M1", "tank.t-72.t-72m1"),
        ("t72 m1", "tank.t-72.t-72m1"),
        ("T-72M1 -", "tank.t-72.t-72m1"),
        ("M-1A1 Abrams", "tank.m1.m1a1"),
        ("HMMWV-UA", "vehicle.light.hmmwv"),
        ("HMMWV Up-Armoured", "vehicle.light.hmmwv"),
        ("BMP-1", "ifv.bmp.bmp-1"),
        ("9M111 Fagot", "atgw.fagot.9m111"),
        ("Fagot", "atgw.fagot"),
        ("AK-47", "rifle.assault.ak.ak-47"),
        ("Kalashnikov", "rifle.assault.ak"),
        ("PG-7", "ammunition.rocket.pg-7.pg-7"),
        ("7.62×54R mm", "ammunition.cartridge.7_62x54r"),
        ("7,62 x 54R", "ammunition.cartridge.7_62x54r"),
        ("small arms", "small-arms"),
        ("rifle.assault.g36", "rifle.assault.g36"),
        ("Mosin–Nagant", "rifle.bolt-action.mosin-nagant"),
        ("M-198 155mm", "artillery.towed.howitzer.m198"),
    ],
)
def test_find(text: str, id: str) -> None:
    found = T.find(text)
    assert found
    assert found.id == id


@pytest.mark.parametrize(
    "names",
    [
        ("T-72", "T-72M1", "T-72B", "T-72M", "T-72B3", "T-72A"),
        ("M-16", "M16A4", "M16A2", "M16A1"),
        ("AK-47", "AKM", "AK-74", "AKMS", "AKS-74", "AK-103"),
        ("PK", "PKM", "PKT", "RPK"),
        ("RPG-7", "PG-7", "OG-7", "RPG-2"),
        ("Type 56-1", "Type 56-2", "Type 56 assault rifle", "Type 56 carbine"),
        ("BMP-1", "BMP-2", "BMP-3", "BMD-1"),
        ("Strela-2", "Strela-3", "Igla-1", "Igla", "Igla-S"),
        ("Metis", "Metis-M"),
        ("BTR-80", "BTR-80A", "BTR-4 APC", "BTR-4 IFV"),
        ("Crotale", "Crotale SAMS"),
        ("AT-4 Spigot", "Bofors AT4"),
        ("M60 machine gun", "M60 tank", "M60A3"),
    ],
)
def test_look_alikes_are_kept_apart(names: tuple[str, ...]) -> None:
    found = [T.find(name) for name in names]
    assert all(found)
    assert len({item.id for item in found if item}) == len(names)


@pytest.mark.parametrize("name", ["MiG-3", "M-1113", "T-72M2", "AT-4", "Type 561", "M60", "Type 56", "", "-", "M84"])
def test_what_is_no_exact_name_is_not_guessed(name: str) -> None:
    assert T.find(name) is None


def test_get_says_what_to_try() -> None:
    with pytest.raises(UnknownNameError, match=r"tank\.t-72\.t-72m1"):
        T.get("tank.t-72.t-72ml")


def test_suggest_ranks_the_likeness() -> None:
    ranked = T.suggest("T72M", limit=3)
    assert ranked[0][0].id == "tank.t-72.t-72m"
    scores = [score for _, score in ranked]
    assert len(ranked) == 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert [item.id for item, _ in T.suggest("kalashnikof rifle", 1)] == ["rifle.assault.ak"]


# Tree and sets


def test_path_relations() -> None:
    assert T.is_a("rifle.assault.ak.akm", "rifle.assault.ak")
    assert not T.is_a("rifle.assault.ak", "rifle.assault.ak.akm")
    assert not T.is_a("tank.t-72", "tank.t-62")
    assert not T.is_a("missile.anti-ship.c-802", "missile.anti-ship.c-801")
    assert [item.id for item in T.ancestors("rifle.assault.ak.akm")] == ["rifle.assault.ak", "rifle.assault", "rifle"]
    assert "tank.t-72.t-72m1" in {item.id for item in T.children("tank.t-72")}
    assert {item.id for item in T.descendants("tank")} == {item.id for item in T.all() if item.id.startswith("tank.")}


def test_sets() -> None:
    assert T.is_a("rifle.assault.ak", "small-arms")
    assert T.is_a("pistol", "weapons")
    assert T.is_a("small-arms", "weapons")
    assert T.is_a("machine-gun.heavy.nsv", "light-weapons")
    assert not T.is_a("machine-gun", "small-arms")  # heavy ones are light weapons
    assert T.is_a("machine-gun", "weapons")
    assert T.is_a("ammunition.cartridge.7_62x39", "ammunition")
    for other in ("ammunition", "munitions", "equipment", "components", "equipment.helmet", "mine.anti-personnel"):
        assert not T.is_a(other, "weapons"), other
    assert not T.is_a("weapons", "small-arms")
    assert {"pistol", "rifle", "shotgun"} <= {item.id for item in T.children("small-arms")}
    assert "rifle.assault.ak.akm" in {item.id for item in T.descendants("small-arms")}


def test_is_a_is_transitive() -> None:
    for item in T.all():
        above = [name for name in SETS if T.is_a(item.id, name)]
        for child in T.children(item.id):
            for name in above:
                assert T.is_a(child.id, name), (child.id, item.id, name)


def test_leaves_have_nothing_below() -> None:
    for leaf in T.leaves():
        assert not T.descendants(leaf.id)
    with pytest.raises(UnknownNameError):
        T.is_a("no.such.class", "tank")


# Production


@pytest.mark.parametrize(
    ("state", "item", "when", "answer"),
    [
        ("HUN", "tank.t-72.t-72m1", "1985", False),
        ("HUN", "tank.t-72.t-72m1", "", False),
        ("POL", "tank.t-72.t-72m1", "1988", True),
        ("CSK", "tank.t-72.t-72m1", "1988", True),
        ("CZE", "tank.t-72.t-72m1", "2005", False),
        ("CSK", "tank.t-72.t-72m1", "1999", False),
        ("SUN", "tank.t-72.t-72m1", "1985", True),
        ("RUS", "tank.t-72.t-72m1", "1985", False),
        ("RUS+SUN", "tank.t-72.t-72m1", "1985", True),
        ("USA", "vehicle.light.hmmwv", "2012", True),
        ("USA", "vehicle.light.hmmwv", "1975", False),
        ("IRQ", "vehicle.light.hmmwv", "2012", False),
        ("SUN", "rifle.assault.ak", "1965", True),
        ("CHN", "rifle.assault.ak", "1990", True),
        ("IRN", "atgw.konkurs", "2010", True),
        ("USA", "small-arms", "2004", True),
        ("USA", "equipment.helmet", "2004", None),
    ],
)
def test_makes(state: str, item: str, when: str, answer: bool | None) -> None:
    assert T.makes(state, item, year(when)) is answer


def test_licensed_production_is_marked() -> None:
    facts = T.productions("tank.t-72.t-72m1", "CSK")
    assert facts
    assert all(fact.licensed for fact in facts)
    assert not any(fact.licensed for fact in T.productions("tank.t-72.t-72m1", "SUN"))


def test_production_note_marks_what_is_unverified() -> None:
    note = T.production_note("tank.t-72.t-72m1", "CSK")
    assert "CSK" in note
    assert "under licence" in note
    assert "unverified" in note
    assert T.production_note("tank.t-72.t-72m1", "HUN") == ""
    checked = T.production_note("rifle.assault.ak.akm", "SUN")
    assert "Wikipedia" in checked


def test_item_class_carries_its_producers() -> None:
    for item in T.all():
        own = [fact for fact in T.productions(item.id) if fact.item == item.id]
        assert [(p.state, p.when, p.licensed) for p in item.producers] == [(f.state, f.when, f.licensed) for f in own]


# Evidence


def test_general_knowledge_is_never_verified() -> None:
    for item in T.all():
        evidence = T.evidence(item.id)
        assert evidence.source
        assert evidence.verified == item.verified
        if evidence.source == "general knowledge":
            assert not evidence.verified
            assert not evidence.supported
        for fact in T.productions(item.id):
            assert fact.source
            assert fact.verified != (fact.source == "general knowledge")


def test_verified_rows_have_all_their_facts_supported() -> None:
    for item in T.all():
        evidence = T.evidence(item.id)
        if evidence.verified and evidence.source != "class of this taxonomy":
            stated = {"name"} | {field for field in ("designer", "calibre") if getattr(item, field)}
            assert stated <= set(evidence.supported), item.id
        if evidence.source == "class of this taxonomy":
            assert item.designer is None


def test_evidence_names_the_supported_facts() -> None:
    assert T.evidence("rifle.assault.ak.akm").supported == ("name", "designer", "calibre")
    assert T.evidence("tank.t-72.t-72m1").supported == ("name", "class")
    assert not T.get("tank.t-72.t-72m1").verified


# The SIPRI register


@pytest.mark.parametrize(
    ("description", "category", "designation", "id"),
    [
        ("tank", "Armoured vehicles", "T-72M1", "tank.t-72.t-72m1"),
        ("tank", "Armoured vehicles", "T-9999", "tank"),
        ("armoured personnel carrier", "Armoured vehicles", "HMMWV-UA", "vehicle.light.hmmwv"),
        ("portable SAM", "Missiles", "", "manpads"),
        ("transport helicopter", "Aircraft", "M-113", "aircraft.helicopter.transport"),
        ("transport helicopter", "", "M-113", "aircraft.helicopter.transport"),
        ("Infantry Fighting Vehicle", "", "BMP-1", "ifv.bmp.bmp-1"),
        ("death ray", "Other", "T-72M1", None),
    ],
)
def test_classify_sipri(description: str, category: str, designation: str, id: str | None) -> None:
    assert T.classify_sipri(description, category, designation) == id


@needs_data
def test_nine_in_ten_rows_of_the_register_are_found_by_designation() -> None:
    rows = register()
    found = sum(T.find(row["Designation"]) is not None for row in rows)
    assert found / len(rows) >= 0.9


@needs_data
def test_every_row_of_the_register_gets_a_class() -> None:
    for row in register():
        id = T.classify_sipri(row["Description"], row["Armament category"], row["Designation"])
        assert id, row
        by_name = T.find(row["Designation"])
        assert by_name is None or by_name.id == id, row


# Made from the data


@needs_data
def test_tables_are_what_the_script_derives() -> None:
    module = script()
    derived, productions, doubts = module.derive(
        module.read("items.csv"),
        module.read("items_productions.csv"),
        module.firearms(DATA),
        module.supplies(DATA),
    )
    assert doubts == []
    assert module.text(derived) == (module.TABLES / "items.csv").read_text(encoding="utf-8")
    assert module.text(productions) == (module.TABLES / "items_productions.csv").read_text(encoding="utf-8")


@needs_data
def test_the_script_does_not_confirm_a_wrong_fact() -> None:
    module = script()
    guns, supplied = module.firearms(DATA), module.supplies(DATA)
    rows = {row["id"]: row for row in module.read("items.csv")}
    akm = rows["rifle.assault.ak.akm"]
    by_hand = [row for row in module.read("items_productions.csv") if row["source"] == module.GENERAL]
    for wrong in ({"designer": "HUN"}, {"calibre": "5.45×39 mm"}):
        (item,), _, _ = module.derive([akm | wrong], by_hand, guns, supplied)
        assert item["verified"] == "no"
        assert next(iter(wrong)) not in item["supported"]
    (item,), made, _ = module.derive([akm], by_hand, guns, supplied)
    assert item["verified"] == "yes"
    assert [row["state"] for row in made if row["verified"] == "yes"] == ["SUN"]


@needs_data
def test_a_supplier_is_not_taken_for_a_maker() -> None:
    module = script()
    assert any(supply.state == "SYR" for supply in module.supplies(DATA)[fold("Kornet")])
    assert T.makes("SYR", "atgw.kornet", year("2006")) is False


# Documentation


def test_every_column_is_documented() -> None:
    doc = (CHECKOUT / "docs" / "items.md").read_text(encoding="utf-8")
    for text in (items_module._text(name) for name in items_module.TABLES):
        for column in text.splitlines()[0].split(","):
            assert f"`{column}`" in doc, column


def test_documented_counts_are_the_counts() -> None:
    doc = (CHECKOUT / "docs" / "items.md").read_text(encoding="utf-8")
    counted = {
        name: [int(cell) for cell in cells.split("|")]
        for name, cells in re.findall(r"\| `([a-z-]+)` \|([\d |]+)\|\n", doc)
    }
    for group in ItemGroup:
        leaves = [leaf for leaf in T.leaves() if leaf.group is group]
        partly = sum(not leaf.verified and bool(T.evidence(leaf.id).supported) for leaf in leaves)
        verified = sum(leaf.verified for leaf in leaves)
        assert counted[group.value] == [len(leaves), verified, partly, len(leaves) - verified - partly], group.value


def test_arabic_names_are_unverified_and_cover_the_broad_classes() -> None:
    lines = items_module._text(items_module.NAMES).splitlines()[1:]
    cells = [line.split(",") for line in lines]
    assert all(len(row) == 5 and row[1:2] + row[3:] == ["ar", "general knowledge", "no"] for row in cells)
    assert len({row[0] for row in cells}) == len({row[2] for row in cells}) == len(cells)
    assert all(re.search("[\u0620-\u064a]", row[2]) for row in cells)
    roots = [item for item in T.all() if item.parent is None]
    assert [item.id for item in roots if T.name(item.id, "ar") == item.name] == []
