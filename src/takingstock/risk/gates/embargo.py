"""Embargoes: target × territory × goods × exemption with its condition × dates, one judgement for each regime.

An embargo bars where its target, its goods, its body and its dates certainly reach the transfer and no exemption can
be open. Each of these that is open is a question. An exemption must be shown; one that is made for somebody else than
the recipient (the occupation authority, the government whose country it is) does not keep the embargo from barring
until it is. The day that decides is the day on which the goods move; without a period it is taken to be the day of
the authorisation, and an embargo that begins later, or an exemption that ends later, asks for the period. Records of
one embargo that contradict each other stand side by side: where they disagree on the outcome, a person must say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from takingstock.records import ApplicationKind, DateRange, Embargo, Exemption, Outcome, Question
from takingstock.reference.embargoes import (
    EXPORTS_FROM,
    NON_GOVERNMENTAL,
    WHOLE_TERRITORY,
    Fit,
    binding,
    exemptions,
    fits,
)
from takingstock.reference.members import bound
from takingstock.reference.scope import armed_group, covers, elsewhen, open_to, reaches, suspended
from takingstock.risk.dossier import Dossier
from takingstock.risk.gates import goods
from takingstock.risk.gates.asking import Asked, ask, later, worst
from takingstock.risk.gates.parties import authority, deciders, exports, standing, undecided

UNITED_NATIONS = "United Nations"
# Whom an exemption is for, where it is somebody else than the government of the territory.
_FOR_OTHERS = (
    ("the Authority", frozenset({"coalition-provisional-authority"})),
    ("occupying powers", frozenset({"coalition-provisional-authority", "multinational-force-iraq", "mnstc-i"})),
)
_FOR_GOVERNMENTS = ("Government", "security forces", "army and police", "authorities")


@dataclass(frozen=True)
class Judged:
    """One record, or one regime, against one application."""

    regime: str
    records: tuple[Embargo, ...]
    outcome: Outcome
    facts: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    rests_on: tuple[str, ...] = ()

    @property
    def lead(self) -> Embargo:
        return self.records[0]


@dataclass(frozen=True)
class _Hit:
    party: str
    reach: Fit
    role: str


def judged(dossier: Dossier) -> tuple[tuple[Judged, ...], tuple[str, ...]]:
    """Every regime that reaches or may reach the transfer, in the order of the table, and the facts about calls that
    bind nobody."""
    found: dict[str, list[tuple[Embargo, Judged | None]]] = {}
    calls: list[str] = []
    table = dossier.background.embargoes
    for embargo in table:
        hits = tuple(_hits(dossier, embargo))
        if not hits:
            continue
        if not binding(embargo):
            if _fit(dossier, embargo)[0]:
                calls.append(f"{embargo.id}: {embargo.body}, {embargo.scope}: binds nobody, and decides nothing here")
            continue
        found.setdefault(embargo.id.removesuffix("-b"), []).append((embargo, _of_record(dossier, embargo, hits, table)))
    rows = (_of_regime(dossier, regime, records) for regime, records in found.items())
    return tuple(row for row in rows if row is not None), tuple(calls)


def _hits(dossier: Dossier, embargo: Embargo) -> Iterable[_Hit]:
    app, around = dossier.application, dossier.around
    home = around.state(app.exporter)
    if embargo.target == EXPORTS_FROM:
        suppliers = [app.exporter if home else authority(dossier), authority(dossier) if exports(dossier) else None]
        for supplier in dict.fromkeys(suppliers):
            if supplier and (reach := reaches(around, embargo, supplier, dossier.moved)):
                yield _Hit(supplier, reach, "exporter")
        return
    group = _group(dossier, embargo)
    # Where another state decides, the goods are in its hands and do not only move within the exporter's.
    alone = bool(home) and authority(dossier) in {None, home}
    ends = {name: role for name, role in ((app.consignee, "consignee"), (app.end_user, "end user")) if name}
    for name, role in ends.items():
        # An embargo on a territory does not speak of what moves within it; one on a group binds wherever it is.
        abroad = around.directory.has(name) and (group or not alone or around.state(name) != home)
        if abroad and (reach := _reach(dossier, embargo, name)):
            yield _Hit(name, reach, role)
    for name in app.brokers:
        if name in ends or not around.directory.has(name):
            continue
        # A group under embargo may not deal in arms at all; one that is only a group of the territory is asked about.
        if (reach := _reach(dossier, embargo, name)) and (group or armed_group(around, name)):
            yield _Hit(name, reach if group else "may overlap", "broker")
    states = {around.state(name) for name in ends}
    for name in app.route:
        passes = around.directory.has(name) and around.state(name) not in {home, *states}
        if passes and reaches(around, embargo, name, dossier.moved):
            yield _Hit(name, "may overlap", "route")


def _group(dossier: Dossier, embargo: Embargo) -> bool:
    """Whether the embargo is on a group that is recorded as a party."""
    named = embargo.target not in {WHOLE_TERRITORY, NON_GOVERNMENTAL, EXPORTS_FROM}
    return named and dossier.around.directory.has(embargo.target)


def _reach(dossier: Dossier, embargo: Embargo, party: str) -> Fit | None:
    around = dossier.around
    if (reach := reaches(around, embargo, party, dossier.moved)) or embargo.target != NON_GOVERNMENTAL:
        return reach
    # A force that is recorded as part of no state may be a non-governmental one, whatever its kind.
    states = set((around.state(party) or "").split("+")) - {""}
    if not (states | elsewhen(around, states, dossier.moved)) & set(embargo.territory.split("+")):
        return None
    return None if standing(around, party) == "government" else "may overlap"


def _fit(dossier: Dossier, embargo: Embargo) -> tuple[Fit | None, str]:
    """How the dates lie to the embargo, and what to say of it."""
    app = dossier.application
    moved = fits(embargo.when, dossier.moved)
    if later(dossier.decided, app.period):
        # One of the two dates is wrong, so neither decides.
        either = moved or fits(embargo.when, dossier.decided)
        return "may overlap" if either else None, "The goods would move before the authorisation is given."
    if moved == "within":
        return moved, ""
    if moved:
        return moved, "The dates given lie only partly within the embargo, or are not given."
    authorised = dossier.decided if dossier.decided.known else DateRange(last=dossier.moved.last)
    if fits(embargo.when, authorised):
        return "may overlap", "The embargo is or may be in force when the authorisation is given, not when goods move."
    if not app.period.known and embargo.when.first and later(DateRange.day(embargo.when.first), authorised):
        return "may overlap", f"No period is given, and the embargo begins on {embargo.when.first}."
    return None, ""


def _of_record(dossier: Dossier, embargo: Embargo, hits: tuple[_Hit, ...], table: tuple[Embargo, ...]) -> Judged | None:
    """None: the record does not reach the goods, the deciding state or the dates."""
    covered = [_covers(dossier, embargo, line.item, table) for line in dossier.goods]
    scope: Fit | None = "within" if "within" in covered else "may overlap" if any(covered) else None
    date, why = _fit(dossier, embargo)
    on = dossier.moved if dossier.moved.known else dossier.decided
    each_binds = [
        bound(embargo.body, one, on) or bound(embargo.body, one, dossier.decided) for one in deciders(dossier)
    ]
    binds: Fit | None = "within" if "within" in each_binds else "may overlap" if any(each_binds) else None
    if not (scope and date and binds):
        return None
    each = [_against(dossier, embargo, hit, scope, date, why, binds) for hit in hits]
    kept = [one for one in each if one is not None]
    if not kept:
        return None
    outcome = worst(one.outcome for one in kept)
    return Judged(
        embargo.id,
        (embargo,),
        outcome,
        tuple(dict.fromkeys(fact for one in kept for fact in one.facts)),
        tuple(question for one in kept if one.outcome is not Outcome.PASSES for question in one.questions),
        tuple(id_ for one in kept for id_ in one.rests_on),
    )


def _covers(dossier: Dossier, embargo: Embargo, item: str, table: tuple[Embargo, ...]) -> Fit | None:
    """As :func:`covers`; words for all arms do not certainly cover goods that are no arms by their class."""
    found = covers(dossier.around, embargo, item, table)
    return "may overlap" if found == "within" and not goods.military(dossier.around, item) else found


def _against(
    dossier: Dossier, embargo: Embargo, hit: _Hit, scope: Fit, date: Fit, why: str, binds: Fit
) -> Judged | None:
    """One record against one recipient (or supplier). None: suspended at the time."""
    around = dossier.around
    words = {"record": embargo.id, "reference": embargo.reference}
    name = around.party_name(hit.party)
    unverified = "" if embargo.verified else ", unverified"
    facts = [
        f"{embargo.body} arms embargo {embargo.reference} ({embargo.target}, {embargo.scope}; {embargo.when}"
        f"{unverified}) {'reaches' if hit.reach == 'within' else 'may reach'} {name}, {hit.role}"
    ]
    asked: list[Asked] = []
    if hit.role == "route":
        asked.append(ask(dossier, "embargo.{record}.route", party=name, **words))
    elif hit.reach != "within":
        asked.append(ask(dossier, "embargo.{record}.target", party=name, target=embargo.target, **words))
    if scope != "within":
        asked.append(ask(dossier, "embargo.{record}.goods", scope=embargo.scope, **words))
    if binds != "within":
        asked.append(_bound(dossier, embargo, words))
    if dossier.application.kind is ApplicationKind.TECHNICAL_ASSISTANCE:
        asked.append(ask(dossier, "embargo.{record}.assistance", **words))
    suspension, exempt = _exempt(dossier, embargo, hit.party)
    if suspension == "within":
        return None
    undated = date != "within" or suspension is not None
    facts += [fact for one in (*asked, *exempt.asked) for fact in one.facts] + list(exempt.facts)
    rests = [embargo.id, *(id_ for one in (*asked, *exempt.asked) for id_ in one.rests_on)]
    if any(one.value is False for one in asked):
        return Judged(embargo.id, (embargo,), Outcome.PASSES, tuple(facts), (), tuple(rests))
    questions = [question for one in asked for question in one.open]
    if undated:
        facts.append(why or "Whether the embargo was suspended depends on the date.")
    if undated or exempt.undated:
        questions += ask(dossier, "embargo.{record}.date", why=why, **words).open
    if exempt.shown:
        return Judged(embargo.id, (embargo,), Outcome.PASSES, tuple(facts), (), tuple(rests))
    # Where an exemption may be for the recipient, it is asked; else each that could be shown to lift the bar.
    possible = exempt.theirs or tuple(question for one in exempt.asked for question in one.open)
    needs = bool(questions) or exempt.may
    outcome = Outcome.NEEDS_ANSWER if needs else Outcome.BARS
    return Judged(embargo.id, (embargo,), outcome, tuple(facts), (*questions, *possible), tuple(rests))


def _bound(dossier: Dossier, embargo: Embargo, words: dict[str, str]) -> Asked:
    states = [one for one in deciders(dossier) if one]
    if not states:
        return ask(dossier, "exporter.who")
    if len(states) < len(deciders(dossier)):
        # One of the states is not known, so no reply can say that the body does not bind it.
        return ask(dossier, undecided(dossier))
    if not dossier.moved.known:
        # Membership goes by date: without one, no reply can say that the body does not bind.
        return ask(dossier, "embargo.{record}.date", why="", **words)
    names = " or ".join(dossier.around.party_name(one) for one in states)
    return ask(dossier, "embargo.{record}.bound", body=embargo.body, state=names, **words)


@dataclass(frozen=True)
class _Exempt:
    """``shown``: an exemption that is open is shown to apply; ``may``: one may be, for this recipient; ``undated``:
    which one is open depends on the date."""

    shown: bool = False
    may: bool = False
    undated: bool = False
    asked: tuple[Asked, ...] = ()
    theirs: tuple[Question, ...] = ()
    facts: tuple[str, ...] = ()


def _exempt(dossier: Dossier, embargo: Embargo, party: str) -> tuple[Fit | None, _Exempt]:
    """Whether the embargo was suspended, and what its exemptions give."""
    day = dossier.moved if dossier.moved.known else dossier.decided
    numbers = {id(one): n for n, one in enumerate(embargo.exemptions, start=1)}
    suspension: Fit | None = None
    found = _Exempt()
    for exemption, fit in exemptions(embargo, day):
        # Without a period the goods may move after an exemption has ended.
        ends = exemption.when.last is not None and not dossier.application.period.known
        sure = fit == "within" and not ends
        if suspended(exemption):
            suspension = "within" if sure else suspension or "may overlap"
            continue
        asked = ask(
            dossier,
            "embargo.{record}.{n}",
            record=embargo.id,
            n=str(numbers[id(exemption)]),
            condition=exemption.condition,
            reference=exemption.reference,
        )
        if not open_to(dossier.around, exemption, party):
            said = f"The exemption of {exemption.reference} ({exemption.condition}) is not open to an armed group"
            found = replace(found, facts=(*found.facts, said))
            continue
        theirs = _for(dossier, exemption, party)
        said = (
            f"Exemption of {exemption.reference}, {exemption.when}: {exemption.condition}"
            + ("" if theirs else "; it is made for another than this recipient, and bars until it is shown")
            + ("" if sure else "; whether it is open depends on the days on which the goods move")
        )
        found = replace(
            found,
            shown=found.shown or bool(asked.value and sure),
            may=found.may or (asked.value is None and theirs) or bool(asked.value and not sure),
            undated=found.undated or (not sure and (bool(asked.value) or (theirs and fit != "within"))),
            asked=(*found.asked, asked),
            theirs=(*found.theirs, *asked.open) if theirs else found.theirs,
            facts=(*found.facts, said),
        )
    return suspension, found


def _for(dossier: Dossier, exemption: Exemption, party: str) -> bool:
    """Whether the exemption can be for this recipient without more being shown."""
    condition = exemption.condition
    for words, whom in _FOR_OTHERS:
        if words in condition:
            return party in whom
    if any(words in condition for words in _FOR_GOVERNMENTS):
        return standing(dossier.around, party) != "outside"
    return True


def _of_regime(dossier: Dossier, regime: str, records: list[tuple[Embargo, Judged | None]]) -> Judged | None:
    said = [one for _, one in records if one is not None]
    if not said:
        return None
    lead = said[0]
    facts = [fact for one in said for fact in one.facts]
    rests = [id_ for one in said for id_ in one.rests_on]
    questions = [question for one in said for question in one.questions]
    outcomes = [one.outcome for one in said]
    outcome = worst(outcomes)
    if len(records) > 1:
        told = "; ".join(f"{e.id} ({e.when}): {one.outcome.value if one else 'not in force'}" for e, one in records)
        facts.append(f"Two records of this embargo contradict each other, and both are kept: {told}")
        rests += [embargo.id for embargo, _ in records]
        agreed = len(said) == len(records) and len(set(outcomes)) == 1
        if outcome is Outcome.BARS and not agreed:
            both = " and ".join(embargo.id for embargo, _ in records)
            asked = ask(
                dossier,
                "embargo.{record}.records",
                record=regime,
                records=both,
                reference=lead.lead.reference,
            )
            facts += asked.facts
            rests += asked.rests_on
            if asked.value is None:
                outcome, questions = Outcome.NEEDS_ANSWER, [*questions, *asked.open]
            elif asked.value is False:
                rest = [one for one in outcomes if one is not Outcome.BARS]
                outcome = worst(rest) if rest else Outcome.PASSES
    return Judged(
        regime,
        tuple(embargo for embargo, _ in records),
        outcome,
        tuple(dict.fromkeys(facts)),
        tuple({one.id: one for one in questions}.values()) if outcome is not Outcome.PASSES else (),
        tuple(dict.fromkeys(rests)),
    )
