"""Cells of a workbook that hold no text where text was meant: what a spreadsheet program made of something typed in.

A serial 00123 typed into a cell that is not formatted as text becomes the number 123, a mark 10-3 a date, and of a
number only fifteen figures are kept. Read as text, such a cell does not show what it was.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Final

from takingstock.exchange.workbook import is_workbook
from takingstock.records import BadFileError

FIGURES_KEPT: Final = 15
"""Figures that a spreadsheet program keeps of a number."""

_HELD: Final = re.compile(r"but got '(\w+)\(")
_POWER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_WITH_POINT: Final = re.compile(r"\d+[.,]0+")


class Held(StrEnum):
    """What a cell holds that is no text."""

    NUMBER = "number"
    DATE = "date"
    TRUTH = "truth"


_KINDS: Final = {
    "Float": Held.NUMBER,
    "Int": Held.NUMBER,
    "Bool": Held.TRUTH,
    "DateTime": Held.DATE,
    "DateTimeIso": Held.DATE,
    "DurationIso": Held.DATE,
}
"""The reader's names of what a cell holds; others (String, Error) are text, or nothing."""


def untyped(path: Path) -> dict[str, dict[tuple[int, int], Held]]:
    """Sheet to (line from 1, column from 0) to what stands there instead of text. Empty for what is no workbook.

    Raises BadFileError for a damaged one."""
    if not path.is_file() or not is_workbook(path):
        return {}
    import fastexcel

    found: dict[str, dict[tuple[int, int], Held]] = {}
    try:
        book = fastexcel.read_excel(path)
        for name in book.sheet_names:
            # Read as text the kinds are gone. Asked for a span of time, the reader complains of everything that is
            # neither that nor a date, and says what it is.
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="duration")
            if not sheet.width:
                continue
            dates, complaints = sheet.to_arrow_with_errors()
            held = found.setdefault(name, {})
            for one in complaints.errors if complaints else ():
                match = _HELD.search(one.detail)
                if kind := _KINDS.get(match[1] if match else ""):
                    held[one.position[0] + 1, one.position[1]] = kind
            for column, cells in enumerate(dates.columns):
                held |= {(line, column): Held.DATE for line, cell in enumerate(cells, start=1) if cell.is_valid}
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # as in reading a workbook: a panic in the reader is no Exception
        raise BadFileError(f"{path.name} is not a whole workbook; save it again as .xlsx") from error
    return found


def damage(text: str, held: Held | None) -> str:
    """Why what was meant is lost for good from a cell that was meant as text; empty: it is not, as far as one sees."""
    if held is Held.DATE:
        return f"the spreadsheet program has made a date of it ({text}), and what was typed is lost"
    if held is Held.TRUTH:
        return f"the spreadsheet program has made yes or no of it ({text})"
    if _POWER.fullmatch(text) or (held is Held.NUMBER and sum(map(str.isdigit, text)) > FIGURES_KEPT):
        return f"the spreadsheet program has made a number of it ({text}) and dropped figures"
    return ""


def doubt(text: str, held: Held | None) -> str:
    """Why a cell that was meant as text may not show what was meant; empty: there is no sign of it."""
    if held is Held.NUMBER:
        return f"{text} stands there as a number: zeros before it are lost"
    return f"{text} looks like a number with a point" if _WITH_POINT.fullmatch(text) else ""
