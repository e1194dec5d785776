"""Reader of tables of indicators: what goes in, what is refused, and what stays the template's."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.case import create
from takingstock.exchange import load, recognise
from takingstock.exchange.indicators import read_indicators
from takingstock.exchange.readers import Asked
from takingstock.records import DateRange, Ledger

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "indicators"
EMPTY = Asked(ledger=Ledger(title="", revision=0, head=""))


def write(folder: Path, text: str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_becomes_values(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "measure,country,year,value,published,source,remark\n"
        "CPI,Iraq,2018,1.8,2019-01-29,An index,\n"
        "human rights,Iraq,2018..2019,-1.25,,A score,draft\n",
    )
    assert recognise(path) == "indicators"
    reading = read_indicators(path, EMPTY)
    assert (reading.read, reading.ledger, len(reading.sources)) == (2, 2, 2)
    one, other = sorted(reading.indicators, key=lambda value: value.measure)
    assert (one.measure, one.party, str(one.when), one.value) == ("cpi", "IRQ", "2018", 1.8)
    assert str(one.published) == "2019-01-29"
    assert (other.measure, other.value, str(other.when), other.remark) == ("human-rights", -1.25, "2018..2019", "draft")
    assert {source.title for source in reading.sources} == {"An index", "A score"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("cpi,Iraq,2018,0.0", "leave a missing one"),
        ("cpi,Iraq,2018,18", "divide scores of 0 to 100 by ten"),
        ("cpi,Iraq,2018,", "a missing value needs no row"),
        ('cpi,Iraq,2018,"1,8"', "not a number"),
        ("cpi,Iraq,2018,nan", "not a number"),
        ("cpi,Iraq,2018,1e999", "out of range"),
        ("ucdp-deaths,Iraq,2018,-4", "cannot be negative"),
        ("cpi,Iraq,2018..,1.8", "has no end"),
        ("cpi,Iraq,soon,1.8", "not a date"),
        (",Iraq,2018,1.8", "measure is empty"),
    ],
)
def test_a_bad_row_is_rejected_and_says_why(tmp_path: Path, row: str, reason: str) -> None:
    path = write(tmp_path, f"measure,country,year,value\ncpi,Jordan,2018,4.9\n{row}\n")
    reading = read_indicators(path, EMPTY)
    assert (reading.ledger, len(reading.rejected)) == (1, 1)
    assert reason in reading.rejected[0].reason


def test_who_is_not_found_waits_for_a_person(tmp_path: Path) -> None:
    reading = read_indicators(write(tmp_path, "measure,country,year,value\ncpi,Nowhereland,2018,4.9\n"), EMPTY)
    assert (reading.ledger, len(reading.review)) == (0, 1)


def test_two_values_for_one_period_are_both_rejected(tmp_path: Path) -> None:
    path = write(tmp_path, "measure,country,year,value\ncpi,Iraq,2018,4.9\ncpi,Irak,2018,4.8\n")
    reading = read_indicators(path, EMPTY)
    assert (reading.ledger, len(reading.rejected)) == (0, 2)


def test_the_day_of_release_counts_for_every_row(tmp_path: Path) -> None:
    path = write(tmp_path, "measure,country,year,value\ncpi,Iraq,2018,4.9\n")
    reading = read_indicators(path, Asked(ledger=EMPTY.ledger, released=DateRange.parse("2019-02-01")))
    assert str(reading.indicators[0].published) == "2019-02-01"
    assert "counts as known from the end" in " ".join(read_indicators(path, EMPTY).notes)


def test_the_sheet_of_the_template_stays_the_templates(tmp_path: Path) -> None:
    path = write(tmp_path, "id,measure,party,when,value,source\niv-1,cpi,IRQ,2013,1.6,s-1\n", "indicators.csv")
    assert recognise(path) == "template"


def test_into_a_case_and_out_again(tmp_path: Path) -> None:
    path = write(tmp_path, "measure,country,year,value\ncpi,Iraq,2018,1.8\n")
    with create(tmp_path / "case", "A case") as case:
        report = load(case, path)
        assert (report.reader, report.ledger) == ("indicators", 1)
        (value,) = case.ledger().indicators
        assert (value.party, value.value) == ("IRQ", 1.8)
        assert load(case, path).unchanged == 1


@pytest.mark.parametrize(
    ("name", "measure"),
    [("owid_human_rights_protection.csv", "human-rights"), ("owid_sipri_milex.csv", "military-spending")],
)
def test_downloads_of_our_world_in_data_go_in_as_they_come(tmp_path: Path, name: str, measure: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("../shared/data/indicators is not here")
    lines = (SHARED / name).read_text(encoding="utf-8").splitlines()
    iraq = [line for line in lines if line.startswith("Iraq,")]
    path = write(tmp_path, "\n".join([lines[0], *iraq]) + "\n")
    assert recognise(path) == "indicators"
    reading = read_indicators(path, EMPTY)
    assert {one.measure for one in reading.indicators} == {measure}
    assert {one.party for one in reading.indicators} == {"IRQ"}
    assert reading.ledger + len(reading.rejected) == len(iraq)
    assert reading.ledger > 10
