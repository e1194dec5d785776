"""All checks in one order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from takingstock.audit.adjusting import adjusted
from takingstock.audit.books import not_in_books
from takingstock.audit.closed import closed_not_empty
from takingstock.audit.counted import books_differ
from takingstock.audit.embargoed import under_embargo
from takingstock.audit.firsthand import no_first_owner
from takingstock.audit.inflows import around_embargo
from takingstock.audit.losses import claimed_losses, found_lost
from takingstock.audit.lots import split_lots
from takingstock.audit.makers import production_and_marks
from takingstock.audit.mirrors import mirror_gaps
from takingstock.audit.nobody import held_by_nobody
from takingstock.audit.outflows import sent_more
from takingstock.audit.receipts import issued_not_received
from takingstock.audit.required import over_requirement
from takingstock.audit.samples import sampled
from takingstock.audit.scene import Scene
from takingstock.audit.serials import Listed, duplicates, not_seen
from takingstock.audit.severity import rated
from takingstock.audit.telling import told_elsewhere, told_twice
from takingstock.audit.undated import undated
from takingstock.records import Embargo, Finding, FindingKind, Ledger
from takingstock.reference.parties import Directory
from takingstock.reference.taxonomy import Taxonomy

KINDS = (
    FindingKind.NOT_IN_BOOKS,
    FindingKind.NOT_COUNTED,
    FindingKind.CLAIMED_CAPTURE,
    FindingKind.LOST_OR_SOLD,
    FindingKind.SENT_MORE_THAN_HELD,
    FindingKind.BOOKS_AND_COUNT,
    FindingKind.ISSUED_NOT_RECEIVED,
    FindingKind.SERIAL_NOT_SEEN,
    FindingKind.DUPLICATE_SERIAL,
    FindingKind.CLOSED_NOT_EMPTY,
    FindingKind.HELD_BY_NOBODY,
    FindingKind.EXCESS,
    FindingKind.LOT_SPLIT,
    FindingKind.IN_EMBARGO,
    FindingKind.MIRROR_GAP,
    FindingKind.PRODUCTION_AND_MARKS,
    FindingKind.NO_FIRST_OWNER,
    FindingKind.NO_DATE,
    FindingKind.EMBARGO_INFLOW,
)
"""The order in which findings are listed: goods first, then dates and reports, then gaps in what is written down."""

_Check = Callable[[Scene, tuple[Embargo, ...]], Iterable[Finding | Listed]]
_CHECKS: tuple[tuple[frozenset[FindingKind], _Check], ...] = (
    (frozenset({FindingKind.NOT_IN_BOOKS}), lambda scene, _: not_in_books(scene)),
    (frozenset({FindingKind.CLAIMED_CAPTURE, FindingKind.LOST_OR_SOLD}), lambda scene, _: claimed_losses(scene)),
    (frozenset({FindingKind.LOST_OR_SOLD}), lambda scene, _: found_lost(scene)),
    (frozenset({FindingKind.SENT_MORE_THAN_HELD}), lambda scene, _: sent_more(scene)),
    (frozenset({FindingKind.BOOKS_AND_COUNT}), lambda scene, _: books_differ(scene)),
    (frozenset({FindingKind.BOOKS_AND_COUNT, FindingKind.NOT_COUNTED}), lambda scene, _: sampled(scene)),
    (frozenset({FindingKind.ISSUED_NOT_RECEIVED}), lambda scene, _: issued_not_received(scene)),
    (frozenset({FindingKind.SERIAL_NOT_SEEN}), lambda scene, _: not_seen(scene)),
    (frozenset({FindingKind.DUPLICATE_SERIAL}), lambda scene, _: duplicates(scene)),
    (frozenset({FindingKind.CLOSED_NOT_EMPTY}), lambda scene, _: closed_not_empty(scene)),
    (frozenset({FindingKind.HELD_BY_NOBODY}), lambda scene, _: held_by_nobody(scene)),
    (frozenset({FindingKind.EXCESS}), lambda scene, _: over_requirement(scene)),
    (frozenset({FindingKind.LOT_SPLIT}), lambda scene, _: split_lots(scene)),
    (frozenset({FindingKind.IN_EMBARGO}), under_embargo),
    (frozenset({FindingKind.MIRROR_GAP}), lambda scene, _: mirror_gaps(scene)),
    (frozenset({FindingKind.PRODUCTION_AND_MARKS}), lambda scene, _: production_and_marks(scene)),
    (frozenset({FindingKind.NO_FIRST_OWNER}), lambda scene, _: no_first_owner(scene)),
    (frozenset({FindingKind.NO_DATE}), lambda scene, _: undated(scene)),
    (frozenset({FindingKind.EMBARGO_INFLOW}), around_embargo),
)


def findings(
    ledger: Ledger,
    taxonomy: Taxonomy,
    directory: Directory,
    *,
    kinds: Collection[FindingKind] = (),
    embargoes: Iterable[Embargo] | None = None,
    doubles: Iterable[frozenset[str]] = (),
) -> tuple[Finding, ...]:
    """What the ledger cannot account for. Pure: the same ledger and tables give the same findings.

    ``kinds``: only these (none: all). ``embargoes``: the table to test dates against; None is the shipped one and the
    case's own. ``doubles``: groups of keys of movements that may be one transfer told by several sources; no sum counts
    them twice in its lower bound.

    Order: by kind (:data:`KINDS`), within a kind by unit (items, rounds, tonnes are never compared), then by the
    numerator, largest first, then by id. An id depends only on the ids of the records, parties and
    classes it is about, so it stays the same when other records come or go."""
    every = listed(ledger, taxonomy, directory, kinds=kinds, embargoes=embargoes, doubles=doubles)
    return tuple(found.finding for found in every)


def listed(
    ledger: Ledger,
    taxonomy: Taxonomy,
    directory: Directory,
    *,
    kinds: Collection[FindingKind] = (),
    embargoes: Iterable[Embargo] | None = None,
    doubles: Iterable[frozenset[str]] = (),
) -> tuple[Listed, ...]:
    """As :func:`findings`, each with the serials or lots that it is about (sensitive: not for publication)."""
    from takingstock.reference.embargoes import with_own

    scene = Scene.of(ledger, taxonomy, directory, doubles)
    table = tuple(embargoes) if embargoes is not None else with_own(ledger.embargoes)
    made: list[Listed] = []
    for about, check in _CHECKS:
        if kinds and not about & set(kinds):
            continue
        for one in check(scene, table):
            each = one if isinstance(one, Listed) else Listed(one, ())
            if not kinds or each.finding.kind in kinds:
                finding = adjusted(scene, told_twice(scene, each.finding))
                made.append(Listed(rated(scene, finding), each.marks))
    made.sort(key=lambda one: _order(one.finding))
    told = told_elsewhere(scene, [one.finding for one in made])
    return tuple(Listed(finding, one.marks) for finding, one in zip(told, made, strict=True))


def _order(finding: Finding) -> tuple[int, str, float, str]:
    size = finding.numerator.best or 0.0
    return KINDS.index(finding.kind), finding.numerator.unit.value, -size, finding.id
