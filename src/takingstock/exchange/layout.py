"""Which grid is which sheet of the template, where its header is, and its rows by column name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from takingstock.exchange.cells import is_error
from takingstock.exchange.columns import SHEETS, sheet_named
from takingstock.exchange.grid import Grid, bare, said_again
from takingstock.exchange.sheet_spec import SheetSpec, fold_header
from takingstock.records import BadFileError

_NOT_DATA = {"read_me", "readme", "lists", "example"}


@dataclass(frozen=True)
class Line:
    """One data row: where it stands, its cells by the template's column names, and as the file has it."""

    sheet: str
    order: int
    number: int
    values: dict[str, str]
    original: tuple[tuple[str, str], ...]
    surplus: int = 0

    @property
    def key(self) -> tuple[int, int]:
        return self.order, self.number

    def where(self, seen_from: Line) -> str:
        """How to name this line to a reader who looks at another one."""
        return f"line {self.number}" if self.order == seen_from.order else f"sheet {self.sheet}, line {self.number}"


@dataclass(frozen=True)
class Sheet:
    """A grid that was recognised as one of the template's sheets."""

    spec: SheetSpec
    name: str
    lines: tuple[Line, ...]


def arrange(path: Path, grids: Sequence[Grid]) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """The sheets among the grids, and notes on what was left out (sheets and columns of other names).

    Raises BadFileError where no sheet is found or one lacks a required column."""
    sheets: list[Sheet] = []
    notes: list[str] = []
    for order, grid in enumerate(grids):
        named = sheet_named(grid.name)
        spec = named or _by_header(grid, alone=len(grids) == 1)
        if spec and not named:
            notes.append(f"{grid.name} is read as {spec.name}, going by its columns")
        if spec is None:
            if fold_header(grid.name) not in _NOT_DATA and grid.rows:
                notes.append(f"sheet {grid.name!r} is none of the template's sheets and was not read")
            continue
        sheet, unknown = _sheet(path, spec, grid, order)
        sheets.append(sheet)
        notes.extend(unknown)
    if not sheets:
        names = ", ".join(spec.name for spec in SHEETS)
        raise BadFileError(f"{path.name} has none of the template's sheets ({names}); see `docs/template.md`")
    return tuple(sheets), tuple(notes)


def _by_header(grid: Grid, alone: bool) -> SheetSpec | None:
    """The one sheet whose required columns are all there; for a lone grid the nearest one, so that the error names
    what is missing. Raises BadFileError where two fit equally."""
    scored = []
    for spec in SHEETS:
        index = grid.header(spec.score)
        if index is not None:
            header = grid.rows[index][1]
            missing = set(spec.required) - {spec.column(cell) for cell in header if cell}
            scored.append((not missing, spec.score(header), spec))
    scored.sort(key=lambda entry: entry[:2], reverse=True)
    if not scored or (not scored[0][0] and not alone):
        return None
    if len(scored) > 1 and scored[0][:2] == scored[1][:2] and alone:
        both = " or ".join(spec.name for *_, spec in scored[:2])
        raise BadFileError(f"{grid.name}: cannot tell whether this is {both}; name the file or sheet after its kind")
    return scored[0][2]


def _sheet(path: Path, spec: SheetSpec, grid: Grid, order: int) -> tuple[Sheet, list[str]]:
    index = grid.header(spec.score)
    place = grid.name if grid.name == path.stem else f"{path.name}, sheet {grid.name}"
    if index is None:
        first = _shown(grid.rows[0][1]) if grid.rows else "nothing"
        raise BadFileError(f"{place}: no header row; needed: {', '.join(spec.required)}; found: {first}")
    line, header = grid.rows[index]
    columns, unknown = _columns(spec, header)
    missing = [name for name in spec.required if name not in columns.values()]
    if missing:
        raise BadFileError(
            f"{place}: required column {', '.join(missing)} is missing in line {line}; columns found: {_shown(header)}"
        )
    notes = [f"sheet {grid.name}: column {name!r} is not in the template and was not read" for name in unknown]
    lines = tuple(
        _line(grid.name, order, number, header, cells, columns)
        for number, cells in grid.rows[index + 1 :]
        if not _is_comment(next(cell for cell in cells if cell)) and not said_again(header, cells)
    )
    return Sheet(spec, grid.name, lines), notes


def _is_comment(first: str) -> bool:
    return bare(first).startswith("#") and not is_error(first)


def _shown(cells: Sequence[str]) -> str:
    """Header cells for an error: one line, long texts cut."""
    return ", ".join(" ".join(cell.split())[:40] for cell in cells if cell)


def _columns(spec: SheetSpec, header: Sequence[str]) -> tuple[dict[int, str], list[str]]:
    """Position to column name; an exact name wins over a synonym, the first synonym over the next."""
    columns: dict[int, str] = {}
    unknown: list[str] = []
    exact = {fold_header(column.name) for column in spec.columns}
    ranked = sorted(range(len(header)), key=lambda index: (fold_header(header[index]) not in exact, index))
    for index in ranked:
        if not header[index]:
            continue
        name = spec.column(header[index])
        if name is None or name in columns.values():
            unknown.append(header[index])
        else:
            columns[index] = name
    return columns, unknown


def _line(
    sheet: str, order: int, number: int, header: Sequence[str], cells: Sequence[str], columns: dict[int, str]
) -> Line:
    values = {name: cells[index] for index, name in columns.items() if index < len(cells) and cells[index]}
    original = tuple((name, cells[i] if i < len(cells) else "") for i, name in enumerate(header) if name)
    surplus = sum(1 for cell in cells[len(header) :] if cell)
    return Line(sheet, order, number, values, original, surplus)
