"""Contradictions: what sources say differently of one thing, side by side; nothing is averaged.

Outlets that repeat one source and differ are shown too, with the remark that they are one voice: one misquotes it."""

from __future__ import annotations

from markupsafe import Markup

from takingstock.audit import Contradiction, Side
from takingstock.report.blocks import Block, Cell, Column, Heading, Row, Section, Table, Text, cell
from takingstock.report.cautions import value_words
from takingstock.report.context import Context, foreign

_LISTED = 200


def section(context: Context) -> Section | None:
    """Two groups: independent sources that cannot all be right, and outlets of one source that differ. In each one
    group of rows per contradiction, one row per statement; the audit lists only those that another one rules out."""
    found, t = context.publication.contradictions, context.t
    blocks: list[Block] = []
    for name, independent in (("independent", True), ("outlets", False)):
        group = [one for one in found if one.independent is independent]
        if not group:
            continue
        blocks.append(Heading(t(f"contradiction.{name}")))
        blocks.append(Text(t(f"contradiction.{name}_lead"), "about"))
        blocks.append(_table(context, name, group))
    if not blocks:
        return None
    lead = Text(t("contradiction.lead"), "lead")
    return Section("contradictions", t("section.contradictions"), (lead, *blocks))


def _table(context: Context, name: str, group: list[Contradiction]) -> Table:
    t = context.t
    columns = (
        Column("value", t("column.value")),
        Column("source", t("column.source")),
        Column("claimant", t("column.claimant")),
        Column("grade", t("column.grade")),
    )
    rows = tuple(
        _row(context, contradiction, side, first=index == 0)
        for contradiction in group
        for index, side in enumerate(contradiction.sides)
    )
    return Table(
        f"contradictions-{name}",
        t(f"contradiction.{name}"),
        columns,
        rows,
        t("contradiction.rule"),
        number=context.next_table(),
        limit=_LISTED,
    )


def _row(context: Context, contradiction: Contradiction, side: Side, *, first: bool) -> Row:
    t = context.t
    source = context.publication.ledger.source_by_id.get(side.source)
    about = _about(context, contradiction)
    value = Markup("<b>{}</b> {}").format(
        value_words(context, contradiction.field, side.value), context.refs([side.statement])
    )
    title = foreign(source.title if source else side.source)
    repeats = Markup()
    if side.voice != side.source:
        repeats = Markup(" <small>{}</small>").format(t("contradiction.repeats", refs=context.refs([side.voice])))
    if side.one_voice and contradiction.independent:
        repeats += Markup(" <small>{}</small>").format(t("contradiction.same_voice"))
    grade = Markup("<b>{}</b> <small>{}</small>").format(str(side.grade), grade_words(context, str(side.grade)))
    return Row(
        (
            Cell(value, side.value),
            cell(side.source, Markup("{} {}{}").format(title, context.refs([side.source]), repeats)),
            cell(side.claimant, foreign(side.claimant) if side.claimant else Markup("–")),
            cell(str(side.grade), grade),
        ),
        group=about if first else None,
        plain=(
            ("about", contradiction.about),
            ("item", contradiction.item),
            ("field", contradiction.field),
            ("statement", side.statement),
            ("voice", side.voice),
            ("independent", "yes" if contradiction.independent else "no"),
        ),
    )


def grade_words(context: Context, grade: str) -> Markup:
    """The Admiralty grade in words."""
    return context.t(
        "grade.both", reliability=context.t(f"reliability.{grade[0]}"), credibility=context.t(f"credibility.{grade[1]}")
    )


def _about(context: Context, contradiction: Contradiction) -> Markup:
    html = _subject(context, contradiction)
    if contradiction.independent:
        return html
    voices = context.refs(side.voice for side in contradiction.sides)
    remark = context.t("contradiction.one_voice", refs=voices)
    return Markup("{}<br><small class='voice'>{}</small>").format(html, remark)


def _subject(context: Context, contradiction: Contradiction) -> Markup:
    movement = context.movements.get(contradiction.about)
    field = context.term("field", contradiction.field)
    item = context.item(contradiction.item)
    if movement is None:
        return context.t("contradiction.count", item=item, field=field)
    route = context.route(party for party in (movement.from_party, movement.to_party) if party)
    mode = context.term("mode", movement.mode.value)
    return context.t(
        "contradiction.movement", item=item, route=route, mode=mode, when=context.when(movement.when), field=field
    )
