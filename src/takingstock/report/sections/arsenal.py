"""Arsenal: by class and by country, one table per population; populations are never added."""

from __future__ import annotations

from markupsafe import Markup

from takingstock.catalogue.own import is_own
from takingstock.records import Arsenal, ArsenalRow, PopulationTable, Quantity, Sighting
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
    size = t("arsenal.size", size=context.quantity(table.size, unit=True) if table.size.known else t("unknown"))
    parts = [Markup("{}{}").format(size, population_refs(context, table))]
    if population:
        parts.append(t("arsenal.design", design=context.term("design", population.design.value)))
        parts.append(t("arsenal.level", level=context.term("level", population.level.value)))
        if population.when.known:
            parts.append(t("arsenal.when", when=context.when(population.when)))
    html = Markup(" ").join(parts)
    # The note is the case's own text, as it stands, and what the program adds to it.
    told = is_own(table.id) or not population
    own = population.note if population and not told and table.note.startswith(population.note) else ""
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
        one = Quantity.exact(row.count, table.unit, about=_rounded(context, arsenal, row))
        parts.append(context.quantity(one, unit=True))
    if from_table(context, arsenal, row):
        parts.append(_mark(context, row))
    return context.comma.join(parts) + Markup(".") + row_refs(context, arsenal, row)


def row_refs(context: Context, arsenal: Arsenal, row: ArsenalRow) -> Markup:
    """Links of a row: its sightings and their sources. Where the item table gives the key, only the sightings that
    state it themselves (most often none): a link must not have a source say what it does not say."""
    if not from_table(context, arsenal, row):
        return context.refs((*row.sightings, *row_sources(context, row)))
    stating = [s for s in _seen(context, row) if s.designed_in]
    return context.refs((*(s.id for s in stating), *(s.source for s in stating)))


def row_sources(context: Context, row: ArsenalRow) -> tuple[str, ...]:
    """The sources that a row rests on: its own, else those of its sightings."""
    return row.sources or tuple(dict.fromkeys(s.source for s in _seen(context, row)))


def population_refs(context: Context, table: PopulationTable) -> Markup:
    """Links beside the size of a population; single sightings have one source each, joined by semicolons."""
    return context.refs(part.strip() for part in table.source.split(";") if part.strip())


def from_table(context: Context, arsenal: Arsenal, row: ArsenalRow) -> bool:
    """Whether the row's key was looked up in the item table: no source states it of these items."""
    seen = _seen(context, row)
    return row.unverified or (arsenal.role == "designed" and bool(seen) and not any(s.designed_in for s in seen))


def table_words(context: Context, row: ArsenalRow) -> Markup:
    """The mark of such a row; what the table itself has from a source is not called unverified."""
    return context.t("arsenal.unverified" if row.unverified else "arsenal.looked_up")


def _seen(context: Context, row: ArsenalRow) -> list[Sighting]:
    sightings = {s.id: s for s in context.publication.ledger.sightings}
    return [sightings[id] for id in row.sightings if id in sightings]


def _mark(context: Context, row: ArsenalRow) -> Markup:
    return Markup("<em class='unverified'>{}</em>").format(table_words(context, row))


def _rounded(context: Context, arsenal: Arsenal, row: ArsenalRow) -> bool:
    """Whether the count is computed or rounded; a designer from the item table leaves a count as it was reported."""
    if not row.derived or not from_table(context, arsenal, row):
        return row.derived
    return any(s.quantity.form != "exact" or s.quantity.about for s in _seen(context, row))


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
    rows = [_row(context, arsenal, row, interval) for row in table.rows]
    if table.rest is not None and table.rest > 0:
        cells = [cell("rest", t("arsenal.rest")), _share_cell(context, table.rest, Markup()), Cell(Markup(), None)]
        rows.append(Row(tuple([*cells, Cell(Markup(), None)][: len(columns)])))
    notes = [t("arsenal.denominator", size=context.quantity(table.size, unit=True))]
    if any(_rounded(context, arsenal, row) for row in table.rows):
        notes.append(t("arsenal.derived"))
    if any(from_table(context, arsenal, row) for row in table.rows):
        notes.append(t("arsenal.unverified_note"))
    if not interval:
        notes.append(t(f"arsenal.no_interval.{_design(context, table)}"))
    note = Markup(" ").join(notes)
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


def _design(context: Context, table: PopulationTable) -> str:
    """How the items came together, as the population says; single sightings are no sample."""
    population = context.publication.ledger.population_by_id.get(table.id)
    return population.design.value if population else "purposive"


def _row(context: Context, arsenal: Arsenal, row: ArsenalRow, interval: bool) -> Row:
    looked_up = from_table(context, arsenal, row)
    refs, rounded = row_refs(context, arsenal, row), _rounded(context, arsenal, row)
    counted = Markup()
    if row.count is not None:
        counted = isolated(number(round(row.count)))
        counted = Markup("{} {}").format(context.t("arsenal.about_derived", n=counted) if rounded else counted, refs)
    name = Markup("<bdi>{}</bdi>").format(_key_text(context, arsenal, row))
    if looked_up:
        name = Markup("{} <small>{}</small>").format(name, _mark(context, row))
    cells = [
        cell(row.key, name),
        _share_cell(context, row.share, refs),
        Cell(counted, row.count, True),
    ]
    if interval:
        known = row.low is not None and row.high is not None
        text = context.span(row.low or 0, row.high or 0) if known else Markup()
        cells.append(Cell(text, f"{row.low}..{row.high}" if known else None, True))
    extra = (
        ("label", _key_text(context, arsenal, row)),
        ("count_is_derived", "yes" if rounded else "no"),
        ("from_item_table", ("unverified" if row.unverified else "yes") if looked_up else "no"),
        ("low", row.low),
        ("high", row.high),
        ("sightings", ";".join(row.sightings)),
        ("sources", ";".join(row_sources(context, row))),
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
