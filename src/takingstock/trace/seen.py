"""Seen: what one population of sightings says about the inflows by which a holder's arsenal came.

Populations are never merged, and a population speaks only of what it looked at: rounds of rounds, rifles of rifles. The
record gives each inflow (who it came from, and how) its quantity and its composition by country of manufacture, draw by
draw; inflows that are not on the record are one more channel, of a broad composition. What is assumed where the record
and the sources are silent is named here and printed with the answer.

Method: method.md, section 6; the model is in ``attribution``. A floor that documents give ("at least 12 %") is another
thing and is never an input here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from takingstock.records import (
    Attribution,
    ChannelShare,
    Gain,
    ItemGroup,
    Population,
    ProvenanceLevel,
    Sighting,
    Unit,
    voice,
)
from takingstock.trace.asking import Items, Question
from takingstock.trace.attribution.information import Observation, gains
from takingstock.trace.attribution.model import Channels, Sightings, Visibility
from takingstock.trace.attribution.model import Question as Put
from takingstock.trace.attribution.posterior import Attribution as Answer
from takingstock.trace.attribution.posterior import NotConverged, attribute
from takingstock.trace.attribution.separation import Estimate
from takingstock.trace.commodity import GROUPS
from takingstock.trace.draws.groups import Channel, Finest

Real = NDArray[np.float64]

UNRECORDED = "unrecorded"
ITEMS_PER_SITE = 20.0
"""Assumption where a source does not say how many sites its items came from."""

VISIBILITY = 0.5
"""Assumption: standard deviation of the logarithm of how readily a kind of item comes into pictures, one for each kind
(0.3 to 0.7 in method.md, section 6). Physical recoveries have none."""

DRAWS = 1000
"""Draws of the record that are put to the sightings; more cost time and change little."""

_OTHER = "other"
_NOT_WEAPONS = {ItemGroup.VEHICLES, ItemGroup.COMPONENTS, ItemGroup.EQUIPMENT, ItemGroup.AMMUNITION}
_HELD = ("", "held")


@dataclass(frozen=True, eq=False)
class Inflows:
    """One commodity's inflows in D draws: ``mass`` float64[C, F, D] by channel and finest category; ``marks`` are, per
    channel, what goods would show that their lot or import mark was read (a movement, a state), with its part."""

    item: str
    unit: Unit
    channels: tuple[Channel, ...]
    finest: tuple[Finest, ...]
    mass: Real
    lots: dict[Channel, dict[str, float]]
    importers: dict[Channel, dict[str, float]]


@dataclass(frozen=True)
class _Row:
    """One figure of a source: so many items of a class, made in one of these states, at a site (None: not said)."""

    item: str
    states: tuple[str, ...]
    count: float
    site: str | None
    recovered: bool


def attributions(asked: Question, inflows: Sequence[Inflows], seed: int) -> tuple[Attribution, ...]:
    """What each population of the holder's sightings adds, sorted by population."""
    own = sorted((p for p in asked.ledger.populations if p.holder in asked.own), key=lambda p: p.id)
    sources = asked.ledger.source_by_id
    first = {population.source for population in own if voice(population.source, sources) == population.source}
    return tuple(
        _repeated(population)
        if population.source not in first and voice(population.source, sources) in first
        else _attribution(asked, population, inflows, seed)
        for population in own
    )


def _repeated(population: Population) -> Attribution:
    """Reposts of one original are one voice: what they show has been seen already."""
    return Attribution(
        population=population.id,
        items=(),
        by="country of manufacture",
        n=population.size.best or 0.0,
        sites=0.0,
        sites_assumed=False,
        verdict="repeats-another",
    )


def _attribution(asked: Question, population: Population, inflows: Sequence[Inflows], seed: int) -> Attribution:
    sightings = [s for s in asked.ledger.sightings if s.population == population.id and s.holder in asked.own]
    rows, size = _rows(population, sightings)
    items = tuple(sorted({row.item for row in rows} or {s.item for s in sightings}))
    sites = len({row.site for row in rows if row.site})
    assumed = any(row.site is None for row in rows)
    pooled = sum(row.count for row in rows if row.site is None)
    told = Attribution(
        population=population.id,
        items=items,
        by="country of manufacture",
        n=size,
        sites=sites + (max(1.0, pooled / ITEMS_PER_SITE) if assumed else 0.0),
        sites_assumed=assumed,
        verdict="no-counts",
    )
    if not rows:
        return told
    fitting = [flow for flow in inflows if flow.unit is population.unit and _covers(asked.items, items, flow.item)]
    put = _put(asked, rows, size, fitting)
    if put is None:
        return told.model_copy(update={"verdict": "no-channels"})
    question, keys = put
    try:
        found = attribute(question, seed)
    except NotConverged:
        return told.model_copy(update={"verdict": "not-converged"})
    return told.model_copy(
        update={
            "verdict": found.sentence,
            "channels": tuple(_share(estimate, keys, population.id) for estimate in found.estimates),
            "gains": _gains(found, question, keys, fitting, seed),
        }
    )


