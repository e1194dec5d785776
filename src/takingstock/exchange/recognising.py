"""Which reader a file is for, by its content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from takingstock.exchange import sipri, template
from takingstock.exchange.columns import header_score
from takingstock.exchange.files import read_grids
from takingstock.exchange.layout import arrange
from takingstock.exchange.sipri_layouts import Register, parse, register_score
from takingstock.records import BadFileError

READERS = {
    template.READER: "our template: a workbook or a folder with the sheets sources, statements, …, or one such sheet",
    sipri.READER: "the SIPRI trade register as CSV, by deliveries or by deals",
}


def recognise(path: str | Path) -> str:
    """The name of the reader for a file. Raises BadFileError, naming what is known, where there is none."""
    return recognised(path)[0]


def recognised(path: str | Path) -> tuple[str, str]:
    """The name of the reader, and why it was chosen. Raises BadFileError as :func:`recognise`."""
    path = Path(path)
    grids, _ = read_grids(path, _any_header)
    if path.is_dir():
        return template.READER, "a folder with sheets of the template"
    for grid in grids:
        register = parse(grid)
        if isinstance(register, Register):
            return sipri.READER, f"a header of the SIPRI trade register, layout by {register.layout}"
    nearer_register = max((_best(grid.rows, register_score) for grid in grids), default=0)
    try:
        sheets, _ = arrange(path, grids)
    except BadFileError as error:
        nearer_template = max((_best(grid.rows, header_score) for grid in grids), default=0)
        if nearer_register > nearer_template:
            return sipri.READER, "a header like that of the SIPRI trade register"
        if nearer_template:
            raise
        known = "; ".join(f"{name}: {what}" for name, what in READERS.items())
        raise BadFileError(f"{path.name}: no header that any reader knows. Known are {known}") from error
    return template.READER, f"sheets of the template: {', '.join(sheet.spec.name for sheet in sheets)}"


def _any_header(cells: Sequence[str]) -> int:
    return max(header_score(cells), register_score(cells))


def _best(rows: Sequence[tuple[int, Sequence[str]]], score: object) -> int:
    assert callable(score)
    return max((int(score(cells)) for _, cells in rows[:60]), default=0)
