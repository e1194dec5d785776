"""Totals of the ledger against the register's own, row by row of the real extract."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from takingstock.exchange.sipri import read_sipri
from takingstock.questions import totals
from takingstock.records import Ledger
from takingstock.reference.parties import directory

EXTRACT = Path(__file__).resolve().parents[2] / "../shared/data/sipri/trade_register_extract.csv"


@pytest.mark.skipif(not EXTRACT.is_file(), reason="the register is not at hand")
def test_tiv_by_year_is_the_registers_own() -> None:
    reading = read_sipri(EXTRACT)
    ledger = Ledger(title="", revision=1, head="", sources=reading.sources, statements=reading.statements)
    waiting = {dict(row.row)["SIPRI AT Database ID"] + dict(row.row)["Delivery year"] for row in reading.review}
    assert len(reading.statements) / reading.read > 0.95
    own: dict[str, float] = defaultdict(float)
    with EXTRACT.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["SIPRI AT Database ID"] + row["Delivery year"] not in waiting and row["TIV delivery values"]:
                own[row["Delivery year"]] += float(row["TIV delivery values"])
    ours = {total.group: total.total for total in totals(ledger, directory(), "year") if total.measure == "tiv"}
    assert ours == {year: pytest.approx(value, abs=0.005) for year, value in own.items()}
