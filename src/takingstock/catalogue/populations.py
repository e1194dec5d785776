"""Populations: the sets of items that stand behind a holder's arsenal, each with its own table, never merged.

A sighting that belongs to no population is one of a set of its own kind: same unit, same provenance level, same span
of years. So items never meet rounds, 2014 never meets 2017, and pictures never meet recoveries.
"""

from __future__ import annotations

from dataclasses import dataclass

from takingstock.records import DateRange, Design, Ledger, Population, ProvenanceLevel, Quantity, Sighting, Unit
from takingstock.reference.parties import Directory


@dataclass(frozen=True)
class Group:
    """One population with its sightings, sorted by id. ``individual``: made up of single sightings by this room."""

    id: str
    title: str
    unit: Unit
    size: Quantity
    source: str
    design: Design
    sightings: tuple[Sighting, ...]
    individual: bool = False
    note: str = ""


def groups(ledger: Ledger, directory: Directory, holder: str) -> tuple[Group, ...]:
    """The reported populations of the holder and its parts, by id, then those of single sightings, by id."""

    def mine(party: str) -> bool:
        return party == holder or directory.part_of(party, holder)

    reported: dict[str, list[Sighting]] = {}
    single: dict[tuple[Unit, ProvenanceLevel, str], list[Sighting]] = {}
    for sighting in sorted(ledger.sightings, key=lambda s: s.id):
        if sighting.population is not None:
            known = ledger.population_by_id.get(sighting.population)
            if mine(known.holder if known else sighting.holder):
                reported.setdefault(sighting.population, []).append(sighting)
        elif mine(sighting.holder):
            single.setdefault((sighting.quantity.unit, sighting.level, years(sighting.when)), []).append(sighting)
    for population in ledger.populations:
        if mine(population.holder):
            reported.setdefault(population.id, [])
    known_ones = [_reported(id_, ledger.population_by_id.get(id_), rows) for id_, rows in sorted(reported.items())]
    own_ones = [_individual(*kind, rows) for kind, rows in single.items()]
    return (*known_ones, *sorted(own_ones, key=lambda group: group.id))


def years(when: DateRange) -> str:
    """The span of years as part of an id: ``2014``, ``2014-2017``, ``since-2014``, ``until-2014``, ``undated``."""
    if when.first and when.last:
        first, last = when.first.year, when.last.year
        return f"{first}" if first == last else f"{first}-{last}"
    if when.first:
        return f"since-{when.first.year}"
    return f"until-{when.last.year}" if when.last else "undated"


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
    )


def _individual(unit: Unit, level: ProvenanceLevel, span: str, sightings: list[Sighting]) -> Group:
    counted = [s.quantity.best for s in sightings if s.quantity.best is not None]
    return Group(
        id=f"sightings-{unit.value}-{level.value}-{span}",
        title=f"Single sightings, {unit.value}, {level.value.replace('-', ' ')}, {span}",
        unit=unit,
        size=Quantity.exact(sum(counted), unit) if counted else Quantity(unit=unit),
        source="; ".join(sorted({s.source for s in sightings})),
        design=Design.PURPOSIVE,
        sightings=tuple(sightings),
        individual=True,
        note="Single sightings as they came in, not a sample of the arsenal.",
    )


def _sources(sightings: list[Sighting]) -> str:
    return "; ".join(sorted({sighting.source for sighting in sightings}))
