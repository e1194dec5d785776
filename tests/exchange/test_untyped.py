"""What a spreadsheet program makes of a serial: numbers, dates, powers of ten."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from takingstock.exchange.untyped import Held, damage, doubt, untyped
from takingstock.records import BadFileError


def test_cells_that_hold_no_text_are_found(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet("one")
        sheet.write_string(0, 0, "serial")
        sheet.write_string(1, 0, "00123", book.add_format({"num_format": "@"}))
        sheet.write_number(2, 0, 123)
        # The format of a cell does not make a number a text again.
        sheet.write_number(3, 1, 1234570000000, book.add_format({"num_format": "@"}))
        sheet.write_datetime(5, 0, datetime(2014, 6, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_boolean(6, 0, True)
        sheet.write_formula(7, 1, "=1+1", None, 2)
        book.add_worksheet("empty")
    assert untyped(tmp_path / "a.xlsx") == {
        "one": {
            (3, 0): Held.NUMBER,
            (4, 1): Held.NUMBER,
            (6, 0): Held.DATE,
            (7, 0): Held.TRUTH,
            (8, 1): Held.NUMBER,
        }
    }


def test_what_is_no_workbook_has_none_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("serial\n123\n")
    assert untyped(tmp_path / "a.csv") == {}
    assert untyped(tmp_path) == {}
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(BadFileError, match=r"b\.xlsx is not a whole workbook"):
        untyped(tmp_path / "b.xlsx")


@pytest.mark.parametrize(
    ("text", "held", "lost"),
    [
        ("1.23457E+12", None, "dropped figures"),
        ("1,23457E+12", None, "dropped figures"),
        ("1234567890123456", Held.NUMBER, "dropped figures"),
        ("1234567890123456", None, ""),
        ("123456789012345", Held.NUMBER, ""),
        ("2014-10-03 00:00:00", Held.DATE, "made a date"),
        ("true", Held.TRUTH, "yes or no"),
        ("UE 4471", None, ""),
        ("E12", None, ""),
    ],
)
def test_what_is_lost_for_good(text: str, held: Held | None, lost: str) -> None:
    assert (lost in damage(text, held)) if lost else not damage(text, held)


def test_what_may_be_lost() -> None:
    assert "zeros before it are lost" in doubt("123", Held.NUMBER)
    assert "number with a point" in doubt("12345.0", None)
    assert not doubt("123", None)
    assert not doubt("12345.6", None)
