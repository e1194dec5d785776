"""Stage beside stage: an order and its delivery are never added, and contradictions show."""

from __future__ import annotations

from takingstock.questions import stages
from takingstock.records import DateRange, Grade, Ledger, Mode, Quantity, Stage, Statement
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory


def said(id: str, movement: str, stage: Stage, number: float, **more: object) -> Statement:
    given = {"from_party": "USA", "to_party": "IRQ", "item": "manpads"} | more
    return Statement(
        id=id,
        movement=movement,
        source=f"s-{id}",
        quantity=Quantity.exact(number),
        when=DateRange.parse("2011"),
        mode=Mode.EXPORT,
        stage=stage,
        **given,  # type: ignore[arg-type]
    )


def test_notified_ordered_delivered_side_by_side() -> None:
    """The Stingers of the worked example: 681 notified, 200 in the register; nothing is subtracted."""
    rows = (
        said("1", "m1", Stage.NOTIFIED, 681),
        said("2", "m2", Stage.DELIVERED, 100),
        said("3", "m3", Stage.DELIVERED, 100),
        said("4", "m3", Stage.DELIVERED, 120, grade=Grade.parse("E5")),
        said("5", "m4", Stage.REFUSED, 1, criteria=("7", "2")),
        said("6", "m5", Stage.DELIVERED, 9, to_party="SYR"),
        said("7", "m6", Stage.DELIVERED, 9, item="tank"),
    )
    found = stages(
        Ledger(title="", revision=1, head="", statements=rows),
        directory(),
        taxonomy(),
        recipient="IRQ",
        item="manpads",
    )
    assert [(row.stage, str(row.quantities[0]), row.contradict) for row in found] == [
        (Stage.NOTIFIED, "681", False),
        (Stage.REFUSED, "1", False),
        (Stage.DELIVERED, "200", True),
    ]
    assert found[1].criteria == ("2", "7")
