"""Desk: an open case with the reference tables beside it, and names resolved as people write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.records import BadValueError, DateRange, Ledger

if TYPE_CHECKING:
    from takingstock.case import Case
    from takingstock.catalogue.releasing import Counting
    from takingstock.reference.parties import Directory
    from takingstock.reference.taxonomy import Taxonomy


@dataclass(frozen=True)
class Desk:
    """The ledger at one revision, the taxonomy, and the directory with the case's own parties. ``counting``: which
    sightings count, and which did before and do not now, where any goes through review."""

    folder: Path
    ledger: Ledger
    taxonomy: Taxonomy
    directory: Directory
    counting: Counting | None = None

    def party(self, text: str) -> str:
        """The id of the party that ``text`` names (id, name, alias, in any language we have).

        Raises UnknownNameError with the nearest names."""
        return text if self.directory.has(text) else self.directory.resolve(text).id

    def item(self, text: str) -> str:
        """The id of the item class that ``text`` names. Raises UnknownNameError with the nearest names."""
        if self.taxonomy.has(text):
            return text
        found = self.taxonomy.find(text)
        return found.id if found else self.taxonomy.get(text).id


@contextmanager
def at_desk(folder: Path, *, released: bool = True, as_of: str = "") -> Iterator[Desk]:
    """Open the case in ``folder`` for reading. Movements that standing linkings join stand under one key. ``as_of``
    (a date, a month, a year; its last day counts) is what was known then, by the releases of the registers.
    ``released``: what counts, so that a sighting that rests on evidence is there only once it is released, as it was
    released, and no identification is; otherwise every row as it stands but the identifications of open reviews.
    Raises NotACaseError, and BadValueError for an ``as_of`` that is no date or before all that is known."""
    from takingstock.case import open_case
    from takingstock.catalogue import with_own
    from takingstock.linkage.linked import linked
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory

    with open_case(folder) as case:
        ledger, counting = counted(case, _known(case, as_of), released=released)
    parties = directory(ledger.parties)
    if released:
        ledger = linked(with_own(ledger, parties))
    yield Desk(Path(folder), ledger, taxonomy(), parties, counting)


def counted(
    case: Case, ledger: Ledger, revision: int | None = None, *, released: bool = True
) -> tuple[Ledger, Counting | None]:
    """A ledger of the case with what counts of its sightings (``released``; otherwise all as they stand) and without
    the identifications of open reviews; and what counts. ``revision``: that of the ledger, where it is not today's."""
    from takingstock.catalogue.blindness import visible
    from takingstock.catalogue.releasing import counting
    from takingstock.reference.items import taxonomy
    from takingstock.verbs.past import past_of

    rule, past = case.settings.review, past_of(case, ledger, revision)
    if not (past.rested or ledger.identifications or any(sighting.evidence for sighting in ledger.sightings)):
        return ledger, None
    seen = visible(ledger, rule, past=past)
    if not released:
        return seen, None
    found = counting(ledger, rule, taxonomy(), past=past)
    return seen.model_copy(update={"sightings": found.sightings}), found


def _known(case: Case, as_of: str) -> Ledger:
    """The ledger, or what of it was known at the end of a day. Raises BadValueError for a day that is none."""
    if not as_of:
        return case.ledger()
    day = DateRange.parse(as_of).last
    if day is None:
        raise BadValueError(f"{as_of!r} names no day; write 2015, 2015-06 or 2015-06-30")
    return case.ledger_known(day)
