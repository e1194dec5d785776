"""Arsenal: by class and by country, one table per population; populations are never added."""

from __future__ import annotations

from markupsafe import Markup

from takingstock.records import Arsenal, ArsenalRow, PopulationTable, Quantity
from takingstock.report.blocks import Block, Cell, Column, Figure, Heading, Row, Section, Table, Text, cell
from takingstock.report.context import Context, foreign, isolated, number, passage
from takingstock.report.sentences import spoken
from takingstock.report.words import population_title

_DRAWN = 15


def section(context: Context) -> Section | None:
    """One part per population, in it one figure with its table per key (country, class, era)."""
    arsenals = [arsenal for arsenal in context.publication.arsenals if arsenal.populations]
    order = list(dict.fromkeys(table.id for arsenal in arsenals for table in arsenal.populations))
    if not order:
        return None
    blocks: list[Block] = [Text(context.t("arsenal.lead", holder=context.party(context.publication.holder)), "lead")]
    for population in order:
        pairs = [(a, table) for a in arsenals for table in a.populations if table.id == population and table.rows]
        if not pairs:
            continue
        blocks.append(Heading(population_title(context, pairs[0][1])))
        blocks.append(Text(_about(context, pairs[0][1]), "about"))
        # One row is a sentence, not a chart.
        single = [_single(context, arsenal, table) for arsenal, table in pairs if len(table.rows) == 1]
        blocks += [_figure(context, arsenal, table) for arsenal, table in pairs if len(table.rows) > 1]
        if single:
            blocks.append(Text(Markup(" ").join(single), "about"))
    return Section("arsenal", context.t("section.arsenal"), tuple(blocks))


def _about(context: Context, table: PopulationTable) -> Markup:
    t = context.t
    population = context.publication.ledger.population_by_id.get(table.id)
    parts = [t("arsenal.size", size=context.quantity(table.size, unit=True) if table.size.known else t("unknown"))]
    if population:
        parts.append(t("arsenal.design", design=context.term("design", population.design.value)))
        parts.append(t("arsenal.level", level=context.term("level", population.level.value)))
        if population.when.known:
            parts.append(t("arsenal.when", when=context.when(population.when)))
    html = Markup(" ").join(parts) + context.refs([table.source])
    # The note is the case's own text, as it stands, and what the program adds to it.
    own = population.note if population and table.note.startswith(population.note) else ""
    added = table.note[len(own) :]
    notes = [foreign(own, "en") if context.words.code == "en" else passage(own)] if own else []
    notes += [spoken(context, added)] if added.strip() else []
    return html + Markup().join(Markup(" {}").format(note) for note in notes)


def _single(context: Context, arsenal: Arsenal, table: PopulationTable) -> Markup:
    row = table.rows[0]
    title = context.t(_title(arsenal), population=Markup("<bdi>{}</bdi>").format(_key_text(context, arsenal, row)))
    parts = [title]
    if row.share is not None:
        whole = row.share >= 1 - 1e-9
        parts.append(context.t("arsenal.whole") if whole else context.share(row.share))
    if row.count is not None:
        one = Quantity.exact(row.count, table.unit, about=row.derived)
        parts.append(context.quantity(one, unit=True))
    return context.comma.join(parts) + Markup(".") + context.refs(row.sightings or (table.source,))


def _title(arsenal: Arsenal) -> str:
    by = f"{arsenal.by}.{arsenal.role}" if arsenal.by == "country" and arsenal.role else arsenal.by
    return f"arsenal.by.{by}"


