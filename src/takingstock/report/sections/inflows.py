"""Inflows: recorded deliveries into a territory by year, one row per class on a scale of its own, beside embargoes.

Classes are never added up. A delivery dated to one year stands as a bar of its supplier; one whose date spans years
is drawn as a line over its whole span, because nothing is known about where in it the goods came.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from markupsafe import Markup

from takingstock.records import Embargo, Mode, Movement, PartyKind, Stage, Unit
from takingstock.reference.embargoes import NON_GOVERNMENTAL
from takingstock.report.blocks import Block, Cell, Column, Figure, Heading, Row, Section, Table, Text, cell
from takingstock.report.context import Context, breakable, foreign, isolated, number

_CLASSES = 12
_SUPPLIERS = 5
_LISTED = 150
_RELATIONS = (
    "within",
    "straddles",
    "straddles_exemption",
    "under_exemption",
    "other_target",
    "lifted",
    "not_yet",
    "no_date",
)
_OFFICIAL = {PartyKind.STATE, PartyKind.FORCE, PartyKind.UNIT, PartyKind.DEPOT}
_NOT_INFLOW = frozenset(
    {Mode.CAPTURE, Mode.THEFT_OR_LEAKAGE, Mode.ILLICIT_PURCHASE, Mode.LOSS, Mode.DESTRUCTION, Mode.RECOVERY}
)


def section(context: Context) -> Section | None:
    """One figure per territory, its deliveries as a table, then the embargoes with their exemptions."""
    t = context.t
    blocks: list[Block] = [Text(t("inflow.lead"), "lead")]
    for territory in context.publication.territories:
        deliveries = _deliveries(context, territory)
        embargoes = _embargoes(context, territory)
        if not deliveries:
            continue
        blocks.append(Heading(context.party(territory)))
        blocks.append(_figure(context, territory, deliveries, embargoes))
        bound = [
            e for e in context.publication.embargoes if e.target == context.publication.holder and e not in embargoes
        ]
        if embargoes or bound:
            blocks.append(_embargo_table(context, territory, [*embargoes, *bound]))
        else:
            blocks.append(Text(t("inflow.no_embargo"), "caution"))
    return Section("inflows", t("section.inflows"), tuple(blocks)) if len(blocks) > 1 else None


def _deliveries(context: Context, territory: str) -> list[Movement]:
    directory = context.publication.directory

    def home(party: str | None) -> str | None:
        return directory.country(party) if party and directory.has(party) else party

    return sorted(
        (
            m
            for m in context.publication.movements
            if m.stage is Stage.DELIVERED
            and m.mode not in _NOT_INFLOW
            and home(m.to_party) == territory
            and home(m.from_party) != territory
        ),
        key=lambda m: (m.when.sort_key, m.item, m.key),
    )


def _embargoes(context: Context, territory: str) -> list[Embargo]:
    """Embargoes on what goes into the territory; a ban on exports from it is another thing."""
    return [
        e
        for e in context.publication.embargoes
        if territory in e.territory.split("+") and e.target != "exports from the territory"
    ]


def _target_text(context: Context, embargo: Embargo) -> str:
    directory = context.publication.directory
    return (
        context.party_text(embargo.target)
        if directory.has(embargo.target)
        else context.term_text("target", embargo.target)
    )


def _listed(context: Context, kind: str, text: str) -> Markup:
    """A text of the embargo table in the report's language where the catalogue has it, else as it stands."""
    return context.term(kind, text) if context.words.has(f"{kind}.{text}") else foreign(text, "en")


def _figure(context: Context, territory: str, deliveries: list[Movement], embargoes: list[Embargo]) -> Figure:
    t, n = context.t, context.next_figure()
    items = _ranked_items(context, deliveries)
    suppliers = _ranked_suppliers(deliveries)
    rows = [_chart_row(context, item, unit, deliveries, suppliers) for item, unit in items[:_CLASSES]]
    years = [day.year for m in deliveries for day in (m.when.first, m.when.last) if day]
    first, last = (min(years), max(years)) if years else (2000, 2001)
    notes = [t("inflow.scale"), t("inflow.spans")]
    if len(items) > _CLASSES:
        notes.append(t("inflow.more", n=len(items) - _CLASSES))
    undated = sum(1 for m in deliveries if m.when.first is None or m.when.last is None)
    if undated:
        notes.append(t("inflow.undated", n=undated))
    series = [context.party_text(supplier) for supplier in suppliers]
    others = len({m.from_party for m in deliveries}) - len(suppliers)
    return Figure(
        name=f"inflows-{territory}",
        chart="timeline",
        number=n,
        title=t("inflow.title", territory=context.party(territory)),
        description=t("inflow.description", n=len(rows), first=first, last=last),
        data={
            "first": first,
            "last": last + 1,
            "rows": rows,
            "series": [*series, *([context.words.plain("inflow.other")] if others > 0 else [])],
            "bands": [_band(context, embargo, n) for n, embargo in enumerate(embargoes, 1)],
            "legend": {
                "band": context.words.plain("inflow.band"),
                "exempt": context.words.plain("inflow.exempt"),
                "span": context.words.plain("inflow.span"),
            },
        },
        table=_table(context, territory, deliveries, embargoes),
        note=Markup(" ").join(notes),
    )


