"""settings: which settings the case has, by its history, and how a changed ``case.toml`` is accepted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.records import BadValueError, CaseRules, ConflictError, Record
from takingstock.records.person import checked_name

if TYPE_CHECKING:
    from takingstock.case import Case


class InForce(Record):
    """``stated``: what case.toml says. ``unaccepted``: what of it nobody accepted, in words. ``kept``: whether the
    history says what the settings are. ``accepted``: an event was written now."""

    revision: int
    stated: CaseRules
    kept: bool
    unaccepted: tuple[str, ...] = ()
    accepted: bool = False


def settings(folder: Path, *, accept: bool = False, person: str = "", reason: str = "") -> InForce:
    """Compare case.toml with the history; ``accept``: what it says counts from here on, on the word of ``person``.

    An answer that was given while a stricter rule stood stays closed by that rule. Raises NotACaseError,
    BadValueError for an acceptance without a name or a reason, ConflictError where it would open reviews again."""
    from takingstock.case import open_case

    with open_case(folder) as case:
        event = None
        if accept:
            if not reason.strip():
                raise BadValueError('settings are accepted for a reason; say it: --reason "…"')
            _refuse_reopening(case)
            event = case.accept(actor=checked_name(person), reason=reason)
        return InForce(
            revision=case.revision,
            stated=case.stated.rules(case.folder),
            kept=case.keeps_settings,
            unaccepted=case.unaccepted(),
            accepted=event is not None,
        )


def _refuse_reopening(case: Case) -> None:
    """A stricter rule opens reviews again whose answers have been read; who answers then is not blind. Only
    ``identify reopen`` may do that, as it leaves a mark. Raises ConflictError, naming the sightings."""
    from takingstock.catalogue.review import Desk

    if not case.unaccepted() or not case.keeps_settings:
        return
    ledger = case.ledger()
    stated = case.stated.review.model_copy(update={"earlier": ()})
    # What is in force is what the history says; case.settings would refuse, as the file says something else.
    before, after = Desk(ledger, case.kept_rule()), Desk(ledger, stated)
    again = sorted(id for id in before.sightings if not before.open(id) and after.open(id))
    if again:
        raise ConflictError(
            f"under this rule the review of {', '.join(again[:5])}{' and others' if len(again) > 5 else ''} would be "
            "open again, and the answers in it have been read: put the rule back, reopen each with `identify reopen` "
            "(which says so of later answers), then change the rule"
        )
