"""The arsenal of a holder: one table per population, by country, class or era."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

from takingstock.catalogue.dimensions import Basis, By, CountryRole, key
from takingstock.catalogue.interval import LEVEL, interval
from takingstock.catalogue.overlap import Cell, Sum, add, aggregate, same_report
from takingstock.catalogue.populations import Group, groups
from takingstock.records import (
    Arsenal,
    ArsenalRow,
    BadValueError,
    Design,
    Ledger,
    PopulationTable,
    Sighting,
    Unit,
    UnknownNameError,
    percent,
)
from takingstock.reference.parties import Directory
from takingstock.reference.taxonomy import Taxonomy

_ROUNDING = 1e-9


def arsenal(
    ledger: Ledger,
    taxonomy: Taxonomy,
    directory: Directory,
    holder: str,
    by: str = "country",
    role: str = "manufactured",
    population: str | None = None,
) -> Arsenal:
    """What ``holder`` (or a part of it) is seen or found with. Pure; populations are never merged.

    ``by`` is country, class or era; ``role`` (for countries) manufactured, designed or supplied; ``population`` keeps
    one table. Raises BadValueError for another ``by`` or ``role``, UnknownNameError for a holder or population that
    the ledger does not know, naming those it does."""
    dimension, country_role = _dimension(by, role)
    if not directory.has(holder):
        raise UnknownNameError(f"no holder {holder!r}; there are sightings of: {_observed(ledger)}")
    found = groups(ledger, directory, holder)
    if population is not None:
        ids = [group.id for group in found]
        found = tuple(group for group in found if group.id == population)
        if not found:
            raise UnknownNameError(f"no population {population!r} of {holder}; there are: {', '.join(ids) or 'none'}")
    return Arsenal(
        holder=holder,
        by=dimension.value,
        role=country_role.value if dimension is By.COUNTRY else None,
        revision=ledger.revision,
        populations=tuple(_table(group, dimension, country_role, taxonomy) for group in found),
    )


def _dimension(by: str, role: str) -> tuple[By, CountryRole]:
    try:
        return By(by), CountryRole(role)
    except ValueError as error:
        choices = f"by: {', '.join(By)}; role: {', '.join(CountryRole)}"
        raise BadValueError(f"cannot break an arsenal down by {by!r} with role {role!r}; choose {choices}") from error


def _observed(ledger: Ledger) -> str:
    holders = {s.holder for s in ledger.sightings} | {p.holder for p in ledger.populations}
    return ", ".join(sorted(holders)) or "nobody"


def _table(group: Group, by: By, role: CountryRole, taxonomy: Taxonomy) -> PopulationTable:
    keyed: dict[str, list[Cell]] = {}
    bases: dict[str, set[Basis]] = {}
    silent = 0
    for sighting in group.sightings:
        name, basis = key(sighting, by, role, taxonomy)
        if name is None or not _countable(sighting, group):
            silent += 1
            continue
        keyed.setdefault(name, []).append(_cell(sighting, group))
        bases.setdefault(name, set()).add(basis)
    sums = {name: add(cells, taxonomy) for name, cells in keyed.items()}
    rows = sorted((_row(name, total, group, bases[name]) for name, total in sums.items()), key=_order)
    rest, remarks = _rest(sums, rows, taxonomy)
    notes = [group.note, *remarks, *_notes(sums, group, by, silent, bases, rest)]
    notes.append(_who_gives(group, rows))
    return PopulationTable(
        id=group.id,
        title=group.title,
        unit=group.unit,
        size=group.size,
        source=group.source,
        rows=tuple(rows),
        rest=rest,
        note=" ".join(note for note in notes if note),
    )


def _countable(sighting: Sighting, group: Group) -> bool:
    return not sighting.quantity.known or sighting.quantity.unit is group.unit


def _cell(sighting: Sighting, group: Group) -> Cell:
    n, share, count = group.size.best, sighting.share, sighting.quantity.best
    derived = count is not None and sighting.quantity.form != "exact"
    if share is None and count is not None and n:
        share = count / n
    elif count is None and share is not None and n is not None:
        count, derived = share * n, True
    return Cell(sighting, aggregate(sighting), share, count, derived)


def _row(name: str, total: Sum, group: Group, bases: set[Basis]) -> ArsenalRow:
    share = _sum([cell.share for cell in total.added])
    count = _sum([cell.count for cell in total.added])
    low, high = interval(share, group.size.best, group.design)
    derived = any(cell.derived for cell in total.added)
    if derived and count is not None and group.unit is not Unit.TONNES:
        count = float(round(count))  # half to even; there is no part of an item
    giving = [c for c in total.left_out if any(same_report(c, added) for added in total.added)]
    return ArsenalRow(
        key=name,
        share=share,
        count=count,
        derived=derived or bases != {Basis.STATED},
        unverified=Basis.UNVERIFIED in bases,
        low=low,
        high=high,
        sightings=tuple(sorted(cell.sighting.id for cell in (*total.added, *total.left_out))),
        sources=tuple(sorted({cell.sighting.source for cell in (*total.added, *giving)})),
    )


def _sum(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fsum(known) if known else None


def _order(row: ArsenalRow) -> tuple[bool, float, float, str]:
    return row.share is None, -(row.share or 0.0), -(row.count or 0.0), row.key


def _rest(sums: dict[str, Sum], rows: list[ArsenalRow], taxonomy: Taxonomy) -> tuple[float | None, list[str]]:
    """The share no row covers, over cells that cannot overlap; None if a share is unknown or they exceed the whole."""
    cells = [cell for total in sums.values() for cell in total.added]
    if not cells:
        return None, []
    whole = add(cells, taxonomy)
    remarks = []
    if whole.left_out:
        inner = {cell.sighting.id for cell in whole.left_out}
        shared = sorted(row.key for row in rows if inner & set(row.sightings))
        remarks.append(f"Rows overlap and must not be added: {', '.join(shared)} may lie within other rows.")
    if any(row.share is None for row in rows):
        return None, remarks
    covered = fsum(cell.share for cell in whole.added if cell.share is not None)
    if covered > 1 + _ROUNDING:
        remarks.append(f"The shares sum to {covered * 100:.1f} % of the population: the figures as reported overlap.")
        return None, remarks
    return max(0.0, round(1 - covered, 12)), remarks


def _notes(
    sums: dict[str, Sum], group: Group, by: By, silent: int, bases: dict[str, set[Basis]], rest: float | None
) -> Iterable[str]:
    if group.sightings and not sums:
        yield f"No sighting of this population states the {by.value}."
    elif silent:
        yield f"{silent} of {len(group.sightings)} rows of this population state no {by.value}: not in the table."
    left = sum(len(total.left_out) for total in sums.values())
    if left:
        yield f"{left} {_plural('row', left)} that may be part of larger figures not added to them."
    differing = sorted(id_ for total in sums.values() for id_ in total.differing)
    if differing:
        yield f"One figure is reported differently by {', '.join(differing)}; the best graded is shown."
    unverified = sorted(name for name, found in bases.items() if Basis.UNVERIFIED in found)
    looked_up = sorted(name for name, found in bases.items() if Basis.TABLE in found and name not in unverified)
    if looked_up:
        yield f"Designer from the item table, not stated by the source: {', '.join(looked_up)}."
    if unverified:
        yield f"Designer from the item table, unverified, not stated by the source: {', '.join(unverified)}."
    cells = [cell for total in sums.values() for cell in total.added]
    if by is By.CLASS and rest and any(cell.aggregate and cell.sighting.made_in for cell in cells):
        yield "Class figures add rows that the source breaks down by country: read them as at least."
    uncounted = sum(cell.count is None and cell.share is None for cell in cells)
    if uncounted:
        yield f"{uncounted} {_plural('sighting', uncounted)} without a quantity not counted."
    if cells:
        yield _interval_note(group)
    if any(cell.derived for cell in cells):
        yield "Counts marked derived are a share times the size, or one figure out of a range."
        if group.unit is not Unit.TONNES:
            yield "Derived counts are rounded to whole numbers."


def _who_gives(group: Group, rows: list[ArsenalRow]) -> str:
    """Which source gives n and which the rows, where these differ; n of single sightings is counted here."""
    giving = sorted({source for row in rows for source in row.sources})
    if group.individual or not group.size.known or not giving or giving == [group.source]:
        return ""
    return f"n is given by {group.source}; the figures of the rows are given by {', '.join(giving)}."


def _plural(noun: str, many: int) -> str:
    return noun if many == 1 else f"{noun}s"


def _interval_note(group: Group) -> str:
    match group.design:
        case Design.PROBABILITY if group.size.best:
            return f"{percent(LEVEL, 0)} Wilson intervals."
        case Design.PROBABILITY:
            return "No interval: size of the sample unknown."
        case Design.CENSUS:
            return "No interval: all items were looked at."
        case Design.UNKNOWN:
            return "No interval: design of the sample unknown."
    return "No interval: no probability sample."
