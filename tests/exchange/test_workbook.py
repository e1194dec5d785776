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


HEAD = ["id", "source", "item", "from", "to", "quantity", "when", "mode", "remark"]
ROW = ["a", "s", "tank", "USA", "IRQ", "1", "2004", "export", "r"]


def statements(path: Path, *rows: list[str], errors: dict[tuple[int, int], str] | None = None) -> Path:
    """A workbook with one source and these statements; ``errors`` are failed formulas by row and column."""
    with xlsxwriter.Workbook(str(path)) as made:
        made.add_worksheet("sources").write_row(0, 0, ["id", "title"])
        made.get_worksheet_by_name("sources").write_row(1, 0, ["s", "S"])
        sheet = made.add_worksheet("statements")
        for line, row in enumerate([HEAD, *rows], start=2):
            for column, text in enumerate(row, start=1):
                sheet.write_string(line, column, text)
        for (line, column), shown in (errors or {}).items():
            sheet.write_formula(line + 2, column + 1, "=1/0", None, shown)
    return path


@pytest.mark.parametrize("shown", ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!"])
@pytest.mark.parametrize("column", ["id", "quantity", "when", "remark"])
def test_a_cell_that_failed_rejects_its_row(tmp_path: Path, shown: str, column: str) -> None:
    good = ["b", *ROW[1:]]
    path = statements(tmp_path / "e.xlsx", ROW, good, errors={(1, HEAD.index(column)): shown})
    reading = read_template(path)
    assert [statement.id for statement in reading.statements] == ["b"]
    (rejected,) = reading.rejected
    assert rejected.line == 4
    assert f"{column}: the cell holds the error {shown}; mend the formula" in rejected.reason
    assert dict(rejected.row)[column] == shown


def test_a_failed_cell_that_nobody_reads_does_no_harm(tmp_path: Path) -> None:
    path = statements(tmp_path / "e.xlsx", ROW, errors={(0, 9): "colour", (1, 9): "#REF!"})
    assert read_template(path).rejected == ()


@pytest.mark.parametrize("how", ["hide", "very_hidden"])
def test_a_hidden_sheet_is_read_and_said(tmp_path: Path, how: str) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "h.xlsx")) as made:
        made.add_worksheet("parties").write_row(0, 0, ["id", "name", "kind"])
        sheet = made.add_worksheet("sources")
        sheet.write_row(0, 0, ["id", "title"])
        sheet.write_row(1, 0, ["s", "S"])
        getattr(sheet, how)()
    reading = read_template(tmp_path / "h.xlsx")
    assert [source.id for source in reading.sources] == ["s"]
    (note,) = reading.notes
    assert "'sources' is hidden" in note


@pytest.mark.parametrize("figure", ["1,5", "3,7..4,2", "100 20", "2004,2005"])
def test_a_text_that_is_no_figure_rejects_its_row(tmp_path: Path, figure: str) -> None:
    (rejected,) = read_template(statements(tmp_path / "q.xlsx", [*ROW[:5], figure, *ROW[6:]])).rejected
    assert f"quantity: not a quantity: '{figure}'" in rejected.reason


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
