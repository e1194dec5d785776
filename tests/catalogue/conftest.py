"""A small item table and short ways to write sightings, so that each test shows its own ledger."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.catalogue import arsenal
from takingstock.records import (
    Arsenal,
    DateRange,
    ItemClass,
    Ledger,
    Party,
    PartyKind,
    Population,
    Quantity,
    Sighting,
    Unit,
)
from takingstock.reference.parties import Directory, directory
from takingstock.reference.taxonomy import Taxonomy

sys.path.insert(0, str(Path(__file__).parent))  # the tests share reviewing.py

ITEMS = {
    "weapons": None,
    "small-arms": None,
    "rifle": None,
    "rifle.assault": None,
    "rifle.assault.ak": "SUN",
    "rifle.assault.ak.akm": "SUN",
    "machine-gun": None,
    "pistol": None,
    "cartridge": None,
}
PARTIES = (
    Party(id="group", name="Group", kind=PartyKind.ARMED_GROUP),
    Party(id="cell", name="Cell", kind=PartyKind.UNIT, part_of="group"),
    Party(id="other", name="Other", kind=PartyKind.ARMED_GROUP),
)


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return Taxonomy(
        [
            ItemClass.model_validate({"id": id_, "name": id_, "group": "small-arms", "designer": designer})
            for id_, designer in ITEMS.items()
        ]
    )


@pytest.fixture(scope="session")
def parties() -> Directory:
    return directory(PARTIES)


@pytest.fixture(scope="session")
def write() -> SimpleNamespace:
    """``seen``, ``population``, ``ledger``: records from short texts."""

    def seen(id_: str, item: str, quantity: str = "", population: str | None = None, **more: Any) -> Sighting:
        return Sighting(
            id=id_,
            source=more.pop("source", "report"),
            holder=more.pop("holder", "group"),
            item=item,
            population=population,
            quantity=Quantity.parse(quantity, Unit(more.pop("unit", "items"))),
            made=DateRange.parse(more.pop("made", "")),
            when=DateRange.parse(more.pop("when", "")),
            **more,
        )

    def population(id_: str, size: str = "", **more: Any) -> Population:
        unit = Unit(more.pop("unit", "items"))
        return Population(
            id=id_,
            title=more.pop("title", id_),
            holder=more.pop("holder", "group"),
            unit=unit,
            size=Quantity.parse(size, unit),
            source=more.pop("source", "report"),
            **more,
        )

    def ledger(*records: Any) -> Ledger:
        return Ledger(
            title="test",
            revision=7,
            head="",
            parties=PARTIES,
            populations=tuple(r for r in records if isinstance(r, Population)),
            sightings=tuple(r for r in records if isinstance(r, Sighting)),
        )

    return SimpleNamespace(seen=seen, population=population, ledger=ledger)


@pytest.fixture
def stock(taxonomy: Taxonomy, parties: Directory, write: SimpleNamespace) -> Callable[..., Arsenal]:
    """The arsenal of ``group`` out of the given records."""

    def run(*records: Any, holder: str = "group", **more: Any) -> Arsenal:
        return arsenal(write.ledger(*records), taxonomy, parties, holder, **more)

    return run
