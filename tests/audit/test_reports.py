"""Issued against received, and mirror reports."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.records import Coverage, DateRange, Finding, FindingKind, Severity, SourceKind
from takingstock.report.sentences import known

Audit = Callable[..., dict[str, Finding]]
ISSUED, MIRROR = [FindingKind.ISSUED_NOT_RECEIVED], [FindingKind.MIRROR_GAP]
AK = "rifle.assault.ak.ak-47"


def issue(write: SimpleNamespace, key: str, quantity: str, reporter: str, when: str = "2006-03", **more: Any) -> Any:
    given = {"mode": "issue", "source": f"books of {reporter}"} | more
    return write.moved(key, given.pop("item", AK), "force>army", quantity, when, reporter=reporter, **given)


def test_the_receiver_reports_fewer(audit: Audit, write: SimpleNamespace) -> None:
    rows = (
        issue(write, "a", "100", "force"),
        issue(write, "b", "50", "force"),
        issue(write, "c", "120", "army", "2006"),
    )
    (found,) = audit(*rows, kinds=ISSUED).values()
    assert found.id == f"issued-not-received:force:army:{AK}"
    assert (found.holder, str(found.numerator), str(found.denominator)) == ("army", "30", "150")
    assert (
        "Force reports 150 issued to Army, which reports 120 received: 30 not in the receiver's reports" in found.words
    )
    assert found.severity is Severity.HIGH


def test_linked_reports_are_one_issue(audit: Audit, write: SimpleNamespace) -> None:
    rows = (issue(write, "a", "100", "force", id="s1"), issue(write, "a", "80", "army", id="s2"))
    (found,) = audit(*rows, kinds=ISSUED).values()
    assert str(found.numerator) == "20"


def test_a_receiver_that_says_nothing_says_nothing(audit: Audit, write: SimpleNamespace) -> None:
    sent = issue(write, "a", "100", "force")
    assert not audit(sent, kinds=ISSUED)
    covers = write.source("army books", coverage=Coverage(parties=("army",), period=DateRange.parse("2005..2007")))
    (found,) = audit(sent, covers, kinds=ISSUED).values()
    assert "which reports none received" in found.words
    early = covers.model_copy(update={"coverage": Coverage(parties=("army",), period=DateRange.parse("..2005"))})
    assert not audit(sent, early, kinds=ISSUED)


def test_more_received_a_broader_class_and_an_unknown_number(audit: Audit, write: SimpleNamespace) -> None:
    sent = issue(write, "a", "100", "force")
    assert not audit(sent, issue(write, "b", "130", "army"), kinds=ISSUED)
    assert not audit(sent, issue(write, "b", "100", "army", item="rifle.assault"), kinds=ISSUED)
    assert not audit(sent, issue(write, "b", "?", "army"), kinds=ISSUED)


def export(
    write: SimpleNamespace, key: str, quantity: str, reporter: str | None, when: str = "2006", **more: Any
) -> Any:
    given = {"source": f"report of {reporter}"} | more
    route = given.pop("route", "DEU>JOR")
    return write.moved(key, given.pop("item", "tank.t-72"), route, quantity, when, reporter=reporter, **given)


def test_exporter_and_importer_by_pair_and_year(audit: Audit, write: SimpleNamespace) -> None:
    rows = (
        export(write, "a", "100", "DEU"), export(write, "b", "60", "JOR"), export(write, "c", "9", "DEU", "2007"),
        export(write, "d", "9", "JOR", "2007"),
    )  # fmt: skip
    (found,) = audit(*rows, kinds=MIRROR).values()
    assert found.id == "mirror-gap:exporter-importer:DEU:JOR:tank.t-72:2006"
    assert (str(found.numerator), str(found.denominator)) == ("40", "100")
    assert "100 by the exporter's report, 60 by the importer's report: 40 apart" in found.words
    assert found.severity is Severity.MEDIUM


def test_silence_counts_only_where_the_side_reports_on_the_year(audit: Audit, write: SimpleNamespace) -> None:
    sent = export(write, "a", "100", "DEU")
    assert not audit(sent, kinds=MIRROR)
    other = export(write, "b", "3", "JOR", item="pistol", route="FRA>JOR")
    (found,) = audit(sent, other, kinds=MIRROR).values()
    assert "none by the importer's report" in found.words
    assert not audit(sent, export(write, "b", "3", "JOR", "2005", item="pistol", route="FRA>JOR"), kinds=MIRROR)


@pytest.mark.parametrize(
    ("quantity", "when", "gap"),
    [("90..110", "2006", None), ("60", "2006..2007", "40..100"), ("60", "2000..2007", None)],
)
def test_ranges_of_numbers_and_dates(
    audit: Audit, write: SimpleNamespace, quantity: str, when: str, gap: str | None
) -> None:
    rows = (export(write, "a", "100", "DEU"), export(write, "b", quantity, "JOR", when))
    found = {f.when: f for f in audit(*rows, kinds=MIRROR).values()}
    mine = found.get(DateRange.parse("2006"))
    assert (str(mine.numerator) if mine else None) == gap


def test_one_side_may_name_what_the_other_gives_in_parts(audit: Audit, write: SimpleNamespace) -> None:
    rows = (
        export(write, "a", "60", "DEU"), export(write, "b", "40", "DEU", item="tank"),
        export(write, "c", "100", "JOR", item="tank"),
    )  # fmt: skip
    assert not audit(*rows, kinds=MIRROR)


def test_register_against_report(audit: Audit, write: SimpleNamespace) -> None:
    register = write.source("sipri", kind=SourceKind.REGISTER)
    rows = (register, export(write, "a", "100", None, source="sipri"), export(write, "b", "70", "DEU"))
    (found,) = audit(*rows, kinds=MIRROR).values()
    assert found.id == "mirror-gap:exporter-register:DEU:JOR:tank.t-72:2006"
    assert "70 by the exporter's report, 100 by the register" in found.words
    assert not audit(*rows[:2], kinds=MIRROR)


def test_new_year_makes_no_two_gaps(audit: Audit, write: SimpleNamespace) -> None:
    """Sent in December, received in January; both sides report on both years."""
    other = {"item": "pistol", "route": "FRA>JOR"}, {"item": "pistol", "route": "DEU>CHE"}
    rows = (
        export(write, "a", "100", "DEU", "2010-12"), export(write, "b", "90", "JOR", "2011-01"),
        export(write, "c", "1", "JOR", "2010", **other[0]), export(write, "d", "1", "DEU", "2011", **other[1]),
    )  # fmt: skip
    (found,) = audit(*rows, kinds=MIRROR).values()
    assert found.id == "mirror-gap:exporter-importer:DEU:JOR:tank.t-72:2010+2011"
    assert (str(found.numerator), str(found.denominator), str(found.when)) == ("10", "100", "2010..2011")
    assert "2010 and 2011 together: 100 by the exporter's report, 90 by the importer's report: 10 apart" in found.words
    assert "Year by year they are 100 apart in 2010 and 90 the other way in 2011." in found.caution
    assert "around New Year" in found.caution
    assert known(found.definition)
    even = (rows[0], export(write, "b", "100", "JOR", "2011-01"), *rows[2:])
    (note,) = audit(*even, kinds=MIRROR).values()
    assert (str(note.numerator), note.severity) == ("0", Severity.NOTE)
    assert note.words.endswith("100 by the importer's report: no gap.")


@pytest.mark.parametrize(("sent", "received"), [("2010-01", "2011-12"), ("2010", "2012-01"), ("2011-01", "2013-02")])
def test_years_that_do_not_meet_are_not_netted(audit: Audit, write: SimpleNamespace, sent: str, received: str) -> None:
    rows = [export(write, "a", "100", "DEU", sent), export(write, "b", "100", "JOR", received)]
    for year in range(2010, 2014):
        rows.append(export(write, f"c{year}", "1", "JOR", str(year), item="pistol", route="FRA>JOR"))
        rows.append(export(write, f"d{year}", "1", "DEU", str(year), item="pistol", route="DEU>CHE"))
    assert len([f for f in audit(*rows, kinds=MIRROR).values() if f.item == "tank.t-72"]) == 2


def test_gaps_the_same_way_are_not_netted(audit: Audit, write: SimpleNamespace) -> None:
    rows = (
        export(write, "a", "100", "DEU", "2010-12"), export(write, "b", "60", "JOR", "2010-12"),
        export(write, "c", "50", "DEU", "2011-01"), export(write, "d", "20", "JOR", "2011-01"),
    )  # fmt: skip
    assert [str(f.numerator) for f in audit(*rows, kinds=MIRROR).values()] == ["40", "30"]


def test_each_year_is_netted_once_with_what_explains_most(audit: Audit, write: SimpleNamespace) -> None:
    rows = []
    for year, ours, theirs in ((2010, 30, 20), (2011, 20, 120), (2012, 120, 20)):
        rows.append(export(write, f"a{year}", str(ours), "DEU", str(year)))
        rows.append(export(write, f"b{year}", str(theirs), "JOR", str(year)))
    found = audit(*rows, kinds=MIRROR)
    assert {name.rpartition(":")[2]: str(one.numerator) for name, one in found.items()} == {
        "2010": "10",
        "2011+2012": "0",
    }


def test_a_report_over_three_years_is_certain_in_no_two(audit: Audit, write: SimpleNamespace) -> None:
    rows = (
        export(write, "a", "100", "DEU", "2010-12"), export(write, "b", "60", "JOR", "2011-01"),
        export(write, "w", "30", "JOR", "2009..2011"), export(write, "d", "1", "DEU", "2011", item="pistol"),
    )  # fmt: skip
    (found,) = (f for f in audit(*rows, kinds=MIRROR).values() if f.item == "tank.t-72")
    assert str(found.numerator) == "10..40"
