"""Seeing: what is pictured and what is recovered of the arsenal that the holder asked about has.

Pictures are biased by class and come in clusters: at one site lies what came by one channel, mostly. Recoveries are
fewer, each item as likely as any other, though they too come from sites, some of which are not named. A survey looked
at items as recoveries do, and publishes shares only. None is a probability sample, and all say so. Reposts are a
population of their own, since they show what was shown.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import timedelta

from takingstock.records import (
    DateRange,
    Design,
    Grade,
    Place,
    Population,
    ProvenanceLevel,
    Quantity,
    Sighting,
    Unit,
)
from takingstock.worlds.knobs import Knobs
from takingstock.worlds.parcels import Parcel
from takingstock.worlds.running import Calendar
from takingstock.worlds.scene import GROUP, LEAVES, SINGLE
from takingstock.worlds.sources import IMAGES, RECOVERIES, REPOSTS, SURVEY

_Seen = tuple[int, str, str]
"""Site, class and maker."""
_LISTED = 0.03
"""A survey lists the makers of at least such a part of what it looked at."""


def bias(seed: str, knobs: Knobs) -> dict[str, float]:
    """How much likelier an item of each class is to be pictured than one of another: log-normal."""
    rng = random.Random(f"{seed}/bias")
    return {item: rng.lognormvariate(0.0, knobs.bias) for item in (*LEAVES, SINGLE)}


def sightings(
    seed: str, held: Mapping[Parcel, float], weights: Mapping[str, float], time: Calendar, knobs: Knobs
) -> tuple[tuple[Population, ...], tuple[Sighting, ...]]:
    """Populations and sightings, sorted by id; nothing where nothing is held."""
    if not held:
        return (), ()
    rng = random.Random(f"{seed}/seen")
    seen = DateRange(first=time.at - timedelta(days=364), last=time.at)
    pictured = _sites({p: q * weights[p.item] for p, q in held.items()}, knobs.images, knobs.sites, rng)
    shown = {what: sum(rng.random() < knobs.reposts for _ in range(n)) for what, n in pictured.items()}
    again = Counter({what: n for what, n in shown.items() if n})
    found = _sites(held, knobs.recoveries, knobs.recovery_sites, rng)
    populations: list[Population] = []
    rows: list[Sighting] = []
    hidden = {site for site in range(knobs.recovery_sites) if rng.random() < knobs.unplaced}
    for id, title, source, level, counts, unmade, unnamed in (
        ("pop-pictures", "Arms in pictures", IMAGES, ProvenanceLevel.IMAGERY, pictured, knobs.unmade, set()),
        ("pop-reposts", "Arms in pictures shown again", REPOSTS, ProvenanceLevel.IMAGERY, again, knobs.unmade, set()),
        ("pop-recoveries", "Arms recovered and inspected", RECOVERIES, ProvenanceLevel.PHYSICAL, found, 0.0, hidden),
    ):
        if counts:
            populations.append(_population(id, title, source, level, sum(counts.values()), seen))
            rows.extend(_rows(id, source, level, counts, unmade, unnamed, seen, rng))
    if knobs.pooled:
        surveyed = _sites(held, knobs.pooled, knobs.pooled_sites, rng)
        title = "Arms surveyed, published as shares"
        populations.append(_population("pop-survey", title, SURVEY, ProvenanceLevel.PHYSICAL, knobs.pooled, seen))
        rows.extend(_shares("pop-survey", surveyed, seen))
    return tuple(sorted(populations, key=lambda p: p.id)), tuple(sorted(rows, key=lambda s: s.id))


def _sites(weights: Mapping[Parcel, float], items: int, sites: int, rng: random.Random) -> Counter[_Seen]:
    """Draw items at sites. A site has a channel of its own, as likely as its part of the arsenal: half of what is seen
    there came by it, the rest is of the whole arsenal. So over many sites each item is as likely as its weight."""
    parcels = sorted(weights, key=str)
    chances = [weights[parcel] for parcel in parcels]
    own: list[tuple[list[Parcel], list[float]]] = []
    for first in rng.choices(parcels, chances, k=sites):
        members = [parcel for parcel in parcels if parcel.channel == first.channel]
        own.append((members, [weights[parcel] for parcel in members]))
    sizes = [rng.lognormvariate(0.0, 0.8) for _ in range(sites)]
    found: Counter[_Seen] = Counter()
    for site in rng.choices(range(sites), sizes, k=items):
        among, with_chances = own[site] if rng.random() < 0.5 else (parcels, chances)
        parcel = rng.choices(among, with_chances)[0]
        found[site, parcel.item, parcel.holders[0]] += 1
    return found


def _population(id: str, title: str, source: str, level: ProvenanceLevel, size: int, when: DateRange) -> Population:
    return Population(
        id=id,
        title=title,
        holder=GROUP,
        unit=Unit.ITEMS,
        size=Quantity.exact(size),
        when=when,
        design=Design.PURPOSIVE,
        level=level,
        source=source,
    )


def _shares(population: str, counts: Counter[_Seen], when: DateRange) -> list[Sighting]:
    """By class and maker, without sites; what is rare is not listed."""
    pooled: Counter[tuple[str, str]] = Counter()
    for (_, item, maker), number in counts.items():
        pooled[item, maker] += number
    whole = sum(pooled.values())
    return [
        Sighting(
            id=f"{population}-{place:03d}",
            source=SURVEY,
            holder=GROUP,
            item=item,
            population=population,
            share=round(number / whole, 3),
            made_in=maker,
            when=when,
            level=ProvenanceLevel.PHYSICAL,
            grade=Grade.parse("B2"),
        )
        for place, ((item, maker), number) in enumerate(sorted(pooled.items()), 1)
        if number >= _LISTED * whole
    ]


def _rows(
    population: str,
    source: str,
    level: ProvenanceLevel,
    counts: Counter[_Seen],
    unmade: float,
    unnamed: Collection[int],
    when: DateRange,
    rng: random.Random,
) -> list[Sighting]:
    rows: Counter[tuple[int, str, str | None]] = Counter()
    for (site, item, maker), number in sorted(counts.items()):
        hidden = sum(rng.random() < unmade for _ in range(number))
        rows[site, item, None] += hidden
        rows[site, item, maker] += number - hidden
    kept = [(what, n) for what, n in rows.items() if n]
    return [
        Sighting(
            id=f"{population}-{place:03d}",
            source=source,
            holder=GROUP,
            item=item,
            population=population,
            quantity=Quantity.exact(number),
            made_in=maker,
            place=None if site in unnamed else Place(name=f"site {site + 1}"),
            when=when,
            level=level,
            grade=Grade.parse("B2"),
        )
        for place, ((site, item, maker), number) in enumerate(kept, 1)
    ]
