"""The arsenal of a holder: one table per population, by country, class or era."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import fsum

from takingstock.catalogue.clustering import SITES, clustered, enough
from takingstock.catalogue.dimensions import ALL, JOIN, Basis, By, CountryRole, dimensions, keys
from takingstock.catalogue.distinct import Same
from takingstock.catalogue.filtering import Filter, Told, at_place, in_time, unknown_place
from takingstock.catalogue.interval import LEVEL, interval
from takingstock.catalogue.minimum import minimum
from takingstock.catalogue.overlap import Cell, Sum, add, same_report
from takingstock.catalogue.populations import Group, groups
from takingstock.catalogue.unseen import unseen
from takingstock.records import (
    Arsenal,
    ArsenalRow,
    BadValueError,
    CannotTell,
    DateRange,
    Design,
    Distinct,
    Ledger,
    Merged,
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
    place: str = "",
    when: str = "",
) -> Arsenal:
    """What ``holder`` (or a part of it) is seen or found with. Pure; populations are never merged.

    ``by`` is country, class or era, or two of them with a comma for a cross-table; ``role`` (for countries)
    manufactured, designed or supplied; ``population`` keeps one table; ``place`` and ``when`` only what was certainly
    seen there and then (see ``filtering``; ``when`` in the forms of a DateRange). The ledger's sightings with evidence
    must all be released. Raises BadValueError for another ``by``, ``role``, place or time, UnknownNameError for a
    holder or population that the ledger does not know, naming those it does."""
    wanted, country_role = _dimensions(by, role)
    place, when = place.strip(), str(DateRange.parse(when))
    filters: dict[str, Filter] = {}
    if place:
        filters["place"] = at_place(place, directory)
    if when:
        filters["when"] = in_time(DateRange.parse(when))
    if not directory.has(holder):
        raise UnknownNameError(f"no holder {holder!r}; there are sightings of: {_observed(ledger)}")
    found = groups(ledger, directory, holder)
    if population is not None:
        ids = [group.id for group in found]
        found = tuple(group for group in found if group.id == population)
        if not found:
            raise UnknownNameError(f"no population {population!r} of {holder}; there are: {', '.join(ids) or 'none'}")
    nowhere = unknown_place(place, _entered(found), directory) if place else ""
    return Arsenal(
        holder=holder,
        by=",".join(wanted),
        role=country_role.value if By.COUNTRY in wanted else None,
        revision=ledger.revision,
        populations=tuple(_filtered(group, wanted, country_role, taxonomy, filters) for group in found),
        place=place,
        when=when,
        notes=(nowhere,) if nowhere else (),
    )


def _entered(found: Iterable[Group]) -> list[Sighting]:
    merged = [member for group in found for same in group.same for member in same.members]
    return [*merged, *(sighting for group in found for sighting in group.sightings)]


def _dimensions(by: str, role: str) -> tuple[tuple[By, ...], CountryRole]:
    try:
        return dimensions(by), CountryRole(role)
    except ValueError as error:
        choices = f"by: {', '.join(By)}, or two of them with a comma; role: {', '.join(CountryRole)}"
        raise BadValueError(f"cannot break an arsenal down by {by!r} with role {role!r}; choose {choices}") from error


def _observed(ledger: Ledger) -> str:
    holders = {s.holder for s in ledger.sightings} | {p.holder for p in ledger.populations}
    return ", ".join(sorted(holders)) or "nobody"


def _filtered(
    group: Group, by: tuple[By, ...], role: CountryRole, taxonomy: Taxonomy, filters: dict[str, Filter]
) -> PopulationTable:
    """The table of what the filters certainly keep; what they cannot tell is counted beside it."""
    open_: dict[str, set[str]] = {name: set() for name in filters}
    sightings: list[Sighting] = []
    sets: list[Same] = []
    # A reported row speaks for itself; of one item it is enough that one of its sightings was made there and then.
    for same in group.same if group.individual else [Same(row, (row,), ()) for row in group.sightings]:
        certain, unsure = _told(same, group, filters)
        if certain:
            sets.append(same.of(certain))
            sightings.append(sets[-1].kept)
        else:
            for name in unsure:
                open_[name].add(same.kept.id)
    unclear = set().union(*open_.values())
    out = len(group.sightings) - len(sightings) - len(unclear)
    kept = group.only(tuple(sightings), tuple(sets) if group.individual else ()) if filters else group
    table = _table(kept, by, role, taxonomy)
    notes = [table.note]
    if unclear:
        many = len(unclear)
        notes.append(f"{many} {_plural('sighting', many)} too imprecise to tell whether the filter holds: in no row.")
    if filters and not group.individual and (out or unclear):
        notes.append("n and the shares are of the whole population, not of what the filter keeps.")
    cannot = CannotTell(
        place=len(open_.get("place", ())), when=len(open_.get("when", ())), sightings=tuple(sorted(unclear))
    )
    rest = None if filters and not group.individual else table.rest
    return table.model_copy(update={"note": " ".join(filter(None, notes)), "cannot_tell": cannot, "rest": rest})


def _told(same: Same, group: Group, filters: dict[str, Filter]) -> tuple[set[str], set[str]]:
    """The sightings of these items of which all filters certainly hold, and the filters that leave others open."""
    certain: set[str] = set()
    unsure: set[str] = set()
    for member in same.members:
        told = {name: one(member, group.population) for name, one in filters.items()}
        if all(answer is Told.YES for answer in told.values()):
            certain.add(member.id)
        elif Told.NO not in told.values():
            unsure |= {name for name, answer in told.items() if answer is Told.UNKNOWN}
    return certain, unsure


def _table(group: Group, by: tuple[By, ...], role: CountryRole, taxonomy: Taxonomy) -> PopulationTable:
    keyed: dict[tuple[str, ...], list[Cell]] = {}
    bases: dict[str, set[Basis]] = {}
    silent = 0
    for sighting in group.sightings:
        parts, basis = keys(sighting, by, role, taxonomy)
        if parts is None or not _countable(sighting, group):
            silent += 1
            continue
        keyed.setdefault(parts, []).append(_cell(sighting, group))
        bases.setdefault(JOIN.join(parts), set()).add(basis)
    sites = _sites(group)
    sums = {parts: add(cells) for parts, cells in keyed.items()}
    named = {JOIN.join(parts): total for parts, total in sums.items()}
    rows = sorted(
        (_row(parts, total, group, bases[JOIN.join(parts)], sites) for parts, total in sums.items()), key=_order
    )
    rest, remarks = _rest(named, rows)
    notes = [group.note, *remarks, *_notes(named, group, by, silent, bases, rest, sites, rows)]
    notes.append(_who_gives(group, rows))
    margins = _margins(keyed, group, bases, sites) if len(by) == 2 else ()
    return PopulationTable(
        id=group.id,
        title=group.title,
        unit=group.unit,
        size=group.size,
        source=group.source,
        rows=tuple(rows),
        margins=margins,
        rest=rest,
        sites=len(sites) - (None in sites) if group.individual else None,
        distinct=_distinct(group) if group.individual else None,
        unseen=unseen(group.sightings, group.unit) if group.own else (),
        note=" ".join(note for note in notes if note),
    )


def _sites(group: Group) -> dict[str | None, float]:
    """Items at each place of single sightings; None: at no known place, taken for one."""
    found: dict[str | None, float] = {}
    if group.individual:
        for sighting in group.sightings:
            found[sighting.site] = found.get(sighting.site, 0.0) + (sighting.quantity.best or 0.0)
    return found


def _distinct(group: Group) -> Distinct:
    least, exact = minimum(group.same)
    return Distinct(
        seen=group.size.best or 0.0,
        quantity=group.size,
        compared=group.own,
        minimum=least,
        exact=exact,
        merged=tuple(
            Merged(kept=one.kept.id, others=tuple(s.id for s in one.members if s.id != one.kept.id), why=one.why)
            for one in group.same
            if len(one.members) > 1
        ),
    )


def _margins(
    keyed: dict[tuple[str, ...], list[Cell]],
    group: Group,
    bases: dict[str, set[Basis]],
    sites: dict[str | None, float],
) -> tuple[ArsenalRow, ...]:
    """Over the second dimension, over the first, over both; what may be the same items is added once."""
    found: dict[tuple[str, ...], list[Cell]] = {}
    resting: dict[tuple[str, ...], set[Basis]] = {}
    for (first, second), cells in keyed.items():
        for parts in ((first, ALL), (ALL, second), (ALL, ALL)):
            found.setdefault(parts, []).extend(cells)
            resting.setdefault(parts, set()).update(bases[JOIN.join((first, second))])
    rows = [_row(parts, add(cells), group, resting[parts], sites) for parts, cells in found.items()]
    place = {(False, True): 0, (True, False): 1, (True, True): 2}
    return tuple(sorted(rows, key=lambda row: (place[row.keys[0] == ALL, row.keys[1] == ALL], _order(row))))


def _countable(sighting: Sighting, group: Group) -> bool:
    return not sighting.quantity.known or sighting.quantity.unit is group.unit


def _cell(sighting: Sighting, group: Group) -> Cell:
    n, share, count = group.size.best, sighting.share, sighting.quantity.best
    derived = count is not None and sighting.quantity.form != "exact"
    if share is None and count is not None and n:
        share = count / n
    elif count is None and share is not None and n is not None:
        count, derived = share * n, True
    return Cell(sighting, sighting.aggregate, share, count, derived)


def _row(
    parts: tuple[str, ...], total: Sum, group: Group, bases: set[Basis], sites: dict[str | None, float]
) -> ArsenalRow:
    share = _sum([cell.share for cell in total.added])
    count = _sum([cell.count for cell in total.added])
    low, high = _over_sites(total, sites) if group.own else interval(share, group.size.best, group.design)
    derived = any(cell.derived for cell in total.added)
    if derived and count is not None and _whole(group, parts):
        count = float(round(count))  # half to even; there is no part of an item
    giving = [c for c in total.left_out if any(same_report(c, added) for added in total.added)]
    return ArsenalRow(
        key=JOIN.join(parts),
        keys=parts,
        share=share,
        count=count,
        derived=derived or bases != {Basis.STATED},
        unverified=Basis.UNVERIFIED in bases,
        low=low,
        high=high,
        sightings=tuple(sorted(cell.sighting.id for cell in (*total.added, *total.left_out))),
        sources=tuple(sorted({cell.sighting.source for cell in (*total.added, *giving)})),
    )


def _whole(group: Group, by: Collection[object]) -> bool:
    """Whether derived counts are rounded: not in a cross-table, whose cells have to add up to its margins."""
    return group.unit is not Unit.TONNES and len(by) == 1


def _over_sites(total: Sum, sites: dict[str | None, float]) -> tuple[float | None, float | None]:
    if not enough([many for place, many in sites.items() if place is not None]):
        return None, None
    found = dict.fromkeys(sites, 0.0)
    for cell in total.added:
        found[cell.sighting.site] += cell.count or 0.0
    return clustered(found.values(), sites.values())


def _sum(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fsum(known) if known else None


def _order(row: ArsenalRow) -> tuple[bool, float, float, str]:
    return row.share is None, -(row.share or 0.0), -(row.count or 0.0), row.key


def _rest(sums: dict[str, Sum], rows: list[ArsenalRow]) -> tuple[float | None, list[str]]:
    """The share no row covers, over cells that cannot overlap; None if a share is unknown or they exceed the whole."""
    cells = [cell for total in sums.values() for cell in total.added]
    if not cells:
        return None, []
    whole = add(cells)
    remarks = []
    if whole.left_out:
        inner = {cell.sighting.id for cell in whole.left_out}
        shared = sorted(row.key for row in rows if inner & set(row.sightings))
        remarks.append(f"Rows overlap and must not be added: {', '.join(shared)} may lie within other rows.")
    covered = fsum(cell.share for cell in whole.added if cell.share is not None)
    if covered > 1 + _ROUNDING:
        remarks.append(f"The shares sum to {covered * 100:.1f} % of the population: the figures as reported overlap.")
        return None, remarks
    if any(row.share is None for row in rows):
        return None, remarks
    return max(0.0, round(1 - covered, 12)), remarks


def _notes(
    sums: dict[str, Sum],
    group: Group,
    by: tuple[By, ...],
    silent: int,
    bases: dict[str, set[Basis]],
    rest: float | None,
    sites: dict[str | None, float],
    rows: list[ArsenalRow],
) -> Iterable[str]:
    name = " and ".join(by)
    if group.sightings and not sums:
        yield f"No sighting of this population states the {name}."
    elif silent:
        yield f"{silent} of {len(group.sightings)} rows of this population state no {name}: not in the table."
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
    if group.individual and sums and group.size.known and group.size.form != "exact":
        middle = f"{group.size.best:g}"
        yield f"n is not one figure but {group.size}; the shares are of its middle figure, {middle}."
    cells = [cell for total in sums.values() for cell in total.added]
    if by == (By.CLASS,) and rest and any(cell.aggregate and cell.sighting.made_in for cell in cells):
        yield "Class figures add rows that the source breaks down by country: read them as at least."
    uncounted = sum(cell.count is None and cell.share is None for cell in cells)
    if uncounted:
        yield f"{uncounted} {_plural('sighting', uncounted)} without a quantity not counted."
    if cells:
        yield _own_interval_note(sites, rows) if group.own else _interval_note(group)
    if any(cell.derived for cell in cells):
        yield "Counts marked derived are a share times the size, or one figure out of a range."
        if _whole(group, by):
            yield "Derived counts are rounded to whole numbers."
        elif group.unit is not Unit.TONNES:
            yield "Derived counts are not rounded, so that cells add up to their margins."


def _who_gives(group: Group, rows: list[ArsenalRow]) -> str:
    """Which source gives n and which the rows, where these differ; n of single sightings is counted here."""
    giving = sorted({source for row in rows for source in row.sources})
    if group.individual or not group.size.known or not giving or giving == [group.source]:
        return ""
    return f"n is given by {group.source}; the figures of the rows are given by {', '.join(giving)}."


def _plural(noun: str, many: int) -> str:
    return noun if many == 1 else f"{noun}s"


def _own_interval_note(sites: dict[str | None, float], rows: Iterable[ArsenalRow]) -> str:
    named = [many for place, many in sites.items() if place is not None]
    if any(row.low is not None for row in rows):
        return (
            f"{percent(LEVEL, 0)} intervals over {len(named)} sites, not items, as if these had been drawn at random; "
            "they were not, and what was chosen to be shown is in no interval."
        )
    if len(named) < SITES:
        return f"No interval: fewer than {SITES} sites, and items of one site are not independent."
    if not enough(named):
        return "No interval: one site holds more than half of all items."
    if not enough(list(sites.values())):
        return "No interval: more than half of all items are at no known place, which counts as one site."
    return "No interval: no row differs from site to site, so nothing is known of how sites differ."


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
