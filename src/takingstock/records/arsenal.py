"""Arsenal: what a holder is seen or found with, one table per population, never merged."""

from __future__ import annotations

from takingstock.records.base import Record
from takingstock.records.quantity import Quantity, Unit


class ArsenalRow(Record):
    """``share`` is of the population; ``count`` as reported or derived (``derived`` says so); an interval only where
    the sample's design justifies one."""

    key: str
    share: float | None
    count: float | None
    derived: bool = False
    unverified: bool = False
    low: float | None = None
    high: float | None = None
    sightings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class PopulationTable(Record):
    """The rows of one population by one key; ``rest`` is the share that no row covers (None: not known)."""

    id: str
    title: str
    unit: Unit
    size: Quantity
    source: str
    rows: tuple[ArsenalRow, ...]
    rest: float | None = None
    note: str = ""


class Arsenal(Record):
    """``by`` is country, class or era; ``role`` is manufactured, designed or supplied (for countries)."""

    holder: str
    by: str
    role: str | None
    revision: int
    populations: tuple[PopulationTable, ...]
