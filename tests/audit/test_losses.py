from collections.abc import Callable
from types import SimpleNamespace

import pytest

from takingstock.records import Finding, FindingKind

Audit = Callable[..., dict[str, Finding]]
CAR = "vehicle.light.hmmwv"


def capture(write: SimpleNamespace, quantity: str, key: str = "mosul", **more: str) -> object:
    more = {"mode": "capture", "when": "2014-06-09..2014-06-10", "source": "press"} | more
    return write.moved(key, more.pop("item", CAR), more.pop("route", "army>group"), quantity, **more)


def test_claim_against_deliveries_to_the_state_the_force_and_its_parts(audit: Audit, write: SimpleNamespace) -> None:
    records = [
        write.moved("a", CAR, "USA>IRQ", "100", "2006"),
        write.moved("b", CAR, "USA>force", "20", "2007", mode="aid"),
        write.moved("c", CAR, "USA>army", "3", "2008", mode="retransfer"),
        capture(write, "23", claimant="prime minister"),
    ]
    found = audit(*records)["claimed-capture:mosul"]
    assert (str(found.numerator), str(found.denominator)) == ("23", "123")
    assert found.share == pytest.approx(23 / 123)
    assert (found.kind, found.holder, found.item) == (FindingKind.CLAIMED_CAPTURE, "army", CAR)
    assert found.claimants == ("prime minister",)
    assert found.sources == ("press", "register")
    assert found.rests_on == ("s-a", "s-b", "s-c", "s-mosul")
    assert found.words == "HMMWV: 23 of 123 claimed captured from Army, 2014-06-09 to 2014-06-10 (18.7 %)."


@pytest.mark.parametrize(
    ("claim", "share", "words"),
    [
        ("<=52", 52 / 120, "up to 52 of 120 claimed captured from Army, 2014-06-09 to 2014-06-10 (at most 43.3 %)"),
        (">=40", 40 / 120, "at least 40 of 120 claimed captured from Army, 2014-06-09 to 2014-06-10 (at least 33.3 %)"),
        ("40..60", None, "40 to 60 of 120 claimed captured from Army, 2014-06-09 to 2014-06-10 (33.3 % to 50.0 %)"),
    ],
)
def test_a_bound_stays_a_bound(
    audit: Audit, write: SimpleNamespace, claim: str, share: float | None, words: str
) -> None:
    found = audit(write.moved("a", CAR, "USA>IRQ", "120", "2006"), capture(write, claim))["claimed-capture:mosul"]
    assert str(found.numerator) == claim
    assert found.share == (pytest.approx(share) if share else None)
    assert words in found.words


def test_what_is_no_delivery_from_outside_is_not_counted(audit: Audit, write: SimpleNamespace) -> None:
    records = [
        write.moved("a", CAR, "USA>IRQ", "100", "2006"),
        write.moved("issue", CAR, "IRQ>army", "40", "2007", mode="issue"),
        write.moved("handed-on", CAR, "force>army", "40", "2007", mode="retransfer"),
        write.moved("sister", CAR, "militia>army", "40", "2007", mode="retransfer"),
        write.moved("to-sister", CAR, "USA>militia", "40", "2007"),
        write.moved("after", CAR, "USA>IRQ", "40", "2015"),
        write.moved("ordered", CAR, "USA>IRQ", "40", "2007", stage="ordered"),
        write.moved("other", "tank", "USA>IRQ", "40", "2007"),
        write.moved("broader", "vehicle", "USA>IRQ", "40", "2007"),
        write.moved("found", CAR, "group>army", "40", "2007", mode="recovery"),
        capture(write, "23"),
    ]
    assert str(audit(*records)["claimed-capture:mosul"].denominator) == "100"


def test_a_delivery_that_may_lie_after_adds_to_the_upper_bound(audit: Audit, write: SimpleNamespace) -> None:
    records = [write.moved("a", CAR, "USA>IRQ", "100", "2006"), write.moved("b", CAR, "USA>IRQ", "60", "2014")]
    found = audit(*records, capture(write, "40"))["claimed-capture:mosul"]
    assert str(found.denominator) == "100..160"
    assert found.share is None
    assert "(25.0 % to 40.0 %)" in found.words
    undated = audit(*records, write.moved("c", CAR, "USA>IRQ", "5"), capture(write, "40"))["claimed-capture:mosul"]
    assert str(undated.denominator) == "100..165"


