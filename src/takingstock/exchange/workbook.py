"""Excel and OpenDocument workbooks into grids of text.

Read with fastexcel (calamine), every column as text, so that no type is guessed from the cells above: a number 2004
comes as ``2004``, a date as ``2004-06-08 00:00:00``, yes and no as ``true`` and ``false``. A number
keeps nine decimals.
"""

from __future__ import annotations

from pathlib import Path

from takingstock.exchange.grid import Grid
from takingstock.records import BadFileError

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"


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
            rows = sheet.to_polars().rows()
            kept = ((line, tuple(_text(cell) for cell in cells)) for line, cells in enumerate(rows, start=1))
            grids.append(Grid(name, tuple(row for row in kept if any(row[1]))))
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


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).replace("\x00", "").strip()
