"""Reader: one kind of file that an import understands, and what the caller says of a file beside its content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from takingstock.exchange.grid import Grid, HeaderScore
from takingstock.exchange.reading import Reading
from takingstock.records import DateRange, Ledger

Progress = Callable[[int, int], None]
"""Called with (rows done, rows in all)."""


@dataclass(frozen=True)
class Asked:
    """``coverage`` is the period that a register covers, ``reporter`` the state whose report it is, ``source`` the id
    of a source of the case under which its rows are to stand, ``released`` the day the publisher released it: each
    where the file does not say so itself. ``held`` are ids of the files in the vault (None: not asked), ``mapping`` the
    mapping file of a table that no reader knows."""

    ledger: Ledger
    coverage: DateRange | None = None
    reporter: str = ""
    source: str = ""
    released: DateRange = field(default_factory=DateRange)
    mapping: Path | None = None
    held: frozenset[str] | None = None
    progress: Progress | None = None


@dataclass(frozen=True)
class Reader:
    """``name`` is what ``import --as`` takes, ``what`` one line for a person. ``score`` says how many cells of a row
    are columns of this kind of file (it also finds the delimiter and the header); ``recognises`` gives the reason why
    the grids are this kind of file, or an empty text. ``read`` raises BadFileError only where the whole file is
    unreadable; a bad row is a value in the reading. ``recognises_file`` is for a file that only its neighbours
    explain."""

    name: str
    what: str
    score: HeaderScore
    recognises: Callable[[Sequence[Grid]], str]
    read: Callable[[Path, Asked], Reading]
    recognises_file: Callable[[Path], str] | None = None
