"""SheetSpec: one sheet of the template, its columns, and how a header that somebody else wrote is understood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache


@dataclass(frozen=True)
class Column:
    """``choices`` are the only values a cell may have (besides empty); ``optional`` columns are written on need."""

    name: str
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class SheetSpec:
    """One sheet of the template; ``names`` are other names under which the sheet is recognised."""

    name: str
    columns: tuple[Column, ...]
    names: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @cached_property
    def _folded(self) -> dict[str, str]:
        """Folded header to column; a column's own name wins over synonyms, an earlier column over a later one."""
        names = {fold_header(column.name): column.name for column in self.columns}
        for column in self.columns:
            for synonym in column.synonyms:
                names.setdefault(fold_header(synonym), column.name)
        return names

    def column(self, header: str) -> str | None:
        """The template's name of a header cell, or None: exact name first, then synonyms, ``name_xx`` for parties."""
        wanted = fold_header(header)
        if name := self._folded.get(wanted):
            return name
        if self.name == "parties" and re.fullmatch(r"name_[a-z]{2,3}", wanted):
            return wanted
        return None

    def score(self, cells: Iterable[str]) -> int:
        """How many cells are columns of this sheet; 0 unless at least two are."""
        found = {name for cell in cells if cell and (name := self.column(cell))}
        return len(found) if len(found) > 1 else 0


@lru_cache(maxsize=4096)
def fold_header(text: str) -> str:
    """The form in which headers are compared: case, blanks, dashes, dots and vowel marks do not count."""
    text = unicodedata.normalize("NFKC", text.strip("\ufeff\u200b \t\r\n")).casefold()
    text = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    text = text.replace("\u0640", "").replace("ى", "ي")
    return re.sub(r"[\W_]+", "_", text).strip("_")
