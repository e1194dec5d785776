"""Movements that may be one transfer told twice: every sum is a range, and says so."""

import itertools
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.audit import findings, retold
from takingstock.audit.doubles import Doubles
from takingstock.records import Finding, FindingKind, Quantity, SourceKind

Audit = Callable[..., dict[str, Finding]]
AK, CAR = "rifle.assault.ak.ak-47", "vehicle.light.hmmwv"
PAIR = (frozenset({"a", "b"}),)


def told(write: SimpleNamespace, key: str, quantity: str, source: str, **more: Any) -> Any:
    given = {"when": "2005", "route": "CHN>IRQ", "item": AK} | more
    return write.moved(key, given.pop("item"), given.pop("route"), quantity, given.pop("when"), source=source, **given)


def two(write: SimpleNamespace, first: str = "100", second: str = "60", **more: Any) -> list[Any]:
    return [told(write, "a", first, "exporter", **more), told(write, "b", second, "importer", **more)]


def test_a_movement_under_embargo_is_not_counted_twice(audit: Audit, write: SimpleNamespace) -> None:
    (alone,) = audit(*two(write), kinds=[FindingKind.IN_EMBARGO]).values()
    assert str(alone.numerator) == "160"
    (found,) = audit(*two(write), kinds=[FindingKind.IN_EMBARGO], doubles=PAIR).values()
    assert (str(found.numerator), str(found.denominator)) == ("100..160", "100..160")
    assert "100 to 160 recorded as delivered" in found.words
    assert found.doubles == (("a", "b"),)
    assert found.caution.startswith("Possible doubles: a (100) and b (60) may be one transfer told by several sources.")
    assert "Their figures exclude each other" in found.caution
    assert "takingstock link merge or takingstock link apart" in found.caution
    (same,) = audit(*two(write, "100", "100"), kinds=[FindingKind.IN_EMBARGO], doubles=PAIR).values()
    assert str(same.numerator) == "100..200"
    assert "exclude" not in same.caution


def test_a_denominator_rests_on_what_it_counts(audit: Audit, write: SimpleNamespace) -> None:
    before = told(write, "c", "40", "exporter", when="1980")
    (found,) = audit(*two(write), before, kinds=[FindingKind.IN_EMBARGO], doubles=(frozenset("bc"),)).values()
    assert (str(found.numerator), str(found.denominator)) == ("160", "160..200")
    assert found.rests_on == ("s-a", "s-b", "s-c")
    assert found.doubles == (("b", "c"),)


@pytest.mark.parametrize("kind", [FindingKind.HELD_BY_NOBODY, FindingKind.EMBARGO_INFLOW, FindingKind.NO_DATE])
def test_no_kind_adds_them(audit: Audit, write: SimpleNamespace, kind: FindingKind) -> None:
    given: dict[str, Any] = {
        FindingKind.HELD_BY_NOBODY: {"route": "CHN>"},
        FindingKind.EMBARGO_INFLOW: {},
        FindingKind.NO_DATE: {"when": ""},
    }[kind]
    plain = audit(*two(write, **given), kinds=[kind])
    found = audit(*two(write, **given), kinds=[kind], doubles=PAIR)
    assert plain.keys() == found.keys()
    # The European records of one embargo differ on the time: what may lie in it is an upper bound as before.
    sure = {name for name in plain if ":eu-" not in name}
    assert {str(plain[name].numerator) for name in sure} == {"160"}
    assert {str(found[name].numerator) for name in sure} == {"100..160"}
    assert all("Possible doubles: a (100) and b (60)" in f.caution for f in found.values())


def test_books_and_claims_and_stocks(audit: Audit, write: SimpleNamespace) -> None:
    rows = two(write, route="CHN>force", mode="aid")
    book = write.counted("book", AK, "force", "80", "2007")
    (books,) = audit(*rows, book, kinds=[FindingKind.NOT_IN_BOOKS], doubles=PAIR).values() or [None]
    assert (str(books.numerator), str(books.denominator)) == ("20..80", "100..160")
    taken = write.moved("k", AK, "force>group", "50", "2008", mode="capture", source="press")
    (claim,) = audit(*rows, taken, kinds=[FindingKind.CLAIMED_CAPTURE], doubles=PAIR).values()
    assert str(claim.denominator) == "100..160"
    assert "Possible doubles" in claim.caution
    assert "(31.2 % to 50.0 %)" in claim.words
    need = write.counted("need", AK, "force", "90", "2009", basis="requirement")
    (over,) = audit(*rows, need, kinds=[FindingKind.EXCESS], doubles=PAIR).values()
    assert str(over.numerator) == "10..70"
    assert "Possible doubles" in over.caution


