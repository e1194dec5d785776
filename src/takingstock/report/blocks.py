"""Blocks: what a section is made of. Every table and every figure carries its rows for download.

A cell has its HTML and its plain value; the page prints the one, the data files hold the other.
"""

from __future__ import annotations

import base64
import csv
import io
import json
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

Plain = str | int | float | None
_NOTHING = Markup()


@dataclass(frozen=True)
class Column:
    """``key`` names the column in data files, ``label`` on the page; ``number`` sets figures flush."""

    key: str
    label: Markup
    number: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell; ``plain`` is what the data files hold."""

    html: Markup
    plain: Plain = None
    number: bool = False


@dataclass(frozen=True)
class Row:
    """``group`` is printed above and ``detail`` below the row, over its whole width, on the same page."""

    cells: tuple[Cell, ...]
    group: Markup | None = None
    detail: Markup | None = None
    anchor: str = ""
    plain: tuple[tuple[str, Plain], ...] = ()


@dataclass(frozen=True)
class Table:
    """``name`` is the stem of the data files; ``number`` is 0 where the table belongs to a figure. ``limit`` rows are
    printed (0: all); the data files always hold every row."""

    name: str
    title: Markup
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: Markup = _NOTHING
    number: int = 0
    limit: int = 0
    css: str = ""
    kind: str = "table"
    about: tuple[tuple[str, Plain], ...] = ()

    @property
    def printed(self) -> tuple[Row, ...]:
        return self.rows[: self.limit] if self.limit else self.rows

    @property
    def short(self) -> bool:
        """Whether the table is to stay on one printed page."""
        return len(self.rows) <= 8 and not any(row.detail for row in self.rows)

    def records(self) -> list[dict[str, Plain]]:
        """The rows as plain records, with the fields that only the data files carry at the end."""
        keys = [column.key for column in self.columns]
        return [
            dict(zip(keys, (cell.plain for cell in row.cells), strict=False)) | dict(row.plain) for row in self.rows
        ]

    @property
    def csv_link(self) -> str:
        """A ``data:`` address of the rows as CSV (UTF-8 with byte order mark, which spreadsheets need)."""
        return _data("text/csv;charset=utf-8", "\ufeff" + as_csv(self.records()))

    @property
    def json_link(self) -> str:
        """A ``data:`` address of the rows as JSON, with what they are about."""
        body = {"table": self.name, **dict(self.about), "rows": self.records()}
        return _data("application/json", json.dumps(body, ensure_ascii=False))


@dataclass(frozen=True)
class Figure:
    """A chart that the page's script draws from ``data``; its table is always there."""

    name: str
    chart: str
    number: int
    title: Markup
    description: Markup
    data: dict[str, Any]
    table: Table
    note: Markup = _NOTHING
    kind: str = "figure"


@dataclass(frozen=True)
class Text:
    """A paragraph or any other ready HTML."""

    html: Markup
    css: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    html: Markup
    kind: str = "heading"


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[Markup, ...]
    css: str = ""
    kind: str = "bullets"


Block = Table | Figure | Text | Heading | Bullets


@dataclass(frozen=True)
class Section:
    """A numbered section (``number`` empty: an appendix names itself)."""

    id: str
    title: Markup
    blocks: tuple[Block, ...] = field(default=())


def cell(value: Plain, html: Markup | None = None, *, number: bool = False) -> Cell:
    """A cell of one value; without HTML of its own the value is printed escaped."""
    return Cell(Markup(escape("" if value is None else value)) if html is None else html, value, number)


def as_csv(records: list[dict[str, Plain]]) -> str:
    """RFC 4180 text. A text that a spreadsheet would run as a formula is made harmless with a leading apostrophe."""
    keys = list(dict.fromkeys(key for record in records for key in record))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(keys)
    for record in records:
        writer.writerow([_harmless(record.get(key)) for key in keys])
    return out.getvalue()


def script_json(value: Any) -> Markup:
    """JSON that is safe inside a ``<script>`` element: no ``<``, ``>``, ``&`` and no line separators."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def _harmless(value: Plain) -> Plain:
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value


def _data(kind: str, text: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(text.encode()).decode()}"
