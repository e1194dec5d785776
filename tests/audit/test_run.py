from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takingstock.audit import KINDS, contradictions, findings
from takingstock.records import Coverage, DateRange


@pytest.fixture(scope="module")
def records(write: SimpleNamespace) -> list[Any]:
    moved, counted = write.moved, write.counted
    return [
        write.source("register", coverage=Coverage(period=DateRange.parse("1995.."))),
        write.source("press"),
        write.source("copy", derives_from=("press",)),
        moved("i1", "rifle.assault.ak.ak-47", "mission>force", "~185000", "2005", mode="issue", source="audit"),
        moved("i2", "pistol", "mission>force", "170000", "2005", mode="issue", source="audit"),
        moved("i3", "pistol", "HUN>force", "33.1", "2005", source="alliance"),
        counted("b1", "rifle.assault.ak.ak-47", "force", "~75000", "2007", remark="one"),
        counted("b2", "pistol", "force", "90000", "2007", remark="two"),
        moved("d1", "vehicle.light.hmmwv", "USA>IRQ", "8500", "2009"),
        moved("d2", "vehicle.light.hmmwv", "USA>IRQ", "64", "2014"),
        moved("k", "vehicle.light.hmmwv", "army>group", "2300", "2014-06", id="k1", mode="capture", source="press"),
        moved("k", "vehicle.light.hmmwv", "army>group", "1500", "2014-06", id="k2", mode="capture", source="other"),
        moved("k", "vehicle.light.hmmwv", "army>group", "9", "2014-06", id="k3", mode="capture", source="copy"),
        moved("c", "cartridge", "army>group", "1000000", "2014-06", mode="capture", unit="rounds"),
        counted("l", "small-arms", "force", "30", "2016", basis="lost"),
        counted("l2", "small-arms", "force", "50", "2016", basis="lost", source="press"),
        moved("gift", "tank.t-72.t-72m1", "HUN>IRQ", "77", "2005"),
    ]


def test_order_is_kind_then_unit_then_size(
    records: list[Any], write: SimpleNamespace, taxonomy: Any, parties: Any
) -> None:
    assert [f.id for f in findings(write.ledger(*records), taxonomy, parties, kinds=KINDS[:5])] == [
        "not-in-books:force:small-arms:audit:2007",
        "not-in-books:b1",
        "not-in-books:b2",
        "claimed-capture:k",
        "claimed-capture:c",
        "lost-or-illegally-sold:l2",
        "lost-or-illegally-sold:l",
        "sent-more-than-recorded:HUN:tank.t-72.t-72m1",
    ]


def test_every_finding_names_what_it_rests_on(
    records: list[Any], write: SimpleNamespace, taxonomy: Any, parties: Any
) -> None:
    known = {record.id for record in records}
    for finding in findings(write.ledger(*records), taxonomy, parties, kinds=KINDS[:5]):
        assert finding.rests_on
        assert set(finding.rests_on) <= known
        assert finding.sources
        assert finding.definition
        assert finding.words.endswith(".")
        assert finding.caution


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_order_of_rows_changes_nothing(
    records: list[Any], write: SimpleNamespace, taxonomy: Any, parties: Any, data: st.DataObject
) -> None:
    shuffled = write.ledger(*data.draw(st.permutations(records)))
    ledger = write.ledger(*records)
    assert findings(shuffled, taxonomy, parties) == findings(ledger, taxonomy, parties)
    movements = ledger.movements(parties.part_of)
    assert contradictions(movements[::-1], shuffled) == contradictions(movements, ledger)


def test_an_empty_ledger_has_no_findings(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    assert findings(write.ledger(), taxonomy, parties, kinds=KINDS[:5]) == ()
