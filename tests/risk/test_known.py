"""What had been published by a day, and nothing that was not certainly."""

import itertools
from datetime import date

from takingstock.records import (
    Count,
    DateRange,
    FollowUp,
    FollowUpStatus,
    Ledger,
    Mode,
    Quantity,
    Source,
    SourceKind,
    Statement,
)
from takingstock.risk.known import published_by, sources_by


def source(id_, published):
    return Source(id=id_, title=id_, kind=SourceKind.REGISTER, published=DateRange.parse(published))


def ledger():
    rows = [("old", "2004-05-01"), ("year", "2005"), ("late", "2010-01-01"), ("undated", "")]
    return Ledger(
        title="t",
        revision=1,
        head="h",
        sources=tuple(source(*row) for row in rows),
        statements=tuple(
            Statement(id=f"s-{name}", movement=f"m-{name}", source=name, item="pistol", mode=Mode.EXPORT)
            for name, _ in rows
        ),
        counts=tuple(
            Count(id=f"c-{name}", source=name, holder="IRQ", item="pistol", quantity=Quantity.exact(1), basis="books")
            for name, _ in rows
        ),
        followups=(FollowUp(id="f", owner="A", status=FollowUpStatus.OPEN, person="A"),),
    )


def test_only_what_was_certainly_published():
    known = published_by(ledger(), date(2005, 6, 1))
    assert [one.id for one in known.statements] == ["s-old"]
    assert [one.id for one in known.counts] == ["c-old"]
    assert known.followups == ()


def test_the_whole_year_has_to_be_over():
    assert sources_by(ledger(), date(2005, 12, 30)) == {"old"}
    assert sources_by(ledger(), date(2005, 12, 31)) == {"old", "year"}
    assert sources_by(ledger(), date(2020, 1, 1)) == {"old", "year", "late"}


def test_later_days_know_no_less():
    days = [date(year, 7, 1) for year in range(2003, 2012)]
    found = [sources_by(ledger(), day) for day in days]
    assert all(a <= b for a, b in itertools.pairwise(found))
