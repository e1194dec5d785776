"""One rule for every reader: a header that is said again is no row."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.case import create
from takingstock.exchange import load
from takingstock.exchange.grid import said_again

SIPRI = (
    "SIPRI AT Database ID,Supplier,Recipient,Designation,Description,Armament category,Order date,"
    "Order date is estimate,Numbers delivered,Numbers delivered is estimate,Delivery year,Delivery year is estimate,"
    "Status,SIPRI estimate,TIV deal unit,TIV delivery values,Local production"
)
DEAL = "1,Hungary,Iraq,T-72M1,tank,Armoured vehicles,2004,No,77,No,2005,No,New,1,1,77,No"
MAPPED = "No,Goods,From"
MAPPING = """\
m:
  source: {id: reg, title: A register, kind: official}
  queries:
    - entities:
        one:
          schema: Statement
          keys: [No]
          properties: {item: {column: Goods}, from: {column: From}, to: {literal: Iraq}, mode: {literal: export}}
"""
TABLES = {
    "sipri": (SIPRI, [DEAL, DEAL.replace("1,Hungary", "2,Hungary", 1)]),
    "mapping": (MAPPED, ["1,T-72M1,Hungary", "2,T-72M1,Hungary"]),
    "template": ("id,title,kind", ["a,A,official", "b,B,official"]),
}


@pytest.mark.parametrize("reader", ["sipri", "mapping", "template"])
def test_a_header_said_again_is_no_row(tmp_path: Path, reader: str) -> None:
    header, rows = TABLES[reader]
    name = "sources.csv" if reader == "template" else "r.csv"
    (tmp_path / "m.yml").write_text(MAPPING, encoding="utf-8")
    counts = []
    for number, lines in enumerate(([header, *rows], [header, rows[0], header, header, rows[1], header])):
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        with create(tmp_path / f"case{number}", "A case") as case:
            if reader == "mapping":
                report = load(case, tmp_path / name, mapping=tmp_path / "m.yml")
            else:
                report = load(case, tmp_path / name, reader=reader)
            counts.append((report.read, report.ledger, report.review, report.rejected))
    assert counts[0] == counts[1]
    assert counts[0][0] == 2


def test_what_the_same_header_is() -> None:
    header = ("a", "b", "")
    assert said_again(header, ("a", "b"))
    assert said_again(header, ("a", "b", "more"))
    assert not said_again(header, ("a", ""))
    assert not said_again(header, ("A", "b"))
    assert not said_again(("", ""), ("", ""))