def test_sent_and_second_hand(audit: Audit, write: SimpleNamespace, register: Any) -> None:
    rows = two(write, item="tank.t-72.t-72m1", route="HUN>IRQ", condition="second-hand")
    for kind in (FindingKind.SENT_MORE_THAN_HELD, FindingKind.NO_FIRST_OWNER):
        (found,) = audit(register, *rows, kinds=[kind], doubles=PAIR).values()
        assert str(found.numerator) == "100..160", kind


@pytest.fixture
def register(write: SimpleNamespace) -> Any:
    from takingstock.records import Coverage, DateRange

    return write.source("register", coverage=Coverage(period=DateRange.parse("1995..")))


def test_two_reports_of_one_capture_are_two_findings_that_name_each_other(audit: Audit, write: SimpleNamespace) -> None:
    rows = [
        write.moved(key, CAR, "army>group", number, "2014-06", mode="capture", source=source)
        for key, number, source in (("a", "2300", "x"), ("b", "1500", "y"))
    ]
    found = audit(*rows, kinds=[FindingKind.CLAIMED_CAPTURE], doubles=PAIR)
    assert (
        "May be about the same transfer as claimed-capture:b: not to be added up." in found["claimed-capture:a"].caution
    )
    assert "as claimed-capture:a:" in found["claimed-capture:b"].caution
    apart = audit(*rows, kinds=[FindingKind.CLAIMED_CAPTURE])
    assert "same transfer" not in "".join(f.caution for f in apart.values())


def test_what_two_sides_report_is_compared_and_not_added(audit: Audit, write: SimpleNamespace) -> None:
    rows = [
        told(write, "a", "100", "exporter", route="DEU>JOR", reporter="DEU"),
        told(write, "b", "60", "importer", route="DEU>JOR", reporter="JOR"),
    ]
    plain = audit(*rows, kinds=[FindingKind.MIRROR_GAP])
    assert audit(*rows, kinds=[FindingKind.MIRROR_GAP], doubles=PAIR) == plain
    again = told(write, "c", "100", "other paper", route="DEU>JOR", reporter="DEU")
    (found,) = audit(*rows, again, kinds=[FindingKind.MIRROR_GAP], doubles=(frozenset("ac"),)).values()
    assert str(found.numerator) == "40..140"
    assert found.doubles == (("a", "c"),)


def test_a_whole_and_its_parts_and_one_source(audit: Audit, write: SimpleNamespace) -> None:
    """One source never tells one transfer twice: its parts are added, and the whole of another is not."""
    rows = [told(write, "p", "30", "x"), told(write, "q", "50", "x"), told(write, "w", "80", "y")]
    (found,) = audit(*rows, kinds=[FindingKind.IN_EMBARGO], doubles=(frozenset("pqw"),)).values()
    assert str(found.numerator) == "80..160"
    (one,) = audit(*rows[:2], kinds=[FindingKind.IN_EMBARGO], doubles=(frozenset("pq"),)).values()
    assert str(one.numerator) == "80"
    assert not one.doubles


def test_a_key_that_is_no_movement_is_passed_over(audit: Audit, write: SimpleNamespace) -> None:
    (found,) = audit(*two(write), kinds=[FindingKind.IN_EMBARGO], doubles=(frozenset({"a", "gone"}),)).values()
    assert str(found.numerator) == "160"


def test_bounds_hold_for_every_way_to_link() -> None:
    """Brute force: whichever reports are one transfer (the larger figure standing), the sum lies within the bounds."""
    rng = random.Random(4)
    for _ in range(150):
        keys = [f"k{n}" for n in range(rng.randint(2, 5))]
        sources = {key: frozenset({f"s{rng.randint(0, 2)}"}) for key in keys}
        size = {key: rng.randint(0, 9) for key in keys}
        groups = [frozenset(rng.sample(keys, 2)) for _ in range(rng.randint(1, 4))]
        doubles = Doubles.of(groups, sources, {})
        got = doubles.summed((key, Quantity.exact(size[key])) for key in keys)
        for labels in itertools.product(range(len(keys)), repeat=len(keys)):
            parts: dict[int, list[str]] = {}
            for key, label in zip(keys, labels, strict=True):
                parts.setdefault(label, []).append(key)
            linked = [
                all(any({a, b} <= set(c) for c in doubles.clusters(part)) for a, b in itertools.combinations(part, 2))
                and len({s for key in part for s in sources[key]}) == len(part)
                for part in parts.values()
            ]
            if all(linked):
                truth = sum(max(size[key] for key in part) for part in parts.values())
                assert (got.low or 0) <= truth <= (got.high or 0)


