"""The figures that the bundled case must give."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from takingstock.catalogue import arsenal
from takingstock.records import Arsenal, Ledger, PopulationTable


@pytest.fixture(scope="module")
def case() -> Any:
    folder = Path(str(files("takingstock"))) / "cases" / "iraq"
    if not (folder / "sightings.csv").exists():
        pytest.skip("the bundled case iraq is not there yet")
    exchange = pytest.importorskip("takingstock.exchange")
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory

    reading = exchange.read_template(folder)
    tables = ("sources", "parties", "statements", "counts", "populations", "sightings")
    ledger = Ledger(title="Iraq", revision=1, head="", **{name: getattr(reading, name) for name in tables})
    return ledger, taxonomy(), directory(ledger.parties)


def by_size(found: Arsenal, unit: str, size: float) -> PopulationTable:
    (table,) = [t for t in found.populations if t.unit.value == unit and t.size.best == size]
    return table


def test_weapons_of_2017(case: Any) -> None:
    table = by_size(arsenal(*case, "islamic-state", by="country"), "items", 1832)
    first = table.rows[0]
    assert (first.key, first.share, first.low, first.high) == ("CHN", 0.435, None, None)
    assert (first.count, first.derived) == (797, True)
    assert first.sources == ("forbesjapan-2017-12",)
    assert table.source == "dailytimes-2017-12"
    assert "n is given by dailytimes-2017-12; the figures of the rows are given by forbesjapan-2017-12." in table.note
    assert table.rest == pytest.approx(0.045)


def test_designers_out_of_the_item_table_are_unverified_where_it_is(case: Any) -> None:
    tables = {t.id: t for t in arsenal(*case, "islamic-state", role="designed").populations}
    (row,) = tables["sightings-items-lot-or-serial-match-2016"].rows
    assert (row.key, row.derived, row.unverified) == ("SUN", True, True)
    assert "from the item table, unverified" in tables["sightings-items-lot-or-serial-match-2016"].note


def test_cartridges_of_2014(case: Any) -> None:
    table = by_size(arsenal(*case, "islamic-state", by="country"), "rounds", 1730)
    first = table.rows[0]
    assert (first.key, first.count, first.derived) == ("RUS+SUN", 492, False)
    assert first.share == pytest.approx(0.284, abs=0.0005)
    assert table.size.about


def test_rounds_items_years_and_levels_stay_apart(case: Any) -> None:
    ledger = case[0]
    found = arsenal(*case, "islamic-state", by="class")
    kinds = {sighting.id: (sighting.quantity.unit, sighting.level) for sighting in ledger.sightings}
    for table in found.populations:
        assert len({kinds[id_] for row in table.rows for id_ in row.sightings}) <= 1
