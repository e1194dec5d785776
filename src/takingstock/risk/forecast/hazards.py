"""History: what a ledger has of losses and exposure, by holder and mode, and how much of it bears on a holder.

Computed once for all applications of a run. Holders are pooled along what they belong to: an end user with its force,
that with its state, and that with all holders of the ledger. What a part says of the rate of its whole is worth less
than what it says of its own, because parts differ: a part with ``T`` years and ``n`` losses counts as ``T·w/(w+T)``
years and ``n·w/(w+T)`` losses, where ``w`` is the number of years in which parts differ as much as chance does (the
shape of the pooling over the prior rate). This is the credibility of H. Bühlmann and E. Straub ("Glaubwürdigkeit für
Schadensätze", 1970; general knowledge), with ``w`` from the prior and not from the data, so that a loss that is added
never takes weight from another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from takingstock.records import PartyKind
from takingstock.reference.parties import Directory
from takingstock.reference.surroundings import Surroundings
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.forecast.exposure import Exposures, Loss, exposures
from takingstock.risk.forecast.modes import MODES, NUMBER, DiversionMode, GoodsClass
from takingstock.risk.forecast.priors import ModePrior

Floats = NDArray[np.float64]
ROOT = ""
"""The id of "all holders of the ledger"."""
UNKNOWN = ("?state", "?force", "?unit")
"""Levels of a holder that is not known. No party has such an id, so no record bears on them."""
_KEPT = "forecast"


@dataclass(frozen=True)
class Evidence:
    """Losses and years that bear on each level of one holder, ``float[levels, modes]``, the ledger first. Losses are
    in independent losses, years in stock-years of which losses would have been recorded."""

    losses: Floats
    years: Floats


@dataclass(frozen=True)
class Told:
    """A loss and what share of a whole stock it is taken for, times the chance that its record is true. Nothing: its
    size is not known, or that of the stock."""

    loss: Loss
    share: float


@dataclass(frozen=True)
class Pool:
    """All holders with a record of one class of goods, and what they belong to. ``years`` are stock-years by party,
    ``told`` the losses."""

    names: tuple[str, ...]
    number: Mapping[str, int]
    above: NDArray[np.int64]
    depth: NDArray[np.int64]
    years: Floats
    told: tuple[Told, ...]

    def lost(self, without: Collection[str] = ()) -> Floats:
        """Stocks lost by party and mode, ``float[parties, modes]``; ``without``: as if these sources had not spoken."""
        found = np.zeros((len(self.names), len(MODES)))
        for one in self.told:
            if not without or not set(one.loss.sources) <= set(without):
                found[self.number[one.loss.holder], NUMBER[one.loss.mode]] += one.share
        return found

    def below(self, party: str) -> frozenset[str]:
        """The party and all its parts."""
        if party not in self.number:
            return frozenset()
        inside = {self.number[party]}
        for place in np.argsort(self.depth, kind="stable"):
            if int(self.above[place]) in inside:
                inside.add(int(place))
        return frozenset(self.names[place] for place in inside)


@dataclass
class History:
    """``pools`` by class of goods (empty where nothing is recorded). ``quantiles`` keeps what simulation has worked out
    of the Gamma law, so that a batch works it out once."""

    found: Exposures
    pools: dict[GoodsClass, Pool]
    quantiles: dict[tuple[int, int, int, int, float], Floats] = field(default_factory=dict)
    kept: dict[object, Any] = field(default_factory=dict)


def history(background: Background) -> History:
    """What the ledger has, computed once and kept with the background."""
    made = background.kept.get(_KEPT)
    if not isinstance(made, History):
        around = Surroundings(background.taxonomy, background.directory)
        found = exposures(around, background.delivered, background.ledger.counts, background.known)
        made = History(found, {goods: _pool(background.directory, found, goods) for goods in GoodsClass})
        background.kept[_KEPT] = made
    return made


def line(dossier: Dossier) -> tuple[str, ...]:
    """The ledger, the state, the force … down to the end user (else the consignee).

    Who is not known may be any holder, so it has the levels of one, without records: else the forecast for it would
    be surer than for a holder that is named."""
    app = dossier.application
    party = app.end_user or app.consignee
    if not party or party.startswith("unknown-"):
        return (ROOT, *UNKNOWN)
    if not dossier.around.directory.has(party):
        return (ROOT, *UNKNOWN[:-1], party)
    return (ROOT, *reversed(_upwards(dossier.around.directory, party)))


def evidence(
    pool: Pool,
    chain: Sequence[str],
    priors: Sequence[ModePrior],
    alike: float,
    without: Collection[str] = (),
) -> Evidence:
    """What bears on each level of a chain of parties, the ledger first."""
    clustering = np.array([row.clustering for row in priors])
    recorded = np.array([row.recorded for row in priors])
    losses = stocks_lost(pool, priors, without) / clustering
    # A stock-year holds as many independent losses as fit into it.
    years = pool.years[:, None] * recorded
    width = alike / np.array([row.rate for row in priors])
    losses, years = losses.copy(), years.copy()
    for depth in range(int(pool.depth.max(initial=0)), 0, -1):
        rows = np.flatnonzero(pool.depth == depth)
        part = width / (width + years[rows])
        np.add.at(losses, pool.above[rows], losses[rows] * part)
        np.add.at(years, pool.above[rows], years[rows] * part)
    empty = np.zeros(len(MODES))
    places = [pool.number.get(name) for name in chain]
    return Evidence(
        np.array([empty if place is None else losses[place] for place in places]),
        np.array([empty if place is None else years[place] for place in places]),
    )


def stocks_lost(pool: Pool, priors: Sequence[ModePrior], without: Collection[str] = ()) -> Floats:
    """Stocks lost by party and mode, ``float[parties, modes]``; a loss of unknown size is taken to be as large as the
    prior has one on average."""
    found = pool.lost(without)
    for one in pool.told:
        if one.share == 0.0 and (not without or not set(one.loss.sources) <= set(without)):
            mode = NUMBER[one.loss.mode]
            found[pool.number[one.loss.holder], mode] += priors[mode].share * one.loss.chance
    return found


def _pool(directory: Directory, found: Exposures, goods: GoodsClass) -> Pool:
    years: dict[str, float] = defaultdict(float)
    for (holder, of, _), exposure in found.stocks.items():
        if of is goods:
            years[holder] += exposure.years
    told = _told(found, goods)
    above: dict[str, str] = {}
    for name in sorted({*years, *(one.loss.holder for one in told)}):
        path = (*_upwards(directory, name), ROOT)
        above.update(pairwise(path))
    names = (ROOT, *sorted(above))
    number = {name: place for place, name in enumerate(names)}
    parents = np.array([-1, *(number[above[name]] for name in names[1:])], dtype=np.int64)
    depth = np.zeros(len(names), dtype=np.int64)
    for place, name in enumerate(names):
        while name in above:
            depth[place], name = depth[place] + 1, above[name]
    amounts = np.array([years.get(name, 0.0) for name in names])
    return Pool(names, number, parents, depth, amounts, told)


def _told(found: Exposures, goods: GoodsClass) -> tuple[Told, ...]:
    """Losses with the share of the stock that they took, weighted by how likely their record is true. Movements and a
    count of what was lost may tell the same: a count adds only what it has beyond the thefts of its holder."""
    told: list[Told] = []
    moved: dict[tuple[str, str], float] = defaultdict(float)
    counts: dict[tuple[str, str], list[Loss]] = defaultdict(list)
    for loss in found.losses:
        if loss.goods is not goods:
            continue
        stock = loss.holder, loss.unit
        if loss.counted:
            counts[stock].append(loss)
            continue
        share = _share(found, loss)
        told.append(Told(loss, share))
        if loss.mode is DiversionMode.THEFT:
            moved[stock] += share
    for stock, losses in sorted(counts.items()):
        shares = [(_share(found, loss), loss.rests_on, loss) for loss in losses]
        # Several inquiries may have found the same; the largest is no sum.
        share, _, largest = max(shares, key=lambda one: one[:2])
        if share > moved[stock]:
            told.append(Told(largest, share - moved[stock]))
        # A number that cannot be set against a stock cannot be set against movements either.
        unsized = [loss for share, _, loss in shares if share == 0.0]
        if unsized:
            told.append(Told(max(unsized, key=lambda loss: (loss.chance, loss.rests_on)), 0.0))
    return tuple(told)


def _share(found: Exposures, loss: Loss) -> float:
    exposure = found.stocks.get((loss.holder, loss.goods, loss.unit))
    if exposure is None or exposure.whole <= 0.0 or not loss.quantity:
        return 0.0
    return min(1.0, loss.quantity / exposure.whole) * loss.chance


def _upwards(directory: Directory, party: str) -> tuple[str, ...]:
    """The party, what it is a part of, and at last its state, if known."""
    path = [party]
    while directory.has(path[-1]):
        upper = directory.get(path[-1]).part_of
        if not upper or upper in path:
            break
        path.append(upper)
    last = path[-1]
    if directory.has(last) and directory.get(last).kind is not PartyKind.STATE:
        state = directory.country(last)
        if state and state not in path:
            path.append(state)
    return tuple(path)
