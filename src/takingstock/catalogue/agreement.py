"""Agreement: how well independent experts agree, in numbers, over the closed reviews of a case.

Krippendorff's alpha for nominal data, and the Dawid-Skene consensus with each expert's confusion; both from the library
crowd-kit (extra ``agreement``). Sources: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011);
A. P. Dawid and A. M. Skene, Applied Statistics 28 (1979).

A *unit* is a sighting whose review is closed and whose sources are verified, with at least two experts. The label an
expert gives it is the identified item, cut to the depth of the most general one compared there: a more general
identification is no contradiction. Per level only those who reached it are compared: at class by the first part of the
item's path, at maker by maker (else country), at serial by the serial number. A sighting's class is that of what
its experts agree on; a disputed one counts in every class that an expert named.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

from takingstock.catalogue.consensus import plain
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
from takingstock.reference.taxonomy import Taxonomy

NOTE = "Dawid-Skene is a summary of reviewers: it weighs them by how they agree, and it releases nothing."
_UNDER_WAY = (ReviewState.COLLECTED, ReviewState.VERIFIED, ReviewState.IN_REVIEW)
_ITERATIONS = 100
_VISIBLE = 1e-6  # The model's zeros come out as very small numbers.
Rating = tuple[str, str, str]  # sighting, expert, label


def agreement(ledger: Ledger, rule: ReviewRule, taxonomy: Taxonomy, late: frozenset[str] = NONE_LATE) -> Agreement:
    """Alpha over all, by level, by class and by expert; consensus and confusion over the labels of all units.

    Raises TakingStockError that names the extra when crowd-kit is not installed."""
    desk = Desk(ledger, rule, late)
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
    consensus, confusion, words = _dawid_skene(everything, names)
    if left:
        words = (f"{left} sightings whose review is open or whose sources are not verified are left out.", *words)
    return Agreement(rows=tuple(table), consensus=consensus, confusion=confusion, note=NOTE, words=words)


def _ratings(units: Iterable[Sequence[Identification]], level: Level | None) -> list[Rating]:
    """The labels of units that at least two experts labelled, in order."""
    found: list[Rating] = []
    for rows in units:
        reached = [one for one in rows if level is None or one.level.rank >= level.rank]
        labels = dict(zip((folded(one.expert) for one in reached), _labels(reached, level), strict=True))
        said = [(reached[0].sighting, expert, label) for expert, label in sorted(labels.items()) if label]
        if len(said) >= 2:
            found += said
    return sorted(found)


def _labels(rows: Sequence[Identification], level: Level | None) -> list[str]:
    if level is Level.MAKER:
        return [plain(one.maker) or one.made_in or "" for one in rows]
    if level is Level.SERIAL:
        return [plain(one.serial) for one in rows]
    depth = 1 if level is Level.CLASS else min((one.item.count(".") + 1 for one in rows), default=1)
    return [".".join(one.item.split(".")[:depth]) for one in rows]


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
        model = crowd.aggregation.DawidSkene(n_iter=_ITERATIONS).fit(frame)
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
    return consensus, tuple(confusion), ()


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
