"""CSV as we write it: commas, ``\\n`` after each row, and quotes around a text with an end of line of any kind."""

from __future__ import annotations

import csv
from collections.abc import Iterable

_END = "\r\n"


class _Rows:
    """The sink of a writer. A writer quotes only the ends of line that it writes itself; so it is made to write both
    characters, and the end of each row is put right here."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, row: str) -> None:
        self.parts.append(row.removesuffix(_END))


def csv_rows(rows: Iterable[Iterable[str]]) -> str:
    """The rows as CSV text. Whatever a cell holds, reading gives it back."""
    sink = _Rows()
    csv.writer(sink, lineterminator=_END).writerows(rows)
    return "".join(f"{row}\n" for row in sink.parts)
