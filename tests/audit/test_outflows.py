from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.records import Coverage, DateRange, Finding, Grade, Source

Audit = Callable[..., dict[str, Finding]]
T72 = "tank.t-72.t-72m1"
NAME = f"sent-more-than-recorded:HUN:{T72}"


def register(write: SimpleNamespace, **more: Any) -> Source:
    more = {"period": DateRange.parse("1995.."), "items": ("armour",)} | more
    source: Source = write.source("register", coverage=Coverage(**more))
    return source


def test_a_holder_that_sent_what_it_is_not_known_to_have_had(audit: Audit, write: SimpleNamespace) -> None:
    found = audit(register(write), write.moved("gift", T72, "HUN>IRQ", "77", "2005"))[NAME]
    assert (str(found.numerator), str(found.denominator), found.share) == ("77", "77", None)
    assert "Register covers the time from 1995 and says nothing of what came before" in found.caution
    assert "unknown, not zero" in found.caution
    assert found.sources == ("register",)
    assert found.rests_on == ("s-gift",)


def test_recorded_receipts_and_stocks_are_taken_off(audit: Audit, write: SimpleNamespace) -> None:
    gift = write.moved("gift", T72, "HUN>IRQ", "77", "2005")
    some = audit(register(write), gift, write.moved("in", "tank.t-72", "RUS>HUN", "60", "1996"))[NAME]
    assert (str(some.numerator), some.share) == ("17", pytest.approx(17 / 77))
    assert "only 60" in some.words
    stock = write.counted("opening", T72, "HUN", "77", "1995", basis="opening")
    assert not audit(register(write), gift, stock)
    assert not audit(register(write), gift, write.moved("in", T72, "RUS>HUN", "?", "1996"))
    later = audit(register(write), gift, write.moved("in", T72, "RUS>HUN", "60", "2006"))
    assert str(later[NAME].numerator) == "77"


@pytest.mark.parametrize(
    ("item", "route", "mode"),
    [
        (T72, "POL>IRQ", "export"),  # makes it
        ("pistol", "HUN>IRQ", "export"),  # the table is silent on who makes it
        (T72, "group>army", "retransfer"),  # nobody registers what an armed group receives
        (T72, "unheard-of>army", "export"),
        (T72, "HUN>group", "capture"),  # lost, not sent
        (T72, "army>IRQ", "retransfer"),  # stays in the family
        ("armour", "HUN>IRQ", "export"),  # a mixed set
    ],
)
def test_who_and_what_is_not_looked_at(audit: Audit, write: SimpleNamespace, item: str, route: str, mode: str) -> None:
    found = audit(register(write, items=()), write.moved("m", item, route, "77", "2005", mode=mode))
    assert not any(name.startswith("sent-more") for name in found)


@pytest.mark.parametrize(
    "coverage",
    [{"items": ("rifle",)}, {"period": DateRange.parse("2010..")}, {"parties": ("IRQ",)}, {"period": DateRange()}],
)
def test_without_a_coverage_of_the_holder_silence_says_nothing(
    audit: Audit, write: SimpleNamespace, coverage: dict[str, Any]
) -> None:
    gift = write.moved("gift", T72, "HUN>IRQ", "77", "2005")
    assert not audit(register(write, **coverage), gift)
    assert not audit(write.source("register"), gift)
    assert NAME in audit(register(write, parties=("HUN",)), gift)


def test_a_state_inherits_what_its_predecessor_made(write: SimpleNamespace, parties: Any, taxonomy: Any) -> None:
    from takingstock.audit import KINDS, findings
    from takingstock.records import ItemClass, ItemGroup, Production
    from takingstock.reference.taxonomy import Taxonomy

    armour = ItemClass(id="armour", name="Armour", group=ItemGroup.ARMOUR)

    def found(maker: str, when: str) -> int:
        made = (Production(state=maker, when=DateRange.parse(when)),)
        tank = ItemClass(id="tank", name="Tank", group=ItemGroup.ARMOUR, producers=made)
        ledger = write.ledger(register(write), write.moved("m", "tank", "RUS>IRQ", "4", "2005"))
        return len(findings(ledger, Taxonomy([tank, armour]), parties, kinds=KINDS[:5]))

    assert found("SUN", "1970..1985") == 0
    assert found("RUS", "1992..1993") == 0
    assert found("RUS", "2007..") == 1
    assert found("POL", "1970..1985") == 1


def test_counts_of_one_stock_are_never_added(audit: Audit, write: SimpleNamespace) -> None:
    def left(*counts: Any) -> str:
        gift = write.moved("gift", T72, "HUN>IRQ", "77", "2005")
        return str(audit(register(write), write.source("copy", derives_from=("one",)), gift, *counts)[NAME].numerator)

    def stock(id_: str, quantity: str, source: str, when: str = "1995", **more: Any) -> Any:
        return write.counted(id_, T72, "HUN", quantity, when, source=source, basis="opening", **more)

    assert left(stock("a", "40", "one"), stock("b", "40", "two")) == "37"
    assert left(stock("a", "40", "one"), stock("b", "50", "copy")) == "37"
    assert left(stock("a", "40", "one"), stock("b", "50", "two")) == "27..37"
    good = {"grade": Grade.parse("A1")}
    assert left(stock("a", "40", "one", **good), stock("b", "50", "two")) == "37"
    assert left(stock("a", "40", "one"), stock("b", "30", "one", "1997")) == "7..37"
    assert left(stock("a", "40", "one"), write.counted("b", "tank", "HUN", "30", "1995", basis="books")) == "7..37"
