"""Reader of tables of indicators: a measure, whom it is about, a period and a value, one row each.

Two downloads of Our World in Data are read as they come (``Entity``, ``Year`` and *Human rights protection* or
*military_expenditure*); anything else needs the column ``measure``. A missing value is no row, and never zero: an empty
cell is rejected, and so is a corruption index of 0, since tables write *missing* so. The sheet of our template, which
has ids, is read by the template.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from takingstock.exchange.files import read_grids
from takingstock.exchange.grid import Grid
from takingstock.exchange.readers import Asked, Reader
from takingstock.exchange.reading import Reading
from takingstock.exchange.row_names import RowNames
from takingstock.exchange.tabular import Row, TableSpec, collect, fold_column, has_header, read_table
from takingstock.records import (
    BadValueError,
    Coverage,
    DateRange,
    IndicatorValue,
    Record,
    Source,
    SourceKind,
)
from takingstock.reference.indicators import CPI, DEATHS, RIGHTS, SPENDING

_PARTY = ("country", "state", "entity", "about")
_WHEN = ("year", "period", "date")

LONG = TableSpec(
    columns={
        "measure": ("indicator", "series"),
        "party": _PARTY,
        "when": _WHEN,
        "value": ("score",),
        "published": ("released", "date of publication"),
        "source": ("publisher",),
        "remark": ("note",),
    },
    required=("measure", "party", "when", "value"),
)
"""The general form."""

OWID = {
    RIGHTS: TableSpec(
        columns={"party": _PARTY, "when": _WHEN, "value": ("human rights protection",), "code": ("iso code",)},
        required=("party", "when", "value"),
    ),
    SPENDING: TableSpec(
        columns={
            "party": _PARTY,
            "when": _WHEN,
            "value": ("military_expenditure",),
            "code": ("iso code",),
            "share": ("military_expenditure_share_gdp",),
            "head": ("military_expenditure_per_capita",),
        },
        required=("party", "when", "value"),
    ),
}
_OWN_HEADER = {RIGHTS: fold_column("human rights protection"), SPENDING: fold_column("military_expenditure")}
_ID = fold_column("id")


def read_indicators(path: Path, asked: Asked) -> Reading:
    """The values of a table. Raises BadFileError where the file is none."""
    grids, _ = read_grids(path, _score)
    fixed = next((measure for measure in OWID if _is_owid(grids, measure)), "")
    table = read_table(path, OWID[fixed] if fixed else LONG)
    names = RowNames(asked, READER.name)
    sources: dict[str, Source] = {}

    def take(row: Row) -> Iterable[Record]:
        names.start()
        measure = fixed or re.sub(r"[\s_]+", "-", row.needed("measure").casefold())
        when = DateRange.parse(row.needed("when"))
        if when.last is None:
            raise BadValueError(f"when: {row.get('when')!r} has no end; a value is about a period that ended")
        party = names.party(row.needed("party"), when)
        source = _source(row.get("source"), path, asked, sources)
        yield IndicatorValue(
            id=f"{source}-{measure}-{party}-{when}",
            measure=measure,
            party=party,
            when=when,
            value=_value(row, measure),
            source=source,
            published=DateRange.parse(row.get("published")) if row.get("published") else asked.released,
            remark=row.get("remark"),
        )
        yield from names.rows

    def notes() -> Iterable[str]:
        if not asked.released.known and "published" not in {name for row in table.rows for name in row.values}:
            yield "no date of publication: each value counts as known from the end of its period on"
        if fixed:
            yield f"the table names no measure; by its header it is {fixed}"

    return collect(READER.name, path, table, take, asked, sources=sources.values, notes=notes)


def _source(words: str, path: Path, asked: Asked, made: dict[str, Source]) -> str:
    """The id of the source that a row stands under: the one asked for, one of the case, or a new one."""
    known = {one.id for one in asked.ledger.sources}
    if asked.source:
        id, title = asked.source, asked.source
    elif words in known:
        id, title = words, words
    else:
        title = words or f"Table of indicators: {path.name}"
        id = "indicators-" + (re.sub(r"[^a-z0-9]+", "-", (words or path.stem).casefold()).strip("-") or "table")
    if id not in known:
        note = "values as imported; what the table leaves out is missing, not zero"
        made.setdefault(
            id,
            Source(
                id=id,
                title=title,
                kind=SourceKind.OTHER,
                published=asked.released,
                coverage=Coverage(period=asked.coverage or DateRange(), note=note),
            ),
        )
    return id


def _value(row: Row, measure: str) -> float:
    if not row.get("value"):
        raise BadValueError("value is empty; a missing value needs no row")
    text = row.get("value")
    if not re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", text):
        raise BadValueError(f"value: not a number: {text!r}; write 1234.5, with a point and without separators")
    value = float(text)
    if not math.isfinite(value):
        raise BadValueError(f"value: {text!r} is out of range")
    if measure == CPI and not 0 < value <= 10:
        raise BadValueError(
            f"value: a corruption index of {text} is not above 0 and up to 10; divide scores of 0 to 100 by "
            "ten, and leave a missing one (written 0) out"
        )
    if measure in {DEATHS, SPENDING} and value < 0:
        raise BadValueError(f"value: {measure} cannot be negative: {text}")
    return value


def _score(cells: Sequence[str]) -> int:
    """How many of our columns a header names; a sheet with ids is the template's."""
    folded = {fold_column(cell) for cell in cells}
    if _ID in folded:
        return 0
    if long := LONG.score(cells):
        return long
    return max((spec.score(cells) for name, spec in OWID.items() if _OWN_HEADER[name] in folded), default=0)


def _is_owid(grids: Sequence[Grid], measure: str) -> bool:
    if has_header(grids, LONG):
        return False
    for grid in grids:
        index = grid.header(OWID[measure].score)
        if index is not None and _OWN_HEADER[measure] in {fold_column(cell) for cell in grid.rows[index][1]}:
            return True
    return False


def _recognises(grids: Sequence[Grid]) -> str:
    filled = [grid for grid in grids if grid.rows]
    if len(filled) != 1 or filled[0].header(_score) is None:
        return ""
    return "the columns of a table of indicators: measure, about whom, when and value"


READER = Reader(
    name="indicators",
    what="tables of indicators: measure, state, year and value (also two downloads of Our World in Data)",
    score=_score,
    recognises=_recognises,
    read=read_indicators,
)
