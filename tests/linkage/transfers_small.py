"""Small ledgers of reports for the tests of linking."""

from __future__ import annotations

from typing import Any

from takingstock.records import DateRange, Ledger, Linking, LinkKind, Mode, Quantity, Source, Statement
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory

DIRECTORY, TAXONOMY = directory(), taxonomy()


def report(key: str, source: str, quantity: str = "137", when: str = "2010", **more: Any) -> Statement:
    given: dict[str, Any] = {
        "item": "tank.t-72",
        "from_party": "BGR",
        "to_party": "IRQ",
        "mode": Mode.EXPORT,
    } | more
    if source[0] in "xm" and "reporter" not in given:
        given["reporter"] = given["from_party"] if source[0] == "x" else given["to_party"]
    return Statement(
        id=f"s-{key}",
        movement=key,
        source=source,
        quantity=Quantity.parse(quantity),
        when=DateRange.parse(when),
        **given,
    )


def ledger(*statements: Statement, linkings: tuple[Linking, ...] = ()) -> Ledger:
    sources = tuple(Source(id=id, title=id) for id in sorted({one.source for one in statements}))
    return Ledger(title="", revision=1, head="", sources=sources, statements=statements, linkings=linkings)


def said(kind: LinkKind, *keys: str, **more: Any) -> Linking:
    given: dict[str, Any] = {"person": "A"} | more
    return Linking(id=f"{kind.value}-{'-'.join(keys)}", kind=kind, movements=keys, reason="r", **given)
