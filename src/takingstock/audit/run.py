"""All checks in one order."""

from __future__ import annotations

from takingstock.audit.books import not_in_books
from takingstock.audit.losses import claimed_losses, found_lost
from takingstock.audit.outflows import sent_more
from takingstock.audit.scene import Scene
from takingstock.records import Finding, FindingKind, Ledger
from takingstock.reference.parties import Directory
from takingstock.reference.taxonomy import Taxonomy

_KINDS = (
    FindingKind.NOT_IN_BOOKS,
    FindingKind.NOT_COUNTED,
    FindingKind.CLAIMED_CAPTURE,
    FindingKind.LOST_OR_SOLD,
    FindingKind.SENT_MORE_THAN_HELD,
)


def findings(ledger: Ledger, taxonomy: Taxonomy, directory: Directory) -> tuple[Finding, ...]:
    """What the ledger cannot account for. Pure: the same ledger and tables give the same findings.

    Order: by kind (books, claimed captures, losses found, sent on), within a kind by unit (items, rounds, tonnes are
    never compared), then by the numerator, largest first, then by id. An id depends only on the ids of the records
    it is about, so it stays the same when other records come or go."""
    scene = Scene.of(ledger, taxonomy, directory)
    found = (*not_in_books(scene), *claimed_losses(scene), *found_lost(scene), *sent_more(scene))
    return tuple(sorted(found, key=_order))


def _order(finding: Finding) -> tuple[int, str, float, str]:
    size = finding.numerator.best or 0.0
    return _KINDS.index(finding.kind), finding.numerator.unit.value, -size, finding.id