def _ranked_items(context: Context, deliveries: list[Movement]) -> list[tuple[str, Unit]]:
    """Classes that the trace or the audit speaks about first, then those with the most deliveries."""
    publication = context.publication
    named = {item for block in publication.trace.items for item in block.classes} | {
        finding.item for finding in publication.findings
    }
    tally: dict[tuple[str, Unit], int] = {}
    for m in deliveries:
        if m.quantity.known:
            key = (m.item, m.quantity.unit)
            tally[key] = tally.get(key, 0) + 1
    return sorted(tally, key=lambda key: (key[0] not in named, -tally[key], key))


def _ranked_suppliers(deliveries: list[Movement]) -> list[str | None]:
    tally: dict[str | None, int] = {}
    for m in deliveries:
        tally[m.from_party] = tally.get(m.from_party, 0) + 1
    return sorted(tally, key=lambda party: (-tally[party], party or "~"))[:_SUPPLIERS]


def _chart_row(
    context: Context, item: str, unit: Unit, deliveries: list[Movement], suppliers: list[str | None]
) -> dict[str, Any]:
    bars: dict[tuple[int, int], float] = {}
    spans = []
    for m in deliveries:
        if m.item != item or m.quantity.unit is not unit or not m.quantity.best:
            continue
        first, last = m.when.first, m.when.last
        if first is None or last is None:
            continue
        series = suppliers.index(m.from_party) if m.from_party in suppliers else len(suppliers)
        if first.year == last.year:
            bars[(first.year, series)] = bars.get((first.year, series), 0.0) + m.quantity.best
        else:
            text = f"{context.party_text(m.from_party)}: {context.quantity_text(m.quantity)}"
            spans.append({"first": first.year, "last": last.year + 1, "series": series, "text": text})
    totals: dict[int, float] = {}
    for (year, _), value in bars.items():
        totals[year] = totals.get(year, 0.0) + value
    return {
        "label": context.item_text(item),
        "unit": context.words.plain(f"unit.{unit.value}"),
        "max": max(totals.values(), default=0.0),
        "max_text": number(max(totals.values(), default=0.0)),
        "bars": [{"year": y, "series": s, "value": v} for (y, s), v in sorted(bars.items())],
        "spans": spans,
    }


def _decimal(day: date) -> float:
    start = date(day.year, 1, 1)
    return round(day.year + (day - start).days / (date(day.year, 12, 31) - start).days, 3)


def _band(context: Context, embargo: Embargo, n: int) -> dict[str, Any]:
    ends = embargo.when
    return {
        "label": f"E{n} {context.term_text('body', embargo.body)}: {_target_text(context, embargo)}",
        "first": _decimal(ends.first) if ends.first else None,
        "last": _decimal(ends.last) if ends.last else None,
        "whole": embargo.target == "whole territory",
        "exempt": [
            {
                "first": _decimal(e.when.first) if e.when.first else None,
                "last": _decimal(e.when.last) if e.when.last else None,
            }
            for e in embargo.exemptions
        ],
    }


