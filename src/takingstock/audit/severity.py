"""Severity: how much a finding weighs for whoever has to act. A stated rule, the table of ``docs/audit.md``, in code.

Three families of kinds. *Stock*: goods that one record has and another has not. *Law*: dates that lie in an embargo.
*Record*: a gap in what is written down, that says nothing of goods. The rule looks at what is certain (lower bounds).
"""

from __future__ import annotations

from takingstock.audit.scene import Scene
from takingstock.records import Finding, FindingKind, Mode, Severity

HEAVY = 0.1
"""The share from which on a gap in a stock is high."""
LARGE = 0.2
"""The share from which on a gap between records is medium."""

STOCK = frozenset(
    {
        FindingKind.NOT_IN_BOOKS,
        FindingKind.NOT_COUNTED,
        FindingKind.CLAIMED_CAPTURE,
        FindingKind.LOST_OR_SOLD,
        FindingKind.BOOKS_AND_COUNT,
        FindingKind.ISSUED_NOT_RECEIVED,
        FindingKind.HELD_BY_NOBODY,
        FindingKind.CLOSED_NOT_EMPTY,
        FindingKind.SERIAL_NOT_SEEN,
    }
)
_TOLD = frozenset({Mode.CAPTURE, Mode.LOSS})
"""Modes that say themselves why no next holder is named: whoever took the goods, or nobody, has them."""
_BETWEEN = frozenset({FindingKind.MIRROR_GAP, FindingKind.EXCESS, FindingKind.PRODUCTION_AND_MARKS})
_CLOSELY = frozenset({"manpads", "atgw"})


def rated(scene: Scene, finding: Finding) -> Finding:
    """The finding with its severity and the reason; one that its own check has rated stays as it is."""
    if finding.severity_reason:
        return finding
    severity, reason = rate(scene, finding)
    return finding.model_copy(update={"severity": severity, "severity_reason": reason})


def rate(scene: Scene, finding: Finding) -> tuple[Severity, str]:
    """The rule. The share used is the lowest that numerator and denominator leave."""
    part, whole = finding.numerator, finding.denominator
    if part.high == 0:
        return Severity.NOTE, "Nothing is left."
    if finding.kind is FindingKind.HELD_BY_NOBODY:
        open_, told = _unexplained(scene, finding)
        if told and not open_:
            if scene.group(finding.item) in _CLOSELY:
                return Severity.MEDIUM, "Portable missiles: captured or lost, and the next holder is not on record."
            return Severity.LOW, "The record says how they left: captured or lost; only the next holder is not named."
        if told:
            part = part.model_copy(update={"low": min(part.low or 0.0, open_), "mode": None, "about": False})
    certain = bool(part.low)
    share = (part.low or 0.0) / whole.high if whole.high else None
    if finding.kind in STOCK:
        if not certain:
            return Severity.LOW, "Only an upper bound."
        if scene.group(finding.item) in _CLOSELY:
            return Severity.HIGH, "Portable missiles: every one counts."
        if share is None:
            return Severity.MEDIUM, "No share can be formed."
        if share >= HEAVY:
            return Severity.HIGH, "A tenth or more of what is on record."
        return Severity.MEDIUM, "Less than a tenth of what is on record."
    if finding.kind in _BETWEEN:
        if certain and (share is None or share >= LARGE):
            return Severity.MEDIUM, "Records differ by a fifth or more."
        return Severity.LOW, "Records differ by less than a fifth."
    if finding.kind is FindingKind.EMBARGO_INFLOW:
        return Severity.NOTE, "A comparison, not a discrepancy."
    return Severity.LOW, "A gap in what is written down."


def _unexplained(scene: Scene, finding: Finding) -> tuple[float, bool]:
    """How many for certain left without a next holder in a way that does not explain it, and whether any others did."""
    rows = (scene.ledger.statement_by_id.get(id_) for id_ in finding.rests_on)
    left = [m for key in sorted({row.movement for row in rows if row}) if scene.unheld(m := scene.movement_by_key[key])]
    rest = scene.sum_of((m, scene.claims(m)) for m in left if m.mode not in _TOLD)
    unknown = any(m.mode not in _TOLD and scene.claims(m) is None for m in left)
    return max(rest.low or 0.0, float(unknown)), any(m.mode in _TOLD for m in left)
