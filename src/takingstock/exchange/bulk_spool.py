"""Rows that an import does not take, spooled to disk, so that memory does not grow with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from takingstock.records import Rejected


@dataclass
class Spool:
    """Rows on disk, in the order of the file."""

    path: Path
    rows: int = 0

    def put(self, rows: Sequence[Rejected]) -> None:
        if not rows:
            return
        with self.path.open("a", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps([row.sheet, row.line, row.reason, row.row], ensure_ascii=False) + "\n")
        self.rows += len(rows)

    def __iter__(self) -> Iterator[Rejected]:
        if self.path.exists():
            with self.path.open(encoding="utf-8") as file:
                for text in file:
                    sheet, line, reason, cells = json.loads(text)
                    yield Rejected(sheet=sheet, line=line, reason=reason, row=tuple(map(tuple, cells)))
