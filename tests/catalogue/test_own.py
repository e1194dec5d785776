from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.catalogue import arsenal, own_populations, with_own
from takingstock.records import Place


@pytest.fixture
def rows(write: SimpleNamespace) -> list[Any]:
    seen = write.seen
    file = [(f"{n:064x}",) for n in range(9)]
    return [
        seen("a", "rifle", "3", when="2014-06", made_in="CHN", evidence=file[1], place=Place(name="Mosul")),
        seen("b", "rifle", "2", when="2014-07", evidence=file[1], source="video"),
        seen("c", "pistol", "", when="2014", made="1974", evidence=file[2], source="video"),
        seen("d", "rifle", "1", when="2014", made_in="ROU", level="physical-inspection", marks=("serial: 7",)),
        seen("e", "rifle", "1", when="2014", made_in="ROU", marks=("serial: 7",), evidence=file[3]),
        seen("f", "rifle", "5", when="2014", made_in="HUN"),
        seen("g", "rifle", "1", when="2014", holder="cell", evidence=file[4]),
        write.population("p", "100", when="2014"),
        seen("h", "rifle", "40", "p", made_in="CHN"),
    ]


def test_one_population_a_kind_and_every_item_once(rows: list[Any], write: SimpleNamespace, parties: Any) -> None:
    populations, sightings = own_populations(write.ledger(*rows), parties)
    assert [(p.id, p.size.best, p.sites, p.design.value) for p in populations] == [
        ("own-sightings-cell-items-imagery-only-2014", 1, None, "purposive"),
        ("own-sightings-group-items-imagery-only-2014", 4, 1, "purposive"),
        ("own-sightings-group-items-physical-inspection-2014", 1, None, "purposive"),
    ]
    found = {s.id: (s.population, s.quantity.best, s.same_as) for s in sightings}
    assert found["a"] == ("own-sightings-group-items-imagery-only-2014", 3, None)
    assert found["b"] == (None, 2, "a")
    assert found["c"] == ("own-sightings-group-items-imagery-only-2014", 1, None)
    assert found["d"] == ("own-sightings-group-items-physical-inspection-2014", 1, None)
    assert found["e"] == (None, 1, "d")
    assert set(found) == set("abcdeg")


@pytest.mark.parametrize("by", ["country", "class", "era", "era,country"])
def test_arsenal_is_the_same_before_and_after(
    rows: list[Any], write: SimpleNamespace, parties: Any, taxonomy: Any, by: str
) -> None:
    ledger = write.ledger(*rows)
    applied = with_own(ledger, parties)
    assert with_own(applied, parties) == applied
    assert [p.id for p in applied.populations] == sorted(["p", *(p.id for p in own_populations(ledger, parties)[0])])
    found = arsenal(ledger, taxonomy, parties, "group", by)
    assert arsenal(applied, taxonomy, parties, "group", by) == found
    counted = {table.id: table.distinct.seen for table in found.populations if table.distinct}
    assert counted == {
        "own-sightings-cell-items-imagery-only-2014": 1,
        "own-sightings-group-items-imagery-only-2014": 4,
        "own-sightings-group-items-physical-inspection-2014": 1,
        "sightings-items-imagery-only-2014": 5,
    }
    for table in found.populations:
        sizes = [p.size.best for p in applied.populations if p.id == table.id]
        assert sizes in ([], [table.size.best])


def test_a_ledger_without_evidence_stays_as_it_is(write: SimpleNamespace, parties: Any) -> None:
    ledger = write.ledger(write.seen("a", "rifle", "1", when="2014"))
    assert with_own(ledger, parties) is ledger


def test_cross_tables_keep_what_is_not_stated(rows: list[Any], stock: Callable[..., Any]) -> None:
    found = stock(*rows, by="era,country", population="own-sightings-group-items-imagery-only-2014")
    assert (found.by, found.role) == ("era,country", "manufactured")
    (table,) = found.populations
    assert [(row.key, row.keys, row.count) for row in table.rows] == [
        ("not stated | CHN", ("not stated", "CHN"), 3),
        ("1970s | not stated", ("1970s", "not stated"), 1),
    ]
    assert [(row.keys, row.count) for row in table.margins] == [
        (("not stated", "all"), 3),
        (("1970s", "all"), 1),
        (("all", "CHN"), 3),
        (("all", "not stated"), 1),
        (("all", "all"), 4),
    ]
    assert table.distinct.minimum == 4
    assert [(one.kept, one.others, one.why) for one in table.distinct.merged] == [("a", ("b",), ("same-evidence",))]


def test_cuts_of_one_study_are_not_added_in_margins(stock: Callable[..., Any], write: SimpleNamespace) -> None:
    (table,) = stock(
        write.population("p", "1730"),
        write.seen("a", "rifle", "492", "p", made_in="CHN"),
        write.seen("b", "rifle", "170", "p", made="2010..2014"),
        by="era,country",
    ).populations
    margins = {row.keys: row.count for row in table.margins}
    assert margins["all", "all"] == 492
    assert "Rows overlap" in table.note
