"""Licensed: what the deciding state's own register of licences says of the destination in the twelve months before.

Only registers with one row for each licence count (dated to a month or better): in yearly totals licences cannot be
told apart. A licence with several goods is one. A refusal that cites criterion 1 alone (obligations, mostly of
non-proliferation) is left out, as in the fit of the score. A month is covered where the register has any row of it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from takingstock.records import DateRange, Indicator, Stage
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.indicators.moment import missing_place, start

MONTHS = 12
LEAST = 6
"""With fewer months covered a register says too little."""

Table = dict[tuple[str, int], dict[str, tuple[int, int]]]
"""By authority and month (counted from year 0), then by destination: licences granted and refused."""


def licensing_history(dossier: Dossier) -> tuple[Indicator, Indicator]:
    """Licences granted, and refused, to the destination by the deciding state in the twelve months before the month of
    the authorisation, as numbers for a year (where some months are not covered, scaled up from those that are)."""
    state, authority, day = dossier.destination, dossier.authority, start(dossier)
    granted = Indicator(
        id="licences-granted",
        name="Licences granted to the destination in the twelve months before",
        party=state or "",
        unit="licences a year",
        worse="lower",
        source="the register of licences in the case",
    )
    refused = granted.model_copy(
        update={
            "id": "licences-refused",
            "name": "Licences refused to the destination in the twelve months before",
            "worse": "higher",
        }
    )
    why = missing_place(dossier)
    if not why and authority is None:
        why = "it is not known whose decision it is"
    if why or state is None or day is None or authority is None:
        return granted.model_copy(update={"missing": why}), refused.model_copy(update={"missing": why})
    register, now = _register(dossier.background), _number(day)
    months = [register[authority, one] for one in range(now - MONTHS, now) if (authority, one) in register]
    when = DateRange(first=_first(now - MONTHS), last=date.fromordinal(_first(now).toordinal() - 1))
    if len(months) < LEAST:
        gone = {
            "missing": f"a register with single licences of {authority} covers {len(months)} of the months {when}; at "
            f"least {LEAST} are needed (docs/indicators.md says how to import one)"
        }
        return granted.model_copy(update=gone), refused.model_copy(update=gone)

    def said(frame: Indicator, side: int) -> Indicator:
        total = sum(month.get(state, (0, 0))[side] for month in months)
        words = f"{total} by {dossier.around.party_name(authority)} in {len(months)} of {MONTHS} months"
        return frame.model_copy(update={"value": total * MONTHS / len(months), "when": when, "words": words})

    return said(granted, 0), said(refused, 1)


def _register(background: Background) -> Table:
    key = f"{__name__}.register"
    if key not in background.kept:
        licences: dict[tuple[str, int, str, bool], set[str]] = defaultdict(set)
        for one in background.ledger.statements:
            if one.stage not in {Stage.AUTHORISED, Stage.REFUSED} or one.reporter is None or one.to_party is None:
                continue
            if not one.item.startswith("listed.ml") or one.criteria == ("1",):
                continue
            days = one.when.days
            to = background.directory.country(one.to_party) if background.directory.has(one.to_party) else None
            if days is None or days > 31 or to is None or one.when.first is None or one.when.last is None:
                continue
            if _number(one.when.first) == _number(one.when.last):
                place = one.reporter, _number(one.when.first), to, one.stage is Stage.REFUSED
                licences[place].add(f"{one.source} {one.locator or one.movement}")
        found: Table = defaultdict(dict)
        for (reporter, month, to, refusal), names in licences.items():
            yes, no = found[reporter, month].get(to, (0, 0))
            found[reporter, month][to] = (yes, no + len(names)) if refusal else (yes + len(names), no)
        background.kept[key] = dict(found)
    table: Table = background.kept[key]  # type: ignore[assignment]
    return table


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
