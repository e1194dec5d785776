"""Totals add what a register states, and say how much of it states nothing."""

from __future__ import annotations

import random

from takingstock.questions import totals
from takingstock.records import DateRange, Ledger, Mode, Money, Quantity, Stage, Statement
from takingstock.reference.parties import directory

DIRECTORY = directory()


def said(id: str, year: str, tiv: float | None, value: tuple[float, str] | None = None, **more: object) -> Statement:
    money = Money(amount=Quantity.exact(value[0]), currency=value[1]) if value else None
    given = {"from_party": "USA", "to_party": "IRQ", "item": "tank"} | more
    return Statement(
        id=id,
        movement=id,
        source="s",
        when=DateRange.parse(year),
        mode=Mode.EXPORT,
        tiv=tiv,
        value=money,
        **given,  # type: ignore[arg-type]
    )


def ledger(*statements: Statement) -> Ledger:
    return Ledger(title="", revision=1, head="", statements=statements)


def test_six_eurofighters_at_55_million_tiv() -> None:
    """SIPRI's own worked figure: 6 x 55 = 330."""
    rows = tuple(said(str(number), "2010", 55.0) for number in range(6))
    (total,) = totals(ledger(*rows), DIRECTORY, "recipient")
    assert (total.group, total.total, total.unit, total.stated) == ("IRQ", 330.0, "million TIV", 6)


def test_decimals_reconcile_whatever_the_order() -> None:
    parts = [0.1, 0.2, 0.3, 1.04, 2.6, 4.9, 0.35] * 30
    rows = [said(str(number), "2010", part) for number, part in enumerate(parts)]
    random.Random(1).shuffle(rows)
    (total,) = totals(ledger(*rows), DIRECTORY, "supplier")
    assert total.total == round(30 * (0.1 + 0.2 + 0.3 + 1.04 + 2.6 + 4.9 + 0.35), 2)


def test_currencies_stay_apart_and_gaps_are_counted() -> None:
    found = totals(
        ledger(
            said("1", "2010", None, (5.0, "USD")),
            said("2", "2010", None, (7.0, "EUR")),
            said("3", "2011", 1.5),
            said("4", "2010..2012", 1.0),
            said("5", "2010", 9.0, stage=Stage.ORDERED),
        ),
        DIRECTORY,
        "year",
    )
    assert [(row.group, row.unit, row.total, row.stated, row.statements) for row in found] == [
        ("2010", "EUR", 7.0, 1, 2),
        ("2010", "USD", 5.0, 1, 2),
        ("2010..2012", "million TIV", 1.0, 1, 1),
        ("2011", "million TIV", 1.5, 1, 1),
    ]
    only = totals(ledger(said("4", "2010..2012", 1.0)), DIRECTORY, "year", period=DateRange.parse("2010"))
    assert only == ()
