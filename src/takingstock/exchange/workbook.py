"""Excel and OpenDocument workbooks into grids of text.

Read with fastexcel (calamine), every column as text, so that no type is guessed from the cells above: a number 2004
comes as ``2004``, a date as ``2004-06-08 00:00:00``, yes and no as ``true`` and ``false``. A number
keeps nine decimals. A cell that failed comes as the error that the spreadsheet program shows, ``#DIV/0!``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from takingstock.exchange.grid import Grid, trim
from takingstock.records import BadFileError

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"

_ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}
"""The reader's names of errors in cells, and what spreadsheet programs show."""


def is_workbook(path: Path) -> bool:
    """Whether the content (not the name) is that of an Excel or OpenDocument workbook."""
    with path.open("rb") as file:
        return file.read(4).startswith((_ZIP, _OLE))


def read_workbook(path: Path) -> tuple[Grid, ...]:
    """Every sheet that has cells. Raises BadFileError for a damaged or cut-off workbook."""
    import fastexcel

    try:
        book = fastexcel.read_excel(path)
        grids = []
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if not sheet.width:
                continue
            table = [[_text(cell) for cell in cells] for cells in sheet.to_polars().rows()]
            for row, column, error in _errors(sheet):
                table[row][column] = error
            kept = tuple((line, tuple(cells)) for line, cells in enumerate(table, start=1) if any(cells))
            hidden = sheet.visible != "visible"
            notes = (f"sheet {name!r} is hidden in the workbook; it counts like any other",) if hidden and kept else ()
            grids.append(Grid(name, kept, notes))
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the reader has its own errors, and a panic in it is no Exception
        raise BadFileError(
            f"{path.name} is not a whole workbook (damaged, cut off or protected); open it in a spreadsheet program "
            "and save it again as .xlsx"
        ) from error
    if not any(grid.rows for grid in grids):
        raise BadFileError(f"{path.name} is empty; there is nothing to import")
    return tuple(grids)


def _errors(sheet: Any) -> list[tuple[int, int, str]]:
    """Row, column (from 0, as in the table) and text of the cells that hold an error instead of a value."""
    _, found = sheet.to_arrow_with_errors()
    errors = []
    for error in found.errors if found else ():
        kind = re.search(r"Error\((\w+)\)", error.detail)
        errors.append((*error.position, _ERRORS.get(kind[1] if kind else "", "#ERROR!")))
    return errors


def _text(cell: object) -> str:
    return "" if cell is None else trim(str(cell).replace("\x00", ""))
