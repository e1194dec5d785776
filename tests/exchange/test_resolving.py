"""Names to ids: never a guess, always a hint."""

from __future__ import annotations

import pytest

from takingstock.exchange.cells import Cells
from takingstock.exchange.resolving import Resolver, known_directory, known_taxonomy, nearest
from takingstock.records import DateRange, Party, PartyKind, Unit


@pytest.fixture(scope="module")
def names() -> Resolver:
    own = Party(id="depot-n", name="Northern depot", kind=PartyKind.DEPOT)
    return Resolver(known_taxonomy(), known_directory((own,)), sources=("audit-2007",))


def test_parties_by_id_name_and_date(names: Resolver) -> None:
    cells = Cells({"a": "northern depot", "b": "Soviet Union", "c": "IRQ; Iran"})
    assert names.party(cells, "a") == "depot-n"
    assert names.party(cells, "b", DateRange.parse("1985")) == "SUN"
    assert names.parties(cells, "c") == ("IRQ", "IRN")
    assert names.party(cells, "empty") is None
    assert not cells.faults


def test_an_unknown_name_is_a_fault_with_a_hint(names: Resolver) -> None:
    cells = Cells({"holder": "Irak army xx", "item": "rifle.assault.akk", "source": "audit2007"})
    assert names.holder(cells) == ""
    assert names.item(cells) is None
    names.source(cells)
    assert [fault.split(":")[0] for fault in cells.faults] == ["holder", "item", "source"]
    assert "did you mean audit-2007" in cells.faults[2]
    assert "rifle.assault.ak" in cells.faults[1]


def test_items_by_alias(names: Resolver) -> None:
    cells = Cells({"item": "ak-47", "coverage_items": "Tank; pistol; zzz"})
    item = names.item(cells)
    assert item
    assert item.id == "rifle.assault.ak.ak-47"
    assert names.items(cells, "coverage_items") == ("tank", "pistol")
    assert cells.faults
    assert "zzz" in cells.faults[0]


@pytest.mark.parametrize(
    ("item", "unit", "population", "meant", "fault"),
    [
        ("tank", "", None, Unit.ITEMS, ""),
        ("ammunition.cartridge", "", None, Unit.ROUNDS, ""),
        ("ammunition.cartridge", "items", None, Unit.ITEMS, ""),
        ("tank", "tonnes", None, Unit.TONNES, ""),
        ("tank", "rounds", None, Unit.ROUNDS, "not in rounds"),
        ("tank", "", Unit.ROUNDS, Unit.ITEMS, "never mixed"),
        ("ammunition.cartridge", "items", Unit.ITEMS, Unit.ITEMS, ""),
        ("tank", "bushels", None, Unit.ITEMS, "bushels"),
    ],
)
def test_units(names: Resolver, item: str, unit: str, population: Unit | None, meant: Unit, fault: str) -> None:
    cells = Cells({"item": item, "unit": unit})
    assert names.unit(cells, names.item(cells), population) is meant
    assert bool(cells.faults) == bool(fault)
    assert fault in "".join(cells.faults)


def test_nearest() -> None:
    assert nearest("audit", ["audit-2007", "press"]) == "audit-2007"
    assert nearest("zzz", ["audit-2007"]) == ""


def test_an_item_by_its_arabic_name() -> None:
    taxonomy = known_taxonomy()
    names = Resolver(taxonomy, known_directory(()))
    lost = []
    for one in taxonomy.all():
        cells = Cells({"item": taxonomy.name(one.id, "ar")})
        found = names.item(cells)
        lost += [one.id] if found is None else []
        assert found is None or found.id == one.id
    assert len(lost) < len(taxonomy.all()) / 50, lost