def test_a_loan_that_comes_back_is_no_second_delivery(audit: Audit, write: SimpleNamespace) -> None:
    records = [
        write.moved("a", CAR, "USA>army", "100", "2010"),
        write.moved("b", CAR, "army>JOR", "50", "2011", mode="retransfer"),
        write.moved("c", CAR, "JOR>army", "50", "2012", mode="retransfer"),
        capture(write, "40"),
    ]
    found = audit(*records)["claimed-capture:mosul"]
    assert str(found.denominator) == "100..150"
    assert "bring back what was sent there before" in found.definition


def test_a_mixed_set_may_hold_the_finer_delivery_already(audit: Audit, write: SimpleNamespace) -> None:
    records = [
        write.moved("set", "small-arms", "DEU>force", "28000", "2014-09..2015"),
        write.moved("part", "rifle.assault.g36", "DEU>force", "8000", "2015", source="other"),
        write.moved("alone", "pistol", "HUN>force", "500", "2015"),
        capture(write, "30", item="small-arms", when="2016-03"),
    ]
    assert str(audit(*records)["claimed-capture:mosul"].denominator) == "28500..36500"


def test_the_best_graded_claim_leads_and_the_others_stand_beside(audit: Audit, write: SimpleNamespace) -> None:
    delivered = write.moved("a", CAR, "USA>IRQ", "8564", "2006")
    claims = [
        capture(write, "2300", id="s1", grade="C2", source="one", claimant="prime minister"),
        capture(write, "1500", id="s2", grade="D4", source="two", claimant="not named"),
        capture(write, ">=2000", id="s3", grade="A1", source="three", item="vehicle"),
    ]
    found = audit(delivered, *claims)["claimed-capture:mosul"]
    assert str(found.numerator) == "2300"
    assert found.claimants == ("prime minister",)
    assert set(found.sources) == {"one", "two", "three", "register"}
    assert "1,500 (HMMWV; not named, in two; grade D4)" in found.caution
    assert "at least 2,000 (VEHICLE; three; grade A1)" in found.caution


def test_equally_graded_contradiction_is_a_range_over_independent_voices(audit: Audit, write: SimpleNamespace) -> None:
    delivered = write.moved("a", CAR, "USA>IRQ", "8000", "2006")
    one = capture(write, "2000", id="s1", source="one")
    two = capture(write, "1000", id="s2", source="two")
    found = audit(delivered, one, two)["claimed-capture:mosul"]
    assert str(found.numerator) == "1000..2000"
    assert found.share is None
    assert "contradict each other" in found.caution
    copied = audit(write.source("one"), write.source("two", derives_from=("one",)), delivered, one, two)
    assert str(copied["claimed-capture:mosul"].numerator) == "2000"


def test_more_claimed_than_delivered_and_nothing_delivered_are_said(audit: Audit, write: SimpleNamespace) -> None:
    more = audit(write.moved("a", CAR, "USA>IRQ", "10", "2006"), capture(write, "15"))["claimed-capture:mosul"]
    assert more.share == 1.5
    assert "150.0 %" in more.words
    assert "More is claimed than is recorded" in more.caution
    none = audit(capture(write, "15"))["claimed-capture:mosul"]
    assert not none.denominator.known
    assert none.share is None
    assert "not a zero" in none.caution
    unknown = audit(write.moved("a", CAR, "USA>IRQ", "?", "2006"), capture(write, "15"))["claimed-capture:mosul"]
    assert "1 recorded delivery of unknown quantity not counted" in unknown.caution
    assert "No recorded delivery of this class to the holder gives a number in this unit" in unknown.caution
    assert "No delivery" not in unknown.caution


