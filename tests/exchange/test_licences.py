"""Licences: authorised and refused, never delivered; criteria kept; nothing guessed from an empty value."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from takingstock.exchange import recognise
from takingstock.exchange.licences import rated, read_coarm, read_uk
from takingstock.exchange.readers import Asked
from takingstock.exchange.tabular import NeedsPersonError
from takingstock.records import Ledger, Stage

SHARED = Path(__file__).resolve().parents[2] / "../shared/data/licences/uk_licences_2008_2010.csv"
ASKED = Asked(ledger=Ledger(title="", revision=1, head=""))
UK = "licence_group,month,rating,destination,count,value_gbp,refused,refusal_criteria\n"


@pytest.mark.skipif(not SHARED.is_file(), reason="the licences are not at hand")
def test_the_real_licences_add_up() -> None:
    assert recognise(SHARED) == "uk-licences"
    reading = read_uk(SHARED, ASKED)
    with SHARED.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert reading.read == len(rows) == reading.ledger + len(reading.review) + len(reading.rejected)
    assert reading.ledger / reading.read > 0.95
    stages = Counter(statement.stage for statement in reading.statements)
    waiting = Counter(dict(row.row)["refused"] for row in (*reading.review, *reading.rejected))
    assert stages[Stage.REFUSED] + waiting["1"] == sum(row["refused"] == "1" for row in rows) == 589
    assert set(stages) == {Stage.REFUSED, Stage.AUTHORISED}
    cited = Counter(";".join(statement.criteria) for statement in reading.statements if statement.criteria)
    assert cited["7"] <= 84
    assert cited["2;3"] > 0
    pounds = sum(float(row["value_gbp"] or 0) for row in rows)
    lost = sum(float(dict(row.row)["value_gbp"] or 0) for row in (*reading.review, *reading.rejected))
    held = sum(statement.value.amount.low or 0 for statement in reading.statements if statement.value)
    assert held + lost == pytest.approx(pounds)
    assert not any(statement.value for statement in reading.statements if statement.stage is Stage.REFUSED)


def test_what_a_uk_row_becomes(tmp_path: Path) -> None:
    path = tmp_path / "uk.csv"
    path.write_text(
        UK
        + "1,2008-01,ML1,Iraq,2,3540,0,\n2,2008-02,5A002,Iran,1,,1,1;7\n3,2008-01,ML1,United Kingdom,1,1,0,\n"
        + "4,2008-01,XX9,Iraq,1,1,0,\n5,2008-01,ML1,Atlantis,1,1,0,\n6,2008-01,ML1,Iraq,1,1,0,2\n"
        + "7,2008-01,ML1,Iraq,1,1,maybe,\n8,2008-01,ML1,Iraq,1,,1,nine\n"
    )
    reading = read_uk(path, ASKED)
    granted, refused = reading.statements
    assert (granted.item, granted.stage, granted.to_party) == ("listed.ml1", Stage.AUTHORISED, "IRQ")
    assert granted.value is not None
    assert granted.value.currency == "GBP"
    assert not granted.quantity.known
    assert (refused.item, refused.criteria, refused.value) == ("listed.dual-use", ("1", "7"), None)
    assert [row.line for row in reading.review] == [5, 6]
    assert [row.line for row in reading.rejected] == [4, 7, 8, 9]
    (source,) = reading.sources
    assert source.coverage is not None
    assert (str(source.coverage.period), source.coverage.parties) == ("2008-01-01..2008-02-29", ("GBR",))


def test_what_a_coarm_row_becomes(tmp_path: Path) -> None:
    path = tmp_path / "coarm.csv"
    path.write_text(
        "Year;Exporting country;Destination;ML category;Licences;Value of licences;Actual exports;Denials;Criteria\n"
        "2014;Belgium;Iraq;ML1;3;1200000;400000;;\n2014;Belgium;Syria;EU ML3;;;;2;2;7\n2014;Belgium;Jordan;ML1;;;;;\n"
        '2014;France;Iraq;ML1;1;5;0;1;"2;3"\n'
    )
    assert recognise(path) == "coarm"
    reading = read_coarm(path, ASKED)
    stages = {(s.from_party, s.to_party, s.stage) for s in reading.statements}
    assert stages == {
        ("BEL", "IRQ", Stage.AUTHORISED),
        ("BEL", "IRQ", Stage.DELIVERED),
        ("FRA", "IRQ", Stage.AUTHORISED),
        ("FRA", "IRQ", Stage.REFUSED),
    }
    assert {source.id for source in reading.sources} == {"coarm-bel-2014", "coarm-fra-2014"}
    assert all(s.reporter == s.from_party for s in reading.statements)
    assert len({s.movement for s in reading.statements}) == len(reading.statements)
    assert [row.line for row in reading.rejected] == [3, 4]


@pytest.mark.parametrize(
    ("rating", "item"),
    [
        ("ML1", "listed.ml1"),
        ("EU ML 22", "listed.ml22"),
        ("ML03", "listed.ml3"),
        ("5A002", "listed.dual-use"),
        ("End Use", "listed.dual-use"),
        ("PL5017", "listed.para-military"),
        ("HR AIII", "listed.torture"),
    ],
)
def test_ratings(rating: str, item: str) -> None:
    assert rated(rating) == item


@pytest.mark.parametrize("rating", ["ML23", "ML0", "ML", "IRN", "ML1a b", ""])
def test_what_is_no_rating_waits_for_a_person(rating: str) -> None:
    with pytest.raises(NeedsPersonError):
        rated(rating)
