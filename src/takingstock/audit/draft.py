"""Draft: a finding from its parts, in one form for all kinds."""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit.amounts import Bounds, single
from takingstock.audit.scene import ids_of, remarks_of, sources_of
from takingstock.records import Count, DateRange, Finding, FindingKind, Quantity, Severity, Sighting, Statement

_REMARKS = 3
"""So many remarks are repeated in a caution; a register has one on each of its rows."""

Rested = Statement | Count | Sighting
"""What a finding can rest on."""


def drafted(
    kind: FindingKind,
    about: str,
    *,
    holder: str,
    item: str,
    numerator: Quantity,
    denominator: Quantity,
    bounds: Bounds = (None, None),
    definition: str,
    words: str,
    records: Iterable[Rested],
    beside: Iterable[Rested] = (),
    also: Iterable[str] = (),
    cautions: Iterable[str] = (),
    claimants: Iterable[str] = (),
    severity: tuple[Severity, str] = (Severity.NOTE, ""),
    place: str = "",
    when: DateRange = DateRange(),
) -> Finding:
    """``about`` follows the kind in the id. ``beside`` are records that only the denominator rests on; ``also`` ids
    of sources that speak by their coverage. The remarks of ``records`` close the caution. A ``severity`` without a
    reason is left to :mod:`takingstock.audit.severity`."""
    rested, others = tuple(records), tuple(beside)
    return Finding(
        id=f"{kind.value}:{about}",
        kind=kind,
        holder=holder,
        item=item,
        numerator=numerator,
        denominator=denominator,
        share=single(bounds),
        definition=definition,
        words=words,
        sources=tuple(sorted({*sources_of((*rested, *others)), *also})),
        rests_on=ids_of((*rested, *others)),
        claimants=tuple(sorted({name for name in claimants if name})),
        caution=" ".join(filter(None, (*cautions, _remarks(rested)))),
        severity=severity[0],
        severity_reason=severity[1],
        place=place,
        when=when,
    )


def _remarks(records: tuple[Rested, ...]) -> str:
    many = len({record.remark for record in records if record.remark})
    if many <= _REMARKS:
        return remarks_of(records)
    return f"{many:,} remarks of the records are not repeated here."


def several(count: int, one: str, many: str | None = None) -> str:
    """``1 delivery``, ``3 deliveries``."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