def test_only_who_gives_the_printed_figure_is_its_claimant(audit: Audit, write: SimpleNamespace) -> None:
    def said(*claims: tuple[str, str]) -> Finding:
        captures = [
            capture(write, quantity, id=f"s{n}", source=f"v{n}", claimant=f"c{n}", grade=grade)
            for n, (quantity, grade) in enumerate(claims)
        ]
        return audit(*captures)["claimed-capture:mosul"]

    one = said(("4000", "C2"), ("74000", "C5"), ("<=4000", "C2"), ("4000", "D4"))
    assert (str(one.numerator), one.claimants) == ("4000", ("c0", "c3"))
    assert "not in the figure: up to 4,000 (HMMWV; c2, in v2; grade C2); 74,000 (HMMWV; c1, in v1; grade C5)." in (
        one.caution
    )
    span = said(("1000", "C2"), ("1500", "C2"), (">=2000", "C2"), ("1000..1200", "D3"))
    assert (str(span.numerator), span.claimants) == (">=1000", ("c0", "c3"))
    assert "1,000 (c0, in v0); 1,500 (c1, in v1); at least 2,000 (c2, in v2)" in span.caution
    both = said(("1000", "C2"), ("1500", "C2"), ("2000", "C2"))
    assert (str(both.numerator), both.claimants) == ("1000..2000", ("c0", "c2"))


def test_without_a_delivery_it_is_said_what_is_recorded(audit: Audit, write: SimpleNamespace) -> None:
    def caution(*records: object) -> str:
        return audit(*records, capture(write, "15"))["claimed-capture:mosul"].caution

    none = "No delivery of this class to the holder from outside by that date is recorded; that is a gap"
    assert none in caution()
    assert "not counted as deliveries" not in caution()
    issues = caution(
        write.moved("i", CAR, "IRQ>army", "2000", "2007", mode="issue"),
        write.moved("own", CAR, "army>army-unit", "500", "2007", mode="issue"),
        write.moved("late", CAR, "IRQ>army", "70", "2015", mode="issue"),
    )
    assert none in issues
    assert "Issues to the holder (2,000) are recorded and not counted as deliveries." in issues
    above = caution(
        write.moved("i", CAR, "mission>force", "2000", "2007", mode="issue"),
        write.moved("r", CAR, "militia>army", "40", "2007", mode="retransfer"),
    )
    assert "Issues to the holder (up to 2,000) are" in above
    assert "Other receipts within its state (40) are recorded and not counted as deliveries." in above
    rounds = caution(write.moved("r", CAR, "USA>IRQ", "9", "2007", unit="rounds"))
    assert "gives a number in this unit" in rounds
    assert "No delivery" not in rounds


def test_an_inquirys_figure_is_its_own_and_the_one_it_is_set_against_stands_beside(
    audit: Audit, write: SimpleNamespace
) -> None:
    lost = write.counted("lost", "small-arms", "force", "~30", "2016", basis="lost", claimant="inquiry")
    held = write.counted("held", "small-arms", "force", "28000", "2015", basis="claim", claimant="ministry")
    found = audit(lost, held)["lost-or-illegally-sold:lost"]
    assert found.claimants == ("inquiry",)
    assert "Set against: 28,000 (ministry, in audit)." in found.caution


def test_no_figure_no_finding_and_two_events_are_two(audit: Audit, write: SimpleNamespace) -> None:
    assert not audit(capture(write, "?"))
    assert not audit(capture(write, "5", route=">group"))
    assert not audit(capture(write, "5", stage="notified"))
    both = audit(capture(write, "5"), capture(write, "7", key="ramadi", when="2015-05"))
    assert set(both) == {"claimed-capture:mosul", "claimed-capture:ramadi"}


def test_theft_is_no_capture(audit: Audit, write: SimpleNamespace) -> None:
    found = audit(write.moved("a", CAR, "USA>IRQ", "100", "2006"), capture(write, "4", mode="theft-or-leakage"))
    (finding,) = found.values()
    assert finding.kind is FindingKind.LOST_OR_SOLD
    assert "claimed stolen or leaked from Army" in finding.words


