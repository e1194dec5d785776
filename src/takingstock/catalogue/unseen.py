"""Unseen: how many kinds there are at least, judged by how many were seen only once or twice. An estimate.

Method: A. Chao's lower bound of the number of classes (Scandinavian Journal of Statistics 11 (1984) 265-270; Biometrics
43 (1987) 783-791), in the bias-corrected form S + A f1 (f1 - 1) / (2 (f2 + 1)): over items A = 1 (Chao1), over the m
sites at which a kind was seen A = (m - 1) / m (Chao2). The papers were not read; the form of the estimate and of the
log-normal interval were checked against the documentation of scikit-bio and the source of the R package sprex. The
variance is the delta method for multinomial frequencies, worked out here. Items of one site are no independent
observations: Chao1 has an interval only with sites, and then takes the larger of that variance and the one of leaving
out a site at a time. Where every kind was seen only once, the estimated coverage of the sample (Good: 1 - f1 / n) is
zero: then there is no estimate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import exp, log, sqrt
from statistics import NormalDist

from takingstock.catalogue.clustering import SITES
from takingstock.catalogue.dimensions import states
from takingstock.catalogue.interval import LEVEL
from takingstock.records import Sighting, Unit, Unseen, percent
from takingstock.reference.taxonomy import SETS

Table = Mapping[str, Mapping[str | None, float]]
"""Kind to site (None: no place) to items."""

_BOUND = (
    "An estimate of how many {of} there are at least among what this kind of imagery or inspection could show, not of "
    "the arsenal: the sightings were not drawn at random."
)


def unseen(sightings: Sequence[Sighting], unit: Unit, level: float = LEVEL) -> tuple[Unseen, ...]:
    """Chao1 and Chao2 for types and for countries of manufacture; ``sightings`` are of distinct items."""
    kinds = {"types": _types(sightings), "countries": _countries(sightings)}
    return tuple(
        one for of, table in kinds.items() for one in (_chao1(of, table, unit, level), _chao2(of, table, level))
    )


def chao(once: int, twice: int, seen: int, scale: float = 1.0) -> tuple[float, float]:
    """The estimate and its variance. ``scale`` is 1 for items, (m - 1) / m for m sites."""
    estimate = seen + scale * once * (once - 1) / (2 * (twice + 1))
    if not seen:
        return 0.0, 0.0
    by_once = scale * (2 * once - 1) / (2 * (twice + 1))
    by_twice = -scale * once * (once - 1) / (2 * (twice + 1) ** 2)
    mean = seen + once * by_once + twice * by_twice
    squares = seen + 2 * (once * by_once + twice * by_twice) + once * by_once**2 + twice * by_twice**2
    return estimate, max(0.0, squares - mean**2 / estimate)


def log_normal(seen: float, estimate: float, variance: float, level: float = LEVEL) -> tuple[float, float]:
    """Low (never below what is seen) and high, for an estimate above ``seen``."""
    unseen = estimate - seen
    factor = exp(NormalDist().inv_cdf((1 + level) / 2) * sqrt(log(1 + variance / unseen**2)))
    return seen + unseen / factor, seen + unseen * factor


def _chao1(of: str, table: Table, unit: Unit, level: float) -> Unseen:
    sites = {place for row in table.values() for place in row if place is not None}
    counts = {kind: sum(row.values()) for kind, row in table.items()}
    once, twice, seen = _frequencies(counts.values())
    made = Unseen(of=of, method="chao1", seen=seen, once=once, twice=twice, sites=len(sites), words="")
    if unit is not Unit.ITEMS:
        return _told(made, f"No estimate: {unit.value} come in lots, so kinds seen once say nothing.")
    if reason := _refused(of, once, seen):
        return _told(made, reason)
    estimate, variance = chao(once, twice, seen)
    if len(sites) < SITES:
        few = f"No interval: fewer than {SITES} sites, and items of one site are not independent."
        return _told(made.model_copy(update={"estimate": estimate}), f"{_BOUND.format(of=of)} {few}")
    left = []
    for place in sorted(sites):
        one, two, some = _frequencies(counts[kind] - row.get(place, 0.0) for kind, row in table.items())
        left.append(chao(one, two, some)[0])
    mean = sum(left) / len(left)
    variance = max(variance, (len(left) - 1) / len(left) * sum((one - mean) ** 2 for one in left))
    return _with_interval(made, estimate, variance, level)


def _chao2(of: str, table: Table, level: float) -> Unseen:
    sites = {place for row in table.values() for place in row if place is not None}
    at = [float(sum(place is not None for place in row)) for row in table.values()]
    once, twice, seen = _frequencies(at)
    made = Unseen(of=of, method="chao2", seen=seen, once=once, twice=twice, sites=len(sites), words="")
    if len(sites) < SITES:
        return _told(made, f"No estimate by site: fewer than {SITES} sites with a name or a position.")
    if reason := _refused(of, once, seen):
        return _told(made, reason)
    scale = (len(sites) - 1) / len(sites)
    return _with_interval(made, *chao(once, twice, seen, scale), level)


def _refused(of: str, once: int, seen: int) -> str:
    if not seen:
        return f"No estimate: no {of} are stated."
    if once < 2:
        return (
            f"No estimate beyond what is seen: fewer than two {of} were seen only once. That there are no more is not "
            "shown."
        )
    if once == seen:
        return (
            f"No estimate: every one of the {of} was seen only once, so the coverage of the sample is zero and nothing "
            "says how many more there are."
        )
    return ""


def _with_interval(made: Unseen, estimate: float, variance: float, level: float) -> Unseen:
    low, high = log_normal(made.seen, estimate, variance, level)
    text = f"{_BOUND.format(of=made.of)} {percent(level, 0)} log-normal interval, over {made.sites} sites."
    return _told(made.model_copy(update={"estimate": estimate, "low": low, "high": high}), text)


def _told(made: Unseen, words: str) -> Unseen:
    return made.model_copy(update={"words": words})


def _frequencies(counts: Iterable[float]) -> tuple[int, int, int]:
    """How many kinds were seen once, twice, at all."""
    found = Counter(round(count) if count >= 1 else 1 for count in counts if count > 1e-9)
    return found[1], found[2], sum(found.values())


def _types(sightings: Sequence[Sighting]) -> Table:
    """A class that lies above another seen one may be that one: it is no type of its own, nor is a mixed set."""
    items = {s.item for s in sightings if s.item not in SETS}
    above = {".".join(parts[:n]) for item in items for parts in [item.split(".")] for n in range(1, len(parts))}
    return _table((s, s.item) for s in sightings if s.item in items - above)


def _countries(sightings: Sequence[Sighting]) -> Table:
    """Countries that a source does not tell apart are one, unless one of them is seen by itself."""
    single = {s.made_in for s in sightings if s.made_in and len(states(s.made_in)) == 1}
    return _table(
        (s, "+".join(sorted(states(s.made_in))))
        for s in sightings
        if s.made_in and (s.made_in in single or not states(s.made_in) & single)
    )


def _table(rows: Iterable[tuple[Sighting, str]]) -> Table:
    found: dict[str, dict[str | None, float]] = {}
    for sighting, kind in rows:
        row = found.setdefault(kind, {})
        many = sighting.quantity.best
        row[sighting.site] = row.get(sighting.site, 0.0) + (1.0 if many is None else many)
    return found
