"""Arsenal: what a holder is seen or found with, one table per population, never merged."""

from __future__ import annotations

from takingstock.records.base import Record
from takingstock.records.quantity import Quantity, Unit


class ArsenalRow(Record):
    """``share`` is of the population; ``count`` as reported or derived (``derived`` says so); an interval only where
    the sample's design justifies one, or, for the team's own sightings, over their sites. ``keys`` are the parts of
    the key, one for each dimension; in a margin of a cross-table ``all`` stands for a dimension that is summed over."""

    key: str
    keys: tuple[str, ...] = ()
    share: float | None
    count: float | None
    derived: bool = False
    unverified: bool = False
    low: float | None = None
    high: float | None = None
    sightings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Merged(Record):
    """Sightings that show the very same items: ``kept`` stands for all; ``why`` says what showed it (same-as,
    serial, same-evidence, same-original)."""

    kept: str
    others: tuple[str, ...]
    why: tuple[str, ...] = ()


class Distinct(Record):
    """Items, not pictures. ``seen``: what is seen once repeats are merged. ``minimum``: so many there are at least,
    since so many are certainly different; ``exact`` is False where a still higher figure may follow from the rows.
    ``quantity`` is ``seen`` as far as it is known (a range stays one). ``compared`` is False where no file stands
    behind the rows: then they are reports that nobody could compare."""

    seen: float
    quantity: Quantity = Quantity()
    compared: bool = True
    minimum: float
    exact: bool = True
    merged: tuple[Merged, ...] = ()


class Unseen(Record):
    """An estimate of how many kinds there are at least, seen and unseen. ``of`` is types or countries, ``method``
    chao1 (items) or chao2 (sites); ``once`` and ``twice`` are the kinds seen so often. No estimate: the words say
    why."""

    of: str
    method: str
    seen: int
    once: int
    twice: int
    sites: int
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    words: str


class CannotTell(Record):
    """Sightings of which the place or the date is too imprecise to say whether a filter holds: in no row."""

    place: int = 0
    when: int = 0
    sightings: tuple[str, ...] = ()


class PopulationTable(Record):
    """The rows of one population by one key or two; ``rest`` is the share that no row covers (None: not known).
    ``margins`` (cross-tables) sum over one dimension or both. ``distinct`` and ``unseen`` are of single sightings,
    ``sites`` is at how many named places these were."""

    id: str
    title: str
    unit: Unit
    size: Quantity
    source: str
    rows: tuple[ArsenalRow, ...]
    margins: tuple[ArsenalRow, ...] = ()
    rest: float | None = None
    sites: int | None = None
    distinct: Distinct | None = None
    unseen: tuple[Unseen, ...] = ()
    cannot_tell: CannotTell = CannotTell()
    note: str = ""


class Arsenal(Record):
    """``by`` is country, class or era, or two of them with a comma; ``role`` is manufactured, designed or supplied (for
    countries); ``place`` and ``when`` are the filters as asked, empty without. ``notes``: what to look at before the
    figures are used."""

    holder: str
    by: str
    role: str | None
    revision: int
    populations: tuple[PopulationTable, ...]
    place: str = ""
    when: str = ""
    notes: tuple[str, ...] = ()
