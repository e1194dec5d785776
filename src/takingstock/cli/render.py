"""Render a result as a table for people, or as JSON or CSV for tools."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any


class Format(StrEnum):
    """What a verb prints."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text without what a terminal obeys instead of showing it: control characters, escape sequences, and what
    turns the direction of writing. A name of a file or a cell of a table may hold them; they are shown as ``\\x1b``.

    Line feeds and tabs stay."""
    return _CONTROL.sub(lambda found: ascii(found.group())[1:-1], text)


def inline(text: str) -> str:
    """As :func:`plain`, and on one line: a line feed in the name of a file must not forge a line of ours."""
    return plain(text).replace("\n", "\\n").replace("\t", "\\t")


def show(form: Format, value: Any, head: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> None:
    """Print ``value`` as JSON, or ``rows`` under ``head`` as CSV or as a table as wide as the terminal."""
    if form is Format.JSON:
        text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
        # As JSON writes them, so that what reads it gets the same text.
        sys.stdout.write(_CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n")
    elif form is Format.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(head)
        # A program gets the cells as they are; a terminal would obey them.
        seen = sys.stdout.isatty()
        writer.writerows([plain(cell) if seen and isinstance(cell, str) else cell for cell in row] for row in rows)
    else:
        _table(head, rows, title)


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]], title: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        # A pipe has no width: let no cell be cut.
        console = Console(width=max(100, min(240, 3 + sum(_width(name, rows, i) for i, name in enumerate(head)))))
    table = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        # Text, not markup: a designation may hold square brackets.
        table.add_row(*(Text("" if cell is None else inline(str(cell))) for cell in row))
    console.print(table)


def _width(name: str, rows: Sequence[Sequence[Any]], column: int) -> int:
    return 2 + max([len(name), *(len(str(row[column])) for row in rows)])


def tell(lines: Iterable[tuple[str, str]]) -> None:
    """Print lines wrapped to the terminal: a head, chains under it with a detail each, notes, cautions marked ``!``."""
    import textwrap

    from rich.console import Console
    from rich.text import Text

    console = Console()
    width = console.width if console.is_terminal else 160
    styles = {
        "head": ("", "", "bold"),
        "chain": ("  ", "    ", ""),
        "detail": ("    ", "    ", ""),
        "note": ("  – ", "    ", ""),
        "caution": ("  ! ", "    ", "yellow"),
    }
    for number, (kind, text) in enumerate(lines):
        if kind == "head" and number:
            console.print()
        first, rest, style = styles[kind]
        told = textwrap.fill(plain(text), width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
        console.print(Text(told, style=style), soft_wrap=True)


def say(text: str) -> None:
    """One line to standard error, where it does not disturb what a tool reads."""
    sys.stderr.write(f"{inline(text)}\n")


def write(text: str) -> None:
    """Lines to standard output, for a person."""
    sys.stdout.write(plain(text))
