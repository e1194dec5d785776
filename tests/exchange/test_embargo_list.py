"""A list of embargoes: two-digit years, what it does not say, and where it contradicts the reference tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from takingstock.exchange import recognise
from takingstock.exchange.embargo_list import SCOPE, TARGET, day, read_embargoes
from takingstock.exchange.readers import Asked
from takingstock.records import BadValueError, Ledger

SHARED = Path(__file__).resolve().parents[2] / "../shared/data/embargoes/sipri_embargo_archive_2020.csv"
ASKED = Asked(ledger=Ledger(title="", revision=1, head=""))


@pytest.mark.skipif(not SHARED.is_file(), reason="the archive is not at hand")
def test_the_real_archive() -> None:
    assert recognise(SHARED) == "embargoes"
    reading = read_embargoes(SHARED, ASKED)
    assert (reading.read, reading.ledger, len(reading.review), len(reading.rejected)) == (79, 76, 3, 0)
    assert min(embargo.when.first for embargo in reading.embargoes if embargo.when.first) == date(1963, 8, 7)
    assert any("eu-syria-2011" in note and "both are kept" in note for note in reading.notes)
    yugoslavia = [embargo for embargo in reading.embargoes if "2216" in embargo.reference]
    assert {embargo.territory for embargo in yugoslavia} == {"YEM", "YUG"}
    assert not any(embargo.verified for embargo in reading.embargoes)


def test_what_the_list_does_not_say_is_said(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "\ufeffTarget,Entry into force,Suspended,Lifted,Establishing document\n"
        "Haiti,16-Jun-93,29-Sep-94,29-Sep-94,UNSCR 841\nBurundi,6-Aug-96,,23-Jan-99,-\n"
        "Iraq,6-Aug-90,,5-Aug-90,UNSCR 661\nAtlantis,6-Aug-90,,,UNSCR 1\nIran,soon,,,UNSCR 2\n",
        encoding="utf-8",
    )
    reading = read_embargoes(path, ASKED)
    haiti = next(embargo for embargo in reading.embargoes if embargo.territory == "HTI")
    assert (haiti.body, haiti.target, haiti.scope) == ("United Nations", TARGET, SCOPE)
    assert "suspended 1994-09-29" in haiti.note
    burundi = next(embargo for embargo in reading.embargoes if embargo.territory == "BDI")
    assert burundi.body == "body not stated by the list"
    assert [row.line for row in reading.review] == [5]
    assert [row.line for row in reading.rejected] == [4, 6]
    assert "before it came into force" in reading.rejected[0].reason


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("7-Aug-63", date(1963, 8, 7)), ("13-Jul-18", date(2018, 7, 13)), ("2000-12-19", date(2000, 12, 19))],
)
def test_days(text: str, wanted: date) -> None:
    assert day(text, "x") == wanted


def test_a_day_that_is_none() -> None:
    with pytest.raises(BadValueError, match="not a date: '31-Feb-01'"):
        day("31-Feb-01", "x")