def test_reports_of_two_states_that_differ_in_number(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    """What a rule for pairs would not link, since the figures differ, may be one transfer all the same."""

    def pairs(*rows: Any) -> list[list[str]]:
        return [sorted(pair) for pair in retold(write.ledger(*rows), taxonomy, parties)]

    def report(key: str, quantity: str, who: str | None, when: str = "2010", **more: Any) -> Any:
        given = {"route": "DEU>IRQ", "source": f"{who} {when}"} | more
        return told(write, key, quantity, given.pop("source"), when=when, reporter=who, **given)

    ours, theirs = report("a", "100", "DEU"), report("b", "60", "IRQ")
    assert pairs(ours, theirs) == [["a", "b"]]
    assert pairs(ours, report("b", "60", "IRQ", route="DEU>army")) == [["a", "b"]]
    assert pairs(ours, report("b", "60", "IRQ", item="rifle.assault")) == [["a", "b"]]
    assert pairs(report("a", "1", "DEU", "2010-12"), report("b", "2", "IRQ", "2011-02")) == [["a", "b"]]
    register = write.source("sipri", kind=SourceKind.REGISTER)
    assert pairs(register, ours, report("b", "60", None, source="sipri")) == [["a", "b"]]
    for other in (
        report("b", "60", "IRQ", "2012"), report("b", "60", "IRQ", item="pistol"), report("b", "60", None),
        report("b", "60", "IRQ", route="FRA>IRQ"), report("b", "60", "IRQ", unit="rounds"),
        report("b", "60", "IRQ", source="DEU 2010"), report("b", "60", "FRA"),
    ):  # fmt: skip
        assert pairs(ours, other) == []
    assert pairs(report("a", "1", "IRQ", route="DEU>army"), report("b", "1", "DEU", route="DEU>militia")) == []


def test_years_of_one_reporter_stay_apart(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    """Yearly reports are sources of their own; a report of the other side over two years does not make them one."""
    rows = [
        told(write, f"x{year}", "50", f"de {year}", route="DEU>IRQ", when=str(year), reporter="DEU")
        for year in (2010, 2011)
    ]
    rows.append(told(write, "y", "70", "iq", route="DEU>IRQ", when="2010..2011", reporter="IRQ"))
    ledger = write.ledger(*rows)
    groups = retold(ledger, taxonomy, parties)
    (found,) = findings(ledger, taxonomy, parties, kinds=[FindingKind.IN_EMBARGO], doubles=groups)
    assert str(found.denominator) == "100..170"
    assert len(found.doubles) == 1


def test_the_order_of_groups_changes_nothing(
    everything: list[Any], write: SimpleNamespace, taxonomy: Any, parties: Any
) -> None:
    ledger = write.ledger(*everything)
    groups = [frozenset({"mx", "my"}), frozenset({"lost", "none"}), frozenset({"i1", "x"})]
    first = findings(ledger, taxonomy, parties, doubles=groups)
    assert findings(ledger, taxonomy, parties, doubles=reversed(groups)) == first
    assert {f.id for f in first} == {f.id for f in findings(ledger, taxonomy, parties)}


def test_years_are_an_index_and_no_rule(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    """Against all pairs by brute force, dates of every width; and a long register is not squared."""
    from takingstock.audit import doubles as module

    rng, rows = random.Random(1), []
    for number in range(60):
        year, month = rng.randint(1990, 2003), rng.randint(1, 12)
        when = rng.choice(["", f"{year}", f"{year}-{month:02}", f"{year}..{year + rng.randint(0, 9)}", f"{year}.."])
        who = rng.choice(["DEU", "IRQ"])
        rows.append(told(write, f"k{number}", "5", f"{who} {number % 7}", when=when, route="DEU>IRQ", reporter=who))
    ledger = write.ledger(*rows)
    around = module.Surroundings(taxonomy, parties)
    every = itertools.combinations(ledger.movements(parties.part_of), 2)
    slow = {frozenset((a.key, b.key)) for a, b in every if module._alike(around, a, b)}
    assert slow
    assert set(retold(ledger, taxonomy, parties)) == slow


def test_a_register_beside_two_reporters(audit: Audit, write: SimpleNamespace) -> None:
    """The register says who told nobody's number; three tellers of one transfer are one transfer."""
    rows = [
        told(write, "a", "100", "de", route="DEU>IRQ", reporter="DEU"),
        told(write, "b", "60", "iq", route="DEU>IRQ", reporter="IRQ"),
        told(write, "c", "80", "sipri", route="DEU>IRQ"),
    ]
    groups = (frozenset("ab"), frozenset("bc"))
    found = audit(*rows, kinds=[FindingKind.IN_EMBARGO], doubles=groups)
    assert {str(one.denominator) for one in found.values()} == {"100..240"}
