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
from takingstock.report.sentences import known

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
        ("League of Arab States", "JOR", "2012", "may overlap"),
        ("League of Arab States", "RUS", "2012", None),
        ("League of Arab States", "KWT", "1955", None),
        ("League of Arab States", None, "2012", "may overlap"),
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


def silent(id_: str, when: str, **more: Any) -> Embargo:
    """A record as a list of dates and documents gives it."""
    given = {"target": "not stated by the list", "scope": "arms; which goods is not stated by the list"} | more
    return embargo(id_, when, verified=False, **given)


def hits(write: SimpleNamespace, taxonomy: Any, parties: Any, table: Any, *rows: Any) -> list[Finding]:
    found = findings(write.ledger(*rows), taxonomy, parties, kinds=IN, embargoes=table)
    for one_ in found:
        assert known(one_.caution), one_.caution
    return list(found)


def test_one_embargo_in_two_tables_is_named_once(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    row = write.moved("m", AK, "CHN>IRQ", "5", "2005")
    table = (embargo("un-e", "2000-01-01.."), silent("list-1", "2000-01-01..", reference="UNSCR 1"))
    (found,) = hits(write, taxonomy, parties, table, row)
    assert found.words.count("arms embargo") == 1
    assert ", dated within the United Nations arms embargo un-e" in found.words
    assert "One embargo, recorded under un-e and list-1." in found.caution
    assert found.severity is Severity.HIGH
    # The order of the tables decides nothing, nor does a record of the case that says the same target.
    assert hits(write, taxonomy, parties, table[::-1], row)[0].words == found.words
    own = (table[0], embargo("own", "2000-01-01.."))
    assert hits(write, taxonomy, parties, own, row)[0].words.count("arms embargo") == 1
    others = (table[0], embargo("own", "2001-01-01.."), embargo("eu", "2000-01-01..", body="OSCE"))
    assert hits(write, taxonomy, parties, others, row)[0].words.count("arms embargo") == 3


def test_a_list_speaks_of_dates_and_the_table_of_who_is_bound(
    write: SimpleNamespace, taxonomy: Any, parties: Any
) -> None:
    row = write.moved("m", AK, "CHN>IRQ", "5", "2005")
    rebels = (embargo("ngf", "2000..", target="non-governmental forces"), silent("list-1", "2000.."))
    assert not hits(write, taxonomy, parties, rebels, row)
    calls = (embargo("call", "2000..", scope="arms; called for, not mandatory"), silent("list-1", "2000.."))
    assert not hits(write, taxonomy, parties, calls, row)
    ended = (embargo("un-e", "2000..2004"), silent("list-1", "2000.."))
    (may,) = hits(write, taxonomy, parties, ended, row)
    assert "may be dated within" in may.words
    assert "contradict each other, and both are kept: list-1 (from 2000); un-e (2000 to 2004)" in may.caution
    (sure,) = hits(write, taxonomy, parties, ended, write.moved("m", AK, "CHN>IRQ", "5", "2002"))
    assert ", dated within" in sure.words
    assert "One embargo, recorded under un-e (2000 to 2004) and list-1 (from 2000)." in sure.caution


def test_a_list_alone_may_reach_anybody(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    row = write.moved("m", AK, "CHN>IRQ", "5", "2005")
    (found,) = hits(write, taxonomy, parties, (silent("list-1", "2000.."),), row)
    assert "may be dated within" in found.words
    out = Exemption(when=DateRange.parse("2003.."), condition="suspended, says the list", reference="r")
    assert not hits(write, taxonomy, parties, (silent("list-1", "2000..", exemptions=(out,)),), row)
    (nobody,) = hits(write, taxonomy, parties, (silent("l", "2000..", body="body not stated by the list"),), row)
    assert "may be dated within an arms embargo of a body that is not stated, l" in nobody.words
    assert "not known: the record does not say whose embargo it is." in nobody.caution


@pytest.mark.parametrize(
    ("body", "route", "why"),
    [
        ("ECOWAS", "CHN>IRQ", "no table of members of ECOWAS is at hand"),
        ("African Union", "CHN>IRQ", "no table of members of the African Union is at hand"),
        ("League of Arab States", "EGY>IRQ", "a decision that is not unanimous binds the members that accepted it"),
        ("European Union", ">IRQ", "the supplier, or its state, is not named"),
        ("European Union", "HRV>IRQ", "the year of accession or of leaving is known, and not the day"),
    ],
)
def test_why_an_embargo_only_may_bind(
    write: SimpleNamespace, taxonomy: Any, parties: Any, body: str, route: str, why: str
) -> None:
    (found,) = hits(
        write, taxonomy, parties, (embargo("e", "2000..", body=body),), write.moved("m", AK, route, "5", "2013")
    )
    assert "may be dated within" in found.words
    assert f"Whether the {body} arms embargo e bound the supplier is not known: {why}." in found.caution
    (sure,) = hits(write, taxonomy, parties, (embargo("e", "2000.."),), write.moved("m", AK, route, "5", "2013"))
    assert "not known" not in sure.caution


def test_who_is_no_member_is_not_bound(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    table = (embargo("e", "2000..", body="League of Arab States"),)
    assert not hits(write, taxonomy, parties, table, write.moved("m", AK, "RUS>IRQ", "5", "2013"))


def test_licensed_production_is_no_delivery(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    made = write.moved("m", AK, "CHN>IRQ", "100", "1995", mode="licensed-production")
    (found,) = hits(write, taxonomy, parties, (embargo("e", "1990.."),), made)
    assert "100 recorded as made under licence from China by Iraq, dated within" in found.words
    assert "delivered" not in found.words
    assert "did not cross the border as such" in found.caution
    assert found.severity is Severity.MEDIUM
    both = hits(write, taxonomy, parties, (embargo("e", "1990.."),), made, write.moved("n", AK, "CHN>IRQ", "7", "1996"))
    assert "107 recorded as delivered by China to Iraq (1 record of 2 of licensed production there)" in both[0].words
    assert both[0].severity is Severity.HIGH


def test_the_embargo_on_the_drc_lets_the_army_through(write: SimpleNamespace, taxonomy: Any) -> None:
    """As the rows' own sources say: SIPRI's page on the European embargo; the Kivus and Ituri at first."""
    rebels = Party(id="m23", name="M23", kind=PartyKind.ARMED_GROUP, country="COD")

    def found(route: str, when: str) -> Finding | None:
        ledger = write.ledger(write.moved("m", AK, route, "5", when)).model_copy(update={"parties": (rebels,)})
        rows = findings(ledger, taxonomy, directory([rebels]), kinds=IN)
        return rows[0] if rows else None

    army = found("FRA>COD", "2015")
    assert army is not None
    assert "national army and police" in army.caution
    assert army.severity is Severity.MEDIUM
    group = found("CHN>m23", "2015")
    assert group is not None
    assert ", dated within the United Nations arms embargo S/RES/1807 (2008)" in group.words
    assert found("CHN>COD", "2015") is None
    early = found("CHN>m23", "2004")
    assert early is not None
    assert "may be dated within the United Nations arms embargo S/RES/1493 (2003)" in early.words


def test_a_suspension_is_named_beside_the_inflow(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    out = Exemption(when=DateRange.parse("2003..2004"), condition="suspended", reference="r")
    row = write.moved("m", AK, "CHN>IRQ", "5", "2003")
    table = (embargo("e", "2000..2010", exemptions=(out,)),)
    (found,) = findings(write.ledger(row), taxonomy, parties, embargoes=table, kinds=AROUND)
    assert "It was suspended 2003 to 2004; what came in that time is counted as during it." in found.caution


def test_the_shipped_table_has_no_two_records_of_one_embargo_but_those_that_contradict() -> None:
    from takingstock.audit.regimes import regimes
    from takingstock.reference.embargoes import embargoes

    by_name: dict[str, list[str]] = {}
    for id_, name in regimes(embargoes()).items():
        by_name.setdefault(name, []).append(id_)
    for name, ids in by_name.items():
        assert {id_.removesuffix("-b") for id_ in ids} == {name}
