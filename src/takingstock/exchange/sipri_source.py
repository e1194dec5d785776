"""The register as a source of a case: who publishes it, and what it covers as far as the file or the user says."""

from __future__ import annotations

from collections import Counter

from takingstock.exchange.sipri_layouts import Register
from takingstock.records import Coverage, DateRange, Ledger, Source, SourceKind

SOURCE_ID = "sipri-at"
"""The id of the register in a case that does not know it yet."""

KEY = "sipri-"
"""How the keys of the register's movements begin."""

_ADDRESS = "sipri.org/databases/armstransfers"

_COVERAGE = "major conventional weapons only (www.sipri.org/databases/armstransfers/background/coverage)"
_LICENCE = "non-commercial use, under 10 % of the data set (www.sipri.org/databases/terms, as archived in 2016)"


def register_in(ledger: Ledger | None) -> Source | None:
    """The register as the case knows it: ``sipri-at``, else the source with SIPRI's address under which the case has
    most of its register movements (a case may list a page about the register beside the register)."""
    if ledger is None:
        return None
    if known := ledger.source_by_id.get(SOURCE_ID):
        return known
    spoken = Counter(statement.source for statement in ledger.statements if statement.movement.startswith(KEY))
    found = [s for s in ledger.sources if s.kind is SourceKind.REGISTER and _ADDRESS in s.url]
    return max(found, key=lambda source: (spoken[source.id], source.id), default=None)


def register_source(
    register: Register, there: Source | None, coverage: DateRange | None
) -> tuple[Source, tuple[str, ...]]:
    """The register as a source, and notes. A source that the case has stays as a person entered it, so that one
    register is one voice.

    The years of orders are no coverage: an order of 1980 is in a download of 1995 onwards because it was delivered
    then. So the period is the one that the file states before its header, else the one given, else unknown."""
    period = register.period if register.period.known else (coverage or DateRange())
    if there:
        notes: list[str] = []
        kept = there.coverage.period if there.coverage else DateRange()
        if period.known and period != kept:
            notes.append(f"the case says that {there.id} covers {kept or 'an unknown period'}, this file {period}")
        if register.published.known and not register.published.within(there.published):
            notes.append(f"the case dates {there.id} {there.published or 'nowhere'}, this file {register.published}")
        return there, tuple(notes)
    asked: tuple[str, ...] = ()
    if not period.known:
        asked = ("neither the file nor the call says which years the register covers: a stock before is unknown",)
    source = Source(
        id=SOURCE_ID,
        title="SIPRI Arms Transfers Database",
        publisher="Stockholm International Peace Research Institute",
        kind=SourceKind.REGISTER,
        published=register.published,
        url=f"https://www.{_ADDRESS}",
        coverage=Coverage(period=period, note=_COVERAGE),
        licence=_LICENCE,
    )
    return source, asked
