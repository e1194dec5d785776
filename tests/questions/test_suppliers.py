"""Who supplied whom: what is held, what may lie in the period, and what is only published as a number."""

from __future__ import annotations

from takingstock.questions import both_sides, suppliers
from takingstock.questions.suppliers import NOT_HELD
from takingstock.records import (
    DateRange,
    Figure,
    FigureKind,
    Ledger,
    Mode,
    Quantity,
    Source,
    Stage,
    Statement,
    Unit,
)
from takingstock.reference.parties import directory

DIRECTORY = directory()
WAR = DateRange.parse("1980..1988")


def moved(id: str, giver: str | None, taker: str, when: str, **more: object) -> Statement:
    given = {"quantity": Quantity.exact(10), "mode": Mode.EXPORT, "item": "tank"} | more
    return Statement(
        id=id,
        movement=id,
        source="s",
        from_party=giver,
        to_party=taker,
        when=DateRange.parse(when),
        **given,  # type: ignore[arg-type]
    )


def ledger(*statements: Statement, figures: tuple[Figure, ...] = (), coverage: str = "") -> Ledger:
    source = Source(id="s", title="S")
    if coverage:
        from takingstock.records import Coverage

        source = source.model_copy(update={"coverage": Coverage(period=DateRange.parse(coverage))})
    return Ledger(title="", revision=1, head="", sources=(source,), statements=statements, figures=figures)


def test_suppliers_of_a_holder_and_its_forces() -> None:
    found = suppliers(
        ledger(
            moved("1", "SUN", "IRQ", "1982"),
            moved("2", "SUN", "iraqi-army", "1983", quantity=Quantity.parse("5..7")),
            moved("3", "FRA", "IRQ", "1978..1984"),
            moved("4", "IRQ", "iraqi-army", "1983", mode=Mode.ISSUE),
            moved("5", "BRA", "IRQ", "1983", stage=Stage.NEGOTIATED),
            moved("6", "unknown-supplier", "IRQ", "1983", quantity=Quantity()),
            moved("7", "EGY", "IRQ", "1991"),
            moved("8", "EGY", "IRQ", "1983", quantity=Quantity.exact(500, Unit.ROUNDS), item="ammunition.cartridge"),
        ),
        DIRECTORY,
        "IRQ",
        WAR,
    )
    rows = {row.party: row for row in found}
    assert list(rows) == ["SUN", "EGY", "FRA", "unknown-supplier"]
    assert (rows["SUN"].certain, rows["SUN"].possible, str(rows["SUN"].quantities[0])) == (2, 0, "15..17")
    assert (rows["FRA"].certain, rows["FRA"].possible) == (0, 1)
    assert rows["EGY"].movements == ("8",)
    assert not rows["unknown-supplier"].named
    assert rows["unknown-supplier"].unknown == 1
    assert str(rows["SUN"].when) == "1982..1983"


def test_an_open_range_stays_open() -> None:
    (row,) = suppliers(
        ledger(
            moved("1", "SUN", "IRQ", "1982", quantity=Quantity.parse(">=40")),
            moved("2", "SUN", "IRQ", "1982", quantity=Quantity.parse("<=52")),
        ),
        DIRECTORY,
        "IRQ",
        WAR,
    )
    assert str(row.quantities[0]) == ">=40"


def test_both_sides_and_what_is_only_published() -> None:
    figures = (
        Figure(
            id="f1",
            source="s",
            kind=FigureKind.SUPPLIERS_OF_BOTH,
            parties=("IRQ", "IRN"),
            quantity=Quantity.exact(28),
            when=WAR,
        ),
        Figure(id="f2", source="s", kind=FigureKind.SUPPLIERS, parties=("IRQ",), quantity=Quantity.exact(34), when=WAR),
        Figure(id="f3", source="s", kind=FigureKind.SUPPLIERS, parties=("SYR",), quantity=Quantity.exact(3), when=WAR),
    )
    found = both_sides(
        ledger(
            moved("1", "SUN", "IRQ", "1982"),
            moved("2", "SUN", "IRN", "1983"),
            moved("3", "FRA", "IRQ", "1983"),
            moved("4", "unknown-supplier", "IRQ", "1983"),
            moved("5", "unknown-supplier", "IRN", "1983"),
            figures=figures,
        ),
        DIRECTORY,
        "IRQ",
        "IRN",
        WAR,
    )
    assert found.both == ("SUN",)
    assert [figure.id for figure in found.published] == ["f1", "f2"]
    assert "no source of the case covers the whole period" in found.note
    assert NOT_HELD == "count published, list not held"


def test_a_register_that_covers_the_period_is_named() -> None:
    found = both_sides(ledger(moved("1", "SUN", "IRQ", "1982"), coverage="1950.."), DIRECTORY, "IRQ", "IRN", WAR)
    assert "the whole period is covered by s" in found.note


def test_russia_is_not_the_soviet_union() -> None:
    found = both_sides(
        ledger(moved("1", "SUN", "IRQ", "1985"), moved("2", "RUS", "IRN", "1995")),
        DIRECTORY,
        "IRQ",
        "IRN",
        DateRange.parse("1980..2000"),
    )
    assert found.both == ()
