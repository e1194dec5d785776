"""A small item table, a few parties and short ways to write records, so that each test shows its own ledger."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.audit import KINDS, findings
from takingstock.records import (
    Adjustment,
    Basis,
    Count,
    Coverage,
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
    Sampling,
    Sighting,
    Source,
    SourceKind,
    Statement,
    Unit,
)
from takingstock.reference.parties import Directory, directory
from takingstock.reference.taxonomy import Taxonomy
from takingstock.report.sentences import known

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
            sightings=of(Sighting),
            adjustments=of(Adjustment),
        )

    return SimpleNamespace(moved=moved, counted=counted, source=source, ledger=ledger)


@pytest.fixture
def audit(taxonomy: Taxonomy, parties: Directory, write: SimpleNamespace) -> Callable[..., dict[str, Finding]]:
    """The findings of a ledger made of the given records, by id, in the order of the audit; by default of the kinds
    that set goods against goods, so that no date in an embargo disturbs what a test is about."""

    def run(*records: Any, kinds: Any = KINDS[:5], doubles: Any = ()) -> dict[str, Finding]:
        found = findings(write.ledger(*records), taxonomy, parties, kinds=kinds, doubles=doubles)
        for one in found:
            assert known(one.caution.partition("The records note:")[0]), one.caution
            assert known(one.severity_reason), one.severity_reason
        assert len({finding.id for finding in found}) == len(found)
        return {finding.id: finding for finding in found}

    return run


@pytest.fixture(scope="session")
def everything(write: SimpleNamespace) -> list[Any]:
    """A ledger with a finding of every kind, for the tests that hold for all of them."""
    moved, counted = write.moved, write.counted
    plan = Sampling.model_validate(
        {"direction": "book-to-floor", "of": 1000, "drawn": 100, "matched": 97, "random": True}
    )
    floor = Sampling.model_validate({"direction": "floor-to-book", "of": 90, "drawn": 30, "matched": 28})
    rounds = Unit.ROUNDS
    return [
        write.source("register", kind=SourceKind.REGISTER, coverage=Coverage(period=DateRange.parse("1995..2020"))),
        # books against receipts, count, sample
        moved("i1", "rifle.assault.ak.ak-47", "mission>force", "~185000", "2005", mode="issue", source="audit"),
        moved("i2", "pistol", "mission>force", "170000", "2005", mode="issue", source="audit"),
        counted("b1", "rifle.assault.ak.ak-47", "force", "~75000", "2007", remark="one"),
        counted("b2", "pistol", "force", "90000", "2007", remark="two"),
        counted("b3", "pistol", "militia", "500", "2008-01-31"),
        counted("p3", "pistol", "militia", "450", "2008-12-31", basis="physical"),
        counted("s1", "rifle.assault.g36", "militia", "1000", "2009", basis="physical", sampling=plan),
        counted("s2", "rifle.assault.g36", "militia", "90", "2009", basis="physical", sampling=floor),
        Adjustment(
            id="adj", holder="militia", item="pistol", direction="take-off", quantity=Quantity.exact(10),
            when=DateRange.parse("2008-06"), person="N. N.", reason="written off", source="register",
        ),
        # claimed, found lost
        moved("d1", "vehicle.light.hmmwv", "USA>IRQ", "8500", "2009"),
        moved("k", "vehicle.light.hmmwv", "army>group", "2300", "2014-06", mode="capture"),
        counted("l", "small-arms", "force", "30", "2016", basis="lost"),
        # sent on, second-hand, embargo
        moved("gift", "tank.t-72.t-72m1", "HUN>IRQ", "77", "2005", condition="second-hand"),
        moved("old", "rifle.assault.g36", "DEU>IRQ", "12", "1990..1991"),
        # reports
        moved("x", "rifle.assault.g36", "force>army", "100", "2006", mode="issue", reporter="force", source="f"),
        moved("y", "rifle.assault.g36", "force>army", "60", "2006", mode="issue", reporter="army", source="a"),
        moved("mx", "tank", "DEU>JOR", "100", "2006", reporter="DEU", source="de"),
        moved("my", "tank", "DEU>JOR", "70", "2006", reporter="JOR", source="jo"),
        # serials, lots
        counted("q1", "rifle", "militia", "2", "2010", basis="physical", marks=("A1", "A2", "A2")),
        counted("q2", "rifle", "group", "1", "2010", basis="physical", marks=("A1",)),
        moved("ser", "rifle", "USA>militia", "3", "2009", marks=("A1", "A2", "A3")),
        counted(
            "q3", "rifle", "army", "19", "2011", basis="physical", marks=tuple(f"K{n}" for n in range(120) if n != 7)
        ),
        Sighting(
            id="o1", source="field", holder="army", item="cartridge", marks=("L-1",),
            quantity=Quantity.exact(100, rounds),
        ),
        Sighting(
            id="o2", source="field", holder="group", item="cartridge", marks=("L-1",),
            quantity=Quantity.exact(40, rounds),
        ),
        # production
        moved("made", "tank", "POL>POL", "10", "1970..1980", mode="production", marks=("P1..P9",)),
        Sighting(
            id="o3", source="field", holder="group", item="tank", made_in="POL", made=DateRange.parse("1985"),
            quantity=Quantity.exact(14), marks=("P77",),
        ),
        # closed, over the requirement, nobody, undated
        counted("c0", "pistol", "army", "40", "2009", basis="physical"),
        counted("c1", "pistol", "army", "?", "2010-12-31", basis="closed"),
        counted("c2", "pistol", "army", "4", "2012", basis="physical"),
        counted("n", "rifle.assault.g36", "militia", "5", "2020", basis="requirement"),
        moved("lost", "rifle.assault.ak.ak-47", "militia>", "9", "2013", mode="theft-or-leakage"),
        moved("none", "rifle.assault.ak.ak-47", "USA>militia", "3"),
    ]  # fmt: skip
