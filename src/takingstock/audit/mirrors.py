"""Mirror gaps: what exporter and importer, or a register and a state's own report, give for one pair and year.

Kind ``mirror-gap``. A year is compared only where both sides report on it: the exporter's report of a year is set
against the importer's only if the importer reports something for that year, with anybody (then its silence on this pair
means something). A register and a report are compared only where both give a figure. Two years in a row that differ in
opposite ways are one comparison, not two gaps, where the reports may lie around New Year. Definitions, cut-off dates
and classes differ between reports, and goods that pass through a third state are in one and not in the other; see the
manual of the NISAT transfers database on reading mirror data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from takingstock.audit.amounts import excess, in_brackets, part_of_whole, spoken
from takingstock.audit.draft import drafted
from takingstock.audit.scene import Scene, unit_words
from takingstock.audit.sides import Side, broadest, delivered_statements, reported
from takingstock.records import DateRange, Finding, FindingKind, PartyKind, Quantity, SourceKind, Statement, Unit

_EXPORTER, _IMPORTER, _REGISTER = "exporter", "importer", "register"
_Pair = tuple[str, str, Unit]
_Row = tuple[str, Statement, range]
_LAG = timedelta(days=183)
"""So far apart the two reports of one delivery are taken to lie at most: half a year."""
_DEFINITION = (
    "the difference between what two sides report as delivered between the same two states in one year, divided by the "
    "larger; a report whose date may lie in another year adds to the upper bound only"
)
_NETTED = (
    "the difference between what two sides report as delivered between the same two states in two years together, "
    "divided by the larger; a report whose date may lie in another year adds to the upper bound only"
)
_CAUTION = (
    "Reports count by different definitions, dates and classes; goods that pass through a third state are in one "
    "report and not in the other. No record is not no transfer."
)
_NEW_YEAR = (
    "A delivery around New Year can stand in one report under the one year and in the other under the next, so the two "
    "are taken together."
)


@dataclass(frozen=True)
class _Gap:
    """Two sides of one pair and class that exclude each other in a year; ``way`` is 1 where the first gives more."""

    pair: _Pair
    item: str
    year: int
    names: tuple[str, str]
    sides: tuple[Side, Side]
    figures: tuple[Quantity, Quantity]
    gap: Quantity
    way: int


def mirror_gaps(scene: Scene) -> Iterable[Finding]:
    """One finding per pair of states, year, class, unit and pair of sides whose figures exclude each other; one for two
    years in a row that differ in opposite ways and whose reports may lie around New Year."""
    said: dict[_Pair, list[_Row]] = {}
    years: dict[tuple[str, str], set[int]] = {}
    for statement in delivered_statements(scene):
        side = _side(scene, statement)
        sender, receiver = statement.from_party, statement.to_party
        if side is None or sender is None or receiver is None:
            continue
        span = _years(statement.when)
        if side != _REGISTER and statement.reporter:
            years.setdefault((side, statement.reporter), set()).update(span)
        said.setdefault((sender, receiver, statement.quantity.unit), []).append((side, statement, span))
    for pair, rows in sorted(said.items()):
        every = sorted({year for _, _, span in rows for year in span})
        gaps = [gap for year in every for gap in _gaps(scene, pair, rows, year, years)]
        for one, other in _opposite(gaps):
            gaps = [gap for gap in gaps if gap is not one and gap is not other]
            yield _netted(scene, one, other)
        for gap in gaps:
            yield _finding(scene, gap)


def _gaps(
    scene: Scene, pair: _Pair, rows: list[_Row], year: int, years: dict[tuple[str, str], set[int]]
) -> Iterable[_Gap]:
    sender, receiver, unit = pair
    mine = [(side, statement, len(span) == 1) for side, statement, span in rows if year in span]
    wide = broadest(scene, (statement.item for _, statement, _ in mine))
    for item in sorted(set(wide.values())):
        sides: dict[str, Side] = {}
        for name in (_EXPORTER, _IMPORTER, _REGISTER):
            told = [(s, sure) for side, s, sure in mine if side == name and wide[s.item] == item]
            if told:
                sides[name] = _summed(scene, told, unit)
        silent = _silent(sides, years, sender, receiver, year)
        for one, other in _compared(sides, silent):
            both = sides.get(one, Side()), sides.get(other, Side())
            if found := _gap(scene, pair, item, year, (one, other), both):
                yield found


def _gap(
    scene: Scene, pair: _Pair, item: str, year: int, names: tuple[str, str], sides: tuple[Side, Side]
) -> _Gap | None:
    if sides[0].silent or sides[1].silent:
        return None
    a, b = (side.figure(scene, pair[2]) for side in sides)
    gap, way = _apart(a, b)
    return _Gap(pair, item, year, names, sides, (a, b), gap, way) if gap.low else None


def _apart(a: Quantity, b: Quantity) -> tuple[Quantity, int]:
    more, less = excess(a, b), excess(b, a)
    return (more, 1) if (more.low or 0) >= (less.low or 0) else (less, -1)


def _opposite(gaps: list[_Gap]) -> list[tuple[_Gap, _Gap]]:
    """Pairs of gaps of one class and two sides, in two years in a row and in opposite ways, whose reports may lie
    around New Year; each gap once, those that explain most first."""
    found = [
        (one, other)
        for one in gaps
        for other in gaps
        if (one.item, one.names, one.year + 1, -one.way) == (other.item, other.names, other.year, other.way)
        and _near(one, other)
    ]
    found.sort(key=lambda pair: (-min(pair[0].gap.low or 0, pair[1].gap.low or 0), pair[0].year, pair[0].item))
    taken: list[tuple[_Gap, _Gap]] = []
    used: list[_Gap] = []
    for pair in found:
        if not any(gap is one for gap in pair for one in used):
            taken.append(pair)
            used.extend(pair)
    return taken


def _near(one: _Gap, other: _Gap) -> bool:
    """Whether what the one side has more in the first year may lie near what the other has more in the second."""
    before = [s.when.last for s in one.sides[one.way < 0].statements if s.when.last]
    after = [s.when.first for s in other.sides[other.way < 0].statements if s.when.first]
    return bool(before and after) and min(after) - max(before) <= _LAG


def _netted(scene: Scene, one: _Gap, other: _Gap) -> Finding:
    """Two years taken together; what is left may be nothing, and then that is said as a note."""
    years = one.year, other.year
    sides = _together(one.sides[0], other.sides[0], years), _together(one.sides[1], other.sides[1], years)
    a, b = (side.figure(scene, one.pair[2]) for side in sides)
    gap, way = _apart(a, b)
    made = _Gap(one.pair, one.item, one.year, one.names, sides, (a, b), gap, way)
    said = (
        f"Year by year they are {spoken(one.gap)} apart in {one.year} and {spoken(other.gap)} the other way in "
        f"{other.year}."
    )
    return _finding(scene, made, until=other.year, cautions=(said, _NEW_YEAR))


def _together(one: Side, other: Side, years: tuple[int, int]) -> Side:
    """What one side reports in two years; a report that may lie in either and in no third lies in one of them."""
    first, second = dict((*one.certain, *one.possible)), dict((*other.certain, *other.possible))
    beyond = {s.movement for s in (*one.statements, *other.statements) if not set(_years(s.when)) <= set(years)}
    sure = {key for key, _ in (*one.certain, *other.certain)} | ((first.keys() | second.keys()) - beyond)
    told = list((second | first).items())
    return Side(
        certain=[(key, figure) for key, figure in told if key in sure],
        possible=[(key, figure) for key, figure in told if key not in sure],
        statements=list(dict.fromkeys((*one.statements, *other.statements))),
    )


def _side(scene: Scene, statement: Statement) -> str | None:
    sender, receiver = statement.from_party, statement.to_party
    if not scene.kind(sender) is scene.kind(receiver) is PartyKind.STATE:
        return None
    if statement.reporter:
        if statement.reporter == sender:
            return _EXPORTER
        return _IMPORTER if statement.reporter == receiver else None
    source = scene.ledger.source_by_id.get(statement.source)
    return _REGISTER if source and source.kind is SourceKind.REGISTER else None


def _years(when: DateRange) -> range:
    """The years that a date may lie in; none where they are more than three (then nothing can be compared)."""
    if when.first is None or when.last is None or when.last.year - when.first.year > 2:
        return range(0)
    return range(when.first.year, when.last.year + 1)


def _summed(scene: Scene, rows: list[tuple[Statement, bool]], unit: Unit) -> Side:
    by_key: dict[str, list[tuple[Statement, bool]]] = {}
    for statement, sure in rows:
        by_key.setdefault(statement.movement, []).append((statement, sure))
    side = Side()
    for _, group in sorted(by_key.items()):
        statements = [statement for statement, _ in group]
        side.add(reported(scene, statements, unit), statements, sure=all(sure for _, sure in group))
    return side


def _silent(
    sides: dict[str, Side], years: dict[tuple[str, str], set[int]], sender: str, receiver: str, year: int
) -> set[str]:
    """The sides that report on the year and say nothing of this pair and class."""
    found = set()
    for name, party in ((_EXPORTER, sender), (_IMPORTER, receiver)):
        if name not in sides and year in years.get((name, party), ()):
            found.add(name)
    return found


def _compared(sides: dict[str, Side], silent: set[str]) -> Iterable[tuple[str, str]]:
    states = [name for name in (_EXPORTER, _IMPORTER) if name in sides]
    if len(states) == 2 or (states and silent):
        yield _EXPORTER, _IMPORTER
    if _REGISTER in sides:
        yield from ((name, _REGISTER) for name in states)


def _finding(scene: Scene, found: _Gap, *, until: int | None = None, cautions: tuple[str, ...] = ()) -> Finding:
    sender, receiver, unit = found.pair
    gap, (a, b), (one, other) = found.gap, found.figures, found.names
    bounds = part_of_whole(gap, a if found.way > 0 else b)
    time = f"{found.year}" if until is None else f"{found.year}+{until}"
    about = f"{one}-{other}:{sender}:{receiver}:{found.item}:{time}" + ("" if unit is Unit.ITEMS else f":{unit.value}")
    told = f"{found.year}" if until is None else f"{found.year} and {until} together"
    apart = f"{spoken(gap)} apart{in_brackets(bounds)}" if gap.high != 0 else "no gap"
    return drafted(
        FindingKind.MIRROR_GAP,
        about,
        holder=receiver,
        item=found.item,
        numerator=gap,
        denominator=a if found.way > 0 else b,
        bounds=bounds,
        definition=_DEFINITION if until is None else _NETTED,
        words=f"{scene.item_name(found.item)}, {scene.party_name(sender)} to {scene.party_name(receiver)}, {told}: "
        f"{_figure(a)}{unit_words(unit)} by the {_whose(one)}, {_figure(b)} by the {_whose(other)}: {apart}.",
        records=(*found.sides[0].statements, *found.sides[1].statements),
        cautions=[*cautions, _CAUTION],
        when=DateRange.parse(f"{found.year}" if until is None else f"{found.year}..{until}"),
    )


def _whose(side: str) -> str:
    return "register" if side == _REGISTER else f"{side}'s report"


def _figure(quantity: Quantity) -> str:
    return spoken(quantity) if quantity.high != 0 else "none"