def _table(context: Context, territory: str, deliveries: list[Movement], embargoes: list[Embargo]) -> Table:
    t = context.t
    columns = (
        Column("when", t("column.when")),
        Column("item", t("column.class")),
        Column("from", t("column.supplier")),
        Column("to", t("column.recipient")),
        Column("quantity", t("column.quantity"), True),
        Column("terms", t("column.terms")),
        Column("embargo", t("column.embargo")),
    )
    rows = []
    for m in deliveries:
        terms = [context.term("mode", m.mode.value)]
        if m.funding.value != "unknown":
            terms.append(context.term("funding", m.funding.value))
        if m.payer:
            terms.append(t("inflow.payer", party=context.party(m.payer)))
        if m.via:
            terms.append(t("chain.via", names=context.comma.join(context.party(p) for p in m.via)))
        touched = [(e, _relation(context, m, e)) for e in embargoes]
        standing: dict[str, list[Markup]] = {}
        for e, relation in touched:
            link = Markup("<a href='#{0}-E{1}'>E{1}</a>").format(territory, embargoes.index(e) + 1)
            standing.setdefault(relation, []).append(link)
        embargo = Markup(" · ").join(
            Markup("{}: {}").format(context.comma.join(standing[relation]), t(f"inflow.{relation}"))
            for relation in _RELATIONS
            if relation in standing
        )
        rows.append(
            Row(
                (
                    cell(str(m.when), context.when(m.when)),
                    cell(m.item, context.item(m.item)),
                    cell(m.from_party, context.party(m.from_party)),
                    cell(m.to_party, context.party(m.to_party)),
                    Cell(
                        Markup("{} {}").format(context.quantity(m.quantity, unit=True), context.refs(m.ruling)),
                        str(m.quantity),
                        True,
                    ),
                    cell(m.mode.value, Markup(" · ").join(terms)),
                    cell("; ".join(f"{e.id}: {relation}" for e, relation in touched), embargo or Markup("–")),
                ),
                plain=(
                    ("movement", m.key),
                    ("unit", m.quantity.unit.value),
                    ("funding", m.funding.value),
                    ("payer", m.payer),
                    ("via", ";".join(m.via)),
                    ("statements", ";".join(m.ruling)),
                ),
            )
        )
    note = t("inflow.table_note")
    return Table(f"inflows-{territory}", Markup(), columns, tuple(rows), note, limit=_LISTED, css="dense inflow")


def _relation(context: Context, movement: Movement, embargo: Embargo) -> str:
    """Where a delivery stands towards an embargo: dates are compared, and whether it binds governmental forces at all;
    nothing else is judged here."""
    when = movement.when
    directory = context.publication.directory
    party = directory.get(movement.to_party) if movement.to_party and directory.has(movement.to_party) else None
    own = party is not None and party.kind in _OFFICIAL and (party.kind is PartyKind.STATE or bool(party.part_of))
    if embargo.target == NON_GOVERNMENTAL and own:
        return "other_target"
    if not when.known:
        return "no_date"
    if not when.overlaps(embargo.when):
        over = embargo.when.last is not None and when.first is not None and embargo.when.last < when.first
        return "lifted" if over else "not_yet"
    if any(when.within(e.when) for e in embargo.exemptions):
        return "under_exemption"
    if any(when.overlaps(e.when) for e in embargo.exemptions):
        return "straddles_exemption"
    return "within" if when.within(embargo.when) else "straddles"


def _embargo_table(context: Context, territory: str, embargoes: list[Embargo]) -> Table:
    t = context.t
    columns = (
        Column("no", t("column.no")),
        Column("body", t("column.body")),
        Column("target", t("column.target")),
        Column("when", t("column.period")),
        Column("scope", t("column.scope")),
        Column("exemptions", t("column.exemptions")),
        Column("reference", t("column.reference")),
    )
    rows = []
    for n, e in enumerate(embargoes, 1):
        exemptions = Markup().join(
            Markup("<li>{}: {} <small>{}</small></li>").format(
                context.when(x.when), foreign(x.condition, "en"), foreign(x.reference)
            )
            for x in e.exemptions
        )
        known = e.source in context.publication.ledger.source_by_id
        source = context.refs([e.source]) if known else Markup("<small>{}</small>").format(breakable(e.source))
        mark = Markup() if e.verified else Markup(" <em class='unverified'>{}</em>").format(t("unverified"))
        note = Markup(" <small>{}</small>").format(foreign(e.note, "en")) if e.note else Markup()
        rows.append(
            Row(
                (
                    cell(f"E{n}", isolated(f"E{n}")),
                    cell(e.body, _listed(context, "body", e.body)),
                    cell(e.target, Markup("<bdi>{}</bdi>").format(_target_text(context, e))),
                    cell(str(e.when), context.when(e.when)),
                    cell(e.scope, _listed(context, "goods", e.scope)),
                    cell(
                        "; ".join(f"{x.when}: {x.condition} ({x.reference})" for x in e.exemptions),
                        Markup("<ul>{}</ul>").format(exemptions) if e.exemptions else Markup("–"),
                    ),
                    cell(e.reference, Markup("{} {}{}{}").format(foreign(e.reference), source, mark, note)),
                ),
                anchor=f"{territory}-E{n}",
                plain=(
                    ("id", e.id),
                    ("source", e.source),
                    ("verified", "yes" if e.verified else "no"),
                    ("note", e.note),
                ),
            )
        )
    title = t("inflow.embargoes", territory=context.party(territory))
    name = f"embargoes-{territory}"
    return Table(name, title, columns, tuple(rows), number=context.next_table(), css="dense embargoes")
