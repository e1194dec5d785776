"""What a person said that a name means comes before the tables; a rule's word is never taken by the template."""

from __future__ import annotations

from takingstock.exchange.cells import Cells
from takingstock.exchange.resolving import Resolver, known_directory, known_taxonomy
from takingstock.linkage.namings import naming_id
from takingstock.records import DateRange, NameKind, Naming


def resolver(*namings: Naming) -> Resolver:
    return Resolver(known_taxonomy(), known_directory(()), namings=namings, usage="template")


def said(kind: NameKind, text: str, meaning: str | None, **more: str) -> Naming:
    who = more or {"person": "Ann"}
    return Naming(id=naming_id(kind, text, ""), kind=kind, text=text, meaning=meaning, **who)


def test_a_persons_word_is_taken_and_told() -> None:
    item = said(NameKind.ITEM, "Black Box", "tank")
    party = said(NameKind.PARTY, "The Firm", "IRQ")
    names = resolver(item, party)
    cells = Cells({"item": "black box", "from": "The Firm", "to": "Iran"})
    found = names.item(cells)
    assert found is not None
    assert found.id == "tank"
    assert names.party(cells, "from", DateRange.parse("2004")) == "IRQ"
    assert names.party(cells, "to") == "IRN"
    assert cells.faults == []
    assert names.rested() == tuple(sorted((item.id, party.id)))
    assert names.rested() == ()


def test_none_that_we_know_is_a_fault_that_names_the_person() -> None:
    cells = Cells({"item": "Black Box", "from": "The Firm"})
    names = resolver(said(NameKind.ITEM, "Black Box", None), said(NameKind.PARTY, "The Firm", None))
    assert names.item(cells) is None
    assert names.party(cells, "from") is None
    assert len(cells.faults) == 2
    assert all("Ann says that it is none we know" in fault for fault in cells.faults)


def test_a_rules_word_is_not_taken_here() -> None:
    cells = Cells({"item": "Black Box"})
    assert resolver(said(NameKind.ITEM, "Black Box", "tank", rule="designation-1")).item(cells) is None
    assert "no item class 'Black Box'" in cells.faults[0]
