"""Parquet files into cells: every value as a spreadsheet would show it, what is nested under a name with a dot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from takingstock.exchange.grid import Grid
from takingstock.exchange.jsonlines import flat, text_of
from takingstock.records import BadFileError

if TYPE_CHECKING:
    import polars as pl

_MAGIC: Final = b"PAR1"


def is_parquet(path: Path) -> bool:
    """Whether the file begins as Parquet does."""
    with path.open("rb") as file:
        return file.read(4) == _MAGIC


def parquet_frames(path: Path, rows: int) -> Iterator[pl.DataFrame]:
    """Batches of at most ``rows`` rows, every column a text, none missing. Raises BadFileError for a damaged file."""
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=rows):
                yield _texts(pl.DataFrame(pa.Table.from_batches([batch])))
    except (pa.ArrowException, OSError, pl.exceptions.PolarsError) as error:
        raise BadFileError(f"{path.name} is no whole Parquet file ({_first(error)}); copy it again") from error


def read_parquet(path: Path) -> Grid:
    """All of it as a grid; the line of a row is its number, counted from 1."""
    frames = list(parquet_frames(path, 50_000))
    header = tuple(dict.fromkeys(name for frame in frames for name in frame.columns))
    rows: list[tuple[int, tuple[str, ...]]] = [(0, header)]
    for frame in frames:
        for row in frame.rows(named=True):
            rows.append((len(rows), tuple(row.get(name) or "" for name in header)))
    return Grid(path.stem, tuple(row for row in rows if any(row[1])))


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    columns: dict[str, pl.Series] = {}
    for series in frame:
        if series.dtype == pl.String:
            columns[series.name] = series.fill_null("").str.replace_all("\x00", "", literal=True)
        elif series.dtype.is_integer():
            columns[series.name] = series.cast(pl.String).fill_null("")
        elif series.dtype.is_nested():
            rows = [{} if value is None else dict(flat(value, series.name)) for value in series.to_list()]
            for name in dict.fromkeys(name for row in rows for name in row):
                columns[name] = pl.Series(name, [row.get(name, "") for row in rows], dtype=pl.String)
        else:
            columns[series.name] = pl.Series(series.name, [text_of(v) for v in series.to_list()], dtype=pl.String)
    return pl.DataFrame(columns)


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
