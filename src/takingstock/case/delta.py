"""Delta: what a write changes (or would change), by table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from takingstock.records import (
    CaseOpened,
    Event,
    EvidenceAdded,
    EvidenceErased,
    RowsImported,
    RowsWritten,
    SettingsChanged,
)

Counts = tuple[tuple[str, int], ...]
"""Pairs of table and number of rows, alphabetical, without zeros."""

Written = RowsImported | RowsWritten | EvidenceAdded
"""Bodies of events that rows name."""

Body = CaseOpened | EvidenceErased | SettingsChanged | Written


@dataclass(frozen=True)
class Delta:
    """``added``: ids that were new. ``revised``: ids that stood there with other content; the earlier version is
    retired and a new one written. ``gone``: ids taken out without a successor. ``unchanged``: ids that stood there as
    they are. ``event`` is None where nothing changed, and in a preview. ``lacking``: rows that a release did not hold
    and that stay, where that was asked. The roots are RFC 6962 Merkle roots (hex; empty where there is nothing)."""

    added: Counts = ()
    revised: Counts = ()
    gone: Counts = ()
    unchanged: Counts = ()
    added_root: str = ""
    retired_root: str = ""
    event: Event | None = None
    lacking: int = 0

    @property
    def written(self) -> Counts:
        """Versions put in, new and revised: the field ``added`` of the event."""
        return _summed(self.added, self.revised)

    @property
    def retired(self) -> Counts:
        """Versions taken out of the current state: the field ``retired`` of the event."""
        return _summed(self.revised, self.gone)

    @property
    def changes(self) -> bool:
        """Whether anything is written."""
        return bool(self.added or self.revised or self.gone)


def _summed(one: Counts, other: Counts) -> Counts:
    total = dict(one)
    for table, number in other:
        total[table] = total.get(table, 0) + number
    return tuple(sorted(total.items()))


MakeBody = Callable[[Delta], Body]
"""Makes the body of the event from what the write changed."""


def rows_written(delta: Delta) -> RowsWritten:
    """The body of a write by hand."""
    return RowsWritten(
        added=delta.written, added_root=delta.added_root, retired=delta.retired, retired_root=delta.retired_root
    )
