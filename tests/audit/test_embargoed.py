"""Movements dated within an embargo, and the inflow around it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.audit import findings
from takingstock.records import (
    Coverage,
    DateRange,
    Embargo,
    Exemption,
    Finding,
    FindingKind,
    Party,
    PartyKind,
    Severity,
)
from takingstock.reference.members import bound
from takingstock.reference.parties import directory

Audit = Callable[..., dict[str, Finding]]
IN, AROUND = [FindingKind.IN_EMBARGO], [FindingKind.EMBARGO_INFLOW]
AK = "rifle.assault.ak.ak-47"


def one(found: dict[str, Finding]) -> Finding:
    (finding,) = found.values()
    return finding


@pytest.mark.parametrize(
    ("when", "severity", "said", "unsaid"),
    [
        ("2004-06-07", Severity.MEDIUM, "An exemption is open (S/RES/1483 (2003))", "1546"),
        ("2004-06-09", Severity.MEDIUM, "An exemption is open (S/RES/1546 (2004), para. 21)", "no exemption"),
        (
            "2004",
            Severity.MEDIUM,
            "An exemption may be open, which depends on the date (S/RES/1546",
            "is open (S/RES/1546",
        ),
        ("1995", Severity.HIGH, "Dates are compared, nothing more", "exemption"),
    ],
)
def test_iraq_under_the_un_embargo(
    audit: Audit, write: SimpleNamespace, when: str, severity: Severity, said: str, unsaid: str
) -> None:
    found = one(audit(write.moved("m", AK, "CHN>IRQ", "100", when), kinds=IN))
    assert found.severity is severity
    assert "dated within the United Nations arms embargo S/RES/661 (1990)" in found.words
    assert said in found.caution
    assert unsaid not in found.caution
    assert (str(found.numerator), str(found.denominator)) == ("100", "100")


def test_the_condition_that_would_have_to_be_shown(audit: Audit, write: SimpleNamespace) -> None:
    found = one(audit(write.moved("m", AK, "CHN>IRQ", "100", "2010"), kinds=IN))
    assert "would have to be shown that the supply was: required by the Government of Iraq" in found.caution


def test_an_armed_group_has_no_exemption_of_a_government(write: SimpleNamespace, taxonomy: Any) -> None:
    rebels = Party(id="rebels", name="Rebels", kind=PartyKind.ARMED_GROUP, country="IRQ")
    ledger = write.ledger(write.moved("m", AK, "CHN>rebels", "100", "2010")).model_copy(update={"parties": (rebels,)})
    (found,) = findings(ledger, taxonomy, directory([rebels]), kinds=IN)
    assert "S/RES/1546 (2004)" in found.words
    assert "exemption" not in found.caution
    assert found.severity is Severity.HIGH


@pytest.mark.parametrize(
    ("route", "mode"),
    [("CHN>JOR", "export"), ("army>group", "capture"), ("IRQ>army", "issue"), ("army>force", "issue")],
)
def test_what_no_embargo_speaks_of(audit: Audit, write: SimpleNamespace, route: str, mode: str) -> None:
    assert not audit(write.moved("m", AK, route, "100", "2010", mode=mode), kinds=IN)


def test_what_may_lie_within_has_other_words(audit: Audit, write: SimpleNamespace) -> None:
    found = one(audit(write.moved("m", AK, "CHN>IRQ", "100", "1990"), kinds=IN))
    assert "may be dated within" in found.words
    assert ", dated within" not in found.words
    assert str(found.numerator) == "<=100"
    assert found.severity is Severity.LOW
    sure = write.moved("n", AK, "CHN>IRQ", "40", "1995")
    both = one(audit(write.moved("m", AK, "CHN>IRQ", "100", "1990"), sure, kinds=IN))
    assert (str(both.numerator), str(both.denominator)) == ("40..140", "140")
    assert "some may be dated within" in both.words


def test_the_european_embargo_binds_its_members_and_both_records_are_named(
    audit: Audit, write: SimpleNamespace
) -> None:
    assert "European" not in one(audit(write.moved("m", AK, "CHN>IRQ", "1", "2010"), kinds=IN)).words
    after = one(audit(write.moved("m", AK, "DEU>IRQ", "1", "2010"), kinds=IN))
    # One record has it lifted in 2004, the other has it in force: then it may be, and both are named.
    assert "may be dated within the European Union arms embargo" in after.words
    assert "contradict each other, and both are kept: eu-iraq-1990-b (from 1990-08-04); eu-iraq-1990" in after.caution
    before = one(audit(write.moved("m", AK, "DEU>IRQ", "1", "1995"), kinds=IN))
    assert ", dated within the European Union arms embargo" in before.words


@pytest.mark.parametrize(
    ("body", "state", "when", "answer"),
    [
        ("United Nations", None, "2010", "within"),
        ("European Union", "POL", "2003", None),
        ("European Union", "POL", "2004", "may overlap"),
        ("European Union", "POL", "2005", "within"),
        ("European Union", "GBR", "2021", None),
        ("European Union", "CHN", "2010", None),
        ("European Union", None, "2010", "may overlap"),
        ("European Union", "DEU+DDR", "1985", "may overlap"),
        ("ECOWAS", "NGA", "1993", "may overlap"),
    ],
)
def test_whom_a_body_binds(body: str, state: str | None, when: str, answer: str | None) -> None:
    assert bound(body, state, DateRange.parse(when)) == answer


def test_scopes_that_name_goods(write: SimpleNamespace, parties: Any) -> None:
    from takingstock.reference.items import taxonomy

    def hit(item: str, route: str, when: str) -> str:
        found = findings(write.ledger(write.moved("m", item, route, "1", when)), taxonomy(), parties, kinds=IN)
        return str(found[0].numerator) if found else ""

    assert hit("tank.t-72", "RUS>IRN", "2012") == "1"
    assert hit("rifle.assault", "RUS>IRN", "2012") == ""
    # A ban on exports binds Iran as supplier.
    assert hit("rifle.assault", "IRN>LBN", "2012") == "1"
    # Darfur only: part of the territory.
    assert hit("rifle.assault", "RUS>SDN", "2012") == "<=1"


def embargo(id_: str, when: str, **more: Any) -> Embargo:
    given: dict[str, Any] = {
        "body": "United Nations", "target": "whole territory", "territory": "IRQ",
        "scope": "arms and related materiel", "reference": id_, "source": "test",
    }  # fmt: skip
    return Embargo(id=id_, when=DateRange.parse(when), **(given | more))


def test_a_suspended_embargo_is_not_in_force(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    lifted = Exemption(when=DateRange.parse("2010..2011"), condition="suspended", reference="r")
    table = (embargo("e", "2000..", exemptions=(lifted,)),)

    def found(when: str) -> list[str]:
        ledger = write.ledger(write.moved("m", AK, "CHN>IRQ", "5", when))
        return [str(f.numerator) for f in findings(ledger, taxonomy, parties, kinds=IN, embargoes=table)]

    assert found("2005") == ["5"]
    assert found("2010-06") == []
    assert found("2011..2012") == ["<=5"]


def test_the_case_has_embargoes_of_its_own(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    ledger = write.ledger(write.moved("m", AK, "CHN>JOR", "5", "2005"))
    assert not findings(ledger, taxonomy, parties, kinds=IN)
    own = ledger.model_copy(update={"embargoes": (embargo("own", "2000..", territory="JOR"),)})
    (found,) = findings(own, taxonomy, parties, kinds=IN)
    assert "the United Nations arms embargo own" in found.words


def test_calls_that_bind_nobody_are_left_out(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    ledger = write.ledger(write.moved("m", AK, "CHN>IRQ", "5", "2005"))
    table = (embargo("e", "2000..", scope="arms; called for, not mandatory"),)
    assert not findings(ledger, taxonomy, parties, embargoes=table, kinds=IN)


def test_inflow_before_during_and_after(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    rows = [
        write.moved(f"m{y}", AK, "CHN>army", str(n), y)
        for y, n in (("1999", 10), ("2000", 5), ("2005", 20), ("2011", 7))
    ]
    source = write.source("register", coverage=Coverage(period=DateRange.parse("1998..2012")))
    table = (embargo("e", "2000-07-01..2010-12-31"),)
    found = findings(write.ledger(source, *rows), taxonomy, parties, embargoes=table, kinds=AROUND)
    assert {f.holder for f in found} == {"IRQ"}
    assert (str(found[0].numerator), str(found[0].denominator)) == ("20..25", "42")
    assert "10 to 15 before, 20 to 25 during, 7 after" in found[0].words
    assert "Register covers the time 1998 to 2012; outside that the inflow is unknown, not zero." in found[0].caution
    assert found[0].severity is Severity.NOTE
    bare = findings(write.ledger(*rows), taxonomy, parties, embargoes=table, kinds=AROUND)
    assert "No source states its coverage" in bare[0].caution
    twins = (*table, embargo("e-b", "2000-07-01..2012-12-31"))
    (two,) = findings(write.ledger(source, *rows), taxonomy, parties, embargoes=twins, kinds=AROUND)
    assert "10 to 15 before, 20 to 32 during, up to 7 after" in two.words
    assert "contradict each other: e, e-b" in two.caution