def _figure(context: Context, arsenal: Arsenal, table: PopulationTable) -> Figure:
    t, n = context.t, context.next_figure()
    title = t(_title(arsenal), population=population_title(context, table))
    shared = any(row.share is not None for row in table.rows)
    drawn = [row for row in table.rows if (row.share if shared else row.count) is not None][:_DRAWN]
    bars = [
        {
            "label": _key_text(context, arsenal, row),
            "value": (row.share or 0) * 100 if shared else row.count,
            "text": context.share_text(row.share) if shared else number(row.count or 0),
            "low": row.low * 100 if shared and row.low is not None else None,
            "high": row.high * 100 if shared and row.high is not None else None,
        }
        for row in drawn
    ]
    left = len(table.rows) - len(drawn)
    note = t("arsenal.not_drawn", n=left) if left > 0 else Markup()
    axis = context.words.plain("axis.share") if shared else context.words.plain(f"unit.{table.unit.value}")
    name = f"arsenal-{table.id}-{arsenal.by}" + (f"-{arsenal.role}" if arsenal.role else "")
    return Figure(
        name=name,
        chart="bars",
        number=n,
        title=title,
        description=t("arsenal.description", n=len(drawn), axis=axis),
        data={"axis": axis, "max": None, "groups": [{"label": "", "bars": bars}]},
        table=_table(context, arsenal, table, name),
        note=note,
    )


def _table(context: Context, arsenal: Arsenal, table: PopulationTable, name: str) -> Table:
    t = context.t
    interval = any(row.low is not None or row.high is not None for row in table.rows)
    columns = [
        Column("key", t(f"column.{arsenal.by}")),
        Column("share", t("column.share"), True),
        Column("count", t("column.count_of", unit=context.unit(table.unit)), True),
    ]
    if interval:
        columns.append(Column("interval", t("column.interval"), True))
    rows = [_row(context, arsenal, row, table, interval) for row in table.rows]
    if table.rest is not None and table.rest > 0:
        cells = [cell("rest", t("arsenal.rest")), _share_cell(context, table.rest, Markup()), Cell(Markup(), None)]
        rows.append(Row(tuple([*cells, Cell(Markup(), None)][: len(columns)])))
    derived = any(row.derived for row in table.rows)
    note = Markup(" ").join(
        [t("arsenal.denominator", size=context.quantity(table.size, unit=True))]
        + ([t("arsenal.derived")] if derived else [])
        + ([] if interval else [t("arsenal.no_interval")])
    )
    about = (
        ("population", table.id),
        ("by", arsenal.by),
        ("role", arsenal.role),
        ("unit", table.unit.value),
        ("n", str(table.size)),
        ("source", table.source),
        ("revision", arsenal.revision),
    )
    return Table(name, Markup(), tuple(columns), tuple(rows), note, about=about)


def _row(context: Context, arsenal: Arsenal, row: ArsenalRow, table: PopulationTable, interval: bool) -> Row:
    refs = context.refs(row.sightings or (table.source,))
    counted = Markup()
    if row.count is not None:
        counted = isolated(number(round(row.count)))
        counted = Markup("{} {}").format(
            context.t("arsenal.about_derived", n=counted) if row.derived else counted, refs
        )
    cells = [
        cell(row.key, Markup("<bdi>{}</bdi>").format(_key_text(context, arsenal, row))),
        _share_cell(context, row.share, refs),
        Cell(counted, row.count, True),
    ]
    if interval:
        known = row.low is not None and row.high is not None
        text = context.span(row.low or 0, row.high or 0) if known else Markup()
        cells.append(Cell(text, f"{row.low}..{row.high}" if known else None, True))
    extra = (
        ("label", _key_text(context, arsenal, row)),
        ("count_is_derived", "yes" if row.derived else "no"),
        ("low", row.low),
        ("high", row.high),
        ("sightings", ";".join(row.sightings)),
    )
    return Row(tuple(cells), plain=extra)


def _share_cell(context: Context, share: float | None, refs: Markup) -> Cell:
    return Cell(Markup("{} {}").format(context.share(share), refs), share, True)


def _key_text(context: Context, arsenal: Arsenal, row: ArsenalRow) -> str:
    if not row.key or row.key in {"unknown", "other"}:
        return context.words.plain("unknown" if row.key != "other" else "other")
    if arsenal.by == "country":
        return context.party_text(row.key)
    return context.item_text(row.key) if arsenal.by == "class" else row.key