def _rows(population: Population, sightings: Iterable[Sighting]) -> tuple[list[_Row], float]:
    """The figures by country of manufacture, and how many items they speak of in all."""
    unit = population.unit
    size = (population.size.best or 0.0) if population.size.unit is unit else 0.0
    rows = []
    for sighting in sightings:
        count = sighting.quantity.best if sighting.quantity.known else None
        if count is None and sighting.share is not None:
            count = sighting.share * size
        if not count or not sighting.made_in or (sighting.quantity.known and sighting.quantity.unit is not unit):
            continue
        site = sighting.place.name if sighting.place and sighting.place.name else None
        level = max(sighting.level.rank, population.level.rank)
        recovered = level >= ProvenanceLevel.PHYSICAL.rank
        rows.append(_Row(sighting.item, tuple(sighting.made_in.split("+")), count, site, recovered))
    # What is left of a population whose figures all have a site of their own is at no site: it is not used.
    pooled = any(row.site is None for row in rows)
    return rows, max(size if pooled else 0.0, sum(row.count for row in rows))


def _covers(items: Items, seen: Sequence[str], item: str) -> bool:
    """Whether a population of these classes looked at goods of a class."""

    def one(wide: str) -> bool:
        if wide == "weapons":
            return items.get(item).group not in _NOT_WEAPONS
        return items.is_a(item, wide) if wide not in GROUPS else items.get(item).group.value == wide

    return any(one(wide) or items.is_a(wide, item) for wide in seen)


def _put(
    asked: Question, rows: Sequence[_Row], size: float, fitting: Sequence[Inflows]
) -> tuple[Put, dict[str, Channel | None]] | None:
    """The question for the model, and the channel of each name; None without a recorded inflow to tell apart."""
    keys: dict[str, Channel | None] = {
        f"{sender}|{mode}": (sender, mode) for f in fitting for sender, mode in f.channels
    }
    keys = {name: channel for name, channel in sorted(keys.items()) if channel != _HELD}
    draws = min((flow.mass.shape[2] for flow in fitting), default=0)
    if not keys or not draws:
        return None
    states = sorted({state for row in rows for state in row.states})
    classes = sorted({row.item for row in rows})
    categories = [(item, state) for item in classes for state in (*states, _OTHER)]
    place = {category: number for number, category in enumerate(categories)}
    picked = np.unique(np.linspace(0, draws - 1, min(draws, DRAWS)).astype(np.int64))
    mass = np.zeros((len(picked), len(keys), len(categories)))
    names = list(keys)
    for flow in fitting:
        for number, (sender, mode) in enumerate(flow.channels):
            at = names.index(f"{sender}|{mode}")
            for fine, (item, country, _) in enumerate(flow.finest):
                where = [c for c in classes if _covers(asked.items, [c], item)]
                if not where:
                    # It looked at other classes of this commodity only.
                    continue
                # What has no recorded country may be of any that was seen, or of another.
                spots = (
                    [place[c, country if country in states else _OTHER] for c in where]
                    if country
                    else [place[c, s] for c in where for s in (*states, _OTHER)]
                )
                mass[:, at, spots] += flow.mass[number, fine, picked][:, None] / len(spots)
    quantity = mass.sum(axis=2)
    happened = quantity > 0.0
    if not happened.any():
        return None
    mean = mass.sum(axis=0)
    broad = np.full(len(categories), 1.0 / len(categories))
    usual = np.array([row / row.sum() if row.sum() > 0 else broad for row in mean])
    composition = np.where(happened[:, :, None], mass / np.where(happened, quantity, 1.0)[:, :, None], usual)
    unrecorded = np.broadcast_to(broad, (len(picked), 1, len(categories)))
    channels = Channels(
        names=(*names, UNRECORDED),
        categories=tuple(f"{item}|{state}" for item, state in categories),
        quantity=np.hstack([quantity, np.full((len(picked), 1), np.nan)]),
        composition=np.concatenate([composition, unrecorded], axis=1),
    )
    put = Put(channels, _sightings(rows, size, place), Visibility.free(len(categories), VISIBILITY))
    return put, keys | {UNRECORDED: None}


