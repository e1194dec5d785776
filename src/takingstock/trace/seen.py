"""Seen: what one population of sightings says about the inflows by which a holder's arsenal came.

Populations are never merged, and a population speaks only of what it looked at: rounds of rounds, rifles of rifles. The
record gives each inflow (who it came from, and how) its quantity and its composition by country of manufacture, draw by
draw; inflows that are not on the record are one more channel, of a broad composition. What is assumed where the record
and the sources are silent is named here and printed with the answer.

Method: method.md, section 6; the model is in ``attribution``. A floor that documents give ("at least 12 %") is another
thing and is never an input here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from takingstock.records import Attribution, ChannelShare, Population, ProvenanceLevel, Sighting, voice
from takingstock.trace.asking import Question
from takingstock.trace.attribution.model import Channels, Sightings, Visibility
from takingstock.trace.attribution.model import Question as Put
from takingstock.trace.attribution.posterior import Attribution as Answer
from takingstock.trace.attribution.posterior import NotConverged, attribute
from takingstock.trace.attribution.separation import Estimate
from takingstock.trace.further import further
from takingstock.trace.inflows import OTHER, Inflow, Inflows, Layout, covers

UNRECORDED = "unrecorded"
ITEMS_PER_SITE = 20.0
"""Assumption where a source does not say how many sites its items came from."""

VISIBILITY = 0.5
"""Assumption: standard deviation of the logarithm of how readily a kind of item comes into pictures, one for each kind
(0.3 to 0.7 in method.md, section 6). Physical recoveries have none."""

ENOUGH = 200
"""Draws below which compositions are too rough to say what looks alike and what was learnt."""

PARTICLES = (400, 1600)
"""Of each island of the sampler."""

DRAWS = 1000
"""Draws of the record that are put to the sightings; more cost time and change little."""

IMPUTED = 3.0
"""Assumption: how alike goods of no recorded make are to an even mixture of states (concentration of a Dirichlet law
that is drawn from anew for each inflow and draw): a few of them have most."""

_HELD = ("", "held")


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
    own = asked.populations
    sources = asked.ledger.source_by_id
    first = {population.source for population in own if voice(population.source, sources) == population.source}
    return tuple(
        _repeated(population)
        if population.source not in first and voice(population.source, sources) in first
        else _attribution(asked, population, inflows, seed)
        for population in own
        if _within(asked, population)
    )


def _within(asked: Question, population: Population) -> bool:
    """Whether a question that is narrowed to a class is about all that a population looked at: sightings of all weapons
    say nothing of how tanks came."""
    seen = {s.item for s in asked.ledger.sightings if s.population == population.id}
    return asked.item is None or all(asked.items.is_a(item, asked.item) for item in seen)


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
    named, pooled, assumed = _sites(population, rows)
    told = Attribution(
        population=population.id,
        items=items,
        by="country of manufacture",
        n=size,
        sites=named + pooled,
        sites_assumed=assumed,
        verdict="no-counts",
    )
    if not rows:
        return told
    fitting = [flow for flow in inflows if flow.unit is population.unit and covers(asked.items, items, flow.item)]
    put = _put(asked, population, rows, size, fitting, seed)
    if put is None:
        return told.model_copy(update={"verdict": "no-channels"})
    question, keys, layout = put
    if len(question.channels.quantity) < ENOUGH:
        return told.model_copy(update={"verdict": "too-few-draws"})
    found = _answer(question, seed % 2**63)
    if found is None:
        return told.model_copy(update={"verdict": "not-converged"})
    return told.model_copy(
        update={
            "verdict": found.sentence,
            "channels": tuple(_share(estimate, keys, population.id) for estimate in found.estimates),
            "gains": further(found, question, keys, layout, fitting, seed % 2**63),
        }
    )


def _answer(question: Put, seed: int) -> Answer | None:
    """The answer, with more particles where the usual number does not settle; None where these do not either."""
    for particles in PARTICLES:
        try:
            return attribute(question, seed, particles=particles)
        except NotConverged:
            continue
    return None


def _rows(population: Population, sightings: Iterable[Sighting]) -> tuple[list[_Row], float]:
    """The figures by country of manufacture, and how many items they speak of in all."""
    unit = population.unit
    size = (population.size.best or 0.0) if population.size.unit is unit else 0.0
    rows: list[_Row] = []
    aggregates: dict[tuple[str, tuple[str, ...]], tuple[tuple[Any, str], _Row]] = {}
    for sighting in sightings:
        count = sighting.quantity.best if sighting.quantity.known else None
        if count is None and sighting.share is not None:
            count = sighting.share * size
        # A figure by date, design or supplier counts the same items again.
        another = sighting.made.known or sighting.designed_in or sighting.supplied_by
        if not count or (not sighting.made_in and another):
            continue
        if sighting.quantity.known and sighting.quantity.unit is not unit:
            continue
        level = max(sighting.level.rank, population.level.rank)
        recovered = level >= ProvenanceLevel.PHYSICAL.rank
        made = tuple(sighting.made_in.split("+")) if sighting.made_in else ()
        row = _Row(sighting.item, made, count, sighting.site, recovered)
        if not sighting.aggregate:
            rows.append(row)
            continue
        # One figure that two outlets print is one figure: that of the better grade.
        rank = (sighting.grade.rank, sighting.id)
        known = aggregates.get((row.item, made))
        if known is None or rank < known[0]:
            aggregates[row.item, made] = rank, row
    rows += [row for _, row in aggregates.values()]
    if not any(row.states for row in rows):
        return [], size
    # What is left of a population whose figures all have a site of their own is at no site: it is not used.
    return rows, max(size if aggregates else 0.0, sum(row.count for row in rows))


def _put(
    asked: Question, population: Population, rows: Sequence[_Row], size: float, fitting: Sequence[Inflows], seed: int
) -> tuple[Put, dict[str, Inflow | None], Layout] | None:
    """The question for the model, the inflow of each name; None without a recorded inflow to tell apart."""
    keys = {f"{sender}|{mode}": (sender, mode) for flow in fitting for sender, mode, _ in flow.channels}
    keys = {name: keys[name] for name in sorted(keys) if keys[name] != _HELD}
    draws = min((flow.mass.shape[2] for flow in fitting), default=0)
    if not keys or not draws:
        return None
    # Inflows that began after the population had been seen are not in it.
    latest = asked.seen_before(population.when.last) if population.when.last else len(asked.populations)
    fitting = [flow.until(latest) for flow in fitting]
    # Only a state that the record has goods from can tell inflows apart; all others are one.
    made = {country for flow in fitting for country in flow.makers if country}
    layout = Layout(asked.items, tuple(sorted({row.item for row in rows})), tuple(sorted(made)))
    categories, even = layout.categories, layout.even
    picked = np.unique(np.linspace(0, draws - 1, min(draws, DRAWS)).astype(np.int64))
    mass = np.zeros((len(picked), len(keys), len(categories)))
    unknown = np.zeros((len(picked), len(keys), len(layout.classes)))
    names = list(keys)
    for flow in fitting:
        for number, (sender, mode, _) in enumerate(flow.channels):
            at = names.index(f"{sender}|{mode}")
            for fine, (item, country, _) in enumerate(flow.finest):
                brought = flow.mass[number, fine, picked]
                if country:
                    spots = layout.spots(item, country)
                    # A class that the population did not look at has none.
                    mass[:, at, spots] += brought[:, None] / max(1, len(spots))
                else:
                    where = [n for n, seen in enumerate(layout.classes) if covers(asked.items, [seen], item)]
                    unknown[:, at, where] += brought[:, None] / max(1, len(where))
    rng = np.random.default_rng([seed % 2**63, 4])
    width = len(layout.states) + 1
    for at in range(len(names)):
        # What is not known is drawn anew in every draw, so that it is no evidence for an even mixture.
        imputed = rng.dirichlet(IMPUTED * even[:width] * len(layout.classes), size=len(picked))
        for place in range(len(layout.classes)):
            mass[:, at, place * width : (place + 1) * width] += unknown[:, at, place, None] * imputed
    quantity = mass.sum(axis=2)
    happened = quantity > 0.0
    if not happened.any():
        return None
    mean = mass.sum(axis=0)
    usual = np.array([row / row.sum() if row.sum() > 0 else even for row in mean])
    composition = np.where(happened[:, :, None], mass / np.where(happened, quantity, 1.0)[:, :, None], usual)
    channels = Channels(
        names=(*names, UNRECORDED),
        categories=tuple(f"{item}|{state}" for item, state in categories),
        quantity=np.hstack([quantity, np.full((len(picked), 1), np.nan)]),
        composition=np.concatenate([composition, np.broadcast_to(even, (len(picked), 1, len(even)))], axis=1),
    )
    put = Put(channels, _sightings(population, rows, size, layout), Visibility.free(len(categories), VISIBILITY))
    return put, {**keys, UNRECORDED: None}, layout


def _sites(population: Population, rows: Sequence[_Row]) -> tuple[int, float, bool]:
    """How many sites have figures of their own, how many the pooled figures came from, and whether that is assumed."""
    named = len({row.site for row in rows if row.site})
    pooled = [row for row in rows if row.site is None]
    if not pooled:
        return named, 0.0, False
    if population.sites is not None:
        return named, float(max(1, population.sites - named)), False
    size = max((population.size.best or 0.0) - sum(row.count for row in rows if row.site), 0.0)
    return named, max(1.0, max(size, sum(row.count for row in pooled)) / ITEMS_PER_SITE), True


def _sightings(population: Population, rows: Sequence[_Row], size: float, layout: Layout) -> Sightings:
    """Counts by site and figure. What a population leaves without a figure may be of any state that has none of its
    own there; items whose make could not be read may be of any."""
    categories = layout.categories

    def spots(row: _Row) -> tuple[int, ...]:
        states = {state if state in layout.states else OTHER for state in row.states}
        return tuple(n for n, (item, s) in enumerate(categories) if item == row.item and (not states or s in states))

    named = {place for row in rows if row.states for place in spots(row)}
    # Of the states that have no figure of their own here; where all have one, of those that are not told apart.
    rest = tuple(n for n in range(len(categories)) if n not in named) or tuple(
        n for n, (_, state) in enumerate(categories) if state == OTHER
    )
    figures = sorted({rest, *(spots(row) for row in rows)})
    column = {figure: number for number, figure in enumerate(figures)}
    members = np.zeros((len(figures), len(categories)), dtype=np.bool_)
    for number, figure in enumerate(figures):
        members[number, list(figure)] = True
    sites = sorted({(row.site or "", row.recovered) for row in rows})
    counts = np.zeros((len(sites), len(figures)))
    for row in rows:
        counts[sites.index((row.site or "", row.recovered)), column[spots(row)]] += row.count
    pooled = [number for number, (site, _) in enumerate(sites) if not site]
    if pooled:
        whole = counts[pooled].sum(axis=1)
        counts[pooled, column[rest]] += max(0.0, size - counts.sum()) * whole / whole.sum()
    _, many, _ = _sites(population, rows)
    part = counts.sum(axis=1) / max(1e-12, counts[pooled].sum())
    return Sightings(
        counts=counts,
        members=members,
        recovered=np.array([recovered for _, recovered in sites]),
        sites=np.array([1.0 if site else max(1.0, many * part[n]) for n, (site, _) in enumerate(sites)]),
    )


def _share(estimate: Estimate, keys: Mapping[str, Inflow | None], population: str) -> ChannelShare:
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
