"""Totals that reconcile with a register's own: TIV and reported values, by supplier, recipient, year or class.

TIV measures capability and is never money; values of different currencies or price years are never added. Every total
says how many statements it adds and how many of the same group state nothing.
"""

from __future__ import annotations

from typing import Literal

from takingstock.records import DateRange, Ledger, Record, Stage, Statement
from takingstock.reference.parties import Directory

By = Literal["supplier", "recipient", "year", "item", "source"]


class Total(Record):
    """``tiv`` in millions, ``value`` in ``currency`` (of ``price_year``); None: none of the group's statements states
    it. ``stated`` of ``statements`` state the figure that is added."""

    group: str
    measure: Literal["tiv", "value"]
    unit: str
    total: float
    stated: int
    statements: int


def totals(
    ledger: Ledger,
    directory: Directory,
    by: By,
    *,
    recipient: str | None = None,
    supplier: str | None = None,
    source: str | None = None,
    stage: Stage = Stage.DELIVERED,
    period: DateRange = DateRange(),
) -> tuple[Total, ...]:
    """Sums over statements, by group; within a group one row for TIV and one for each currency. Only statements wholly
    inside the period count, as a register's own totals do."""

    def fits(party: str | None, wanted: str | None) -> bool:
        return wanted is None or (party is not None and (party == wanted or directory.part_of(party, wanted)))

    groups: dict[str, list[Statement]] = {}
    for statement in ledger.statements:
        if statement.stage is not stage or not fits(statement.to_party, recipient):
            continue
        if not fits(statement.from_party, supplier) or (source and statement.source != source):
            continue
        if period.known and not (statement.when.known and statement.when.within(period)):
            continue
        groups.setdefault(_group(statement, by), []).append(statement)
    rows: list[Total] = []
    for group, found in sorted(groups.items()):
        rows.extend(_measured(group, found))
    return tuple(rows)


def _group(statement: Statement, by: By) -> str:
    match by:
        case "supplier":
            return statement.from_party or ""
        case "recipient":
            return statement.to_party or ""
        case "item":
            return statement.item
        case "source":
            return statement.source
    first, last = statement.when.first, statement.when.last
    if first is None or last is None:
        return "not dated"
    return str(first.year) if first.year == last.year else f"{first.year}..{last.year}"


def _measured(group: str, found: list[Statement]) -> list[Total]:
    tiv = [statement.tiv for statement in found if statement.tiv is not None]
    rows = []
    if tiv:
        # Rounded to the register's own two decimals: sums of decimals in binary would not reconcile.
        rows.append(
            Total(
                group=group,
                measure="tiv",
                unit="million TIV",
                total=round(sum(tiv), 2),
                stated=len(tiv),
                statements=len(found),
            )
        )
    amounts: dict[str, list[float]] = {}
    for statement in found:
        if statement.value and (best := statement.value.amount.best) is not None:
            year = f" ({statement.value.price_year} prices)" if statement.value.price_year else ""
            amounts.setdefault(f"{statement.value.currency}{year}", []).append(best)
    rows += [
        Total(
            group=group,
            measure="value",
            unit=unit,
            total=round(sum(values), 2),
            stated=len(values),
            statements=len(found),
        )
        for unit, values in sorted(amounts.items())
    ]
    return rows
