"""ask: the questions that the field asks of a ledger, each with its table and what it rests on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.records import BadValueError, DateRange, Stage
from takingstock.verbs.desk import at_desk

if TYPE_CHECKING:
    from takingstock.questions import Acquisition, BothSides, Produced, Step, Supplier, Total
    from takingstock.questions.totals import By

BY: tuple[By, ...] = ("supplier", "recipient", "year", "item", "source")


def suppliers(
    folder: Path, holder: str, *, period: str = "", stage: str = "delivered", as_of: str = ""
) -> tuple[Supplier, ...]:
    """Who supplied a holder in a period. Raises NotACaseError, UnknownNameError, BadValueError."""
    from takingstock.questions import suppliers as asked

    with at_desk(folder, as_of=as_of) as desk:
        return asked(desk.ledger, desk.directory, desk.party(holder), DateRange.parse(period), _stage(stage))


def both_sides(folder: Path, one: str, other: str, *, period: str = "", as_of: str = "") -> BothSides:
    """Who supplied both sides of a conflict, beside what sources publish of it. Raises as :func:`suppliers`."""
    from takingstock.questions import both_sides as asked

    with at_desk(folder, as_of=as_of) as desk:
        first, second = desk.party(one), desk.party(other)
        if first == second:
            raise BadValueError(f"both sides are {first}; name two different parties")
        return asked(desk.ledger, desk.directory, first, second, DateRange.parse(period))


def acquisitions(
    folder: Path, holder: str, *, period: str = "", stage: str = "delivered", as_of: str = ""
) -> tuple[Acquisition, ...]:
    """What came to a holder, by how it was paid for. Raises as :func:`suppliers`."""
    from takingstock.questions import acquisitions as asked

    with at_desk(folder, as_of=as_of) as desk:
        return asked(desk.ledger, desk.directory, desk.party(holder), DateRange.parse(period), _stage(stage))


def production(folder: Path, maker: str, *, period: str = "", as_of: str = "") -> tuple[Produced, ...]:
    """What a party made, of itself and under licence. Raises as :func:`suppliers`."""
    from takingstock.questions import production as asked

    with at_desk(folder, as_of=as_of) as desk:
        return asked(desk.ledger, desk.directory, desk.party(maker), DateRange.parse(period))


def stages(
    folder: Path,
    *,
    recipient: str = "",
    supplier: str = "",
    item: str = "",
    period: str = "",
    as_of: str = "",
) -> tuple[Step, ...]:
    """What was notified, authorised, ordered and delivered, side by side. Raises as :func:`suppliers`."""
    from takingstock.questions import stages as asked

    with at_desk(folder, as_of=as_of) as desk:
        return asked(
            desk.ledger,
            desk.directory,
            desk.taxonomy,
            recipient=desk.party(recipient) if recipient else None,
            supplier=desk.party(supplier) if supplier else None,
            item=desk.item(item) if item else None,
            period=DateRange.parse(period),
        )


def totals(
    folder: Path,
    by: str,
    *,
    recipient: str = "",
    supplier: str = "",
    source: str = "",
    stage: str = "delivered",
    period: str = "",
    as_of: str = "",
) -> tuple[Total, ...]:
    """TIV and reported values, added as the registers add them. Raises as :func:`suppliers`."""
    from takingstock.questions import totals as asked

    wanted = next((one for one in BY if one == by), None)
    if wanted is None:
        raise BadValueError(f"totals by {by!r}? Choose one of {', '.join(BY)}")
    with at_desk(folder, as_of=as_of) as desk:
        if source and source not in desk.ledger.source_by_id:
            raise BadValueError(
                f"the case has no source {source!r}; it has {', '.join(sorted(desk.ledger.source_by_id))}"
            )
        return asked(
            desk.ledger,
            desk.directory,
            wanted,
            recipient=desk.party(recipient) if recipient else None,
            supplier=desk.party(supplier) if supplier else None,
            source=source or None,
            stage=_stage(stage),
            period=DateRange.parse(period),
        )


def _stage(text: str) -> Stage:
    try:
        return Stage(text.strip().casefold())
    except ValueError:
        raise BadValueError(f"no stage {text!r}; choose one of {', '.join(stage.value for stage in Stage)}") from None
