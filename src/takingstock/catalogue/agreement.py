"""Agreement: how well independent experts agree, in numbers, over the closed reviews of a case.

Krippendorff's alpha for nominal data, and the Dawid-Skene consensus with each expert's confusion; both from the library
crowd-kit (extra ``agreement``). Sources: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011);
A. P. Dawid and A. M. Skene, Applied Statistics 28 (1979).

A *unit* is a sighting whose review is closed and whose sources are verified, with at least two experts. The label an
expert gives it is the identified item; per level only those who reached it are compared: at class and family by so many
parts of the item's path (``DEPTH``, the same for every sighting), at model and variant by the item, at maker by the
maker where two state it of any sighting, else by country, at serial by the serial number. Silence and generality are
no contradiction: who names a mixed set, a class above one that is named in the same comparison, or states joined with
another that is, has no label there, for alpha as for the consensus. So no label lies above another, and nothing is
compared at one depth here and at another there. A sighting's class is that of what its experts agree on; a disputed one
counts in every class that an expert named.

The consensus is that of the library's method run until no probability moves any more: its own rule looks at a bound
that grows slowly, and ends long before.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any

from takingstock.catalogue.consensus import plain
from takingstock.catalogue.dimensions import states
from takingstock.catalogue.excluding import above
from takingstock.catalogue.past import NO_PAST, Past
from takingstock.catalogue.review import NONE_LATE, Desk
from takingstock.records import (
    Agreement,
    AgreementRow,
    Confusion,
    Consensus,
    Identification,
    Ledger,
    Level,
    ReviewRule,
    ReviewState,
    TakingStockError,
    folded,
)
from takingstock.reference.taxonomy import SETS, Taxonomy

NOTE = "Dawid-Skene is a summary of reviewers: it weighs them by how they agree, and it releases nothing."
_UNDER_WAY = (ReviewState.COLLECTED, ReviewState.VERIFIED, ReviewState.IN_REVIEW)
_ITERATIONS = 2000
_SETTLED = 1e-6
DEPTH = {Level.CLASS: 1, Level.FAMILY: 3}
"""Parts of an item's path that are compared at a level."""

_VISIBLE = 1e-6  # The model's zeros come out as very small numbers.
Rating = tuple[str, str, str]  # sighting, expert, label


def agreement(
    ledger: Ledger,
    rule: ReviewRule,
    taxonomy: Taxonomy,
    late: frozenset[str] = NONE_LATE,
    past: Past = NO_PAST,
) -> Agreement:
    """Alpha over all, by level, by class and by expert; consensus and confusion over the labels of all units.

    Raises TakingStockError that names the extra when crowd-kit is not installed."""
    desk = Desk(ledger, rule, late, past)
    closed: dict[str, list[Identification]] = {}
    classes: dict[str, list[str]] = {}
    left = 0
    for id in desk.sightings:
        if desk.open(id):
            left += 1
            continue
        now = desk.review(id, taxonomy)
        if now.state in _UNDER_WAY or not all(one.verified for one in now.sources):
            left += 1
            continue
        closed[id] = desk.counted(id, taxonomy)[0]
        items = [now.agreed.item] if now.agreed else [one.item for one in closed[id]]
        for root in {item.partition(".")[0] for item in items}:
            classes.setdefault(root, []).append(id)
    names = {folded(i.expert): i.expert for rows in closed.values() for i in sorted(rows, key=lambda i: i.expert)}
    everything = _ratings(closed.values(), None)
    table = [_row("all", "", None, everything)]
    table += [_row("all", "", level, _ratings(closed.values(), level)) for level in Level]
    for root, ids in sorted(classes.items()):
        table.append(_row("class", root, None, _ratings([closed[id] for id in ids], None)))
    for key, name in sorted(names.items()):
        units = {unit for unit, expert, _ in everything if expert == key}
        table.append(_row("expert", name, None, [one for one in everything if one[0] in units]))
    consensus, confusion, words = _dawid_skene(_said(closed.values(), None), names)
    if left:
        words = (f"{left} sightings whose review is open or whose sources are not verified are left out.", *words)
    return Agreement(rows=tuple(table), consensus=consensus, confusion=confusion, note=NOTE, words=words)


def _ratings(units: Iterable[Sequence[Identification]], level: Level | None) -> list[Rating]:
    """The labels of units that at least two experts labelled, in order; none lies above another."""
    found = _said(units, level)
    vague = _country_vague if level is Level.MAKER else _item_vague if level is not Level.SERIAL else _never
    labels = {label for _, _, label in found}
    return _paired(one for one in found if not any(vague(one[2], other) for other in labels))


def _said(units: Iterable[Sequence[Identification]], level: Level | None) -> list[Rating]:
    """The labels of units that two experts labelled, without those that say less than another of their unit."""
    rows = [one for unit in units for one in unit if level is None or one.level.rank >= level.rank]
    if level is Level.SERIAL:
        return _paired((one.sighting, folded(one.expert), plain(one.serial)) for one in rows)
    if level is Level.MAKER:
        if makers := _paired((one.sighting, folded(one.expert), plain(one.maker)) for one in rows):
            return makers
        return _least_vague(((one.sighting, folded(one.expert), _joined(one.made_in)) for one in rows), _country_vague)
    depth = DEPTH.get(level) if level else None
    cut = ((one, ".".join(one.item.split(".")[:depth])) for one in rows if one.item not in SETS)
    return _least_vague(((one.sighting, folded(one.expert), label) for one, label in cut), _item_vague)


