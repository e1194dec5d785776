"""The user's own priors of the forecast: a small table, by its column names. What they mean is checked later."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from takingstock.exchange.files import read_grids
from takingstock.records import BadFileError

_KNOWN = frozenset({"mode", "goods", "low", "high", "share", "concentration", "conflict", "source"})


def read_priors(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file or workbook as texts by column. Raises BadFileError for a file without such columns."""
    grids, _ = read_grids(path, _score)
    for grid in grids:
        header = grid.header(_score)
        if header is not None:
            heads = [cell.strip().casefold().replace(" ", "_") for cell in grid.rows[header][1]]
            return [dict(zip(heads, cells, strict=False)) for _, cells in grid.rows[header + 1 :]]
    raise BadFileError(
        f"{path.name} has no table of priors; its first row names the columns: mode, goods, low, high, share, … "
        "(see docs/forecast.md)"
    )


def _score(cells: Sequence[str]) -> int:
    found = {cell.strip().casefold() for cell in cells} & _KNOWN
    return len(found) if {"mode", "low", "high"} <= found else 0
