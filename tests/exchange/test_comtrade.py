"""Customs rows: value and weight, never items; no state is made of a total."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.exchange import recognise
from takingstock.exchange.comtrade import CAUTION, heading, read_comtrade
from takingstock.exchange.readers import Asked
from takingstock.records import BadValueError, Ledger, Mode, Unit

ASKED = Asked(ledger=Ledger(title="", revision=1, head=""))
NEW = "typeCode,period,reporterDesc,flowDesc,partnerDesc,cmdCode,qty,qtyUnitAbbr,netWgt,primaryValue\n"


def test_what_a_row_becomes(tmp_path: Path) -> None:
    path = tmp_path / "comtrade.csv"
    path.write_text(
        NEW
        + "C,2012,Germany,Export,Iraq,9301,120,u,2500,750000\nC,201203,Germany,Import,Switzerland,930630,-1,,0,1000\n"
        + "C,2012,Germany,Export,World,9301,,,1,1\nC,2012,Germany,Export,Iraq,8703,,,1,1\n"
        + "C,2012,Germany,Re-export,Jordan,93,,,10,5\nC,2012,Germany,Sideways,Jordan,93,,,10,5\n"
    )
    assert recognise(path) == "comtrade"
    reading = read_comtrade(path, ASKED)
    by_to = {(s.from_party, s.to_party): s for s in reading.statements}
    export = by_to["DEU", "IRQ"]
    assert (export.item, str(export.quantity), export.quantity.unit) == ("listed.hs-9301", "2.5", Unit.TONNES)
    assert export.value is not None
    assert (str(export.value.amount), export.value.currency) == ("750000", "USD")
    assert "120 u reported" in export.remark and CAUTION in export.remark  # noqa: PT018
    bought = by_to["CHE", "DEU"]
    assert (bought.item, bought.quantity.known, str(bought.when)) == ("listed.hs-9306", False, "2012-03")
    assert by_to["DEU", "JOR"].mode is Mode.RETRANSFER
    assert [row.line for row in reading.review] == [4]
    assert [row.line for row in reading.rejected] == [5, 7]
    (source,) = reading.sources
    assert source.coverage is not None
    assert source.coverage.parties == ("DEU",)


def test_an_older_download(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text(
        "Year,Trade Flow,Reporter,Partner,Commodity Code,Qty Unit,Qty,Netweight (kg),Trade Value (US$)\n"
        "2005,Import,Iraq,Italy,9302,Number of items,20000,18000,4000000\n"
    )
    (statement,) = read_comtrade(path, ASKED).statements
    assert (statement.from_party, statement.to_party, statement.reporter) == ("ITA", "IRQ", "IRQ")
    assert statement.designation == "HS 9302"


@pytest.mark.parametrize(
    ("code", "item"),
    [("9301", "listed.hs-9301"), ("930190", "listed.hs-9301"), ("93", "listed.hs-93"), ("871000", "listed.hs-8710")],
)
def test_headings(code: str, item: str) -> None:
    assert heading(code) == item


@pytest.mark.parametrize("code", ["8703", "TOTAL", "", "9", "arms"])
def test_what_is_no_arms_heading(code: str) -> None:
    with pytest.raises(BadValueError):
        heading(code)
