"""Movements whose dates lie in an arms embargo (kind ``movement-under-embargo``).

An embargo is a target in a territory, goods, exemptions and dates (:mod:`takingstock.reference.scope`). The finding
says that dates lie within, or may; which exemption may be open, and the condition that would have to be shown; and,
where two records of one embargo contradict each other, both. It never says that anybody broke an embargo: whether it
bound the supplier in this case, and whether a condition was met, is not judged. Calls that bind nobody are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from takingstock.audit.amounts import in_brackets, part_of_whole, spoken
from takingstock.audit.draft import drafted, several
from takingstock.audit.regimes import differ, grouped
from takingstock.audit.scene import CROSSING, Claims, Scene, dated, unit_words
from takingstock.records import Embargo, Finding, FindingKind, Mode, Movement, Quantity, Severity, Unit
from takingstock.reference.embargoes import EXPORTS_FROM, Fit, exemptions, fits
from takingstock.reference.members import bound, listed
from takingstock.reference.scope import covers, open_to, reaches, suspended, unstated

SUPPLIES = CROSSING | {Mode.ILLICIT_PURCHASE}
"""Modes that an embargo speaks of: a supply from outside. A capture or an issue within a force is none."""

_DEFINITION = (
    "recorded deliveries of the class from the supplier to the recipient whose dates lie within an embargo that "
    "reaches the recipient (or the supplier, for a ban on exports) and the goods, divided by all recorded deliveries "
    "of the class between the two; one whose date, recipient or goods leave that open, or on which two records of the "
    "embargo differ, adds to the upper bound only"
)
_CAUTION = (
    "Dates are compared, nothing more. Whether the embargo bound this supply is not judged, and no breach is said to "
    "have occurred."
)
_LICENSED = (
    "What is made under licence did not cross the border as such: the number is of what was made, and which licences, "
    "kits or parts were supplied, and when, is not on record."
)


@dataclass(frozen=True)
class Under:
    """One movement under one embargo: ``fit`` of dates, goods and recipient; ``open`` are exemptions that may apply;
    ``records`` all that the table has of the embargo, the leading one first; ``supplier`` its state, if known;
    ``apart``: the records do not agree on whether the date lies within."""

    fit: Fit
    open: tuple[tuple[str, str, Fit], ...]
    records: tuple[Embargo, ...]
    who: Fit
    supplier: str | None
    apart: bool = False

    @property
    def embargo(self) -> Embargo:
        return self.records[0]


def under(scene: Scene, movement: Movement, table: tuple[Embargo, ...]) -> tuple[Under, ...]:
    """The embargoes that a movement lies or may lie in, all records of one embargo taken together."""
    return _under(scene, movement, table, grouped(table))


def _under(
    scene: Scene, movement: Movement, table: tuple[Embargo, ...], regimes: dict[str, tuple[Embargo, ...]]
) -> tuple[Under, ...]:
    rows = []
    for _, records in sorted(regimes.items()):
        # A record that says whom the embargo binds decides that; one that does not speaks of dates.
        stated = [embargo for embargo in records if not unstated(embargo)] or records
        party = movement.from_party if stated[0].target == EXPORTS_FROM else movement.to_party
        if party is None or not any(embargo.when.overlaps(movement.when) for embargo in records):
            continue
        supplier = scene.state(movement.from_party)
        who = bound(records[0].body, supplier, movement.when)
        said = [fit for embargo in stated if (fit := _reach(scene, movement, embargo, party, table)) is not None]
        dates = [(embargo, *_dates(scene, embargo, movement, party)) for embargo in records]
        fitting = [(embargo, fit, open_) for embargo, fit, open_ in dates if fit is not None]
        if who is None or not said or not fitting:
            continue
        sure = who == "within" and all(fit == "within" for fit in (*said, *(fit for _, fit, _ in dates)))
        lead = fitting[0][0]
        others = tuple(embargo for embargo in records if embargo is not lead)
        every = tuple(dict.fromkeys(one for _, _, more in fitting for one in more))
        apart = len({fit for _, fit, _ in dates}) > 1
        rows.append(Under("within" if sure else "may overlap", every, (lead, *others), who, supplier, apart))
    return tuple(rows)


def _reach(scene: Scene, movement: Movement, embargo: Embargo, party: str, table: tuple[Embargo, ...]) -> Fit | None:
    """Whether target, territory and goods of a record fit: certainly, possibly, or not."""
    reach = reaches(scene, embargo, party)
    goods = covers(scene, embargo, movement.item, table) if reach else None
    if reach is None or goods is None:
        return None
    return "within" if reach == goods == "within" else "may overlap"


def _dates(
    scene: Scene, embargo: Embargo, movement: Movement, party: str
) -> tuple[Fit | None, tuple[tuple[str, str, Fit], ...]]:
    fit = fits(embargo.when, movement.when)
    if fit is None:
        return None, ()
    open_: list[tuple[str, str, Fit]] = []
    for exemption, how in exemptions(embargo, movement.when):
        if suspended(exemption):
            if how == "within":
                return None, ()
            fit = "may overlap"
        elif open_to(scene, exemption, party):
            open_.append((exemption.reference, exemption.condition, how))
    return fit, tuple(open_)


def under_embargo(scene: Scene, table: tuple[Embargo, ...]) -> Iterable[Finding]:
    """One finding per supplier, recipient, class and unit. A report of none ("nil") is no supply."""
    regimes = grouped(table)
    pairs: dict[tuple[str, str, str, Unit], list[tuple[Movement, Claims | None, tuple[Under, ...]]]] = {}
    for movement in scene.delivered():
        if movement.mode in SUPPLIES and movement.to_party and scene.state(movement.to_party) != _home(scene, movement):
            claims = scene.claims(movement)
            if claims and claims.quantity.high == 0:
                continue
            unit = claims.quantity.unit if claims else movement.quantity.unit
            key = movement.from_party or "", movement.to_party, movement.item, unit
            pairs.setdefault(key, []).append((movement, claims, _under(scene, movement, table, regimes)))
    for (sender, recipient, item, unit), rows in sorted(pairs.items()):
        if any(each for _, _, each in rows):
            yield _finding(scene, sender, recipient, item, unit, rows)


def _home(scene: Scene, movement: Movement) -> str | None:
    """The supplier's state; an embargo does not speak of what moves within the state it is laid on."""
    return scene.state(movement.from_party) or ""


