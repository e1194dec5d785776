"""arsenal: what a holder is seen or found with, one table per population."""

from __future__ import annotations

from pathlib import Path

from takingstock.records import Arsenal
from takingstock.verbs.desk import at_desk


def arsenal(
    folder: Path,
    holder: str,
    *,
    by: str = "country",
    role: str = "manufactured",
    population: str | None = None,
    place: str = "",
    when: str = "",
) -> Arsenal:
    """The holder's arsenal by country, class or era, or by two of them (``era,country``); with ``place`` and ``when``
    only what was certainly seen there and then. Raises NotACaseError, UnknownNameError, BadValueError."""
    from takingstock.catalogue import arsenal as tables

    with at_desk(folder) as desk:
        return tables(
            desk.ledger,
            desk.taxonomy,
            desk.directory,
            desk.party(holder),
            by=by,
            role=role,
            population=population,
            place=place,
            when=when,
        )
