"""Populations: the sets of items that stand behind a holder's arsenal, each with its own table, never merged.

A sighting that belongs to no population is one of a set of its own kind: same unit, same provenance level, same span
of years. So items never meet rounds, 2014 never meets 2017, and pictures never meet recoveries. Those with evidence in
the vault are the team's own (``own``); each set of the very same items is in one population, once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from takingstock.catalogue.distinct import Same
from takingstock.catalogue.own import described, is_own, single, size, years
from takingstock.records import Design, Ledger, Population, ProvenanceLevel, Quantity, Sighting, Unit
from takingstock.reference.parties import Directory


@dataclass(frozen=True)
class Group:
    """One population with its sightings, sorted by id. ``individual``: made up of single sightings by this room, then
    ``same`` are the distinct items, by the id of the sighting that stands for them; ``own``: with evidence."""

    id: str
    title: str
    unit: Unit
    size: Quantity
    source: str
    design: Design
    sightings: tuple[Sighting, ...]
    individual: bool = False
    note: str = ""
    same: tuple[Same, ...] = ()
    own: bool = False
    population: Population | None = None

    def only(self, sightings: tuple[Sighting, ...], same: tuple[Same, ...] = ()) -> Group:
        """The same population with some of its sightings; single ones, of the items ``same``, are counted anew."""
        anew = size(sightings) if sightings else Quantity.exact(0, self.unit)
        return replace(self, sightings=sightings, size=anew if self.individual else self.size, same=same)


def groups(ledger: Ledger, directory: Directory, holder: str) -> tuple[Group, ...]:
    """The reported populations of the holder and its parts, by id, then those of single sightings, by id."""

    def mine(party: str) -> bool:
        return party == holder or directory.part_of(party, holder)

    reported: dict[str, list[Sighting]] = {}
    for sighting in sorted(ledger.sightings, key=lambda s: s.id):
        if sighting.population is not None and not is_own(sighting.population):
            known = ledger.population_by_id.get(sighting.population)
            if mine(known.holder if known else sighting.holder):
                reported.setdefault(sighting.population, []).append(sighting)
    for population in ledger.populations:
        if mine(population.holder) and not is_own(population.id):
            reported.setdefault(population.id, [])
    others: dict[tuple[Unit, ProvenanceLevel, str], list[Same]] = {}
    owned: dict[str, list[Same]] = {}
    for same in single(ledger, directory):
        kept = same.kept
        if not mine(kept.holder):
            continue
        if kept.population is not None:
            owned.setdefault(kept.population, []).append(same)
        else:
            others.setdefault((kept.quantity.unit, kept.level, years(kept.when)), []).append(same)
    known_ones = [_reported(id_, ledger.population_by_id.get(id_), rows) for id_, rows in sorted(reported.items())]
    own_ones = [_own(described(id_, [same.kept for same in sets], directory), sets) for id_, sets in owned.items()]
    single_ones = [_individual(*kind, sets) for kind, sets in others.items()]
    return (*known_ones, *sorted((*own_ones, *single_ones), key=lambda group: group.id))


def _reported(id_: str, population: Population | None, sightings: list[Sighting]) -> Group:
    if population is None:
        return Group(
            id=id_,
            title=id_,
            unit=sightings[0].quantity.unit,
            size=Quantity(unit=sightings[0].quantity.unit),
            source=_sources(sightings),
            design=Design.UNKNOWN,
            sightings=tuple(sightings),
            note="The ledger does not describe this population: its size and design are unknown.",
        )
    return Group(
        id=population.id,
        title=population.title,
        unit=population.unit,
        size=population.size,
        source=population.source,
        design=population.design,
        sightings=tuple(sightings),
        note=population.note,
        population=population,
    )


def _own(population: Population, sets: list[Same]) -> Group:
    return replace(
        _reported(population.id, population, [same.kept for same in sets]),
        individual=True,
        same=tuple(sets),
        own=True,
        population=None,
    )


def _individual(unit: Unit, level: ProvenanceLevel, span: str, sets: list[Same]) -> Group:
    sightings = [same.kept for same in sets]
    return Group(
        id=f"sightings-{unit.value}-{level.value}-{span}",
        title=f"Single sightings, {unit.value}, {level.value.replace('-', ' ')}, {span}",
        unit=unit,
        size=size(sightings),
        source="; ".join(sorted({s.source for s in sightings})),
        design=Design.PURPOSIVE,
        sightings=tuple(sightings),
        individual=True,
        same=tuple(sets),
        note="Single sightings as they came in, not a sample of the arsenal.",
    )


def _sources(sightings: list[Sighting]) -> str:
    return "; ".join(sorted({sighting.source for sighting in sightings}))