def _finding(
    scene: Scene,
    sender: str,
    recipient: str,
    item: str,
    unit: Unit,
    rows: list[tuple[Movement, Claims | None, tuple[Under, ...]]],
) -> Finding:
    hit = [(m, c, each) for m, c, each in rows if each]
    sure = [(m, c) for m, c, each in hit if any(one.fit == "within" for one in each)]
    may = [(m, c) for m, c, each in hit if not any(one.fit == "within" for one in each)]
    part = scene.sum_of(sure, may, unit)
    whole = scene.sum_of(((m, c) for m, c, _ in rows), unit=unit) if part.known else Quantity(unit=unit)
    bounds = part_of_whole(part, whole)
    amount = spoken(part)
    # Of what only may lie within, the upper bound is the whole of it, and not a figure that somebody gave.
    if not sure:
        amount = spoken(scene.sum_of(may, unit=unit))
    each = [one for _, _, lies in hit for one in lies]
    who = scene.party_name(sender) if sender else "a supplier that is not named"
    hull = hit[0][0].when
    for movement, _, _ in hit[1:]:
        hull = hull.joined(movement.when)
    silent = sum(c is None for _, c, _ in hit)
    licensed = [m for m, _, _ in hit if m.mode is Mode.LICENSED_PRODUCTION]
    cautions = [_CAUTION, *_opened(each), *_differing(each), *_members(each), *_unsure(each)]
    if licensed:
        cautions.append(_LICENSED)
    if silent:
        cautions.append(f"{several(silent, 'delivery', 'deliveries')} of unknown quantity not counted.")
    records = [scene.ledger.statement_by_id[id_] for m, _, _ in hit for id_ in m.ruling]
    about = f"{sender or '?'}:{recipient}:{item}" + ("" if unit is Unit.ITEMS else f":{unit.value}")
    return drafted(
        FindingKind.IN_EMBARGO,
        about,
        holder=recipient,
        item=item,
        numerator=part,
        denominator=whole,
        bounds=bounds,
        definition=_DEFINITION,
        words=f"{scene.item_name(item)}: {amount}{unit_words(unit)} recorded as "
        f"{_supplied(who, scene.party_name(recipient), len(licensed), len(hit))}{_lies(each)}{in_brackets(bounds)}.",
        records=records,
        beside=[scene.ledger.statement_by_id[id_] for m, _, lies in rows if not lies for id_ in m.ruling],
        also=[e.source for one in each for e in one.records if e.source in scene.ledger.source_by_id],
        cautions=cautions,
        severity=_severity(hit),
        when=hull,
    )


