"""Workbooks as people make them: numbers for years, real dates, blank rows, titles above, damaged files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from takingstock.exchange import read_template
from takingstock.exchange.workbook import is_workbook, read_workbook
from takingstock.records import BadFileError, DateRange


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        day = made.add_format({"num_format": "dd.mm.yyyy"})
        sources = made.add_worksheet("Sources")
        sources.write_row(2, 1, ["ID", "Title", "Published", "Read"])
        sources.write_row(4, 1, ["s1", 1984, 2004.0, True])
        sheet = made.add_worksheet("Transfers")
        sheet.write_row(0, 0, ["id", "source", "weapon", "supplier", "recipient", "qty", "date", "mode", "lat", "lon"])
        sheet.write_row(1, 0, ["a", "s1", "tank", "USA", "Iraq", 140.0, "", "export", 36.35, 43.13])
        sheet.write_datetime(1, 6, datetime(2014, 6, 9, 12), day)
        sheet.write_row(2, 0, ["# b", "s1", "nonsense"])
        made.add_worksheet("Notes").write_row(0, 0, ["call Ahmad", "x"])
        made.add_worksheet("Empty")
    return path


def test_cells_are_text_and_lines_are_the_sheets(book: Path) -> None:
    grids = {grid.name: grid for grid in read_workbook(book)}
    assert set(grids) == {"Sources", "Transfers", "Notes"}
    assert grids["Sources"].rows[1] == (5, ("s1", "1984", "2004", "true"))


def test_a_workbook_is_read(book: Path) -> None:
    reading = read_template(book)
    assert (reading.read, reading.ledger, reading.rejected) == (2, 2, ())
    (source,), (statement,) = reading.sources, reading.statements
    assert source.title == "1984"
    assert source.published == DateRange.parse("2004")
    assert statement.when == DateRange.parse("2014-06-09")
    assert statement.quantity.low == 140
    assert statement.place
    assert statement.place.latitude == 36.35
    assert any("Notes" in note for note in reading.notes)


def test_the_ending_does_not_matter(book: Path) -> None:
    renamed = book.rename(book.with_suffix(".csv"))
    assert is_workbook(renamed)
    assert read_template(renamed).ledger == 2


def test_every_cut_workbook_is_refused(book: Path, write: Callable[..., Path]) -> None:
    whole = book.read_bytes()
    for length in range(4, len(whole) - 1, len(whole) // 25):
        with pytest.raises(BadFileError, match="whole workbook"):
            read_template(write("cut.xlsx", whole[:length]))


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "e.xlsx")) as made:
        made.add_worksheet("statements")
    with pytest.raises(BadFileError, match="empty"):
        read_template(tmp_path / "e.xlsx")
