"""settings: which settings the case has, by its history, and how a changed ``case.toml`` is accepted."""

from __future__ import annotations

from pathlib import Path

from takingstock.records import BadValueError, CaseRules, Record
from takingstock.records.person import checked_name


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
    BadValueError for an acceptance without a name or a reason."""
    from takingstock.case import open_case

    with open_case(folder) as case:
        event = None
        if accept:
            if not reason.strip():
                raise BadValueError('settings are accepted for a reason; say it: --reason "…"')
            event = case.accept(actor=checked_name(person), reason=reason)
        return InForce(
            revision=case.revision,
            stated=case.stated.rules(case.folder),
            kept=case.keeps_settings,
            unaccepted=case.unaccepted(),
            accepted=event is not None,
        )
