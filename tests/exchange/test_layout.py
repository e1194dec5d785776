"""Which grid is which sheet, and its rows by column name."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.exchange.grid import Grid
from takingstock.exchange.layout import arrange
from takingstock.records import BadFileError

PATH = Path("book.xlsx")


def grid(name: str, *rows: str) -> Grid:
    return Grid(name, tuple((line, tuple(row.split(","))) for line, row in enumerate(rows, start=1) if row))


def test_a_sheet_of_another_name_is_read_by_its_columns_and_this_is_said() -> None:
    (sheet,), notes = arrange(PATH, [grid("Tabelle1", "My list,", "id,source,item,supplier,mode", "a,s,tank,USA,aid")])
    assert sheet.spec.name == "statements"
    assert sheet.lines[0].number == 3
    assert sheet.lines[0].values == {"id": "a", "source": "s", "item": "tank", "from": "USA", "mode": "aid"}
    assert notes == ("Tabelle1 is read as statements, going by its columns",)


def test_a_columns_own_name_wins_and_the_other_is_said() -> None:
    (sheet,), notes = arrange(PATH, [grid("sources", "title,date,published,id", "T,1999,2004,s")])
    assert sheet.lines[0].values["published"] == "2004"
    assert notes == ("sheet sources: column 'date' is not in the template and was not read",)


def test_other_sheets_are_left_out_and_said() -> None:
    sheets, notes = arrange(PATH, [grid("read me", "some text,x"), grid("prices", "a,b"), grid("sources", "id,title")])
    assert [sheet.name for sheet in sheets] == ["sources"]
    assert notes == ("sheet 'prices' is none of the template's sheets and was not read",)


def test_comments_surplus_cells_and_short_rows() -> None:
    (sheet,), _ = arrange(PATH, [grid("sources", "id,title,note", "# a,b,c", ",# no,x", "s", "t,T,n,more,,again")])
    short, long = sheet.lines
    assert (short.number, short.values, short.original) == (4, {"id": "s"}, (("id", "s"), ("title", ""), ("note", "")))
    assert (long.number, long.surplus) == (5, 2)


def test_lines_are_named_by_sheet_only_when_seen_from_another() -> None:
    one, two = arrange(PATH, [grid("sources", "id,title", "s,T"), grid("source", "id,title", "s,U")])[0]
    assert two.lines[0].where(one.lines[0]) == "sheet source, line 2"
    assert two.lines[0].where(two.lines[0]) == "line 2"


def test_errors_are_one_line() -> None:
    header = Grid("sources", ((1, ("id", "publisher", "two\nlines " + "x" * 99)),))
    with pytest.raises(BadFileError) as error:
        arrange(PATH, [header])
    assert "required column title is missing in line 1; columns found: id, publisher, two lines xxx" in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200


def test_nothing_of_the_template() -> None:
    with pytest.raises(BadFileError, match="none of the template's sheets"):
        arrange(PATH, [grid("prices", "a,b")])
    with pytest.raises(BadFileError, match="no header row"):
        arrange(PATH, [grid("sources", "a,b")])
