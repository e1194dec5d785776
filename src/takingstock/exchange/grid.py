"""Grid: the cells of one sheet as text, with the line each row has in its file. No meaning yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

HeaderScore = Callable[[Sequence[str]], int]
"""How many cells of a row are known column names; 0: this row is no header."""

PREAMBLE_LINES = 60
"""A header is looked for in this many rows; registers have a dozen lines before it."""


MARKS = "\ufeff\u200b"
"""Marks of no width (byte-order mark, zero-width space) that come in with copied text."""

_AROUND = f"{MARKS} \t\r\n\u00a0"


def trim(cell: str) -> str:
    """A cell without the blanks around it; one of nothing but blanks and marks of no width is empty."""
    text = cell.strip()
    return text if bare(text) else ""


def bare(text: str) -> str:
    """The text without the blanks and marks of no width around it: for whatever is looked up or read as a value."""
    return text.strip(_AROUND)


def said_again(header: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether a row is the header once more, as where pages or files were put together: that is no row of data, and no
    reader counts it as one."""
    width = max((number for number, cell in enumerate(header, start=1) if cell), default=0)
    return width > 0 and tuple(cells[:width]) == tuple(header[:width])


@dataclass(frozen=True)
class Grid:
    """``rows`` are (line, cells) from the file's first row on, empty rows left out; ``notes`` say how it was read."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    notes: tuple[str, ...] = ()

    def header(self, score: HeaderScore) -> int | None:
        """Index of the best header row among the first rows (the first of equals), or None."""
        best, found = 0, None
        for index, (_, cells) in enumerate(self.rows[:PREAMBLE_LINES]):
            points = score(cells)
            if points > best:
                best, found = points, index
        return found
