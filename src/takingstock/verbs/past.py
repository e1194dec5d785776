"""Past: what the history of an open case says of its ledger, as far as reviews depend on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from takingstock.records import Ledger, UnknownNameError

if TYPE_CHECKING:
    from takingstock.case import Case
    from takingstock.catalogue.past import Past


def past_of(case: Case, ledger: Ledger, revision: int | None = None) -> Past:
    """The past of a ledger of the case: which sightings changed when, which rested on files, which files are gone.
    ``revision``: that of the ledger, where it is not today's."""
    from takingstock.catalogue.past import past

    def written(table: str, id: str) -> int:
        try:
            return case.added_by(table, id)
        except UnknownNameError:
            # It was taken out since: nothing tells, so it does not hold.
            return 0

    return past(ledger, case.revised("sightings", revision), written, case.erased(revision))


def alike(case: Case, files: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of these files that look alike and that nobody has judged."""
    from takingstock.evidence.likeness import suggestions

    if len(files) < 2:
        return ()
    examined = [one for one in case.archive().examinations if one.id in files]
    found = suggestions(examined, case.ledger().likenesses)
    return tuple((one.first, one.second) for one in found if not one.judgements)
