"""Mirror gaps: what exporter and importer, or a register and a state's own report, give for one pair and year.

Kind ``mirror-gap``. A year is compared only where both sides report on it: the exporter's report of a year is set
against the importer's only if the importer reports something for that year, with anybody (then its silence on this pair
means something). A register and a report are compared only where both give a figure. Definitions, cut-off dates and
classes differ between reports, and goods that pass through a third state are in one and not in the other; see the
manual of the NISAT transfers database on reading mirror data.
"""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit.amounts import excess, in_brackets, part_of_whole, spoken
from takingstock.audit.draft import drafted
from takingstock.audit.scene import Scene, unit_words
from takingstock.audit.sides import Side, broadest, delivered_statements, reported
from takingstock.records import DateRange, Finding, FindingKind, PartyKind, Quantity, SourceKind, Statement, Unit

_EXPORTER, _IMPORTER, _REGISTER = "exporter", "importer", "register"
_Pair = tuple[str, str, int, Unit]
_DEFINITION = (
    "the difference between what two sides report as delivered between the same two states in one year, divided by the "
    "larger; a report whose date may lie in another year adds to the upper bound only"
)
_CAUTION = (
    "Reports count by different definitions, dates and classes; goods that pass through a third state are in one "
    "report and not in the other. No record is not no transfer."
)


def mirror_gaps(scene: Scene) -> Iterable[Finding]:
    """One finding per pair of states, year, class, unit and pair of sides whose figures exclude each other."""
    said: dict[_Pair, list[tuple[str, Statement, bool]]] = {}
    years: dict[tuple[str, str], set[int]] = {}
    for statement in delivered_statements(scene):
        side = _side(scene, statement)
        sender, receiver = statement.from_party, statement.to_party
        if side is None or sender is None or receiver is None:
            continue
        span = _years(statement.when)
        for year in span:
            if side != _REGISTER and statement.reporter:
                years.setdefault((side, statement.reporter), set()).add(year)
            key = sender, receiver, year, statement.quantity.unit
            said.setdefault(key, []).append((side, statement, len(span) == 1))
    for (sender, receiver, year, unit), rows in sorted(said.items()):
        wide = broadest(scene, (statement.item for _, statement, _ in rows))
        for item in sorted(set(wide.values())):
            sides: dict[str, Side] = {}
            for name in (_EXPORTER, _IMPORTER, _REGISTER):
                mine = [(s, sure) for side, s, sure in rows if side == name and wide[s.item] == item]
                if mine:
                    sides[name] = _summed(scene, mine, unit)
            silent = _silent(sides, years, sender, receiver, year)
            for one, other in _compared(sides, silent):
                a, b = sides.get(one, Side()), sides.get(other, Side())
                if found := _check(scene, (sender, receiver, year, unit), item, (one, a), (other, b)):
                    yield found


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


def _check(scene: Scene, pair: _Pair, item: str, one: tuple[str, Side], other: tuple[str, Side]) -> Finding | None:
    sender, receiver, year, unit = pair
    if one[1].silent or other[1].silent:
        return None
    a, b = one[1].figure(unit), other[1].figure(unit)
    more, less = excess(a, b), excess(b, a)
    gap, larger = (more, a) if (more.low or 0) >= (less.low or 0) else (less, b)
    if not gap.low:
        return None
    bounds = part_of_whole(gap, larger)
    about = f"{one[0]}-{other[0]}:{sender}:{receiver}:{item}:{year}" + ("" if unit is Unit.ITEMS else f":{unit.value}")
    return drafted(
        FindingKind.MIRROR_GAP,
        about,
        holder=receiver,
        item=item,
        numerator=gap,
        denominator=larger,
        bounds=bounds,
        definition=_DEFINITION,
        words=f"{scene.item_name(item)}, {scene.party_name(sender)} to {scene.party_name(receiver)}, {year}: "
        f"{_figure(a)}{unit_words(unit)} by the {_whose(one[0])}, {_figure(b)} by the {_whose(other[0])}: "
        f"{spoken(gap)} apart{in_brackets(bounds)}.",
        records=(*one[1].statements, *other[1].statements),
        cautions=[_CAUTION],
        when=DateRange.parse(str(year)),
    )


def _whose(side: str) -> str:
    return "register" if side == _REGISTER else f"{side}'s report"


def _figure(quantity: Quantity) -> str:
    return spoken(quantity) if quantity.high != 0 else "none"
