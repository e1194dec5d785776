"""Rows of somebody's table: the header by its columns, and every row's fate."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from takingstock.exchange.readers import Asked
from takingstock.exchange.reading import Reading
from takingstock.exchange.tabular import NeedsPersonError, Row, TableSpec, collect, fold_column, read_table
from takingstock.records import (
    BadFileError,
    Ledger,
    Mode,
    Quantity,
    Record,
    Source,
    Statement,
    UnknownNameError,
)

SPEC = TableSpec(
    columns={"who": ("Recipient", "المستلم"), "what": (), "number": ("No. of items",)}, required=("who", "what")
)
ASKED = Asked(ledger=Ledger(title="", revision=1, head=""))


def take(row: Row) -> tuple[Record, ...]:
    if row.needed("who") == "nobody":
        raise UnknownNameError("unknown party: 'nobody'")
    if row.get("what") == "thing":
        raise NeedsPersonError("what is a thing?")
    return (
        Statement(
            id=f"x-{row.digest('who', 'what')}",
            movement="m",
            source="s",
            item=row.needed("what"),
            to_party=row.get("who"),
            quantity=Quantity.parse(row.get("number")),
            mode=Mode.EXPORT,
        ),
    )


def read(path: Path, text: str) -> Reading:
    path.write_text(text, encoding="utf-8")
    return collect("x", path, read_table(path, SPEC), take, ASKED, sources=lambda: (Source(id="s", title="S"),))


def test_preamble_order_of_columns_and_other_words_for_them(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("A register\nmade today\n\nno of ITEMS;note;what;المستلم\n4;n;pistol;IRQ\n", encoding="utf-8")
    table = read_table(path, SPEC)
    assert [dict(row.values) for row in table.rows] == [{"number": "4", "what": "pistol", "who": "IRQ"}]
    assert table.rows[0].original == (("no of ITEMS", "4"), ("note", "n"), ("what", "pistol"), ("المستلم", "IRQ"))
    assert table.unknown == ("note",)
    assert [cells[0] for cells in table.before] == ["A register", "made today"]
    assert table.rows[0].line == 5


def test_every_row_has_one_fate(tmp_path: Path) -> None:
    text = (
        "who,what,number\nIRQ,pistol,4\nnobody,pistol,1\nIRQ,thing,1\n,pistol,1\nIRQ,rifle,-1\n"
        "IRN,pistol,4\nIRN,pistol,4\nSYR,pistol,1\nSYR,pistol,2\nSYR,rifle,1,more\nSYR,rifle,#N/A\n"
    )
    reading = read(tmp_path / "x.csv", text)
    assert reading.read == 11
    assert [row.line for row in reading.review] == [3, 4]
    assert [row.line for row in reading.rejected] == [5, 6, 9, 10, 11, 12]
    assert "lines 9, 10 are one and the same entry" in reading.rejected[2].reason
    assert "1 cells more than the header" in reading.rejected[4].reason
    assert reading.ledger == 3
    assert len(reading.statements) == 2
    assert "1 rows repeat an earlier row word for word" in reading.notes
    assert [source.id for source in reading.sources] == ["s"]


def test_the_order_of_rows_decides_nothing(tmp_path: Path) -> None:
    rows = [f"{who},{what},{number}" for who in ("IRQ", "SYR") for what in ("pistol", "rifle") for number in (1, 1, 2)]
    header = "who,what,number"
    plain = read(tmp_path / "x.csv", "\n".join([header, *rows, "IRN,pistol,1"]) + "\n")
    random.Random(4).shuffle(rows)
    mixed = read(tmp_path / "x.csv", "\n".join([header, "IRN,pistol,1", *rows]) + "\n")
    assert plain.statements == mixed.statements
    assert len(plain.rejected) == len(mixed.rejected) == 12


def test_a_header_that_comes_again_is_no_row(tmp_path: Path) -> None:
    assert read(tmp_path / "x.csv", "who,what\nIRQ,pistol\nwho,what\nIRN,pistol\n").read == 2


def test_no_header_and_doubled_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="no header with who, what"):
        read(tmp_path / "x.csv", "a,b\n1,2\n")
    with pytest.raises(BadFileError, match="column who comes 2 times"):
        read(tmp_path / "x.csv", "who,Recipient,what\n1,2,3\n")


def test_a_source_under_which_nothing_stands_is_not_written(tmp_path: Path) -> None:
    reading = read(tmp_path / "x.csv", "who,what\nnobody,pistol\n")
    assert reading.sources == ()
    assert reading.barren == ()


def test_headers_are_compared_folded() -> None:
    assert fold_column(" No. of_Items ") == "noofitems"
