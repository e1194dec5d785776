"""Records as the cells of the template: the inverse of reading, so that what is exported can be imported again."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from takingstock.exchange.cells import guarded, is_grouped, join_list
from takingstock.exchange.plain import MODELS, plain_cells
from takingstock.exchange.sheet_spec import SheetSpec
from takingstock.records import (
    Count,
    Coverage,
    DateRange,
    Grade,
    Incident,
    Party,
    Place,
    Population,
    Quantity,
    Record,
    Sampling,
    Sighting,
    Source,
    Statement,
    Verification,
)

NUMERIC = {"latitude", "longitude", "share", "link", "price_year", "sites", "minimum", "tiv", "tiv_per_unit"}
"""Columns that hold plain numbers; every other one is text."""

_RENAMED = {"from_party": "from", "to_party": "to"}


def header(spec: SheetSpec, records: Iterable[Record]) -> tuple[str, ...]:
    """The columns to write: the template's, and those that only some parties need (codes, names in other scripts)."""
    used = {column for record in records if isinstance(record, Party) for column in _party_extras(record)}
    fixed = [column.name for column in spec.columns if not column.optional or column.name in used]
    return (*fixed, *sorted(used - set(fixed)))


def cells(record: Record) -> dict[str, str]:
    """The cells of one record by column; empty ones are left out."""
    values = _cells(record)
    return {name: text if name in NUMERIC else guarded(text) for name, text in values.items() if text}


def _cells(record: Record) -> dict[str, str]:
    match record:
        case Source():
            return _plain(record, derives_from=join_list(record.derives_from), read=_yes(record.read)) | _coverage(
                record
            )
        case Party():
            own = {"aliases": join_list(record.aliases), "successors": join_list(record.successors)}
            return _plain(record, verified=_yes(record.verified), **own) | _party_extras(record)
        case Statement():
            lists = {name: join_list(getattr(record, name)) for name in ("via", "marks", "criteria", "namings")}
            figures = {
                name: _number(value) for name in ("tiv", "tiv_per_unit") if (value := getattr(record, name)) is not None
            }
            return (
                _plain(record, **lists)
                | figures
                | {
                    "unit": record.quantity.unit.value,
                    "authorised": "" if record.authorised is None else _yes(record.authorised),
                    "value": _amount(record.value.amount) if record.value else "",
                    "currency": record.value.currency if record.value else "",
                    "price_year": str(record.value.price_year or "") if record.value else "",
                    **_place(record.place),
                }
            )
        case Count():
            own = {"marks": join_list(record.marks)}
            if record.materiality is not None:
                own["materiality"] = _number(record.materiality)
            return (
                _plain(record, **own)
                | own
                | {
                    "unit": record.quantity.unit.value,
                    **_place(record.place),
                    **_sampling(record.sampling),
                }
            )
        case Population():
            return _plain(record, territory=join_list(record.territory))
        case Sighting():
            share = "" if record.share is None else _number(record.share)
            lists = {"marks": join_list(record.marks), "evidence": join_list(record.evidence)}
            return _plain(record, share=share, **lists) | {
                "unit": record.quantity.unit.value,
                **_place(record.place),
            }
        case Incident():
            own = {"parties": join_list(record.parties), "sightings": join_list(record.sightings)}
            return _plain(record, **own) | _place(record.place)
        case Verification():
            return _plain(record)
    if type(record) in MODELS.values():
        return plain_cells(record)
    raise TypeError(f"the template has no sheet for {type(record).__name__}")


def _plain(record: Record, **own: str) -> dict[str, str]:
    """The fields that are one text each; ``own`` are already rendered."""
    out = {}
    for name in type(record).model_fields:
        value: Any = getattr(record, name)
        if name in own:
            out[name] = own[name]
        elif isinstance(value, Quantity):
            out[name] = _amount(value)
        elif name in _RENAMED:
            out[_RENAMED[name]] = value or ""
        elif isinstance(value, str | DateRange | Grade | int):
            out[name] = str(value)
    return out


def _coverage(source: Source) -> dict[str, str]:
    cover = source.coverage
    if cover is None:
        return {}
    return {
        "coverage_period": str(cover.period) if cover != Coverage() else "?",
        "coverage_items": join_list(cover.items),
        "coverage_parties": join_list(cover.parties),
        "coverage_note": cover.note,
    }


def _party_extras(party: Party) -> dict[str, str]:
    codes = {"codes": join_list(tuple(f"{scheme}={code}" for scheme, code in party.codes))} if party.codes else {}
    return codes | {f"name_{lang}": name for lang, name in party.names}


def _sampling(plan: Sampling | None) -> dict[str, str]:
    if plan is None:
        return {}
    return {
        "sample_direction": plan.direction.value,
        "sample_of": str(plan.of),
        "sample_drawn": str(plan.drawn),
        "sample_matched": str(plan.matched),
        "sample_random": "yes" if plan.random else "",
        "sample_strata": plan.strata,
    }


def _place(place: Place | None) -> dict[str, str]:
    if place is None:
        return {}
    return {
        "place": place.name,
        "latitude": "" if place.latitude is None else _number(place.latitude),
        "longitude": "" if place.longitude is None else _number(place.longitude),
        "precision": place.precision.value,
    }


def _amount(quantity: Quantity) -> str:
    """The quantity in the template's grammar; an unknown one is an empty cell."""
    low, high = quantity.low, quantity.high
    if low is None and high is None:
        return ""
    if high is None:
        return f">={_figure(low)}"
    if low is None:
        return f"<={_figure(high)}"
    if low == high:
        return f"{'~' if quantity.about else ''}{_figure(low)}"
    mode = f"~{_figure(quantity.mode)}" if quantity.mode is not None else ""
    return f"{_figure(low)}..{_figure(high)}{mode}"


def _figure(value: float | None) -> str:
    """A number that reads in one way only: 12.345 becomes 12.3450, which nobody takes for twelve thousand."""
    text = _number(value)
    return f"{text}0" if is_grouped(text) else text


def _number(value: float | None) -> str:
    """The shortest decimal that reads back as the same number, without an exponent."""
    assert value is not None
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


def _yes(value: bool) -> str:
    return "yes" if value else "no"
