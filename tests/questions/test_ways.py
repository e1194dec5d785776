"""How arms were paid for, and who made them under whose licence."""

from __future__ import annotations

from takingstock.questions import acquisitions, production
from takingstock.records import DateRange, Funding, Ledger, Mode, Quantity, Stage, Statement
from takingstock.reference.parties import directory

DIRECTORY = directory()
NONE = DateRange()


def ledger(*statements: Statement) -> Ledger:
    return Ledger(title="", revision=1, head="", statements=statements)


def moved(id: str, giver: str | None, taker: str | None, mode: Mode, **more: object) -> Statement:
    given = {"when": DateRange.parse("1985"), "quantity": Quantity.exact(2), "item": "tank"} | more
    return Statement(id=id, movement=id, source="s", from_party=giver, to_party=taker, mode=mode, **given)  # type: ignore[arg-type]


def test_by_funding_and_what_is_unknown_is_no_sale() -> None:
    found = acquisitions(
        ledger(
            moved("1", "HUN", "IRQ", Mode.AID, funding=Funding.DONATION, payer="HUN"),
            moved("2", "USA", "IRQ", Mode.EXPORT, funding=Funding.SALE),
            moved("3", "CHN", "IRQ", Mode.EXPORT),
            moved("4", "SYR", "IRQ", Mode.CAPTURE),
        ),
        DIRECTORY,
        "IRQ",
        NONE,
    )
    assert [row.funding for row in found] == [Funding.SALE, Funding.DONATION, Funding.UNKNOWN]
    assert found[1].payers == ("HUN",)
    assert found[2].suppliers == ("CHN",)


def test_what_was_negotiated_is_asked_for_by_name() -> None:
    barter = moved("1", "BRA", "IRQ", Mode.EXPORT, funding=Funding.BARTER, stage=Stage.NEGOTIATED)
    assert acquisitions(ledger(barter), DIRECTORY, "IRQ", NONE) == ()
    (row,) = acquisitions(ledger(barter), DIRECTORY, "IRQ", NONE, Stage.NEGOTIATED)
    assert row.funding is Funding.BARTER


def test_production_by_licensor_and_period() -> None:
    found = production(
        ledger(
            moved("1", "SUN", "IRN", Mode.LICENSED_PRODUCTION),
            moved("2", "SUN", "IRN", Mode.LICENSED_PRODUCTION, when=DateRange.parse("1984..1996")),
            moved("3", "IRN", "IRN", Mode.PRODUCTION),
            moved("4", "SUN", "SYR", Mode.LICENSED_PRODUCTION),
            moved("5", "SUN", "IRN", Mode.LICENSED_PRODUCTION, when=DateRange.parse("1999")),
        ),
        DIRECTORY,
        "IRN",
        DateRange.parse("1980..1990"),
    )
    assert [(row.mode, row.licensor, row.movements, row.possible) for row in found] == [
        (Mode.LICENSED_PRODUCTION, "SUN", 1, 1),
        (Mode.PRODUCTION, "", 1, 0),
    ]
    assert str(found[0].quantities[0]) == "4"
