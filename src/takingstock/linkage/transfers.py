"""Transfers: which movements of a ledger may be one transfer told by several sources, and which a rule may join.

Pure and deterministic: rows in another order give the same. What a person holds apart stays apart; one source is never
taken to report one transfer twice, and no report is joined to two others of one source. A pair is *automatic* where
its score is at least :data:`AUTOMATIC`, its edge over every other assignment at least :data:`MARGIN`, parties,
quantity, date and class agree, and nothing contradicts. All else is shown and left to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf

from takingstock.linkage.assigning import assigned
from takingstock.linkage.comparing import Report
from takingstock.linkage.transfers_matching import Found, Matching, Move, Pair, Scorer
from takingstock.linkage.transfers_parts import Whole, wholes
from takingstock.linkage.transfers_suggested import (
    SHOWN,
    TRANSFER_RULE,
    Agreement,
    LinkSuggestion,
    Relation,
    linking_id,
)
from takingstock.linkage.transfers_weights import FIELDS, LEVELS
from takingstock.records import DateRange, Ledger, Linking, LinkKind, Stage
from takingstock.reference.parties import Directory
from takingstock.reference.taxonomy import Taxonomy

AUTOMATIC = 4.0
"""Log-odds (base 2) from which on a rule may join."""
MARGIN = 4.0
"""Bits by which the likeliest assignment must lead the best one without the pair."""
OPEN = 2.0
"""Log-odds from which on reports that are not joined are named as counted twice."""

_MANY = 20
"""Movements that look alike beyond which nobody could tell which is which."""


def suggestions(
    ledger: Ledger, directory: Directory, taxonomy: Taxonomy, *, scorer: Scorer | None = None
) -> tuple[LinkSuggestion, ...]:
    """All that may be one transfer and is not joined, best first. ``scorer`` may score elsewhere (see ``with_splink``);
    it must give what :func:`takingstock.linkage.transfers_matching.scored` gives."""
    return _suggested(Matching(ledger, directory, taxonomy, scorer))


def mergers(
    ledger: Ledger, directory: Directory, taxonomy: Taxonomy, *, scorer: Scorer | None = None
) -> tuple[Linking, ...]:
    """The linkings that the rule may write: automatic pairs grown to groups, the surest first, a group holding no
    source twice and no two movements that may not be one."""
    matching = Matching(ledger, directory, taxonomy, scorer)
    groups: dict[str, tuple[str, ...]] = {}
    least: dict[tuple[str, ...], float] = {}
    for one in _suggested(matching):
        if not one.automatic:
            continue
        a, b = (groups.get(key, (key,)) for key in one.movements)
        if a == b or not _may_join(matching, a, b):
            continue
        joined = tuple(sorted((*a, *b)))
        least[joined] = min(least.pop(a, inf), least.pop(b, inf), one.score)
        groups |= dict.fromkeys(joined, joined)
    return tuple(
        Linking(
            id=linking_id(LinkKind.MERGE, keys, TRANSFER_RULE),
            kind=LinkKind.MERGE,
            movements=keys,
            rule=TRANSFER_RULE,
            score=round(score, 3),
            reason=f"{len(keys)} reports of one transfer, at least {score:.1f} bits",
        )
        for keys, score in sorted(least.items())
    )


def open_doubles(
    ledger: Ledger, directory: Directory, taxonomy: Taxonomy, *, least: float = OPEN
) -> tuple[LinkSuggestion, ...]:
    """What is likely reported twice and not joined, and so counted twice: deliveries only, stages of one transfer do
    not count twice."""
    return tuple(
        one
        for one in suggestions(ledger, directory, taxonomy)
        if one.score >= least and one.relation is not Relation.STAGES and Stage.DELIVERED in one.stages
    )


def _suggested(matching: Matching) -> tuple[LinkSuggestion, ...]:
    by_sources: dict[tuple[bool, tuple[str, ...], tuple[str, ...]], list[Pair]] = {}
    unequal: list[Pair] = []
    for pair in matching.pairs():
        if pair.score <= SHOWN:
            unequal.append(pair)
            continue
        one, other = (tuple(sorted(side[0].sources)) for side in (pair.left, pair.right))
        turned = pair if one < other else Pair(pair.right, pair.left, pair.b, pair.a, pair.levels, pair.score)
        by_sources.setdefault((pair.one_stage, min(one, other), max(one, other)), []).append(turned)
        unequal.append(pair)
    found = [one for _, pairs in sorted(by_sources.items(), key=lambda entry: entry[0]) for one in _between(pairs)]
    settled = {key for one in found if one.relation is Relation.ONE and not one.conflicting for key in one.movements}
    found += [_parts(whole) for whole in wholes(unequal, settled)]
    return tuple(sorted(found, key=lambda one: (-one.score, one.relation.value, one.movements)))


def _between(pairs: list[Pair]) -> Iterator[LinkSuggestion]:
    """The suggestions between two sets of sources, at one stage or across stages."""
    keys: list[str] = sorted({move.key for pair in pairs for move in (*pair.left, *pair.right)})
    number = {key: index for index, key in enumerate(keys)}
    scores: dict[tuple[int, int], float] = {}
    of: dict[tuple[int, int], Pair] = {}
    for pair in pairs:
        if max(len(pair.left), len(pair.right)) > _MANY:
            many = (move.key for move in (*pair.left, *pair.right))
            yield _suggestion(pair, (pair.a.key, pair.b.key), 0.0, many)
            continue
        for left in pair.left:
            for right in pair.right:
                cell = number[left.key], number[right.key]
                scores[cell], of[cell] = pair.score, pair
    groups: list[tuple[set[int], tuple[int, int], float]] = []
    for one in assigned(scores):
        cell = one.left, one.right
        if one.edge >= MARGIN or len(one.rivals) <= 2:
            yield _suggestion(of[cell], (keys[one.left], keys[one.right]), one.edge)
            continue
        group, edge = set(one.rivals), one.edge
        for other in [other for other in groups if other[0] & group]:
            groups.remove(other)
            group |= other[0]
            cell, edge = max((cell, other[1]), key=lambda one: scores[one]), min(edge, other[2])
        groups.append((group, cell, edge))
    for group, cell, edge in groups:
        yield _suggestion(of[cell], (keys[cell[0]], keys[cell[1]]), edge, (keys[index] for index in group))


def _suggestion(pair: Pair, between: tuple[str, str], edge: float, among: Iterable[str] = ()) -> LinkSuggestion:
    """The suggestion of a pair; open ``among`` several movements, if any."""
    movements = tuple(sorted(among))
    ambiguous = bool(movements)
    fields = _fields(pair.a, pair.b, pair.levels)
    agreed = {one.field for one in fields if one.agrees}
    sure = (
        pair.one_stage
        and not ambiguous
        and pair.score >= AUTOMATIC
        and edge >= MARGIN
        and {"quantity", "date", "item", "supplier", "recipient"} <= agreed
        and not any(one.agrees is False for one in fields)
    )
    return LinkSuggestion(
        movements=movements or tuple(sorted(between)),
        relation=Relation.ONE if pair.one_stage else Relation.STAGES,
        score=round(pair.score, 3),
        edge=round(edge, 3),
        between=between,
        stages=(pair.a.stage, pair.b.stage),
        fields=fields,
        ambiguous=ambiguous,
        automatic=sure,
    )


def _parts(found: Whole) -> LinkSuggestion:
    return LinkSuggestion(
        movements=tuple(sorted((found.whole.key, *found.parts))),
        relation=Relation.PARTS,
        score=round(found.score, 3),
        edge=0.0,
        between=(found.whole.key, found.summed.key),
        stages=(found.whole.stage, found.summed.stage),
        fields=_fields(found.whole, found.summed, found.levels),
        ambiguous=True,
        whole=found.whole.key,
    )


def _may_join(matching: Matching, a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    moves: tuple[list[Move], list[Move]] = ([matching.moves[k] for k in a], [matching.moves[k] for k in b])
    return all(matching.may_be_one(one, other) for one in moves[0] for other in moves[1])


def _fields(a: Report, b: Report, found: Found) -> tuple[Agreement, ...]:
    rows = []
    for name, level in zip(FIELDS, found, strict=True):
        outcome = LEVELS[name][level] if level else None
        rows.append(
            Agreement(
                field=name,
                values=(_text(a, name), _text(b, name)),
                words=outcome.words if outcome else "not stated by both",
                agrees=outcome.agrees if outcome else None,
                weight=round(outcome.weight, 3) if outcome else 0.0,
            )
        )
    return tuple(rows)


def _text(report: Report, name: str) -> str:
    """What a report gives for a field, as ids and figures."""
    match name:
        case "quantity":
            return "?" if report.best is None else _range(report.low, report.high)
        case "date":
            return str(DateRange(first=report.day(report.first), last=report.day(report.last))) or "?"
        case "item":
            return report.item
        case "supplier":
            return report.supplier.id if report.supplier else "?"
        case "recipient":
            passing = f" via {', '.join(sorted(report.via))}" if report.via else ""
            return f"{report.recipient.id if report.recipient else '?'}{passing}"
        case "origin":
            return report.origin or "?"
        case _:
            return f"{report.value:g} {report.currency}" if report.value is not None else "?"


def _range(low: float, high: float) -> str:
    if low == high:
        return f"{low:g}"
    return f">={low:g}" if high == inf else f"{low:g}..{high:g}"
