"""RowNames: how the readers of registers look names up, and what they must write for it.

A name is read by what a person decided in this case, then by the tables, then by a rule. Whatever a row rests on beside
the tables goes into ``Statement.namings``, and what a rule has just said is written with the row.
"""

from __future__ import annotations

from collections.abc import Callable

from takingstock.exchange.readers import Asked
from takingstock.exchange.resolving import known_directory, known_taxonomy
from takingstock.linkage.namings import Named, Names
from takingstock.records import DateRange, Naming


class RowNames:
    """One file's look-ups. Call :meth:`start` for each row."""

    def __init__(self, asked: Asked, usage: str) -> None:
        self._names = Names(known_taxonomy(), known_directory(asked.ledger.parties), asked.ledger.namings)
        self._usage = usage
        self._used: list[Named] = []
        self._decided: list[Naming] = []

    def start(self) -> None:
        """Forget what the row before rested on."""
        self._used.clear()
        self._decided.clear()

    def party(self, text: str, when: DateRange) -> str:
        """The id of a party at a date. Raises UnknownNameError with the nearest names: the row waits for a person."""
        named = self._names.needed_party(text, when, self._usage)
        self._used.append(named)
        return named.meaning or ""

    def item(self, text: str, otherwise: Callable[[str], str]) -> str:
        """The class that a person decided for this name, else what ``otherwise`` makes of it (which may raise)."""
        decided = self._names.decided_item(text, self._usage)
        if decided is None or decided.meaning is None:
            return otherwise(text)
        self._decided.append(decided)
        return decided.meaning

    @property
    def ids(self) -> tuple[str, ...]:
        """The namings that the row rests on, sorted."""
        return tuple(sorted({*(id for named in self._used for id in named.ids), *(one.id for one in self._decided)}))

    @property
    def rows(self) -> tuple[Naming, ...]:
        """What a rule has just said and must be written with the row."""
        return tuple({row.id: row for named in self._used for row in named.rows}.values())
