"""Past: what earlier versions of a case's rows say of those that stand, as far as a review depends on it.

An answer is given for what its expert was shown, and a decision for the sighting as it stood: whoever changes the
sighting afterwards must not have their word. Answers and decisions say themselves what they were given for (``seen``);
of those of earlier versions of the program, which do not, only the order of events tells, and they hold for the version
that stood at their event and no other. A sighting that once rested on files does not become a plain report when its
files are taken out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from takingstock.records import Ledger


@dataclass(frozen=True)
class Past:
    """``changed``: of each sighting that was revised, the event that brought the version in the ledger; ``rested``:
    sightings that rested on files before and do not now; ``said``: of answers and decisions on changed sightings that
    do not say what they were given for, their event; ``erased``: files that are gone."""

    changed: Mapping[str, int] = field(default_factory=dict)
    rested: frozenset[str] = frozenset()
    said: Mapping[str, int] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()

    def before_change(self, sighting: str, row: str) -> bool:
        """Whether the row (of an identification or ruling) was written before the sighting last changed."""
        return sighting in self.changed and self.said.get(row, 0) < self.changed[sighting]


NO_PAST = Past()


def past(
    ledger: Ledger,
    versions: Iterable[tuple[str, int, str]],
    written: Callable[[str, str], int],
    erased: Iterable[str] = (),
) -> Past:
    """The past of a ledger. ``versions`` are (id, event, canonical JSON) of all versions of sightings that have more
    than one, in order; ``written(table, id)`` is the event of a row that stands."""
    known: dict[str, list[tuple[int, str]]] = {}
    for id, event, record in versions:
        known.setdefault(id, []).append((event, record))
    changed: dict[str, int] = {}
    rested: set[str] = set()
    for sighting in ledger.sightings:
        rows = known.get(sighting.id)
        if not rows:
            continue
        now = sighting.canonical()
        event = next((event for event, record in reversed(rows) if record == now), rows[-1][0])
        if event > rows[0][0]:
            changed[sighting.id] = event
        if not sighting.evidence and any(json.loads(text).get("evidence") for at, text in rows if at < event):
            rested.add(sighting.id)
    said = {}
    for table, found in (("identifications", ledger.identifications), ("rulings", ledger.rulings)):
        for row in found:
            if not row.seen and row.sighting in changed:
                said[row.id] = written(table, row.id)
    return Past(changed, frozenset(rested), said, frozenset(erased))
