"""Stages: what was notified, authorised or ordered beside what the record has as delivered.

Statements are printed as they stand. Delivered figures of one supplier, recipient and class are added only where each
movement has one; a notified figure is never compared with an unknown one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from takingstock.records import Movement, Quantity, Stage, Statement
from takingstock.report.blocks import Block, Cell, Column, Figure, Row, Section, Table, Text, cell
from takingstock.report.context import Context, foreign

_STAGES = (Stage.REFUSED, Stage.NEGOTIATED, Stage.NOTIFIED, Stage.AUTHORISED, Stage.ORDERED, Stage.DELIVERED)
_DRAWN = 8
_LISTED = 60
_Key = tuple[str | None, str | None, str]


def section(context: Context) -> Section | None:
    """A figure of the groups that have figures at two stages, and the table of all groups."""
    groups = _groups(context)
    if not groups:
        return None
    t = context.t
    ranked = sorted(groups, key=lambda key: (-_spread(groups[key]), str(key)))
    table = _table(context, groups, ranked)
    drawable = [key for key in ranked if sum(1 for v in groups[key].values() if any(q.best for q, _ in v)) > 1]
    blocks: list[Block] = [Text(t("stage.lead"), "lead")]
    if drawable:
        left = len(ranked) - len(drawable[:_DRAWN])
        blocks.append(
            Figure(
                name="stages",
                chart="bars",
                number=context.next_figure(),
                title=t("stage.figure"),
                description=t("stage.description", n=len(drawable[:_DRAWN])),
                data={
                    "axis": context.words.plain("stage.axis"),
                    "max": None,
                    "own": True,
                    "groups": [_chart_group(context, key, groups[key]) for key in drawable[:_DRAWN]],
                },
                table=table,
                note=t("stage.left", n=left) if left else Markup(),
            )
        )
    else:
        blocks.append(replace(table, title=t("stage.figure"), number=context.next_table()))
    return Section("stages", t("section.stages"), tuple(blocks))


_Group = dict[Stage, list[tuple[Quantity, tuple[str, ...]]]]


def _groups(context: Context) -> dict[_Key, _Group]:
    """Per supplier, recipient and class as stated before delivery: quantities by stage, with their statements.

    A delivery to a part of the recipient belongs to it; a delivery to "Iraq" is not one to the Peshmerga."""
    publication = context.publication
    statements = publication.ledger.statement_by_id
    announced: dict[_Key, _Group] = {}
    for movement in publication.movements:
        before = {statements[id].stage for id in movement.statements} - {Stage.DELIVERED}
        if before:
            announced.setdefault((movement.from_party, movement.to_party, movement.item), {})
    for movement in publication.movements:
        for key, group in announced.items():
            if key[0] != movement.from_party or key[2] != movement.item:
                continue
            if key[1] != movement.to_party and not _part(context, movement.to_party, key[1]):
                continue
            for stage in _STAGES:
                said = [statements[id] for id in movement.statements if statements[id].stage is stage]
                if said:
                    group.setdefault(stage, []).append(_spoken(movement, stage, said))
    return {key: group for key, group in announced.items() if group}


def _part(context: Context, party: str | None, whole: str | None) -> bool:
    directory = context.publication.directory
    return bool(party and whole and directory.has(party) and directory.part_of(party, whole))


def _spoken(movement: Movement, stage: Stage, said: list[Statement]) -> tuple[Quantity, tuple[str, ...]]:
    ids = tuple(statement.id for statement in said)
    if stage is movement.stage:
        return movement.quantity, ids
    return next((s.quantity for s in said if s.quantity.known), said[0].quantity), ids


def _spread(group: _Group) -> float:
    """How far apart the stages lie (0 to 1), to list the widest gaps first."""
    sums = [total for values in group.values() if (total := _total(values)) is not None]
    return 1 - min(sums) / max(sums) if len(sums) > 1 and max(sums) else 0.0


def _total(values: list[tuple[Quantity, tuple[str, ...]]]) -> float | None:
    best = [quantity.best for quantity, _ in values]
    return None if any(value is None for value in best) else sum(value or 0.0 for value in best)


def _sum(values: list[tuple[Quantity, tuple[str, ...]]]) -> Quantity:
    """The sum as a quantity; bounds are added, an open end stays open."""
    lows = [q.low for q, _ in values]
    highs = [q.high for q, _ in values]
    unit = values[0][0].unit
    return Quantity(
        low=None if any(v is None for v in lows) else sum(v or 0.0 for v in lows),
        high=None if any(v is None for v in highs) else sum(v or 0.0 for v in highs),
        about=any(q.about for q, _ in values),
        unit=unit,
    )


def _name(context: Context, key: _Key) -> str:
    arrow = "←" if context.words.direction == "rtl" else "→"
    return f"{context.item_text(key[2])}: {context.party_text(key[0])} {arrow} {context.party_text(key[1])}"


def _chart_group(context: Context, key: _Key, group: _Group) -> dict[str, Any]:
    bars = []
    for stage in _STAGES:
        if stage in group and (total := _total(group[stage])):
            text = context.quantity_text(_sum(group[stage]))
            bars.append({"label": context.term_text("stage", stage.value), "value": total, "text": text})
    return {"label": _name(context, key), "bars": bars}


def _table(context: Context, groups: dict[_Key, _Group], ranked: list[_Key]) -> Table:
    t = context.t
    columns = (
        Column("stage", t("column.stage")),
        Column("quantity", t("column.quantity"), True),
        Column("parts", t("column.movements")),
        Column("designation", t("column.designation")),
    )
    statements = context.publication.ledger.statement_by_id
    rows = []
    for key in ranked:
        group, first = groups[key], True
        for stage in _STAGES:
            if stage not in group:
                continue
            values = group[stage]
            ids = [id for _, said in values for id in said]
            names = dict.fromkeys(statements[id].designation for id in ids if statements[id].designation)
            parts = context.semicolon.join(
                Markup("{} ({}) {}").format(
                    context.quantity(quantity), context.when(statements[said[0]].when), context.refs(said)
                )
                for quantity, said in values
            )
            total = _sum(values)
            rows.append(
                Row(
                    (
                        cell(stage.value, context.term("stage", stage.value)),
                        Cell(
                            Markup("{} {}").format(context.quantity(total, unit=True), context.refs(ids)),
                            str(total),
                            True,
                        ),
                        cell("; ".join(f"{q} ({'+'.join(said)})" for q, said in values), parts),
                        cell("; ".join(names), context.semicolon.join(foreign(name) for name in names)),
                    ),
                    group=Markup("<bdi>{}</bdi>").format(_name(context, key)) if first else None,
                    plain=(("from", key[0]), ("to", key[1]), ("item", key[2]), ("unit", total.unit.value)),
                )
            )
            first = False
    return Table("stages", Markup(), columns, tuple(rows), t("stage.note"), limit=_LISTED)