def _lies(each: list[Under]) -> str:
    """In which embargoes the dates lie, and in which they may: two lists, never one."""
    within = {_name(one) for one in each if one.fit == "within"}
    possible = {_name(one) for one in each if one.fit != "within"}
    said = f", dated within {'; '.join(sorted(within))}" if within else ""
    if possible:
        said += f", {'some may be' if within & possible else 'may be'} dated within {'; '.join(sorted(possible))}"
    return said


def _supplied(who: str, recipient: str, licensed: int, every: int) -> str:
    if licensed == every:
        return f"made under licence from {who} by {recipient}"
    some = f" ({several(licensed, 'record')} of {every:,} of licensed production there)" if licensed else ""
    return f"delivered by {who} to {recipient}{some}"


def _name(one: Under) -> str:
    if "not stated" in one.embargo.body:
        return f"an arms embargo of a body that is not stated, {one.embargo.reference}"
    return f"the {one.embargo.body} arms embargo {one.embargo.reference}"


def _opened(each: list[Under]) -> Iterable[str]:
    """The exemptions, with what would have to be shown; an exemption that only may be open asks for the date first."""
    seen: dict[tuple[str, str], bool] = {}
    for one in each:
        for reference, condition, fit in one.open:
            seen[reference, condition] = seen.get((reference, condition), True) and fit == "within"
    for (reference, condition), sure in seen.items():
        first = "An exemption is open" if sure else "An exemption may be open, which depends on the date"
        yield f"{first} ({reference}); it would have to be shown that the supply was: {condition}."


def _differing(each: list[Under]) -> Iterable[str]:
    """Embargoes of which the table has several records: where they contradict each other, and where they do not."""
    more = sorted((u for u in each if len(u.records) > 1), key=lambda u: (u.embargo.id, u.apart))
    for one in {tuple(sorted(e.id for e in u.records)): u for u in more}.values():
        if one.apart:
            told = "; ".join(f"{e.id} ({_when(e)})" for e in one.records)
            many, kept = ("Two", "both") if len(one.records) == 2 else ("Several", "all")
            yield f"{many} records of this embargo contradict each other, and {kept} are kept: {told}."
        else:
            dates = differ(one.records)
            told = " and ".join(f"{e.id} ({_when(e)})" if dates else e.id for e in one.records)
            yield f"One embargo, recorded under {told}."


def _when(embargo: Embargo) -> str:
    out = [f"suspended {dated(e.when)}" for e in embargo.exemptions if suspended(e)]
    return ", ".join([dated(embargo.when), *out])


def _members(each: list[Under]) -> Iterable[str]:
    """Why it is open whether an embargo binds the supplier."""
    said: dict[str, None] = {}
    for one in each:
        if one.who == "within":
            continue
        body = one.embargo.body
        if "not stated" in body:
            why = "the record does not say whose embargo it is"
        elif not listed(body):
            why = f"no table of members of {_the(body)} is at hand"
        elif one.supplier is None:
            why = "the supplier, or its state, is not named"
        elif body == "League of Arab States":
            why = "a decision that is not unanimous binds the members that accepted it"
        else:
            why = "the year of accession or of leaving is known, and not the day"
        said[f"Whether {_name(one)} bound the supplier is not known: {why}."] = None
    return said


def _the(body: str) -> str:
    return body if body.isupper() else f"the {body}"


def _unsure(each: list[Under]) -> Iterable[str]:
    names = sorted({e.id for one in each for e in one.records if not e.verified})
    if names:
        yield f"Not verified in the table of embargoes: {', '.join(names)}."


def _severity(hit: list[tuple[Movement, Claims | None, tuple[Under, ...]]]) -> tuple[Severity, str]:
    within = [one for _, _, each in hit for one in each if one.fit == "within"]
    if within and all(m.mode is Mode.LICENSED_PRODUCTION for m, _, each in hit if any(o.fit == "within" for o in each)):
        return Severity.MEDIUM, "Dated within an embargo; licensed production, of which no delivery is on record."
    if within and not any(one.open for one in within):
        return Severity.HIGH, "Dated within an embargo, and no exemption is on record as open."
    if within:
        return Severity.MEDIUM, "Dated within an embargo; an exemption may be open."
    return Severity.LOW, "May be dated within an embargo."
