"""The register as a source of a case: who publishes it, and what it covers as far as the file or the user says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

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
    register: Register, there: Source | None, coverage: DateRange | None, delivered: Iterable[DateRange] = ()
) -> tuple[Source, tuple[str, ...]]:
    """The register as a source, and notes. A source that the case has stays as a person or a file stated it, so that
    one register is one voice.

    The period is the one that the file states before its header, else the one given, else from the first to the last
    year of ``delivered``: of no other year does the file say anything. The years of orders are no coverage: an order of
    1980 is in a download of 1995 onwards because it was delivered then. A period that was read off earlier files is
    widened by those of this one, and gives way to a stated one, so that the order of files does not matter."""
    stated = register.period if register.period.known else (coverage or DateRange())
    shown = _span(delivered)
    if there and not _is_read_off(there):
        return there, _differences(register, there, stated)
    kept = there.coverage.period if there and there.coverage else DateRange()
    if stated.known:
        notes = (f"{there.id} now covers {stated}, as is stated; before: {_said(kept)}",) if there else ()
        return _entry(there, stated, register.published), notes
    if not there:
        notes = (f"the file does not say which years it covers; taken from its years of delivery: {_said(shown)}",)
        return _entry(None, shown, register.published, read_off=True), notes
    period = kept.joined(shown) if kept.known and shown.known else (kept if kept.known else shown)
    published = max(there.published, register.published, key=lambda when: (when.known, when.sort_key))
    wider = _entry(there, period, published, read_off=True)
    if period == kept:
        return wider, ()
    note = f"the file does not say which years it covers; by its years of delivery, {there.id} now covers {period}"
    return wider, (f"{note}; before: {_said(kept)}",)


def _is_read_off(source: Source) -> bool:
    """Whether nobody stated the period: the note still says that the very period was read off. Once a person has
    changed the period, the two no longer agree."""
    return source.coverage is not None and _read_off(source.coverage.period) in source.coverage.note


def _read_off(period: DateRange) -> str:
    """What stands in the note of a coverage whose period nobody stated."""
    return f"period read off the years of delivery shown ({_said(period)})"


def _said(period: DateRange) -> str:
    return str(period) or "unknown"


def _differences(register: Register, there: Source, stated: DateRange) -> tuple[str, ...]:
    """Where the file says something else than the case."""
    notes: list[str] = []
    kept = there.coverage.period if there.coverage else DateRange()
    if stated.known and stated != kept:
        notes.append(f"the case says that {there.id} covers {kept or 'an unknown period'}, this file {stated}")
    if register.published.known and not register.published.within(there.published):
        notes.append(f"the case dates {there.id} {there.published or 'nowhere'}, this file {register.published}")
    return tuple(notes)


def _entry(there: Source | None, period: DateRange, published: DateRange, *, read_off: bool = False) -> Source:
    """The source with this coverage: the case's own entry, whose period was read off, or a new one."""
    if there:
        assert there.coverage
        said = _read_off(period) if read_off else ""
        note = there.coverage.note.replace(_read_off(there.coverage.period), said).rstrip("; ")
        cover = there.coverage.model_copy(update={"period": period, "note": note})
        return there.model_copy(update={"coverage": cover, "published": published})
    return Source(
        id=SOURCE_ID,
        title="SIPRI Arms Transfers Database",
        publisher="Stockholm International Peace Research Institute",
        kind=SourceKind.REGISTER,
        published=published,
        url=f"https://www.{_ADDRESS}",
        coverage=Coverage(period=period, note=f"{_COVERAGE}; {_read_off(period)}" if read_off else _COVERAGE),
        licence=_LICENCE,
    )


def _span(dates: Iterable[DateRange]) -> DateRange:
    """From the first to the last known day."""
    known = [when for when in dates if when.first and when.last]
    if not known:
        return DateRange()
    return DateRange(first=min(w.first for w in known if w.first), last=max(w.last for w in known if w.last))
