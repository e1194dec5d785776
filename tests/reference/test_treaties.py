"""The table of treaties: what it says, what it does not say, and that its dates follow the treaties' own rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from takingstock.records import DateRange
from takingstock.reference import treaties
from takingstock.reference.parties import directory
from takingstock.reference.treaties import APMBC, ATT, CCM, membership, standing


def on(text: str) -> DateRange:
    return DateRange.parse(text)


@pytest.mark.parametrize(
    ("treaty", "state", "when", "said"),
    [
        (ATT, "DEU", "2014-12-23", "not a party"),
        (ATT, "DEU", "2014-12-24", "party"),
        (ATT, "DEU", "2014-12", "may be"),
        (ATT, "DEU", "", "may be"),
        (ATT, "BRA", "2018-11-11", "not a party"),
        (ATT, "BRA", "2018-11-12", "party"),
        (ATT, "CHN", "2020-10-03", "not a party"),
        (ATT, "CHN", "2020-10-04", "party"),
        (ATT, "CHE", "2015-01-29", "not a party"),
        (ATT, "CHE", "2015-02-01", "may be"),
        (ATT, "CHE", "2015-04-30", "party"),
        (ATT, "USA", "2016-05-01", "not a party"),
        (ATT, "USA", "2031-05-01", "unknown"),
        (ATT, "KEN", "2010-05-01", "not a party"),
        (ATT, "KEN", "2016-05-01", "unknown"),
        (ATT, None, "2016-05-01", "unknown"),
        (ATT, "DEU+FRA", "2016-05-01", "party"),
        (ATT, "DEU+USA", "2016-05-01", "may be"),
        (ATT, "DEU+KEN", "2016-05-01", "unknown"),
        (APMBC, "DEU", "1999-02-28", "not a party"),
        (APMBC, "DEU", "1999-03-01", "party"),
        (APMBC, "IRQ", "2008-01-31", "not a party"),
        (APMBC, "IRQ", "2008-02-01", "party"),
        (APMBC, "LTU", "2025-12-26", "party"),
        (APMBC, "LTU", "2025-12-27", "not a party"),
        (APMBC, "EST", "2025-12", "may be"),
        (APMBC, "LVA", "2026-06-01", "not a party"),
        (APMBC, "FIN", "2026-01-09", "party"),
        (APMBC, "FIN", "2026-01-10", "not a party"),
        (APMBC, "MNE", "2006-08-01", "may be"),
        (APMBC, "USA", "2012-01-01", "not a party"),
        (APMBC, "RUS", "2027-01-01", "unknown"),
        (APMBC, "OMN", "2012-01-01", "not a party"),
        (APMBC, "OMN", "2016-01-01", "unknown"),
        (CCM, "LTU", "2011-08-31", "not a party"),
        (CCM, "LTU", "2024-05-01", "party"),
        (CCM, "LTU", "2025-03-05", "party"),
        (CCM, "LTU", "2025-03-06", "not a party"),
        (CCM, "LTU", "2025", "may be"),
        (CCM, "IRQ", "2013-11-01", "party"),
        (CCM, "ISL", "2013-01-01", "not a party"),
        (CCM, "ISL", "2020-01-01", "unknown"),
        (CCM, "GBR", "2010-10-31", "not a party"),
        (CCM, "GBR", "2010-11-01", "party"),
    ],
)
def test_membership(treaty: str, state: str | None, when: str, said: str) -> None:
    assert membership(treaty, state, on(when)) == said


def test_every_row_names_a_state_a_source_and_a_reading() -> None:
    known = directory()
    for row in treaties.rows():
        assert row.treaty in treaties.NAMES
        assert row.state == treaties.EVERY or known.has(row.state), row.id
        assert row.status in {"party", "not a party", "complete"}
        assert row.source
        # A fact that nobody read is never marked as read, and one that was read says where.
        assert row.verified is False or "general knowledge" not in row.source, row.id
        assert row.verified is False or "http" in row.source or "github.com" in row.source, row.id


def test_entry_into_force_follows_the_treaties() -> None:
    first = {APMBC: date(1999, 3, 1), CCM: date(2010, 8, 1)}
    for row in treaties.rows():
        if row.status != "party" or not row.deposited.known or row.since.days != 1:
            continue
        deposited, since = row.deposited.first, row.since.first
        assert deposited is not None
        assert since is not None
        if row.treaty == ATT:
            start = date(2014, 12, 24)
            assert since == (start if deposited <= start else deposited + timedelta(90)), row.id
        else:
            month = deposited.month + 6
            sixth = date(deposited.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
            assert since == max(first[row.treaty], sixth), row.id


def test_no_state_is_a_party_before_the_treaty() -> None:
    start = {ATT: "2014-12-23", APMBC: "1999-02-28", CCM: "2010-07-31"}
    for row in treaties.rows():
        if row.state != treaties.EVERY:
            assert membership(row.treaty, row.state, on(start[row.treaty])) == "not a party", row.id


def test_what_is_not_a_member_is_said_only_up_to_a_day() -> None:
    for row in treaties.rows():
        if row.status != "party":
            assert row.until.last is not None, f"{row.id} would rule a membership out for ever"


def test_standing_names_its_rows() -> None:
    found = standing(CCM, "LTU", on("2024"))
    assert [row.id for row in found.rows] == ["treaty:CCM:LTU"]
    assert found.verified
    assert not standing(ATT, "SRB", on("2016")).verified
    assert standing(ATT, "KEN", on("2016")).rows == ()


def test_states_of_the_iraq_case_are_listed() -> None:
    listed = {(row.treaty, row.state) for row in treaties.rows()}
    states = [
        "USA",
        "GBR",
        "DEU",
        "FRA",
        "SRB",
        "BGR",
        "ROU",
        "HUN",
        "POL",
        "LTU",
        "LVA",
        "EST",
        "FIN",
        "CHE",
        "IRQ",
        "SYR",
        "RUS",
        "CHN",
        "IRN",
        "TUR",
        "SAU",
        "ITA",
        "BEL",
        "BRA",
    ]
    late = on("2020-12-01")
    for state in states:
        for treaty in (ATT, APMBC, CCM):
            assert (treaty, state) in listed, f"{treaty} lacks {state}"
        assert membership(ATT, state, late) in {"party", "not a party"}
