"""Fixtures of the bundled case: read with a small loader of its own, so that the sheets are tested without the reader
that ships them (one test compares the two)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from takingstock.records import (
    Count,
    Coverage,
    DateRange,
    Ledger,
    Movement,
    Party,
    Population,
    Quantity,
    Sighting,
    Source,
    Statement,
    Unit,
)
from takingstock.reference.parties import Directory, directory

CASE = Path(__file__).resolve().parents[2] / "src" / "takingstock" / "cases" / "iraq"


def rows(sheet: str) -> list[dict[str, str]]:
    with (CASE / f"{sheet}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def plain(row: dict[str, str], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names if row[name]}


def place(row: dict[str, str]) -> dict[str, Any]:
    if not row["place"]:
        assert not row["latitude"]
        return {}
    return {"place": {"name": row["place"], **plain(row, "latitude", "longitude", "precision")}}


def quantity(row: dict[str, str], column: str = "quantity") -> Quantity:
    return Quantity.parse(row[column], Unit(row["unit"]))


def source(row: dict[str, str]) -> Source:
    covers = plain(row, "coverage_period", "coverage_items", "coverage_parties", "coverage_note")
    coverage = Coverage(
        period=DateRange.parse(row["coverage_period"]),
        items=listed(row["coverage_items"]),
        parties=listed(row["coverage_parties"]),
        note=row["coverage_note"],
    )
    return Source(
        **plain(row, "id", "title", "publisher", "kind", "published", "url", "reliability", "licence", "note"),
        derives_from=listed(row["derives_from"]),
        coverage=coverage if covers else None,
        read={"yes": True, "no": False}[row["read"]],
    )


def party(row: dict[str, str]) -> Party:
    return Party(
        **plain(row, "id", "name", "kind", "part_of", "country", "exists", "source", "remark"),
        aliases=listed(row["aliases"]),
        names=(("ar", row["name_ar"]),) if row["name_ar"] else (),
        verified={"yes": True, "no": False}[row["verified"]],
    )


def statement(row: dict[str, str]) -> Statement:
    names = "id movement source item when mode stage funding payer made_in made condition chain link claimant"
    names += " allegation allegation_status designation locator grade remark"
    value = {"amount": row["value"], "currency": row["currency"], **plain(row, "price_year")}
    return Statement(
        **plain(row, *names.split()),
        **place(row),
        from_party=row["from"] or None,
        to_party=row["to"] or None,
        via=listed(row["via"]),
        quantity=quantity(row),
        authorised={"yes": True, "no": False, "": None}[row["authorised"]],
        marks=listed(row["marks"]),
        value=value if row["value"] else None,
    )


def count(row: dict[str, str]) -> Count:
    names = ("id", "source", "holder", "item", "when", "basis", "condition", "claimant", "locator", "grade", "remark")
    return Count(**plain(row, *names), **place(row), quantity=quantity(row))


def population(row: dict[str, str]) -> Population:
    names = ("id", "title", "holder", "unit", "when", "design", "level", "source", "locator", "note")
    return Population(
        **plain(row, *names),
        size=quantity(row, "size"),
        sites=int(row["sites"]) if row["sites"] else None,
        territory=listed(row["territory"]),
    )


def sighting(row: dict[str, str]) -> Sighting:
    names = "id source holder item population share made_in designed_in supplied_by made recoverer when level"
    names += " marking_condition chain locator grade remark"
    return Sighting(
        **plain(row, *names.split()),
        **place(row),
        quantity=quantity(row),
        marks=listed(row["marks"]),
        evidence=listed(row["evidence"]),
    )


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    return Ledger(
        title="iraq",
        revision=0,
        head="",
        sources=tuple(map(source, rows("sources"))),
        parties=tuple(map(party, rows("parties"))),
        statements=tuple(map(statement, rows("statements"))),
        counts=tuple(map(count, rows("counts"))),
        populations=tuple(map(population, rows("populations"))),
        sightings=tuple(map(sighting, rows("sightings"))),
    )


@pytest.fixture(scope="session")
def parties(ledger: Ledger) -> Directory:
    return directory(ledger.parties)


@pytest.fixture(scope="session")
def view(ledger: Ledger, parties: Directory) -> dict[str, Movement]:
    """The derived movements by key."""
    return {movement.key: movement for movement in ledger.movements(parties.part_of)}
