"""A small item table, a few parties and short ways to write records, so that each test shows its own ledger."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.audit import findings
from takingstock.records import (
    Basis,
    Count,
    DateRange,
    Finding,
    Grade,
    ItemClass,
    Ledger,
    Mode,
    Party,
    PartyKind,
    Production,
    Quantity,
    Source,
    Statement,
    Unit,
)
from takingstock.reference.parties import Directory, directory
from takingstock.reference.taxonomy import Taxonomy

GROUPS = {
    "weapons": "small-arms",
    "small-arms": "small-arms",
    "ammunition": "ammunition",
    "armour": "armour",
    "rifle": "small-arms",
    "rifle.assault": "small-arms",
    "rifle.assault.ak": "small-arms",
    "rifle.assault.ak.ak-47": "small-arms",
    "rifle.assault.g36": "small-arms",
    "pistol": "small-arms",
    "equipment": "equipment",
    "equipment.body-armour": "equipment",
    "equipment.helmet": "equipment",
    "vehicle": "vehicles",
    "vehicle.light": "vehicles",
    "vehicle.light.hmmwv": "vehicles",
    "tank": "armour",
    "tank.t-72": "armour",
    "tank.t-72.t-72m1": "armour",
    "cartridge": "ammunition",
}
MADE = {"tank.t-72.t-72m1": (Production(state="POL"),)}
PARTIES = (
    Party(id="force", name="Force", kind=PartyKind.FORCE, part_of="IRQ", country="IRQ"),
    Party(id="army", name="Army", kind=PartyKind.FORCE, part_of="force", country="IRQ"),
    Party(id="militia", name="Militia", kind=PartyKind.FORCE, part_of="IRQ", country="IRQ"),
    Party(id="group", name="Group", kind=PartyKind.ARMED_GROUP),
    Party(id="mission", name="Mission", kind=PartyKind.AUTHORITY),
)


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    items = [
        ItemClass.model_validate(
            {"id": id_, "name": id_.rpartition(".")[2].upper(), "group": group, "producers": MADE.get(id_, ())}
        )
        for id_, group in GROUPS.items()
    ]
    return Taxonomy(items, version="test")


@pytest.fixture(scope="session")
def parties() -> Directory:
    return directory(PARTIES)


@pytest.fixture(scope="session")
def write() -> SimpleNamespace:
    """``moved``, ``counted``, ``source``, ``ledger``: records from short texts."""

    def moved(key: str, item: str, route: str, quantity: str, when: str = "", **more: Any) -> Statement:
        sender, _, receiver = route.partition(">")
        unit = Unit(more.pop("unit", "items"))
        return Statement(
            id=more.pop("id", f"s-{key}"),
            movement=key,
            source=more.pop("source", "register"),
            item=item,
            from_party=sender or None,
            to_party=receiver or None,
            quantity=Quantity.parse(quantity, unit),
            when=DateRange.parse(when),
            mode=Mode(more.pop("mode", "export")),
            grade=Grade.parse(more.pop("grade", "")),
            **more,
        )

    def counted(id_: str, item: str, holder: str, quantity: str, when: str = "", **more: Any) -> Count:
        return Count(
            id=id_,
            source=more.pop("source", "audit"),
            holder=holder,
            item=item,
            quantity=Quantity.parse(quantity, Unit(more.pop("unit", "items"))),
            when=DateRange.parse(when),
            basis=Basis(more.pop("basis", "books")),
            **more,
        )

    def source(id_: str, **more: Any) -> Source:
        return Source(id=id_, title=id_.capitalize(), **more)

    def ledger(*records: Any) -> Ledger:
        def of(kind: type) -> tuple[Any, ...]:
            return tuple(record for record in records if isinstance(record, kind))

        return Ledger(
            title="test",
            revision=1,
            head="",
            sources=of(Source),
            parties=PARTIES,
            statements=of(Statement),
            counts=of(Count),
        )

    return SimpleNamespace(moved=moved, counted=counted, source=source, ledger=ledger)


@pytest.fixture
def audit(taxonomy: Taxonomy, parties: Directory, write: SimpleNamespace) -> Callable[..., dict[str, Finding]]:
    """The findings of a ledger made of the given records, by id, in the order of the audit."""

    def run(*records: Any) -> dict[str, Finding]:
        found = findings(write.ledger(*records), taxonomy, parties)
        assert len({finding.id for finding in found}) == len(found)
        return {finding.id: finding for finding in found}

    return run
