"""Answers to the field's questions as JSON and as rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from takingstock.records import Figure, Quantity
from takingstock.verbs.shapes.figures import Json, Table

if TYPE_CHECKING:
    from takingstock.questions import Acquisition, BothSides, Produced, Step, Supplier, Total


def suppliers_json(rows: Iterable[Supplier]) -> Json:
    """``{suppliers: [{party, name, movements, possible, quantities, items, when, sources}]}``."""
    return {"suppliers": [_supplier(row) for row in rows]}


def suppliers_table(rows: Iterable[Supplier]) -> Table:
    return (
        ("supplier", "name", "movements", "may be", "quantity", "no number", "when", "classes", "sources"),
        [
            (
                row.party or "-",
                row.name,
                row.certain,
                row.possible,
                amounts(row.quantities),
                row.unknown,
                str(row.when),
                ", ".join(row.items),
                ", ".join(row.sources),
            )
            for row in rows
        ],
    )


def both_json(found: BothSides) -> Json:
    """``{sides, period, both, published, note, one, other}``."""
    return {
        "sides": list(found.sides),
        "period": str(found.period) or None,
        "both": list(found.both),
        "held": {"one": _named(found.one), "other": _named(found.other), "both": len(found.both)},
        "published": [_figure(figure) for figure in found.published],
        "note": found.note,
        "one": [_supplier(row) for row in found.one],
        "other": [_supplier(row) for row in found.other],
    }


def both_table(found: BothSides) -> Table:
    from takingstock.questions.suppliers import NOT_HELD

    one, other = found.sides
    rows: list[tuple[object, ...]] = [
        ("held in the ledger", f"suppliers of {one}", _named(found.one), ", ".join(_parties(found.one)), ""),
        ("held in the ledger", f"suppliers of {other}", _named(found.other), ", ".join(_parties(found.other)), ""),
        ("held in the ledger", "suppliers of both", len(found.both), ", ".join(found.both), ""),
    ]
    rows += [
        (
            NOT_HELD,
            f"{figure.kind.value.replace('-', ' ')}: {', '.join(figure.parties)}",
            str(figure.quantity),
            figure.definition,
            f"{figure.source}{f' ({figure.claimant})' if figure.claimant else ''}",
        )
        for figure in found.published
    ]
    return ("what is known", "of", "number", "who, or what is counted", "source"), rows


def acquisitions_json(rows: Iterable[Acquisition]) -> Json:
    """``{acquisitions: [{funding, movements, possible, quantities, payers, suppliers, when, sources}]}``."""
    return {"acquisitions": [row.model_dump(mode="json") | {"quantities": _quantities(row.quantities)} for row in rows]}


def acquisitions_table(rows: Iterable[Acquisition]) -> Table:
    return (
        ("funding", "movements", "may be", "quantity", "no number", "paid by", "suppliers", "when", "sources"),
        [
            (
                row.funding.value,
                row.movements,
                row.possible,
                amounts(row.quantities),
                row.unknown,
                ", ".join(row.payers),
                ", ".join(row.suppliers),
                str(row.when),
                ", ".join(row.sources),
            )
            for row in rows
        ],
    )


def production_json(rows: Iterable[Produced]) -> Json:
    """``{production: [{maker, item, mode, licensor, movements, possible, quantities, when, sources}]}``."""
    return {"production": [row.model_dump(mode="json") | {"quantities": _quantities(row.quantities)} for row in rows]}


def production_table(rows: Iterable[Produced]) -> Table:
    return (
        ("maker", "class", "mode", "licensor", "movements", "may be", "quantity", "no number", "when", "sources"),
        [
            (
                row.maker,
                row.item,
                row.mode.value,
                row.licensor or "-",
                row.movements,
                row.possible,
                amounts(row.quantities),
                row.unknown,
                str(row.when),
                ", ".join(row.sources),
            )
            for row in rows
        ],
    )


def stages_json(rows: Iterable[Step]) -> Json:
    """``{stages: [{supplier, recipient, item, stage, quantities, contradict, when, statements, sources}]}``."""
    return {"stages": [row.model_dump(mode="json") | {"quantities": _quantities(row.quantities)} for row in rows]}


def stages_table(rows: Iterable[Step]) -> Table:
    return (
        ("supplier", "recipient", "class", "stage", "quantity", "no number", "sources differ", "when", "criteria"),
        [
            (
                row.supplier or "-",
                row.recipient or "-",
                row.item,
                row.stage.value,
                amounts(row.quantities),
                row.unknown,
                "yes" if row.contradict else "",
                str(row.when),
                "; ".join(row.criteria),
            )
            for row in rows
        ],
    )


def totals_json(rows: Iterable[Total]) -> Json:
    """``{totals: [{group, measure, unit, total, stated, statements}]}``."""
    return {"totals": [row.model_dump(mode="json") for row in rows]}


def totals_table(rows: Iterable[Total]) -> Table:
    return (
        ("group", "measure", "total", "unit", "stated by", "statements"),
        [(row.group or "-", row.measure, f"{row.total:,.2f}", row.unit, row.stated, row.statements) for row in rows],
    )


def amounts(quantities: Iterable[Quantity]) -> str:
    """``77 items; 5,000 rounds``: one figure for each unit, never added."""
    return "; ".join(f"{quantity} {quantity.unit.value}" for quantity in quantities)


def _quantities(quantities: Iterable[Quantity]) -> list[Json]:
    return [{"unit": one.unit.value, "low": one.low, "high": one.high, "text": str(one)} for one in quantities]


def _supplier(row: Supplier) -> Json:
    return {
        "party": row.party or None,
        "name": row.name,
        "named": row.named,
        "movements": row.certain,
        "possible": row.possible,
        "quantities": _quantities(row.quantities),
        "unknown": row.unknown,
        "items": list(row.items),
        "when": str(row.when) or None,
        "sources": list(row.sources),
        "keys": list(row.movements),
    }


def _named(rows: Iterable[Supplier]) -> int:
    return sum(row.named for row in rows)


def _parties(rows: Iterable[Supplier]) -> list[str]:
    return [row.party for row in rows if row.named]


def _figure(figure: Figure) -> Json:
    return {
        "id": figure.id,
        "kind": figure.kind.value,
        "parties": list(figure.parties),
        "number": str(figure.quantity),
        "when": str(figure.when) or None,
        "definition": figure.definition,
        "source": figure.source,
        "claimant": figure.claimant,
        "words": "count published, list not held",
    }
