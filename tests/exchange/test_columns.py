"""The template's columns against the records they fill."""

from __future__ import annotations

import pytest

from takingstock.exchange import plain
from takingstock.exchange.columns import BY_NAME, SHEETS, header_score, sheet_named
from takingstock.exchange.sheet_spec import SheetSpec, fold_header
from takingstock.records import (
    Count,
    Incident,
    Party,
    Population,
    Record,
    Sampling,
    Sighting,
    Source,
    Statement,
    Verification,
)

MODELS: dict[str, type[Record]] = {
    "sources": Source,
    "parties": Party,
    "statements": Statement,
    "counts": Count,
    "populations": Population,
    "sightings": Sighting,
    "incidents": Incident,
    "verifications": Verification,
    **plain.MODELS,
}
# What a record has as one field and the template as several columns.
SPREAD = {
    "coverage": {"coverage_period", "coverage_items", "coverage_parties", "coverage_note"},
    "place": {"place", "latitude", "longitude", "precision"},
    "value": {"value", "currency", "price_year"},
    "names": {"name_ar"},
    "from_party": {"from"},
    "to_party": {"to"},
    "amount": {"amount", "currency", "price_year"},
    "sampling": {f"sample_{name}" for name in Sampling.model_fields},
}
# A payment has parties, but its accounts come first; a request has the name of a place, no position; an indicator's
# value is a number.
UNLIKE = {
    "payments": {"from_party": {"from_party"}, "to_party": {"to_party"}},
    "requests": {"place": {"place"}},
    "indicators": {"value": {"value"}},
}


@pytest.mark.parametrize("spec", SHEETS, ids=lambda spec: spec.name)
def test_every_field_of_a_record_has_its_column(spec: SheetSpec) -> None:
    model = MODELS[spec.name]
    spread = SPREAD | UNLIKE.get(spec.name, {})
    wanted = set().union(*(spread.get(field, {field}) for field in model.model_fields))
    if "quantity" in model.model_fields:
        wanted.add("unit")
    assert {column.name for column in spec.columns} == wanted


@pytest.mark.parametrize("spec", SHEETS, ids=lambda spec: spec.name)
def test_no_header_means_two_columns(spec: SheetSpec) -> None:
    names = [fold_header(column.name) for column in spec.columns]
    assert len(names) == len(set(names))
    synonyms = [fold_header(text) for column in spec.columns for text in column.synonyms]
    doubled = {text for text in synonyms if synonyms.count(text) > 1 and text not in names}
    assert doubled == set()


def test_headers_are_forgiven() -> None:
    statements = BY_NAME["statements"]
    for text in ("Made In", "made-in", " MADE_IN ", "\ufeffmade  in", "made.in"):
        assert statements.column(text) == "made_in"
    assert statements.column("Seller") == "from"
    assert statements.column("المُورِّد") == "from"
    assert statements.column("إلى") == statements.column("الى") == "to"
    assert statements.column("colour") is None
    assert BY_NAME["parties"].column("name_fr") == "name_fr"


def test_a_columns_own_name_wins_over_a_synonym() -> None:
    assert BY_NAME["sightings"].column("design") == "designed_in"
    assert BY_NAME["populations"].column("design") == "design"
    assert BY_NAME["sources"].column("note") == "note"


def test_sheets_by_name() -> None:
    for name in ("Statements", "TRANSFERS", "statement"):
        spec = sheet_named(name)
        assert spec
        assert spec.name == "statements"
    assert sheet_named("Sheet1") is None


def test_a_row_of_data_is_no_header() -> None:
    assert header_score(["s1", "A report", "audit"]) == 0
    assert header_score(["title"]) == 0
    assert header_score(["id", "title"]) == 2
