"""Rows of the sheets whose columns are the fields of their record: read and written by the kind of the field.

A party, an item and a source are looked up; everything else is what its type says.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import ValidationError

from takingstock.exchange.cells import Cells, join_list
from takingstock.exchange.resolving import Resolver
from takingstock.records import (
    Adjustment,
    Contact,
    DateRange,
    Embargo,
    Exemption,
    Figure,
    FollowUp,
    Grade,
    IndicatorValue,
    ItemClass,
    Linking,
    MarkLink,
    Money,
    Naming,
    Payment,
    Place,
    Quantity,
    Record,
    RequestStep,
    TraceRequest,
    Unit,
)

MODELS: dict[str, type[Record]] = {
    "payments": Payment,
    "adjustments": Adjustment,
    "followups": FollowUp,
    "requests": TraceRequest,
    "steps": RequestStep,
    "contacts": Contact,
    "namings": Naming,
    "linkings": Linking,
    "embargoes": Embargo,
    "figures": Figure,
    "indicators": IndicatorValue,
    "marklinks": MarkLink,
}
"""The sheets of this kind, in the order in which they are read."""

_PARTIES = {"holder", "recipient", "party", "made_in", "from_party", "to_party"}
_IN_WORDS = {"embargoes"}
"""Sheets whose source is words and no id: an embargo cites a document."""


def builder(sheet: str, names: Resolver) -> Callable[[Cells], Record | None]:
    """What makes a record of a row of a sheet; None where the row has faults, which its cells then hold."""
    model = MODELS[sheet]
    hints = get_type_hints(model)

    def build(cells: Cells) -> Record | None:
        when = cells.date("when") if "when" in hints else DateRange()
        item = names.item(cells) if "item" in hints else None
        values = {
            name: _value(sheet, cells, name, hint, names, when, item) for name, hint in hints.items() if name in fields
        }
        for name, field in fields.items():
            if field.is_required() and values[name] is None:
                cells.fault(name, "is empty; fill it")
        if cells.faults:
            return None
        try:
            return model(**{name: value for name, value in values.items() if value is not None})
        except ValidationError as error:
            for detail in error.errors():
                cells.fault(str(next(iter(detail["loc"]), "row")), detail["msg"].removeprefix("Value error, "))
            return None

    fields = model.model_fields
    return build


def plain_cells(record: Record) -> dict[str, str]:
    """The cells of a record of these sheets; the inverse of :func:`builder`."""
    out: dict[str, str] = {}
    for name in type(record).model_fields:
        value: Any = getattr(record, name)
        match value:
            case None | "" | ():
                continue
            case bool():
                out[name] = "yes" if value else "no"
            case tuple() if isinstance(value[0], Exemption):
                out[name] = join_list(tuple(f"{one.when} | {one.condition} | {one.reference}" for one in value))
            case tuple():
                out[name] = join_list(value)
            case Money():
                out |= {name: f"{value.amount}", "currency": value.currency}
                out["price_year"] = str(value.price_year or "")
            case Quantity():
                out |= {name: "" if not value.known else f"{value}", "unit": value.unit.value}
            case Place():
                out |= {"place": value.name, "precision": value.precision.value}
                out["latitude"] = "" if value.latitude is None else repr(value.latitude)
                out["longitude"] = "" if value.longitude is None else repr(value.longitude)
            case float():
                out[name] = repr(value)
            case _:
                out[name] = str(value)
    return out


def _value(
    sheet: str, cells: Cells, name: str, hint: Any, names: Resolver, when: DateRange, item: ItemClass | None
) -> Any:
    kind = _kind(hint)
    if name == "item":
        return item.id if item else None
    if name in _PARTIES:
        return names.party(cells, name, when)
    if name == "parties":
        return names.parties(cells, name, when)
    if name == "source" and sheet not in _IN_WORDS:
        return names.source(cells) if cells.text("source") else None
    if name == "when":
        return when if when.known else None
    if kind is DateRange:
        return cells.date(name)
    if kind is Quantity:
        found = cells.quantity(name, names.unit(cells, item))
        return found if found.known else None
    if kind is Money:
        return _money(cells, name)
    if kind is Place:
        return _place(cells)
    if kind is Grade:
        return cells.grade(name)
    if kind is bool:
        return cells.yes(name)
    if kind == tuple[Exemption, ...]:
        return _exemptions(cells, name)
    if kind is float:
        return cells.number(name, -1e15, 1e15)
    if get_origin(kind) is tuple:
        return cells.list(name)
    if get_origin(kind) is Literal:
        return _one_of(cells, name, get_args(kind))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return cells.choice(name, kind)
    return cells.text(name) or None


def _kind(hint: Any) -> Any:
    """The type of a field, without ``| None``."""
    if get_origin(hint) in (Union, UnionType):
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def _one_of(cells: Cells, name: str, choices: tuple[str, ...]) -> str | None:
    value = cells.word(name).casefold().replace(" ", "-").replace("_", "-")
    if value and value not in choices:
        cells.fault(name, f"{value!r} is none of {', '.join(choices)}")
    return value or None


def _exemptions(cells: Cells, name: str) -> tuple[Exemption, ...]:
    """``when | condition | reference``, several parted by ``;``."""
    found = []
    for text in cells.list(name):
        parts = [part.strip() for part in text.split("|")]
        try:
            when, condition, reference = parts
            found.append(Exemption(when=DateRange.parse(when), condition=condition, reference=reference))
        except ValueError:
            cells.fault(name, f"{text!r} is not: dates | condition | reference")
    return tuple(found)


def _money(cells: Cells, name: str) -> Money | None:
    amount = cells.quantity(name, Unit.ITEMS)
    year = cells.whole("price_year", 1800, 2200)
    if not amount.known:
        return None
    return Money(amount=amount, currency=cells.needed("currency"), price_year=year)


def _place(cells: Cells) -> Place | None:
    from takingstock.exchange.building import place_of

    return place_of(cells)
