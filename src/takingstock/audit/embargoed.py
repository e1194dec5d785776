"""Movements whose dates lie in an arms embargo (kind ``movement-under-embargo``).

An embargo is a target in a territory, goods, exemptions and dates (:mod:`takingstock.reference.scope`). The finding
says that dates lie within, or may; which exemption may be open, and the condition that would have to be shown; and,
where two records of one embargo contradict each other, both. It never says that anybody broke an embargo: whether it
bound the supplier in this case, and whether a condition was met, is not judged. Calls that bind nobody are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from takingstock.audit.amounts import in_brackets, part_of_whole, spoken, total
from takingstock.audit.draft import drafted, several
from takingstock.audit.scene import CROSSING, Claims, Scene, dated, unit_words
from takingstock.records import Embargo, Finding, FindingKind, Mode, Movement, Quantity, Severity, Unit
from takingstock.reference.embargoes import EXPORTS_FROM, Fit, binding, exemptions, fits
from takingstock.reference.members import bound
from takingstock.reference.scope import covers, open_to, reaches, suspended

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


@dataclass(frozen=True)
class Under:
    """One movement under one embargo: ``fit`` of dates, goods and recipient; ``open`` are exemptions that may apply."""

    embargo: Embargo
    fit: Fit
    open: tuple[tuple[str, str, Fit], ...] = ()
    twins: tuple[Embargo, ...] = ()


def under(scene: Scene, movement: Movement, table: tuple[Embargo, ...]) -> tuple[Under, ...]:
    """The embargoes that a movement lies or may lie in, contradicting records of one embargo taken together."""
    found: dict[str, list[tuple[Embargo, Fit | None, tuple[tuple[str, str, Fit], ...]]]] = {}
    for embargo in table:
        party = movement.from_party if embargo.target == EXPORTS_FROM else movement.to_party
        if party is None or not binding(embargo):
            continue
        if reach := reaches(scene, embargo, party):
            goods = covers(scene, embargo, movement.item, table)
            who = bound(embargo.body, scene.state(movement.from_party), movement.when)
            if goods and who:
                fit, open_ = _dates(scene, embargo, movement, party)
                sure = fit == reach == goods == who == "within"
                given: Fit | None = None if fit is None else ("within" if sure else "may overlap")
                found.setdefault(regime(embargo), []).append((embargo, given, open_))
    rows = []
    for _, records in sorted(found.items()):
        fitting = [(e, fit, open_) for e, fit, open_ in records if fit is not None]
        if fitting:
            lead, _, open_ = fitting[0]
            sure = all(fit == "within" for _, fit, _ in records)
            every = tuple(dict.fromkeys(one for _, _, more in fitting for one in more))
            twins = tuple(e for e, _, _ in records if e is not lead)
            rows.append(Under(lead, "within" if sure else "may overlap", every, twins))
    return tuple(rows)


def regime(embargo: Embargo) -> str:
    """One id for the records that contradict each other about one embargo (``eu-iraq-1990`` and ``…-b``)."""
    return embargo.id.removesuffix("-b")


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
    """One finding per supplier, recipient, class and unit."""
    pairs: dict[tuple[str, str, str, Unit], list[tuple[Movement, Claims | None, tuple[Under, ...]]]] = {}
    for movement in scene.delivered():
        if movement.mode in SUPPLIES and movement.to_party and scene.state(movement.to_party) != _home(scene, movement):
            claims = scene.claims(movement)
            unit = claims.quantity.unit if claims else movement.quantity.unit
            key = movement.from_party or "", movement.to_party, movement.item, unit
            pairs.setdefault(key, []).append((movement, claims, under(scene, movement, table)))
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
    part = total((c.quantity for _, c in sure if c), (c.quantity for _, c in may if c), unit)
    whole = total((c.quantity for _, c, _ in rows if c), unit=unit) if part.known else Quantity(unit=unit)
    bounds = part_of_whole(part, whole)
    amount = spoken(part)
    # Of what only may lie within, the upper bound is the whole of it, and not a figure that somebody gave.
    if not sure:
        amount = spoken(total((c.quantity for _, c in may if c), unit=unit))
    each = [one for _, _, lies in hit for one in lies]
    who = scene.party_name(sender) if sender else "a supplier that is not named"
    hull = hit[0][0].when
    for movement, _, _ in hit[1:]:
        hull = hull.joined(movement.when)
    silent = sum(c is None for _, c, _ in hit)
    cautions = [_CAUTION, *_opened(each), *_differing(each), *_unsure(each)]
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
        words=f"{scene.item_name(item)}: {amount}{unit_words(unit)} recorded as delivered by {who} to "
        f"{scene.party_name(recipient)}{_lies(each)}{in_brackets(bounds)}.",
        records=records,
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


def _name(one: Under) -> str:
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
    for one in sorted({regime(u.embargo): u for u in each if u.twins}.values(), key=lambda u: u.embargo.id):
        told = "; ".join(f"{e.id} ({dated(e.when)})" for e in (one.embargo, *one.twins))
        yield f"Two records of this embargo contradict each other, and both are kept: {told}."


def _unsure(each: list[Under]) -> Iterable[str]:
    names = sorted({one.embargo.id for one in each if not one.embargo.verified})
    if names:
        yield f"Not verified in the table of embargoes: {', '.join(names)}."


def _severity(hit: list[tuple[Movement, Claims | None, tuple[Under, ...]]]) -> tuple[Severity, str]:
    within = [one for _, _, each in hit for one in each if one.fit == "within"]
    if within and not any(one.open for one in within):
        return Severity.HIGH, "Dated within an embargo, and no exemption is on record as open."
    if within:
        return Severity.MEDIUM, "Dated within an embargo; an exemption may be open."
    return Severity.LOW, "May be dated within an embargo."
