"""Diversion events: where arms left authorised hands, on a map and in a list; recoveries are marked apart.

One symbol per place. Its size is the largest single quantity claimed there: quantities of different classes are never
added. Events without a position are in the list and are said to be missing from the map.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from takingstock.records import DateRange, Mode, Place, Precision, Quantity, Stage
from takingstock.report.blocks import Block, Cell, Column, Figure, Row, Section, Table, Text, cell
from takingstock.report.context import Context, diverts

_LISTED = 150
_SYMBOLS = 60


@dataclass(frozen=True)
class _Event:
    kind: str
    what: str
    item: str
    from_party: str | None
    to_party: str | None
    when: DateRange
    quantity: Quantity
    place: Place | None
    refs: tuple[str, ...]


def section(context: Context) -> Section | None:
    """A map of all events with a position, and the list of all events."""
    events = _events(context)
    if not any(event.kind == "diversion" for event in events):
        return None
    t = context.t
    places = _places(context, events)
    missing = sum(1 for event in events if event.place is None or event.place.latitude is None)
    note = [t("map.size"), t("map.borders")]
    if missing:
        note.append(t("map.missing", n=missing))
    if len(places) > _SYMBOLS:
        note.append(t("map.more", n=len(places) - _SYMBOLS))
    table = _table(context, events, {p["key"]: p["no"] for p in places})
    blocks: list[Block] = [Text(t("map.lead"), "lead")]
    if places:
        blocks.append(
            Figure(
                name="diversion-events",
                chart="map",
                number=context.next_figure(),
                title=t("map.title"),
                description=t("map.description", n=len(places)),
                data={
                    "points": places[:_SYMBOLS],
                    "names": _names(context),
                    "legend": {
                        "diversion": context.words.plain("map.diversion"),
                        "recovery": context.words.plain("map.recovery"),
                        "vague": context.words.plain("map.vague"),
                        "inset": context.words.plain("map.inset"),
                    },
                },
                table=table,
                note=Markup(" ").join(note),
            )
        )
    else:
        blocks.append(replace(table, title=t("map.list"), number=context.next_table()))
    return Section("diversion", t("section.diversion"), tuple(blocks))


def _events(context: Context) -> list[_Event]:
    events = []
    for m in context.publication.movements:
        if m.stage is not Stage.DELIVERED:
            continue
        kind = "diversion" if diverts(m) else "recovery" if m.mode is Mode.RECOVERY else ""
        if kind:
            events.append(
                _Event(kind, m.mode.value, m.item, m.from_party, m.to_party, m.when, m.quantity, m.place, m.ruling)
            )
    for s in context.publication.ledger.sightings:
        if s.place and s.place.latitude is not None and s.population is None:
            events.append(
                _Event("recovery", "sighting", s.item, s.holder, s.recoverer, s.when, s.quantity, s.place, (s.id,))
            )
    return sorted(events, key=lambda e: (e.kind, e.when.sort_key, e.item, e.refs))


def _places(context: Context, events: list[_Event]) -> list[dict[str, Any]]:
    found: dict[tuple[str, float, float], list[_Event]] = {}
    for event in events:
        place = event.place
        if place and place.latitude is not None and place.longitude is not None:
            found.setdefault((place.name, place.latitude, place.longitude), []).append(event)
    points = []
    for no, ((name, latitude, longitude), here) in enumerate(found.items(), 1):
        kind = "diversion" if any(event.kind == "diversion" for event in here) else "recovery"
        points.append(
            {
                "no": no,
                "key": name,
                "place": context.place_text(name),
                "lat": latitude,
                "lon": longitude,
                "kind": kind,
                "value": max((event.quantity.best or 0) for event in here),
                "vague": all(e.place is not None and e.place.precision is Precision.COUNTRY for e in here),
                "events": len(here),
            }
        )
    return points


def _names(context: Context) -> dict[str, str]:
    """Names of countries in the report's language by ISO 3166-1 numeric code, as the map shapes have it."""
    named = {}
    for party in context.publication.directory.all():
        code = dict(party.codes).get("numeric")
        if code:
            named[code] = context.party_text(party.id)
    return named


def _table(context: Context, events: list[_Event], numbers: dict[str, int]) -> Table:
    t = context.t
    columns = (
        Column("no", t("column.on_map"), True),
        Column("place", t("column.place")),
        Column("when", t("column.when")),
        Column("item", t("column.class")),
        Column("quantity", t("column.quantity"), True),
        Column("event", t("column.event")),
    )
    rows = []
    for event in events:
        no = numbers.get(event.place.name) if event.place and event.place.latitude is not None else None
        where = context.place(event.place.name) if event.place else t("unknown")
        if event.place:
            where = Markup("{} <small>({})</small>").format(
                where, context.term("precision", event.place.precision.value)
            )
        what = Markup("{}: {}").format(
            context.term("mode", event.what),
            context.route(p for p in (event.from_party, event.to_party) if p) or t("unknown"),
        )
        rows.append(
            Row(
                (
                    Cell(Markup("{}").format(no or "–"), no, True),
                    cell(event.place.name if event.place else None, where),
                    cell(str(event.when), context.when(event.when)),
                    cell(event.item, context.item(event.item)),
                    Cell(
                        Markup("{} {}").format(context.quantity(event.quantity, unit=True), context.refs(event.refs)),
                        str(event.quantity),
                        True,
                    ),
                    cell(event.what, what),
                ),
                plain=(
                    ("kind", event.kind),
                    ("from", event.from_party),
                    ("to", event.to_party),
                    ("unit", event.quantity.unit.value),
                    ("latitude", event.place.latitude if event.place else None),
                    ("longitude", event.place.longitude if event.place else None),
                    ("precision", event.place.precision.value if event.place else None),
                    ("statements", ";".join(event.refs)),
                ),
            )
        )
    return Table("diversion-events", Markup(), columns, tuple(rows), limit=_LISTED)
