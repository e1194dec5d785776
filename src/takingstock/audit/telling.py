"""Telling: what a finding says of movements that may be one transfer told twice; every kind of finding in one way.

A sum over possible doubles is a range (:mod:`takingstock.audit.doubles`); the caution names the movements and how to
decide. Two findings that may be about one transfer (told under two classes, or as two events) name each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from takingstock.audit.amounts import contradict, spoken
from takingstock.audit.scene import Scene, unit_words
from takingstock.records import Finding, FindingKind

_SIDES = frozenset({FindingKind.MIRROR_GAP, FindingKind.ISSUED_NOT_RECEIVED})
"""Kinds that set reports against each other: what two sides tell is compared there, never added."""
_CLAIMS = frozenset({FindingKind.CLAIMED_CAPTURE, FindingKind.LOST_OR_SOLD})
_EVENTS = _CLAIMS | {FindingKind.IN_EMBARGO, FindingKind.HELD_BY_NOBODY}
"""Kinds of which a reader may add findings up."""
_KEYS, _CLUSTERS = 6, 3
"""So many movements of a cluster, and clusters, are named in words; all are in ``Finding.doubles``."""


def told_twice(scene: Scene, finding: Finding) -> Finding:
    """The finding with the possible doubles among its movements, and a caution that names them."""
    clusters = tuple(sorted(_clusters(scene, finding)))
    if not clusters:
        return finding
    said = [_words(scene, cluster) for cluster in clusters[:_CLUSTERS]]
    if len(clusters) > _CLUSTERS:
        said.append(f"So may movements of {len(clusters) - _CLUSTERS:,} more groups.")
    said.append(
        "Nobody has decided whether they are; sums count what may be one transfer once at least and together at most. "
        "Decide with takingstock link merge or takingstock link apart."
    )
    caution = " ".join(filter(None, (" ".join(said), finding.caution)))
    return finding.model_copy(update={"caution": caution, "doubles": clusters})


def told_elsewhere(scene: Scene, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings in their order; those of one kind that may be about one transfer say so of each other."""
    if not scene.doubles.near:
        return tuple(findings)
    about = [_about(scene, finding) if finding.kind in _EVENTS else frozenset() for finding in findings]
    by_key: dict[tuple[FindingKind, str], list[int]] = {}
    for index, keys in enumerate(about):
        for key in keys:
            by_key.setdefault((findings[index].kind, key), []).append(index)
    made = []
    for index, finding in enumerate(findings):
        beyond = {key for mine in about[index] for key in scene.doubles.near.get(mine, ())} - about[index]
        others = sorted({findings[i].id for key in beyond for i in by_key.get((finding.kind, key), ())} - {finding.id})
        if others:
            more = f" and {len(others) - _CLUSTERS:,} more" if len(others) > _CLUSTERS else ""
            caution = f"May be about the same transfer as {', '.join(others[:_CLUSTERS])}{more}: not to be added up."
            finding = finding.model_copy(update={"caution": " ".join(filter(None, (caution, finding.caution)))})
        made.append(finding)
    return tuple(made)


def _clusters(scene: Scene, finding: Finding) -> Iterable[tuple[str, ...]]:
    keys = _keys(scene, finding)
    if finding.kind not in _SIDES:
        return scene.doubles.clusters({key for _, key in keys})
    return {
        cluster
        for side in {teller for teller, _ in keys}
        for cluster in scene.doubles.clusters({key for teller, key in keys if teller == side})
    }


def _keys(scene: Scene, finding: Finding) -> set[tuple[str, str]]:
    """The movements that a finding rests on, each with who reports it."""
    rows = (scene.ledger.statement_by_id.get(id_) for id_ in finding.rests_on)
    return {(row.reporter or "", row.movement) for row in rows if row}


def _about(scene: Scene, finding: Finding) -> frozenset[str]:
    """The movements that a finding is about; what a claim is set against is not among them."""
    if finding.kind in _CLAIMS:
        return frozenset({finding.id.removeprefix(f"{finding.kind.value}:")})
    return frozenset(key for _, key in _keys(scene, finding))


def _words(scene: Scene, cluster: tuple[str, ...]) -> str:
    by_key = scene.movement_by_key
    figures = {key: claims.quantity for key in cluster if (claims := scene.claims(by_key[key]))}
    named = [f"{key} ({spoken(figures[key])}{unit_words(figures[key].unit)})" for key in cluster if key in figures]
    named += [key for key in cluster if key not in figures]
    more = f" and {len(named) - _KEYS:,} more" if len(named) > _KEYS else ""
    head = named[:_KEYS]
    if not more:
        *head, last = head
        more = f" and {last}"
    many = "one transfer" if len(cluster) == 2 else "one transfer, or fewer than they are,"
    said = f"Possible doubles: {', '.join(head)}{more} may be {many} told by several sources."
    if len(cluster) == 2 and len(figures) == 2 and contradict(figures.values()):
        said += " Their figures exclude each other: if they are one, even the lower bound may be too high."
    return said
