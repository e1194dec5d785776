"""Indicators and borders that ship: as downloaded, missing as missing, silence only where it means something."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from takingstock.records import DateRange
from takingstock.reference import tables
from takingstock.reference.borders import TABLE as BORDERS
from takingstock.reference.borders import neighbours
from takingstock.reference.indicators import CPI, DEATHS, MEASURES, RIGHTS, SHIPPED, SPENDING, TABLES, values, version
from takingstock.reference.parties import directory

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"


def when(text: str) -> DateRange:
    return DateRange.parse(text)


def test_the_tables_are_what_the_script_makes_of_the_downloads() -> None:
    if not (SHARED / "indicators").is_dir():
        pytest.skip("../shared/data/indicators is not here")
    spec = importlib.util.spec_from_file_location("make_indicators", ROOT / "scripts" / "make_indicators.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    for name, text in script.tables(SHARED).items():
        assert (ROOT / "src/takingstock/reference/data" / name).read_text(encoding="utf-8") == text, name


def test_every_row_is_sound() -> None:
    assert len({one.id for one in values()}) == len(values())
    for one in values():
        assert one.id.startswith(SHIPPED)
        assert directory().has(one.party), one.party
        assert "+" not in one.party
        assert one.when.days in {365, 366}
        assert one.when.within(MEASURES[one.measure].covered), one.id
        assert one.value > 0 if one.measure == CPI else one.value >= 0
        assert one.measure == DEATHS or one.value <= 10


def test_a_missing_score_is_no_row() -> None:
    found = {(one.party, str(one.when)): one.value for one in values() if one.measure == CPI}
    assert found["AFG", "2005"] == 2.5
    assert ("AFG", "2006") not in found
    # One state under several spellings, each with some of the years.
    assert [found["VNM", str(year)] for year in (2005, 2006, 2008, 2009)] == [2.6, 2.6, 2.7, 2.7]
    assert found["USA", "2008"] == 7.3
    assert found["USA", "2009"] == 7.5


def test_what_may_not_ship_does_not() -> None:
    assert MEASURES[RIGHTS].table == MEASURES[SPENDING].table == ""
    folder = ROOT / "src/takingstock/reference/data/indicators"
    assert {path.name for path in folder.iterdir()} == {Path(name).name for name in TABLES}
    assert version() == tables.digest(*TABLES)


def test_editions_that_came_late_count_from_their_day() -> None:
    late = {str(one.when): str(one.published) for one in values() if one.measure == CPI and one.published.known}
    assert late == {"2015": "2016-01-27", "2016": "2017-01-25", "2017": "2018-02-21"}


@pytest.mark.parametrize(
    ("state", "year", "counts"),
    [("CHE", "2008", True), ("SYR", "2008", False), ("CHE", "1988", False), ("CHE", "2019", False)],
)
def test_silence_about_deaths_is_zero_only_inside_what_is_covered(state: str, year: str, counts: bool) -> None:
    assert MEASURES[DEATHS].absence_counts(state, when(year)) is counts


def test_silence_about_corruption_is_never_zero() -> None:
    assert not MEASURES[CPI].absence_counts("CHE", when("2008"))


def test_syria_has_no_row_of_deaths() -> None:
    """The reason why its silence cannot be zero."""
    assert not [one for one in values() if one.measure == DEATHS and one.party == "SYR"]


def test_states_of_their_time() -> None:
    parties = {one.party for one in values() if one.measure == DEATHS and str(one.when) == "1990"}
    assert "SUN" in parties
    assert "RUS" not in parties


def test_borders_are_mutual_and_dated() -> None:
    for row in tables.read(BORDERS):
        for one in filter(None, (row["one"], row["other"])):
            assert directory().has(one), one
        assert row["source"]
        if row["other"]:
            period = when(row["when"])
            assert row["one"] in (neighbours(row["other"], period) or ())
            for one in (row["one"], row["other"]):
                assert period.overlaps(directory().get(one).exists) or not directory().get(one).exists.known


def test_neighbours() -> None:
    assert neighbours("IRQ", when("2014")) == ("IRN", "JOR", "KWT", "SAU", "SYR", "TUR")
    assert neighbours("JPN", when("2008")) == ()
    assert neighbours("SGP", when("2008")) == ()
    assert neighbours("SUN", when("1985")) is None
    assert neighbours("nobody", when("1985")) is None
    before, after = neighbours("SDN", when("2009")), neighbours("SDN", when("2012"))
    assert before is not None
    assert after is not None
    assert {"KEN", "UGA", "COD"} <= set(before)
    assert "SSD" not in before
    assert set(after) & {"KEN", "UGA", "COD", "SSD"} == {"SSD"}
