"""Own: the team's single sightings as populations, so that arsenal and trace count the same distinct items.

A set of the very same items (see ``distinct``) of which any sighting rests on evidence in the vault belongs to one
population for each holder, unit, provenance level and span of years, never to two: the best sighting stands for all of
them and decides which. What a source reports of a population of its own stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from takingstock.catalogue.distinct import Same, merge, pairs
from takingstock.records import (
    OWN_NOTE,
    OWN_POPULATIONS,
    BadValueError,
    DateRange,
    Design,
    Ledger,
    Population,
    Quantity,
    Sighting,
)
from takingstock.reference.parties import Directory

NOTE = (
    f"{OWN_NOTE}: distinct items, not pictures, and not a sample of the "
    "arsenal. Under the rule experts confirmed the class, and people the origin, place and time of the files; the "
    "quantity and the possessor are the word of whoever entered the sighting, and nobody confirmed them."
)


def is_own(population: str | None) -> bool:
    """Whether a population's id is one that is made here."""
    return population is not None and population.startswith(OWN_POPULATIONS)


def single(ledger: Ledger, directory: Directory) -> tuple[Same, ...]:
    """The distinct items of all single sightings, those already put into own populations among them; what rests on
    evidence points at its own population. Raises BadValueError where a source's population bears such a name."""
    _check(ledger)
    rows = [s for s in ledger.sightings if s.share is None and (s.population is None or is_own(s.population))]
    sets = merge(
        rows,
        ledger.likenesses,
        links=pairs(ledger.sightings),
        part_of=directory.part_of,
        done=any(is_own(p.id) for p in ledger.populations),
    )
    return tuple(_counted(same, own_id(same.kept)) if same.evidenced else same for same in sets)


def _check(ledger: Ledger) -> None:
    for population in ledger.populations:
        if population.misnamed:
            raise BadValueError(population.misnamed)


def _counted(same: Same, population: str) -> Same:
    kept = counted(same, population)
    return replace(same, kept=kept, members=tuple(kept if s.id == kept.id else s for s in same.members))


def own_populations(ledger: Ledger, directory: Directory) -> tuple[tuple[Population, ...], tuple[Sighting, ...]]:
    """Populations of the released single sightings with evidence, and these sightings, both by id: they take the place
    of those of the same id in the ledger. Of each set of the very same items one sighting points at its population,
    with the quantity of all; the others are the ``same_as`` it, without a population, and counted nowhere. So are the
    others of sets without evidence, whose kept sighting stays single. Purposive; sites are the named places. Applied
    to its own result it gives the same. Only released sightings may be in the ledger."""
    groups: dict[str, list[Sighting]] = {}
    merged: list[Sighting] = []
    for same in single(ledger, directory):
        kept = same.kept.model_copy(update={"same_as": None})
        if kept.population is not None:
            groups.setdefault(kept.population, []).append(kept)
        elif len(same.members) > 1:
            merged.append(kept)
        others = (one for one in same.members if one.id != kept.id)
        merged += (one.model_copy(update={"population": None, "same_as": kept.id}) for one in others)
    populations = tuple(described(id_, rows, directory) for id_, rows in sorted(groups.items()))
    found = (*merged, *(row for rows in groups.values() for row in rows))
    return populations, tuple(sorted(found, key=lambda s: s.id))


def with_own(ledger: Ledger, directory: Directory) -> Ledger:
    """The ledger with its own populations; the same ledger where there are none."""
    populations, sightings = own_populations(ledger, directory)
    if not populations:
        return ledger
    reported = [p for p in ledger.populations if not is_own(p.id)]
    kept = {s.id: s for s in sightings}
    return ledger.model_copy(
        update={
            "populations": tuple(sorted((*reported, *populations), key=lambda p: p.id)),
            "sightings": tuple(kept.get(s.id, s) for s in ledger.sightings),
        }
    )


def own_id(kept: Sighting) -> str:
    """The id of the own population that a sighting belongs to."""
    return f"{OWN_POPULATIONS}{kept.holder}-{kept.quantity.unit.value}-{kept.level.value}-{years(kept.when)}"


def counted(same: Same, population: str) -> Sighting:
    """The sighting that stands for distinct items, in its population; a quantity that nobody gave is at least that
    which is certain."""
    kept, least = same.kept, same.minimum
    quantity = kept.quantity
    if not quantity.known or (quantity.best or 0.0) < least:
        quantity = Quantity(low=least, unit=quantity.unit)
    return kept.model_copy(update={"population": population, "quantity": quantity})


def size(sightings: Iterable[Sighting]) -> Quantity:
    """How many items the sightings show in all, a range where one of them is; unknown without any. Its one figure is
    the sum of theirs."""
    rows = list(sightings)
    known = [s.quantity for s in rows if s.quantity.known]
    if not known:
        return Quantity(unit=rows[0].quantity.unit) if rows else Quantity()
    unit, total = rows[0].quantity.unit, sum(one.best or 0.0 for one in known)
    if all(one.form == "exact" for one in known):
        return Quantity.exact(total, unit, about=any(one.about for one in known))
    high = None if any(one.high is None for one in known) else sum(one.high or 0.0 for one in known)
    found = Quantity(low=sum(one.low or 0.0 for one in known), high=high, unit=unit)
    return found if found.best == total else Quantity(low=found.low, high=high, mode=total, unit=unit)


def sites(sightings: Iterable[Sighting]) -> int:
    """At how many places; what has none is at no known place."""
    return len({s.site for s in sightings if s.site is not None})


def years(when: DateRange) -> str:
    """The span of years as part of an id: ``2014``, ``2014-2017``, ``since-2014``, ``until-2014``, ``undated``."""
    if when.first and when.last:
        first, last = when.first.year, when.last.year
        return f"{first}" if first == last else f"{first}-{last}"
    if when.first:
        return f"since-{when.first.year}"
    return f"until-{when.last.year}" if when.last else "undated"


def described(id_: str, rows: list[Sighting], directory: Directory) -> Population:
    """An own population of the sightings that stand for its items."""
    first = rows[0]
    when = first.when
    for row in rows[1:]:
        when = when.joined(row.when)
    name = directory.get(first.holder).name if directory.has(first.holder) else first.holder
    unit, level = first.quantity.unit, first.level
    return Population(
        id=id_,
        title=f"Own sightings of {name}, {unit.value}, {level.value.replace('-', ' ')}, {years(first.when)}",
        holder=first.holder,
        unit=unit,
        size=size(rows),
        sites=sites(rows) or None,
        when=when,
        design=Design.PURPOSIVE,
        level=level,
        source="; ".join(sorted({row.source for row in rows})),
        note=NOTE,
    )
