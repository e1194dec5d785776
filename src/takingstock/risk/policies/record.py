"""Tests about what the case and the tables record: incidents, losses, findings, refusals, visits, embargoes.

They say what is *recorded*. That nothing is recorded is no proof that nothing happened: a rule that needs proof asks a
question. What is recorded of a body that the end user belongs to leaves it open whether the end user was concerned.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from takingstock.records import Basis, DateRange, FindingKind, Mode, Statement
from takingstock.reference.embargoes import EXPORTS_FROM, applicable, binding, exemptions
from takingstock.reference.members import bound
from takingstock.reference.scope import reaches, suspended
from takingstock.risk.policies.goods import listed
from takingstock.risk.policies.matter import Matter, years_before
from takingstock.risk.policies.parties import asked_end_user
from takingstock.risk.policies.truth import Found, Truth, any_of, met, not_met, unknown
from takingstock.risk.visits import visits


class _Loss(NamedTuple):
    """One recorded loss of a holder."""

    holder: str
    when: DateRange
    id: str
    words: str


def incident(matter: Matter, value: dict[str, Any]) -> Found:
    rows = [
        _Loss(party, row.when, row.id, f"incident {row.id}: {row.what}, so called by {row.qualified_by}")
        for row in matter.dossier.ledger.incidents
        for party in row.parties
    ]
    question = "Was the end user itself responsible for an incident that the case records?"
    return _dated(matter, rows, value, "incident", question)


def finding(matter: Matter, value: dict[str, Any]) -> Found:
    kinds = {FindingKind(one) for one in value["kind"]}
    found = (
        _Loss(row.holder, row.when, row.id, f"audit: {row.words}")
        for row in matter.dossier.background.findings
        if row.kind in kinds
    )
    question = "Does the finding of the audit concern the end user itself?"
    return _of_end_user(matter, found, "finding.end-user", question, f"finding {' or '.join(value['kind'])}")


def loss_recorded(matter: Matter, value: dict[str, Any]) -> Found:
    question = "Did the end user itself lose arms, or were they taken from it, in what the case records?"
    return _dated(matter, matter.kept("losses", lambda: _losses(matter)), value, "loss", question)


def _dated(matter: Matter, rows: Iterable[_Loss], value: dict[str, Any], what: str, text: str) -> Found:
    """Events of the end user in the time that the rule looks at; open where only the date is."""
    inside: list[_Loss] = []
    undated: list[_Loss] = []
    for row in rows:
        late = False if matter.unknown_then(row.when, value.get("since", "")) else _late(matter, row.when, value)
        if late is None:
            undated.append(row)
        elif late:
            inside.append(row)
    sure = _of_end_user(matter, inside, f"{what}.end-user", text, what)
    if not undated:
        return sure
    date_open = _of_end_user(matter, undated, f"{what}.end-user", text, what)
    if date_open.truth is Truth.NOT_MET:
        return sure
    asked = matter.ask(f"{what}.when", f"On which day was the {what} that the case records?")
    return any_of((sure, unknown("; ".join(date_open.facts), asked, rests_on=date_open.rests_on)))


def refusals(matter: Matter, value: dict[str, Any]) -> Found:
    destination = matter.dossier.destination
    if destination is None:
        question = matter.ask(
            "end-user.who", "Who is the end user, down to the unit, and to which state do the goods go in the end?"
        )
        return unknown("the destination is not known", question)
    found = [
        one
        for one in matter.dossier.background.refusals
        if _refused_to(matter, one, destination) and not matter.unknown_then(one.when)
    ]
    return any_of(
        (
            not_met(f"no refusal of such goods to {matter.name(destination)} is recorded"),
            *(_refusal(matter, one, value) for one in found),
        )
    )


def missed_visit(matter: Matter, _: str) -> Found:
    if matter.standing is None:
        return not_met("no decision stands on this application, so no visit was due")
    known = matter.dossier.background.known
    # Whether a visit is overdue needs a day; without one, what was told with the decision stands.
    made = visits(matter.standing, matter.dossier.ledger, known) if known else matter.standing.assessment.visits
    missed = [one for one in made if one.re_opens]
    if missed:
        ids = tuple(one.count for one in missed if one.count)
        return met("; ".join(one.words or f"visit due {one.due}: {one.state.value}" for one in missed), *ids)
    return not_met("no missed visit is recorded")


def standing(matter: Matter, _: str) -> Found:
    found = matter.standing
    if found is None:
        return not_met("no decision stands on this application")
    return met(f"a decision of {found.decided} stands: {found.kind.value}", found.id)


def embargo_on(matter: Matter, value: dict[str, Any]) -> Found:
    dossier = matter.dossier
    party = dossier.application.end_user if value["of"] == "end_user" else dossier.destination
    if party is None:
        if value["of"] == "end_user":
            return asked_end_user(matter)
        question = matter.ask(
            "end-user.who", "Who is the end user, down to the unit, and to which state do the goods go in the end?"
        )
        return unknown("the destination is not known", question)
    territory = dossier.around.state(party) or party
    table = dossier.background.embargoes
    since = value.get("since")
    if since is None:
        found = applicable(table, territory, dossier.moved)
    else:
        # Imposed since: it need not have been in force on the day that the goods were to move.
        found = tuple((one, "within") for one in table if _imposed(matter, one.when, territory, one.territory, since))
    answers = [not_met(f"no embargo that binds on {matter.name(party)} is listed")]
    for embargo, fit in found:
        if not binding(embargo) or embargo.target == EXPORTS_FROM:
            continue
        reach = reaches(dossier.around, embargo, party) if value["of"] == "end_user" else fit
        held = bound(embargo.body, dossier.authority, dossier.moved)
        if reach is None or held is None:
            continue
        pause = [fits for one, fits in exemptions(embargo, dossier.moved) if suspended(one)]
        if "within" in pause:
            continue
        said = f"{embargo.body} arms embargo {embargo.reference} ({embargo.when}) on {matter.name(party)}"
        if (fit, reach, held) == ("within", "within", "within") and not pause:
            answers.append(met(said, embargo.id))
        else:
            question = matter.ask(f"embargo.{embargo.id}", f"Does this embargo bind here: {said}?")
            answers.append(matter.resolved(question, f"{said}: whether it binds here is open", (embargo.id,)))
    return any_of(answers)


def _imposed(matter: Matter, when: DateRange, territory: str, bans: str, since: str) -> bool:
    """Whether an embargo on the territory began since, as far as it was known."""
    if when.first is None or not set(territory.split("+")) & set(bans.split("+")):
        return False
    known = matter.dossier.background.known
    began = DateRange.day(when.first)
    return matter.after(began, since) is True and (known is None or when.first <= known)


def _of_end_user(matter: Matter, rows: Iterable[_Loss], id_: str, text: str, what: str) -> Found:
    """Whether one of the rows is about the end user or a part of it; open where about a body that it belongs to."""
    party = matter.dossier.application.end_user
    around = matter.dossier.around
    if party is None:
        return asked_end_user(matter)
    near: list[_Loss] = []
    sure: list[_Loss] = []
    for row in rows:
        if around.inside(row.holder, party):
            sure.append(row)
        elif around.directory.part_of(party, row.holder):
            near.append(row)
    if sure:
        return met("; ".join(one.words for one in sure[:3]) + _more(sure), *(one.id for one in sure))
    if near:
        words = "; ".join(one.words for one in near[:3]) + _more(near)
        fact = f"{words}: it is recorded of a body that {matter.name(party)} belongs to"
        return matter.resolved(matter.ask(id_, text), fact, tuple(one.id for one in near))
    return not_met(f"no {what} of {matter.name(party)} is recorded", party)


def _more(rows: list[_Loss]) -> str:
    return f" and {len(rows) - 3} more" if len(rows) > 3 else ""


def _losses(matter: Matter) -> tuple[_Loss, ...]:
    background, around = matter.dossier.background, matter.dossier.around
    found = []
    for row in background.delivered:
        passed_on = row.mode is Mode.RETRANSFER and row.authorised is False
        if row.from_party and (row.mode.diverts or row.mode is Mode.LOSS or passed_on):
            how = "retransfer without leave" if passed_on else row.mode.value.replace("-", " ")
            what = f"{row.quantity} {around.item_name(row.item)}"
            words = f"{how} of {what} from {matter.name(row.from_party)}, {row.when or 'date not known'}"
            found.append(_Loss(row.from_party, row.when, row.key, words))
    for count in background.ledger.counts:
        if count.basis is Basis.LOST and count.quantity.high != 0:
            what = f"{count.quantity} {around.item_name(count.item)}"
            words = f"{what} of {matter.name(count.holder)} found lost or illegally sold, {count.when or 'no date'}"
            found.append(_Loss(count.holder, count.when, count.id, words))
    return tuple(found)


def _late(matter: Matter, when: DateRange, value: dict[str, Any]) -> bool | None:
    """Whether a loss lies in the time that the rule looks at."""
    if "since" in value:
        return matter.after(when, value["since"])
    if "within_years" not in value:
        return True
    decided = matter.dossier.decided
    if decided.first is None or decided.last is None:
        return None
    return _within_years(when, decided, value["within_years"])


def _within_years(when: DateRange, decided: DateRange, years: int) -> bool | None:
    if decided.first is None or decided.last is None or not when.known:
        return None
    earliest, latest = years_before(decided.first, years), years_before(decided.last, years)
    if (when.last or date.max) < earliest or (when.first or date.min) > decided.last:
        return False
    sure = when.first is not None and when.last is not None and when.first >= latest and when.last <= decided.first
    return True if sure else None


def _refused_to(matter: Matter, one: Statement, destination: str) -> bool:
    state = matter.dossier.around.state(one.to_party)
    return state is not None and bool(set(state.split("+")) & set(destination.split("+")))


def _refusal(matter: Matter, one: Statement, value: dict[str, Any]) -> Found:
    around = matter.dossier.around
    by = around.state(one.reporter) or around.state(one.from_party)
    said = f"refusal {one.id} of {around.item_name(one.item)} by {matter.name(by) if by else 'a state not named'}"
    facts = [
        _by_whom(matter, by, one, value.get("by", "any")),
        _within_years(one.when, matter.dossier.decided, value["within_years"]) if "within_years" in value else True,
        _same(matter, one.item) if value.get("goods", "same") == "same" else True,
        around.state(one.to_party) == matter.dossier.destination or None,
    ]
    if False in facts:
        return not_met(f"{said} does not count here", one.id)
    if None not in facts:
        return met(f"{said}, {one.when}", one.id)
    question = matter.ask("refusals.identical", "Was an essentially identical transaction refused by another state?")
    return matter.resolved(
        question, f"{said}, {one.when or 'date not known'}: whether it counts here is open", (one.id,)
    )


def _by_whom(matter: Matter, by: str | None, one: Statement, whom: str) -> bool | None:
    if whom == "any":
        return True
    if by is None or matter.dossier.authority is None:
        return None
    if by == matter.dossier.authority:
        return False
    if whom == "others":
        return True
    fit = bound("European Union", by, one.when)
    return None if fit == "may overlap" else fit == "within"


def _same(matter: Matter, item: str) -> bool | None:
    """Whether a refused class is one that is applied for; None: a broader class, or only the same category."""
    around = matter.dossier.around
    lines = [line.item for line in matter.dossier.goods]
    if any(around.is_a(item, line) for line in lines):
        return True
    broader = any(around.is_a(line, item) or around.mixed(item) or around.mixed(line) for line in lines)
    category = listed(matter, item) or item.removeprefix("listed.").upper()
    return None if broader or any(listed(matter, line) == category for line in lines) else False
