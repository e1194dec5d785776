"""Fault: one thing that a verification found wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """``table`` and ``key`` say where (a row's id, or the number of an event); ``what`` is the short name of the
    check that failed, or of the column that differs; ``words`` say it to a person."""

    table: str
    key: str
    what: str
    words: str

    def __str__(self) -> str:
        return self.words