def _sightings(rows: Sequence[_Row], size: float, place: dict[tuple[str, str], int]) -> Sightings:
    """Counts by site and figure. What a population leaves without a figure may be of any state that has none of its
    own there."""
    figures = sorted({(row.item, row.states) for row in rows})
    column = {figure: number for number, figure in enumerate(figures)}
    members = np.zeros((len(figures) + 1, len(place)), dtype=np.bool_)
    for (item, makers), number in column.items():
        members[number, [place[item, state] for state in makers]] = True
    members[-1] = ~members[:-1].any(axis=0)
    sites = sorted({(row.site or "", row.recovered) for row in rows})
    counts = np.zeros((len(sites), len(figures) + 1))
    for row in rows:
        counts[sites.index((row.site or "", row.recovered)), column[row.item, row.states]] += row.count
    pooled = [number for number, (site, _) in enumerate(sites) if not site]
    rest = max(0.0, size - counts.sum())
    if pooled:
        counts[pooled[0], -1] += rest
    return Sightings(
        counts=counts,
        members=members,
        recovered=np.array([recovered for _, recovered in sites]),
        sites=np.array(
            [1.0 if site else max(1.0, counts[n].sum() / ITEMS_PER_SITE) for n, (site, _) in enumerate(sites)]
        ),
    )


def _share(estimate: Estimate, keys: dict[str, Channel | None], population: str) -> ChannelShare:
    first = keys[estimate.names[0]] if len(estimate.names) == 1 else None
    return ChannelShare(
        channel="+".join(estimate.names),
        members=estimate.names,
        from_party=first[0] if first else None,
        mode=first[1] if first else None,
        prior=estimate.prior,
        prior_low=estimate.prior_low,
        prior_high=estimate.prior_high,
        share=estimate.share,
        low=estimate.low,
        high=estimate.high,
        separated=estimate.separated,
        population=population,
    )


def _gains(
    found: Answer, question: Put, keys: dict[str, Channel | None], fitting: Sequence[Inflows], seed: int
) -> tuple[Gain, ...]:
    """What one more observation of each kind would tell; a kind by which the record tells nothing has no bits."""
    composition = question.channels.composition
    observations = [
        Observation("picture", composition, np.arange(composition.shape[2])),
        Observation("recovery", composition, None, recovered=True),
    ]
    silent = []
    for name, outcomes in (
        ("year-of-manufacture", _years(keys, fitting)),
        ("lot", _marks(keys, fitting, [flow.lots for flow in fitting])),
        ("import-mark", _marks(keys, fitting, [flow.importers for flow in fitting])),
    ):
        if outcomes is None:
            silent.append(Gain(observation=name, bits=None))
        else:
            observations.append(Observation(name, outcomes, None, recovered=True))
    known = gains(found, observations, seed=seed)
    return (
        *(Gain(observation=g.observation, bits=g.bits_leading, narrows=g.pair_narrows) for g in known),
        *(silent if known else ()),
    )


def _years(keys: dict[str, Channel | None], fitting: Sequence[Inflows]) -> Real | None:
    """Per channel the parts by country and time of manufacture, as far as the record has the time."""
    parts: list[dict[Channel, dict[str, float]]] = []
    for flow in fitting:
        told: dict[Channel, dict[str, float]] = {}
        for number, channel in enumerate(flow.channels):
            mass = flow.mass[number].mean(axis=1)
            whole = float(mass.sum())
            told[channel] = {
                f"{country}|{made}": float(amount) / whole
                for (_, country, made), amount in zip(flow.finest, mass, strict=True)
                if made and whole
            }
        parts.append(told)
    return _marks(keys, fitting, parts)


def _marks(
    keys: dict[str, Channel | None], fitting: Sequence[Inflows], parts: Sequence[dict[Channel, dict[str, float]]]
) -> Real | None:
    """Per channel of ``keys`` the parts of its goods by what a mark would show, float64[C, M], the last column what no
    record connects with a mark; None where there is no such record. ``parts`` are of each commodity's goods; each
    counts for as much as it brought by the channel."""
    brought: dict[Channel | None, float] = defaultdict(float)
    shown: dict[Channel | None, dict[str, float]] = {channel: defaultdict(float) for channel in keys.values()}
    for flow, told in zip(fitting, parts, strict=True):
        for number, channel in enumerate(flow.channels):
            whole = float(flow.mass[number].sum()) / max(1, flow.mass.shape[2])
            brought[channel] += whole
            for mark, part in told.get(channel, {}).items():
                shown[channel][mark] += part * whole
    known = sorted({mark for found in shown.values() for mark in found})
    if not known:
        return None
    table = np.zeros((len(keys), len(known) + 1))
    for row, wanted in enumerate(keys.values()):
        for mark, amount in shown[wanted].items():
            table[row, known.index(mark)] += amount / (brought[wanted] or 1.0)
        table[row, -1] = max(0.0, 1.0 - table[row, :-1].sum())
    return np.asarray(table / table.sum(axis=1, keepdims=True))
