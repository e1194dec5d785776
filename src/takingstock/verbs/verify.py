"""verify: does the case's history hold, and do its rows still say what the history vouches for?"""

from __future__ import annotations

from pathlib import Path

from takingstock.records import Record


class Verdict(Record):
    """``faults`` in words, each naming table and id; ``sound`` if there are none. ``head`` is what to note down: an
    event cut off at the end shows only against a head noted earlier."""

    sound: bool
    revision: int
    head: str
    faults: tuple[str, ...]


def verify(folder: Path, *, head: str | None = None) -> Verdict:
    """Recompute the chain of events and every row's digest. ``head`` is a head noted earlier, to be found in the
    history. Raises NotACaseError."""
    from takingstock.case import open_case

    with open_case(folder) as case:
        faults = tuple(fault.words for fault in case.verify(expected_head=head))
        return Verdict(sound=not faults, revision=case.revision, head=case.head, faults=faults)