def _least_vague(ratings: Iterable[Rating], vague: Callable[[str, str], bool]) -> list[Rating]:
    units: dict[str, list[Rating]] = {}
    for one in ratings:
        units.setdefault(one[0], []).append(one)
    return _paired(one for own in units.values() for one in own if not any(vague(one[2], other) for _, _, other in own))


def _paired(ratings: Iterable[Rating]) -> list[Rating]:
    """Those that say anything, of units that two say anything of."""
    known = [one for one in ratings if one[2]]
    many = Counter(unit for unit, _, _ in known)
    return sorted(one for one in known if many[one[0]] >= 2)


def _item_vague(a: str, b: str) -> bool:
    return a != b and above(a, b)


def _country_vague(a: str, b: str) -> bool:
    """Whether the first joins several states of which the other names one: no contradiction, and no answer."""
    return a != b and len(states(a)) > 1 and bool(states(a) & states(b))


def _never(_: str, __: str) -> bool:
    return False


def _joined(made_in: str | None) -> str:
    return "+".join(sorted(states(made_in)))


def too_little(ratings: Sequence[Rating]) -> str:
    """Why these ratings give no number, or nothing."""
    if len({unit for unit, _, _ in ratings}) < 2:
        return "fewer than two sightings that two experts identified"
    if len({label for _, _, label in ratings}) < 2:
        return "all say the same: without variation agreement beyond chance cannot be told"
    return ""


def _row(scope: str, key: str, level: Level | None, ratings: Sequence[Rating]) -> AgreementRow:
    words = too_little(ratings)
    return AgreementRow(
        scope=scope,
        key=key,
        level=level,
        units=len({unit for unit, _, _ in ratings}),
        experts=len({expert for _, expert, _ in ratings}),
        identifications=len(ratings),
        alpha=None if words else alpha(ratings),
        words=words,
    )


def alpha(ratings: Sequence[Rating]) -> float:
    """Krippendorff's nominal alpha of ratings (unit, expert, label), each unit with two at least and two labels in
    all. Raises TakingStockError without the extra."""
    frame, crowd = _frame(ratings)
    return float(crowd.metrics.data.alpha_krippendorff(frame))


def _dawid_skene(
    ratings: Sequence[Rating], names: dict[str, str]
) -> tuple[tuple[Consensus, ...], tuple[Confusion, ...], tuple[str, ...]]:
    if words := too_little(ratings):
        return (), (), (f"No Dawid-Skene consensus: {words}.",)
    frame, crowd = _frame(ratings)
    with warnings.catch_warnings():
        # crowd-kit calls pandas in ways that pandas will drop; that is no matter of the user's.
        warnings.simplefilter("ignore")
        model, settled = _converged(crowd, frame)
    chances: dict[str, dict[str, float]] = model.probas_.to_dict(orient="index")
    best = {unit: max(sorted(row), key=lambda item, row=row: row[item]) for unit, row in chances.items()}  # type: ignore[misc]
    consensus = tuple(Consensus(sighting=u, item=best[u], probability=chances[u][best[u]]) for u in sorted(best))
    # Of a label that it takes nowhere for the truth the model knows nothing.
    taken = set(best.values())
    confusion = [
        Confusion(expert=names[expert], true=str(true), said=str(said), probability=float(chance))
        for (expert, said), row in model.errors_.to_dict(orient="index").items()
        for true, chance in row.items()
        if chance > _VISIBLE and true in taken
    ]
    confusion.sort(key=lambda one: (one.expert, one.true, one.said))
    still = () if settled else (f"The Dawid-Skene consensus still moves after {_ITERATIONS} rounds: do not use it.",)
    return consensus, tuple(confusion), still


def _converged(crowd: Any, frame: Any) -> tuple[Any, bool]:
    """The library's model, run until no probability of a label moves by more than ``_SETTLED`` in a round, and whether
    it came to that."""

    class Settling(crowd.aggregation.DawidSkene):  # type: ignore[misc]
        last: Any = None
        moved = inf
        rounds = 0.0

        def _evidence_lower_bound(self, data: Any, probas: Any, *_: Any) -> float:
            # The library ends when this grows by less than its tolerance: it grows by one a round until all settles.
            if self.last is not None:
                self.moved = float((probas - self.last).abs().to_numpy().max())
            self.last = probas.copy()
            self.rounds += self.moved > _SETTLED
            return self.rounds * len(data)

    model = Settling(n_iter=_ITERATIONS, tol=0.5)
    model.fit(frame)
    return model, model.moved <= _SETTLED


def _frame(ratings: Sequence[Rating]) -> tuple[Any, Any]:
    """The ratings as the library's table, and the library."""
    try:
        import crowdkit
        import crowdkit.aggregation
        import crowdkit.metrics.data
        import pandas
    except ImportError as error:
        raise TakingStockError(
            "agreement needs the extra 'agreement' (crowd-kit): pip install 'takingstock[agreement]'"
        ) from error
    return pandas.DataFrame(sorted(ratings), columns=["task", "worker", "label"]), crowdkit
