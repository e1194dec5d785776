"""Oryx lists: counters, compound statuses, owner and origin apart, one picture of several items."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from takingstock.exchange import recognise
from takingstock.exchange.oryx import PATTERNS, classified, plain_name, read_oryx
from takingstock.exchange.readers import Asked
from takingstock.exchange.tabular import NeedsPersonError
from takingstock.records import Ledger, Mode
from takingstock.reference import tables
from takingstock.reference.items import taxonomy

SHARED = Path(__file__).resolve().parents[2] / "../shared/data/oryx"
ASKED = Asked(ledger=Ledger(title="", revision=1, head=""))
HEADER = "country,origin,system,status,url,date_recorded,sysID,imageID,statusID,matID\n"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the lists are not at hand")
@pytest.mark.parametrize(("name", "rows", "mode"), [("captured", 5392, Mode.CAPTURE), ("abandoned", 2473, Mode.LOSS)])
def test_the_real_lists(name: str, rows: int, mode: Mode) -> None:
    file = SHARED / f"event_{name}.csv"
    assert recognise(file) == "oryx"
    reading = read_oryx(file, ASKED)
    assert reading.read == rows == reading.ledger + len(reading.review) + len(reading.rejected)
    assert reading.ledger / rows >= 0.95
    assert {statement.mode for statement in reading.statements} == {mode}
    assert len({statement.id for statement in reading.statements}) == reading.ledger
    assert Counter(statement.from_party for statement in reading.statements).keys() == {"RUS", "UKR"}
    assert any("pictures show several items" in note for note in reading.notes)
    if name == "captured":
        assert any("origin 'People' (1 rows)" in note for note in reading.notes)
        assert sum(statement.made_in is None for statement in reading.statements) == 1
        assert any(statement.made_in == "SUN" and statement.from_party == "UKR" for statement in reading.statements)


def test_what_a_row_becomes(tmp_path: Path) -> None:
    path = tmp_path / "oryx.csv"
    path.write_text(
        HEADER
        + "Russia,Soviet Union,734 BMP-2(K),damaged and captured,https://x/1,2022-05-27,1,1,1,a\n"
        + "Russia,Soviet Union,T-72B,damaged,https://x/1,2022-05-27,1,1,1,b\n"
        + "Russia,Soviet Union,T-72B,destroyed,https://x/2,2022-05-27,1,1,1,c\n"
        + "Russia,Soviet Union,Something new,captured,https://x/3,2022-05-27,1,1,1,d\n"
        + "Russia,Soviet Union,T-72B,vanished,https://x/4,2022-05-27,1,1,1,e\n"
        + "Atlantis,Soviet Union,T-72B,captured,https://x/5,2022-05-27,1,1,1,f\n"
    )
    reading = read_oryx(path, ASKED)
    taken = {statement.id: statement for statement in reading.statements}
    captured = taken["oryx-a"]
    assert (captured.mode, captured.from_party, captured.to_party, captured.made_in) == (
        Mode.CAPTURE,
        "RUS",
        None,
        "SUN",
    )
    assert (captured.designation, str(captured.when), str(captured.quantity)) == ("BMP-2(K)", "..2022-05-27", "1")
    assert "2 entries share this picture" in captured.remark
    assert taken["oryx-c"].mode is Mode.DESTRUCTION
    (damaged,) = reading.sightings
    assert (damaged.id, damaged.holder) == ("oryx-b", "RUS")
    assert [row.line for row in reading.review] == [5, 7]
    assert [row.line for row in reading.rejected] == [6]


@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("734 BMP-2(K)", "BMP-2(K)"),
        ("152mm 2S19 Msta-S", "152mm 2S19 Msta-S"),
        ("120 mm 2B11", "120 mm 2B11"),
        ("9<U+041C>131 Metis-M", "9М131 Metis-M"),
        ("MT-LB", "MT-LB"),
    ],
)
def test_counters_come_off_and_calibres_stay(system: str, name: str) -> None:
    assert plain_name(system) == name


@pytest.mark.parametrize(
    ("system", "item"),
    [
        ("T-72B3 Obr. 2016", "tank"),
        ("Unknown tank", "tank"),
        ("122mm BM-21 'Grad'", "artillery.mrl"),
        ("Orlan-10 reconnaissance UAV", "aircraft.uav"),
        ("BREM-1 armoured recovery vehicle", "recovery-vehicle"),
        ("River link pontoon (for PMP(-M) floating bridge system)", "support-vehicle"),
        ("9T217 transloader (for 9K33 Osa)", "support-vehicle"),
        ("MT-LB with ZU-23 AA gun", "air-defence.gun"),
        ("M1114 and M1151 HMMWV", "vehicle.light.hmmwv"),
        ("9K38 Igla", "manpads"),
    ],
)
def test_classes(system: str, item: str) -> None:
    found = classified(system)
    assert found == item or found.startswith(f"{item}.")


LOOK_ALIKES = [
    ("BMP-1", "BMP-2"),
    ("BMP-2", "BMP-3"),
    ("T-62", "T-64"),
    ("T-72B", "T-72A"),
    ("T-80U", "T-80BV"),
    ("T-90A", "T-90M"),
    ("BTR-60PB", "BTR-70"),
    ("BTR-80", "BTR-82A"),
    ("BTR-3", "BTR-4"),
    ("BMD-2", "BMP-2"),
    ("BRDM-2", "BRM-1K"),
    ("2S1 Gvozdika", "2S3 Akatsiya"),
    ("152mm 2S19 Msta-S", "152mm 2A65 Msta-B howitzer"),
    ("122mm BM-21 Grad", "220mm BM-27 Uragan"),
    ("9K33 Osa", "9K35 Strela-10"),
    ("9K38 Igla", "9M111 Fagot"),
    ("9M113 Konkurs", "9M111 Fagot"),
    ("Leopard 2A4", "Leopard 2A6"),
    ("Mi-8", "Mi-24"),
    ("Ka-52", "Mi-28"),
    ("M113", "M1113 HMMWV"),
    ("MT-LB", "MT-12"),
]


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES, ids=str)
def test_look_alikes_are_never_one_leaf(one: str, other: str) -> None:
    """They may share a broad class where the table knows no better; they never share a type."""

    def leaf(system: str) -> str | None:
        try:
            item = classified(system)
        except NeedsPersonError:
            return None
        return item if not any(below.id.startswith(f"{item}.") for below in taxonomy().all()) else None

    assert leaf(one) is None or leaf(one) != leaf(other)


def test_the_patterns_name_classes_that_are_there() -> None:
    assert [row["item"] for row in tables.read(PATTERNS) if not taxonomy().has(row["item"])] == []
    assert {row["verified"] for row in tables.read(PATTERNS)} == {"no"}
