"""Which reader a file is for, by its content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from takingstock.exchange import (
    comtrade,
    embargo_list,
    flows,
    indicators,
    licences,
    oryx,
    sipri,
    state_reports,
    template,
)
from takingstock.exchange.columns import header_score
from takingstock.exchange.files import read_grids
from takingstock.exchange.layout import arrange
from takingstock.exchange.readers import Reader
from takingstock.exchange.sipri_layouts import register_score
from takingstock.records import BadFileError, UnknownNameError

REGISTERS: tuple[Reader, ...] = (
    sipri.SIPRI,
    licences.UK_READER,
    licences.COARM_READER,
    flows.READER,
    embargo_list.READER,
    state_reports.UNROCA_READER,
    state_reports.ATT_READER,
    comtrade.READER,
    oryx.READER,
    indicators.READER,
)
"""Every reader of other people's files, asked in this order."""

READERS = {
    template.READER: "our template: a workbook or a folder with the sheets sources, statements, …, or one such sheet",
    **{reader.name: reader.what for reader in REGISTERS},
}


def reader_named(name: str) -> Reader:
    """A reader of other people's files. Raises UnknownNameError, naming all that are known."""
    for reader in REGISTERS:
        if reader.name == name:
            return reader
    raise UnknownNameError(f"no reader {name!r}; known are {', '.join(READERS)}")


def recognise(path: str | Path) -> str:
    """The name of the reader for a file. Raises BadFileError, naming what is known, where there is none."""
    return recognised(path)[0]


def recognised(path: str | Path) -> tuple[str, str]:
    """The name of the reader, and why it was chosen. Raises BadFileError as :func:`recognise`."""
    path = Path(path)
    for reader in REGISTERS:
        if reader.recognises_file and (why := reader.recognises_file(path)):
            return reader.name, why
    grids, _ = read_grids(path, _any_header)
    if path.is_dir():
        return template.READER, "a folder with sheets of the template"
    for reader in REGISTERS:
        if why := reader.recognises(grids):
            return reader.name, why
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
    return max(header_score(cells), *(reader.score(cells) for reader in REGISTERS), 0)


def _best(rows: Sequence[tuple[int, Sequence[str]]], score: object) -> int:
    assert callable(score)
    return max((int(score(cells)) for _, cells in rows[:60]), default=0)