def test_found_lost_against_the_inquirys_own_number_first(audit: Audit, write: SimpleNamespace) -> None:
    lost = write.counted("lost", "small-arms", "force", "~30", "2016", basis="lost", source="inquiry")
    delivered = write.moved("a", "pistol", "DEU>force", "8000", "2015")
    own = write.moved("b", "pistol", "DEU>force", "9000", "2015-02", source="inquiry")
    held = write.counted("held", "small-arms", "force", "28000", "2015", basis="claim", source="inquiry")
    name = "lost-or-illegally-sold:lost"

    by_number = audit(lost, delivered, own, held)[name]
    assert (str(by_number.numerator), str(by_number.denominator)) == ("~30", "28000")
    assert by_number.share == pytest.approx(30 / 28000)
    assert by_number.rests_on == ("held", "lost")
    assert "the inquiry's own source gives" in by_number.definition

    by_voice = audit(lost, delivered, own)[name]
    assert str(by_voice.denominator) == "9000"
    assert "the same source's recorded deliveries" in by_voice.definition

    by_all = audit(lost, delivered)[name]
    assert str(by_all.denominator) == "8000"
    assert "delivered to Force found lost or illegally sold, 2016 (0.4 %)" in by_all.words

    alone = audit(lost)[name]
    assert (alone.denominator.known, alone.share) == (False, None)
    assert "not a zero" in alone.caution


def test_entries_of_a_list_are_one_finding_and_single_captures_are_not() -> None:
    """Six tanks listed one by one are one finding of six; with a place, or four of them, each is its own."""
    from takingstock.audit import findings
    from takingstock.records import DateRange, FindingKind, Ledger, Mode, Place, Quantity, Source, Statement
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory

    def captured(number: int, **more: object) -> Statement:
        given = {"source": "list", "item": "tank"} | more
        return Statement(
            id=f"c-{number}",
            movement=f"c-{number}",
            from_party="SYR",
            quantity=Quantity.exact(1),
            when=DateRange.parse(f"..2014-0{number % 9 + 1}"),
            mode=Mode.CAPTURE,
            **given,  # type: ignore[arg-type]
        )

    entries = [captured(number) for number in range(6)]
    apart = [captured(6, place=Place(name="Raqqa")), *(captured(number, item="ifv") for number in range(7, 11))]
    ledger = Ledger(
        title="",
        revision=1,
        head="",
        sources=(Source(id="list", title="A list"),),
        statements=tuple(sorted((*entries, *apart), key=lambda one: one.id)),
    )
    found = [
        finding for finding in findings(ledger, taxonomy(), directory()) if finding.kind is FindingKind.CLAIMED_CAPTURE
    ]
    assert sorted(str(finding.numerator) for finding in found) == ["1"] * 5 + ["6"]
    (listed,) = [finding for finding in found if str(finding.numerator) == "6"]
    assert listed.rests_on == tuple(sorted(one.id for one in entries))
    assert listed.id == "claimed-capture:list:list:SYR:tank"
    assert "each one item" in listed.caution


def test_a_class_beside_its_types_forms_no_share() -> None:
    """Six tanks of no stated type are not set against all tanks delivered, where T-72 were captured too."""
    from takingstock.audit import findings
    from takingstock.records import DateRange, FindingKind, Ledger, Mode, Quantity, Source, Statement
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory

    def row(id: str, mode: Mode, item: str, number: float, **more: object) -> Statement:
        return Statement(
            id=id,
            movement=id,
            source="list",
            item=item,
            quantity=Quantity.exact(number),
            when=DateRange.parse("2013" if mode is Mode.CAPTURE else "2010"),
            mode=mode,
            **more,  # type: ignore[arg-type]
        )

    rows = [row(f"a{n}", Mode.CAPTURE, "tank", 1, from_party="SYR") for n in range(6)]
    rows += [row(f"b{n}", Mode.CAPTURE, "tank.t-72", 1, from_party="SYR") for n in range(6)]
    rows.append(row("d", Mode.EXPORT, "tank.t-72", 100, from_party="RUS", to_party="SYR"))
    ledger = Ledger(
        title="",
        revision=1,
        head="",
        sources=(Source(id="list", title="A list"),),
        statements=tuple(sorted(rows, key=lambda one: one.id)),
    )
    found = {
        finding.item: finding
        for finding in findings(ledger, taxonomy(), directory())
        if finding.kind is FindingKind.CLAIMED_CAPTURE
    }
    assert (found["tank"].share, found["tank"].denominator.known) == (None, False)
    assert "no share is formed" in found["tank"].caution
    assert found["tank.t-72"].share == 0.06
