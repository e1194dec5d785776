"""arsenal: what a holder is seen or found with, one table per population."""

from __future__ import annotations

from pathlib import Path

from takingstock.records import Arsenal
from takingstock.verbs.desk import Desk, at_desk


def arsenal(
    folder: Path,
    holder: str,
    *,
    by: str = "country",
    role: str = "manufactured",
    population: str | None = None,
    place: str = "",
    when: str = "",
    as_of: str = "",
) -> Arsenal:
    """The holder's arsenal by country, class or era, or by two of them (``era,country``); with ``place`` and ``when``
    only what was certainly seen there and then; with ``as_of`` by what was known at the end of that day. Its notes say
    what to look at. Raises NotACaseError, UnknownNameError, BadValueError."""
    from takingstock.catalogue import arsenal as tables

    with at_desk(folder, as_of=as_of) as desk:
        party = desk.party(holder)
        found = tables(
            desk.ledger,
            desk.taxonomy,
            desk.directory,
            party,
            by=by,
            role=role,
            population=population,
            place=place,
            when=when,
        )
        return found.model_copy(update={"notes": (*found.notes, *_cautions(folder, desk, party))})


def _cautions(folder: Path, desk: Desk, party: str) -> tuple[str, ...]:
    """What to look at before the holder's figures are used."""
    from takingstock.case import open_case
    from takingstock.catalogue.cautions import cautions, files
    from takingstock.verbs.past import alike

    if desk.counting is None:
        return ()
    part_of = desk.directory.part_of
    with open_case(folder) as case:
        near = alike(case, files(desk.counting))
    return cautions(
        desk.counting, desk.ledger.likenesses, near, lambda holder: holder == party or part_of(holder, party)
    )
