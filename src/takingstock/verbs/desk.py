"""Desk: an open case with the reference tables beside it, and names resolved as people write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.records import Ledger

if TYPE_CHECKING:
    from takingstock.reference.parties import Directory
    from takingstock.reference.taxonomy import Taxonomy


@dataclass(frozen=True)
class Desk:
    """The ledger at one revision, the taxonomy, and the directory with the case's own parties."""

    folder: Path
    ledger: Ledger
    taxonomy: Taxonomy
    directory: Directory

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
def at_desk(folder: Path, *, released: bool = True) -> Iterator[Desk]:
    """Open the case in ``folder`` for reading. ``released``: what counts, so that a sighting that rests on evidence is
    there only once it is released, as it was released, and no identification is; otherwise every row but the
    identifications of open reviews. Raises NotACaseError."""
    from takingstock.case import open_case
    from takingstock.catalogue import with_own
    from takingstock.catalogue.blindness import visible
    from takingstock.catalogue.releasing import released_sightings
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory

    with open_case(folder) as case:
        ledger, rule = case.ledger(), case.settings.review
    if any(sighting.evidence for sighting in ledger.sightings) or ledger.identifications:
        counted = released_sightings(ledger, rule, taxonomy()) if released else ledger.sightings
        ledger = visible(ledger, rule).model_copy(update={"sightings": counted})
    parties = directory(ledger.parties)
    if released:
        ledger = with_own(ledger, parties)
    yield Desk(Path(folder), ledger, taxonomy(), parties)
